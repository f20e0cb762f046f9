import type { State } from "./state";
import type { Store } from "./store";

/** A notice is read in this time, and then goes. */
const SHOWN_MS = 5000;

export function fadeNotices(store: Store<State>): void {
  let timer = 0;
  store.subscribe(({ notice }, before) => {
    if (notice === before.notice) return;
    clearTimeout(timer);
    if (notice) timer = window.setTimeout(() => store.set({ notice: "" }), SHOWN_MS);
  });
}
