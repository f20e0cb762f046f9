import type { Cell, FigureSpec } from "../figures/spec";
import { translatePlace } from "../maps/labels";
import { focusOf, type State } from "./state";

/** Which row and column of a figure the focus means, wherever on the page it was set. */
export function cellInFocus(state: State, { rows, cols }: Pick<FigureSpec, "rows" | "cols">): Cell {
  const focus = focusOf(state);
  if (!focus) return { row: null, col: null };
  const atRow = translatePlace(focus.at, rows.sequence);
  const row = atRow ?? translatePlace(focus.to, rows.sequence);
  const fromTo = translatePlace(focus.to, cols.sequence);
  // A token that is no row here may still be a column: a source token in the map of the translation.
  const col = fromTo ?? (atRow === null ? translatePlace(focus.at, cols.sequence) : null);
  return {
    row: row !== null && row < rows.labels.length ? row : null,
    col: col !== null && col < cols.labels.length ? col : null,
  };
}
