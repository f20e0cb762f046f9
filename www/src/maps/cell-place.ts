import type { SentenceVisualization } from "lite-transformer";
import { cellInFocus } from "../app/focus";
import type { State } from "../app/state";
import { labels } from "./labels";
import { at, chosen, layerOf } from "./select";

/** A cell of the branches' maps. */
export interface CellPlace {
  row: number;
  col: number;
}

/** The cell in focus; of a row alone the one that attention gives most, without a row the first. */
export function cellPlace(state: State, sentence: SentenceVisualization): CellPlace {
  const encoder = state.stack === "encoder";
  const of = (sequence: "source" | "target" | "prefix") => ({
    sequence,
    labels: labels(sentence, sequence),
  });
  const found = cellInFocus(state, {
    rows: of(encoder ? "source" : "target"),
    cols: of(encoder ? "source" : "prefix"),
  });
  const row = found.row ?? 0;
  return { row, col: found.col ?? best(state, sentence, row) };
}

function best(state: State, sentence: SentenceVisualization, row: number): number {
  const maps = layerOf(sentence, state.stack, state.layer);
  const map = chosen(maps?.global, state.head) ?? chosen(maps?.local, state.group);
  if (!map) return 0;
  const line = map.data.subarray(row * map.cols, (row + 1) * map.cols);
  return line.reduce((top, value, i) => (value > line[top]! ? i : top), 0);
}

/** The head whose cell is worked out: the chosen one, of their mean the one that gives the cell most; null without the branch. */
export function shownHead(
  { stack, layer, head, group }: Pick<State, "stack" | "layer" | "head" | "group">,
  sentence: SentenceVisualization,
  branch: "global" | "local",
  row: number,
  col: number,
): number | null {
  const maps = layerOf(sentence, stack, layer)?.[branch] ?? [];
  if (!maps.length) return null;
  const choice = branch === "global" ? head : group;
  if (choice !== "mean") return Math.min(choice, maps.length - 1);
  return maps.reduce(
    (best, map, i) => (at(map, row, col) > at(maps[best]!, row, col) ? i : best),
    0,
  );
}
