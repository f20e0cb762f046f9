import type { AttentionCell, Cell, ConvolutionCell, TranslatorInstance } from "lite-transformer";
import { cellPlace, shownHead } from "../maps/cell-place";
import { currentReading, currentSentence, type State } from "./state";
import type { Store } from "./store";

/** The numbers inside the cell in focus, of both branches. */
export interface CellInside {
  /** What they are of. */
  key: string;
  global: AttentionCell | null;
  local: ConvolutionCell | null;
}

/** The pointer passes over many cells; what is inside is asked for where it rests. */
const REST_MS = 180;

/** Fetches what is inside the cell in focus while its figure is on the screen. */
export class CellLoader {
  #timer = 0;
  #asked: unknown[] = [];

  constructor(
    readonly store: Store<State>,
    readonly translator: () => TranslatorInstance | null,
  ) {
    store.subscribe(() => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#look(), REST_MS);
    });
    addEventListener("scrollend", () => void this.#look());
  }

  async #look(): Promise<void> {
    const { state } = this.store;
    const sentence = currentSentence(state);
    const translator = this.translator();
    if (!sentence || !translator || !currentReading(state) || !isOnScreen("cell-figure")) return;
    const { row, col } = cellPlace(state, sentence);
    const { stack: side, layer } = state;
    const head = shownHead(state, sentence, "global", row, col);
    const group = shownHead(state, sentence, "local", row, col);
    const asked = [sentence, side, layer, head, group, row, col];
    if (asked.every((one, i) => one === this.#asked[i])) return;
    this.#asked = asked;
    const inside = (branch: "global" | "local", head: number | null) =>
      head === null
        ? null
        : translator
            .cell(sentence.text, { side, layer, branch, head, row, column: col })
            .catch(() => null); // The figure goes on with what the maps tell.
    const [global, local] = (await Promise.all([
      inside("global", head),
      inside("local", group),
    ])) as (Cell | null)[];
    if (this.#asked !== asked) return;
    this.store.set({
      inside: {
        key: cellKey(side, layer, row, col),
        global: global?.kind === "attention" ? global : null,
        local: local?.kind === "convolution" ? local : null,
      },
    });
  }
}

export const cellKey = (side: string, layer: number, row: number, col: number): string =>
  `${side} ${layer} ${row} ${col}`;

function isOnScreen(id: string): boolean {
  const box = document.getElementById(id)?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < innerHeight;
}
