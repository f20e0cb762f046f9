import { svg } from "lit-html";
import type { Focus } from "../app/state";
import { base, type MapInput } from "./input";
import { cellSize, headRoom, labelStyle, widest } from "./layout";
import { columnLabels, crosshair, everyTen, rowLabels, shareBars } from "./marks";
import type { FigureSpec, Grid, Panel } from "./spec";

/** No cell grows beyond this, however short the sentence. */
const LARGEST = 48;

/**
 * Two matrices back to back. The attending tokens stand once, in the middle, and serve both; behind
 * each runs a bar that splits where the two branches' shares of the update meet.
 */
export function twinMatrix(input: MapInput): FigureSpec {
  const { width, rowLabels: rows, colLabels: cols, share } = input;
  const [left, right] = input.panels as [Panel, Panel];
  const middle = Math.round(Math.max(72, Math.min(150, widest(rows, 13) + 36)));
  const gutter = 14;
  // The lean of the last column label needs room on the right, and its size depends on the cell.
  const rough = labelStyle(cellSize((width - middle - 2 * gutter) / 2, cols.length, LARGEST));
  const { right: overhang } = headRoom(cols, rough);
  const cell = cellSize((width - middle - 2 * gutter - overhang) / 2, cols.length, LARGEST);
  const style = labelStyle(cell);
  // Whole pixels, or cells would be blurred at their edges.
  const top = Math.ceil(headRoom(cols, style).top);
  const mapWidth = cols.length * cell;
  const total = 2 * mapWidth + middle + 2 * gutter;
  const x0 = Math.floor(Math.max(0, (width - total - overhang / 2) / 2));
  const height = top + rows.length * cell + (style.every === 1 ? 6 : 22);
  const causal = isCausal(input);
  const leftGrid: Grid = {
    map: left.map,
    branch: left.branch,
    x: x0,
    y: top,
    cell,
    max: left.max,
    causal,
  };
  const centre = x0 + mapWidth + gutter;
  const rightGrid: Grid = {
    map: right.map,
    branch: right.branch,
    x: centre + middle + gutter,
    y: top,
    cell,
    max: right.max,
    causal,
  };
  const grids = [leftGrid, rightGrid];
  return {
    ...base(input),
    anchors: grids.map((grid) => grid.x),
    sampled: style.every > 1,
    width,
    height,
    grids,
    ribbons: [],
    overlay: ({ row, col }) => svg`
      ${share ? svg`<text class="caption" x=${centre + middle / 2} y=${top - 9} text-anchor="middle">share</text>${shareBars(share, centre, top, middle, cell, row)}` : svg``}
      ${rowLabels({ labels: rows, x: centre + middle / 2, y: top, pitch: cell, anchor: "middle", style, focus: row })}
      ${grids.map((grid) => svg`${columnLabels(cols, grid.x, grid.y, cell, style, col)}${style.every === 1 ? svg`` : everyTen(grid)}${crosshair(grid, row, col)}`)}
    `,
    pick: (x, y) => pickFrom(grids, input, x, y),
  };
}

/** One matrix with its rows named at the left. */
export function matrix(input: MapInput): FigureSpec {
  const { width, rowLabels: rows, colLabels: cols, palette } = input;
  const panel = input.panels[0]!;
  const side = Math.round(Math.max(40, Math.min(width < 500 ? 84 : 130, widest(rows, 13) + 12)));
  const rough = labelStyle(cellSize(width - side, cols.length, LARGEST));
  const { right: overhang } = headRoom(cols, rough);
  const cell = cellSize(width - side - overhang, cols.length, LARGEST);
  const style = labelStyle(cell);
  const top = Math.ceil(headRoom(cols, style).top);
  const x0 = Math.floor(Math.max(0, (width - side - cols.length * cell - overhang) / 2));
  const grid: Grid = {
    map: panel.map,
    branch: panel.branch,
    x: x0 + side,
    y: top,
    cell,
    max: panel.max,
    causal: isCausal(input),
  };
  return {
    ...base(input),
    palette,
    sampled: style.every > 1,
    width,
    height: top + rows.length * cell + (style.every === 1 ? 6 : 22),
    grids: [grid],
    ribbons: [],
    overlay: ({ row, col }) => svg`
      ${rowLabels({ labels: rows, x: grid.x - 10, y: top, pitch: cell, anchor: "end", style, focus: row })}
      ${columnLabels(cols, grid.x, top, cell, style, col)}
      ${style.every === 1 ? svg`` : everyTen(grid)}
      ${crosshair(grid, row, col)}
    `,
    pick: (x, y) => pickFrom([grid], input, x, y),
  };
}

/** A decoder that looks at what it has written. */
const isCausal = ({ colSequence }: MapInput): boolean => colSequence.endsWith("prefix");

function pickFrom(grids: readonly Grid[], input: MapInput, x: number, y: number): Focus | null {
  const first = grids[0]!;
  const row = Math.floor((y - first.y) / first.cell);
  if (row >= input.rowLabels.length || y < 0) return null;
  for (const grid of grids) {
    const col = Math.floor((x - grid.x) / grid.cell);
    if (col < 0 || col >= grid.map.cols) continue;
    const to = { sequence: input.colSequence, index: col };
    return row < 0 ? { at: to, to: null } : { at: { sequence: input.rowSequence, index: row }, to };
  }
  const near = grids.some((grid) => x > grid.x - 160 && x < grid.x + grid.map.cols * grid.cell);
  return row >= 0 && near ? { at: { sequence: input.rowSequence, index: row }, to: null } : null;
}
