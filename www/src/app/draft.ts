import type { Pair, State } from "./state";
import { read, session, write } from "./storage";
import type { Store } from "./store";

const KEY = "draft";

/** What was in the text box of this tab before it was loaded anew. The address has no text unless it was linked to. */
export function savedDraft(): Pick<State, "pair" | "text"> | null {
  const draft = read(session, KEY) as { pair?: Partial<Pair>; text?: unknown } | null;
  const { source, target } = draft?.pair ?? {};
  if (typeof draft?.text !== "string" || !source || !target) return null;
  return { pair: { source, target }, text: draft.text };
}

export function keepDraft(store: Store<State>): void {
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    const { pair, text } = store.state;
    write(session, KEY, { pair, text });
  };
  store.subscribe((state, before) => {
    if (state.text === before.text && state.pair === before.pair) return;
    clearTimeout(timer);
    timer = window.setTimeout(keep, 300);
  });
  addEventListener("pagehide", keep);
}
