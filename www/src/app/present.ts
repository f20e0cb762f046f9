import { permalink } from "../export/provenance";
import type { State } from "./state";
import type { Store } from "./store";
import { contentWidth } from "./viewport";

/** A longer link makes a code that no camera reads from the back of a hall. */
const LONGEST_LINK = 700;

export const canPresent = (): boolean => document.fullscreenEnabled;

/** A figure over the whole screen, with the link to it as a code to photograph. */
export function presenter(store: Store<State>) {
  document.addEventListener("fullscreenchange", () => {
    const on = document.fullscreenElement !== null;
    store.set({
      width: contentWidth(),
      presented: on ? (store.state.presented ?? { code: null }) : null,
    });
    if (on) (document.fullscreenElement as HTMLElement).focus();
  });
  return {
    async present(id: string) {
      const figure = document.getElementById(id);
      if (!figure) return;
      try {
        await figure.requestFullscreen();
      } catch {
        store.set({ notice: "The browser does not let the page fill the screen." });
        return;
      }
      const link = permalink(store.state);
      const { renderSVG } = await import("uqr");
      const code = link.length <= LONGEST_LINK ? renderSVG(link, { border: 2 }) : null;
      if (document.fullscreenElement) store.set({ presented: { code } });
    },
  };
}
