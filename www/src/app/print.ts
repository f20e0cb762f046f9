import type { State } from "./state";
import type { Store } from "./store";

/** Paper is light: the figures are painted anew for it, and back afterwards. `redraw` must do so before it returns. */
export function onPrint(store: Store<State>, redraw: () => void): void {
  let dark = false;
  const show = (darkNow: boolean) => {
    document.documentElement.dataset.theme = darkNow ? "dark" : "light";
    store.set({ dark: darkNow });
    redraw();
  };
  addEventListener("beforeprint", () => {
    dark = store.state.dark;
    if (dark) show(false);
  });
  addEventListener("afterprint", () => {
    if (dark) show(true);
  });
}
