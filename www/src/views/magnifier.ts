import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import { cellInFocus } from "../app/focus";
import type { State } from "../app/state";
import { step } from "../figures/palette";
import type { Cell, FigureSpec } from "../figures/spec";
import { type Label, short } from "../maps/labels";
import { at, strongestRow } from "../maps/select";

/** Tokens to either side of the focus. */
const AROUND = 6;
const CELL = 18;
const SIDE = 76;
const TOP = 70;

/** The neighbourhood of the focus, large, where a map's cells are too small to be read or tapped. */
export function magnifier(
  state: State,
  actions: Actions,
  spec: FigureSpec,
): TemplateResult | typeof nothing {
  if (!spec.sampled) return nothing;
  const focus = cellInFocus(state, spec);
  return html`
    <div class="magnifier" role="group" aria-label="The neighbourhood of the focus, magnified">
      ${spec.series.map((one) => panel(spec, one, centre(one.map, focus), focus, actions))}
    </div>
  `;
}

/** What is in the middle: the cell in focus; of a row or a column alone its strongest. */
function centre(map: FigureSpec["series"][number]["map"], { row, col }: Cell): [number, number] {
  if (row === null && col === null) return [AROUND, AROUND];
  const y = row ?? strongestRow(map, col!);
  if (col !== null) return [y, col];
  let best = 0;
  for (let i = 1; i < map.cols; i++) if (at(map, y, i) > at(map, y, best)) best = i;
  return [y, best];
}

function panel(
  spec: FigureSpec,
  { name, branch, map, max }: FigureSpec["series"][number],
  [y, x]: [number, number],
  focus: Cell,
  actions: Actions,
): TemplateResult {
  const rows = window(y, map.rows);
  const cols = window(x, map.cols);
  const { css } = spec.palette.branch[branch].ramp;
  const width = SIDE + cols.length * CELL + 40;
  const height = TOP + rows.length * CELL + 2;
  const text = (labels: readonly Label[], index: number) => short(labels[index] ?? labels[0]!, 10);
  const go = (row: number, col: number) => () =>
    actions.pin(
      {
        at: { sequence: spec.rows.sequence, index: row },
        to: { sequence: spec.cols.sequence, index: col },
      },
      true,
    );
  return html`
    <svg class="magnified" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${`${name}, rows ${rows[0]! + 1} to ${rows.at(-1)! + 1}, columns ${cols[0]! + 1} to ${cols.at(-1)! + 1}`}>
      ${rows.map((row, r) => svg`<text class=${`label${row === focus.row ? " lit" : ""}`} x=${SIDE - 6} y=${TOP + (r + 0.5) * CELL} text-anchor="end" dominant-baseline="central" font-size="12">${text(spec.rows.labels, row)}</text>`)}
      ${cols.map((col, c) => svg`<text class=${`label${col === focus.col ? " lit" : ""}`} transform=${`translate(${SIDE + (c + 0.5) * CELL + 2} ${TOP - 6}) rotate(-50)`} font-size="12">${text(spec.cols.labels, col)}</text>`)}
      ${rows.map((row, r) =>
        cols.map(
          (col, c) =>
            svg`<rect class=${row === focus.row && col === focus.col ? "spot" : ""} x=${SIDE + c * CELL} y=${TOP + r * CELL} width=${CELL - 1} height=${CELL - 1} style=${`fill:${css[step(at(map, row, col), max)]}`} @click=${go(row, col)} />`,
        ),
      )}
    </svg>
  `;
}

/** Up to 2 × AROUND + 1 places with the given one as near to the middle as the ends allow. */
function window(middle: number, count: number): number[] {
  const size = Math.min(count, 2 * AROUND + 1);
  const first = Math.max(0, Math.min(count - size, middle - AROUND));
  return Array.from({ length: size }, (_, i) => first + i);
}
