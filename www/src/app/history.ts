import type { Entry } from "./desk-state";
import type { State } from "./state";
import { local, read, write } from "./storage";
import type { Store } from "./store";

const KEY = "history";
/** The newest so many are kept, and of those no longer ones than so many characters. */
const MOST = 30;
const LONGEST = 5000;
/** What stands in the text box for less than this was on the way to something else. */
const SETTLED_MS = 3000;

export function savedHistory(): Entry[] {
  const entries = read(local, KEY);
  return Array.isArray(entries) ? entries.filter(isEntry).slice(0, MOST) : [];
}

function isEntry(value: unknown): value is Entry {
  const { pair, text, translation, at } = (value ?? {}) as Partial<Entry>;
  return (
    typeof pair?.source === "string" &&
    typeof pair.target === "string" &&
    typeof text === "string" &&
    typeof translation === "string" &&
    typeof at === "number"
  );
}

/** Writes down what was translated once it has stood for a while. */
export function keepHistory(store: Store<State>): void {
  let timer = 0;
  store.subscribe((state, before) => {
    if (state.history !== before.history) {
      write(local, KEY, state.history.length ? state.history : null);
      return;
    }
    if (state.text === before.text && state.job === before.job) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const history = withEntry(store.state);
      if (history !== store.state.history) store.set({ history });
    }, SETTLED_MS);
  });
}

function withEntry({ pair, text, job, history, typed }: State): readonly Entry[] {
  if (!typed || job.phase !== "done" || job.stale || !job.output.trim()) return history;
  if (text.length > LONGEST) return history;
  const same = (one: Entry) => one.text === text && one.pair.source === pair.source;
  const newest = history[0];
  if (newest && same(newest) && newest.translation === job.output) return history;
  const entry = { pair, text, translation: job.output, at: Date.now() };
  return [entry, ...history.filter((one) => !same(one))].slice(0, MOST);
}
