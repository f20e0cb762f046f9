import { svg } from "lit-html";
import type { Map2D } from "lite-transformer";
import type { Focus, Form, Sequence } from "../app/state";
import type { Label } from "../maps/labels";
import { cellSize, headRoom, labelStyle, widest } from "./layout";
import { columnLabels, crosshair, everyTen, rowLabels } from "./marks";
import { once } from "./memo";
import type { Branch, Palette } from "./palette";
import { type FigureSpec, type Grid, type Ribbon, ribbonPath } from "./spec";

export interface Share {
  global: Float32Array;
  local: Float32Array;
}

export interface MapInput {
  id: string;
  title: string;
  summary: string;
  form: Form;
  width: number;
  rowSequence: Sequence;
  colSequence: Sequence;
  rowLabels: readonly Label[];
  colLabels: readonly Label[];
  panels: { name: string; branch: Branch; map: Map2D; max: number }[];
  share: Share | null;
  palette: Palette;
}

/** No cell grows beyond this, however short the sentence. */
const LARGEST = 48;

/** One or two maps over the same tokens, as matrices or as lines. */
export function mapFigure(input: MapInput): FigureSpec {
  const [left, right] = input.panels;
  if (input.form === "lines") return right ? twinLines(input) : lines(input);
  return left && right ? twinMatrix(input) : matrix(input);
}

function base(
  input: MapInput,
): Pick<
  FigureSpec,
  "id" | "title" | "summary" | "anchors" | "rows" | "cols" | "series" | "palette"
> {
  return {
    id: input.id,
    title: input.title,
    summary: input.summary,
    anchors: [],
    rows: { sequence: input.rowSequence, count: input.rowLabels.length },
    cols: { sequence: input.colSequence, count: input.colLabels.length },
    series: input.panels,
    palette: input.palette,
  };
}

/**
 * Two matrices back to back. The attending tokens stand once, in the middle, and serve both; behind
 * each runs a bar that splits where the two branches' shares of the update meet.
 */
function twinMatrix(input: MapInput): FigureSpec {
  const { width, rowLabels: rows, colLabels: cols, share } = input;
  const [left, right] = input.panels as [MapInput["panels"][0], MapInput["panels"][0]];
  const middle = Math.max(72, Math.min(150, widest(rows, 13) + 36));
  const gutter = 14;
  // The lean of the last column label needs room on the right, and its size depends on the cell.
  const rough = labelStyle(cellSize((width - middle - 2 * gutter) / 2, cols.length, LARGEST));
  const { right: overhang } = headRoom(cols, rough);
  const cell = cellSize((width - middle - 2 * gutter - overhang) / 2, cols.length, LARGEST);
  const style = labelStyle(cell);
  const { top } = headRoom(cols, style);
  const mapWidth = cols.length * cell;
  const total = 2 * mapWidth + middle + 2 * gutter;
  const x0 = Math.max(0, (width - total - overhang / 2) / 2);
  const height = top + rows.length * cell + (style.all ? 6 : 22);
  const leftGrid: Grid = { map: left.map, branch: left.branch, x: x0, y: top, cell, max: left.max };
  const centre = x0 + mapWidth + gutter;
  const rightGrid: Grid = {
    map: right.map,
    branch: right.branch,
    x: centre + middle + gutter,
    y: top,
    cell,
    max: right.max,
  };
  const grids = [leftGrid, rightGrid];
  return {
    ...base(input),
    anchors: grids.map((grid) => grid.x),
    width,
    height,
    grids,
    ribbons: [],
    overlay: ({ row, col }) => svg`
      ${share ? svg`<text class="caption" x=${centre + middle / 2} y=${top - 9} text-anchor="middle">share</text>${shareBars(share, centre, top, middle, cell, row)}` : svg``}
      ${rowLabels({ labels: rows, x: centre + middle / 2, y: top, pitch: cell, anchor: "middle", style, focus: row })}
      ${grids.map((grid) => svg`${columnLabels(cols, grid.x, grid.y, cell, style, col)}${style.all ? svg`` : everyTen(grid)}${crosshair(grid, row, col)}`)}
    `,
    pick: (x, y) => pickFrom(grids, input, x, y),
  };
}

function shareBars(
  share: Share,
  x: number,
  y: number,
  width: number,
  pitch: number,
  focus: number | null,
) {
  const gap = pitch >= 18 ? 2 : pitch >= 9 ? 1 : 0;
  const high = pitch - gap;
  // One path for each branch: a rectangle for each token would be thousands of elements on a long text.
  const bars = once(`share-${x}`, [share, x, y, width, pitch], () => {
    let global = "";
    let local = "";
    share.global.forEach((part, i) => {
      const split = Math.round(width * part * 10) / 10;
      const top = y + i * pitch;
      global += `M${x},${top}h${Math.max(0, split - 0.5)}v${high}H${x}z`;
      local += `M${x + split + 0.5},${top}H${x + width}v${high}H${x + split + 0.5}z`;
    });
    return { global, local };
  });
  const split = focus === null ? 0 : width * (share.global[focus] ?? 0);
  const top = y + (focus ?? 0) * pitch;
  return svg`
    <path class="share global" d=${bars.global} />
    <path class="share local" d=${bars.local} />
    ${
      focus === null
        ? svg``
        : svg`
      <rect class="share global" x=${x} y=${top} width=${Math.max(0, split - 0.5)} height=${high} />
      <rect class="share local" x=${x + split + 0.5} y=${top} width=${Math.max(0, width - split - 0.5)} height=${high} />`
    }`;
}

function matrix(input: MapInput): FigureSpec {
  const { width, rowLabels: rows, colLabels: cols, palette } = input;
  const panel = input.panels[0]!;
  const side = Math.max(40, Math.min(width < 500 ? 84 : 130, widest(rows, 13) + 12));
  const rough = labelStyle(cellSize(width - side, cols.length, LARGEST));
  const { right: overhang } = headRoom(cols, rough);
  const cell = cellSize(width - side - overhang, cols.length, LARGEST);
  const style = labelStyle(cell);
  const { top } = headRoom(cols, style);
  const x0 = Math.max(0, (width - side - cols.length * cell - overhang) / 2);
  const grid: Grid = {
    map: panel.map,
    branch: panel.branch,
    x: x0 + side,
    y: top,
    cell,
    max: panel.max,
  };
  return {
    ...base(input),
    palette,
    width,
    height: top + rows.length * cell + (style.all ? 6 : 22),
    grids: [grid],
    ribbons: [],
    overlay: ({ row, col }) => svg`
      ${rowLabels({ labels: rows, x: grid.x - 10, y: top, pitch: cell, anchor: "end", style, focus: row })}
      ${columnLabels(cols, grid.x, top, cell, style, col)}
      ${style.all ? svg`` : everyTen(grid)}
      ${crosshair(grid, row, col)}
    `,
    pick: (x, y) => pickFrom([grid], input, x, y),
  };
}

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

/** Entries weaker than this share of the strongest would be invisible; they are left out. */
const FAINT = 0.03;

function ribbons(
  panel: MapInput["panels"][0],
  from: (row: number) => { x: number; y: number },
  to: (col: number) => { x: number; y: number },
): Ribbon[] {
  const list: Ribbon[] = [];
  panel.map.data.forEach((value, i) => {
    const strength = panel.max > 0 ? value / panel.max : 0;
    if (strength < FAINT) return;
    const row = Math.floor(i / panel.map.cols);
    const col = i % panel.map.cols;
    list.push({
      branch: panel.branch,
      from: from(row),
      to: to(col),
      strength: Math.min(1, strength),
      row,
      col,
    });
  });
  return list;
}

const linePitch = (count: number): number => Math.max(5, Math.min(28, 900 / count));

/** Attending tokens in the middle; lines run left through the global branch, right through the local. */
function twinLines(input: MapInput): FigureSpec {
  const { rowLabels: rows, colLabels: cols, share } = input;
  const [left, right] = input.panels as [MapInput["panels"][0], MapInput["panels"][0]];
  const count = Math.max(rows.length, cols.length);
  const pitch = linePitch(count);
  const style = { ...labelStyle(pitch), size: Math.min(13, Math.max(10, pitch * 0.62)) };
  const side = Math.min(130, widest(cols, style.size) + 12);
  const middle = Math.max(72, Math.min(150, widest(rows, style.size) + 28));
  const width = input.width;
  const span = Math.max(60, Math.min(300, (width - 2 * side - middle) / 2));
  const x0 = Math.max(0, (width - 2 * side - 2 * span - middle) / 2);
  const top = 10;
  const y = (i: number) => top + (i + 0.5) * pitch;
  const leftX = x0 + side;
  const centre = leftX + span;
  const rightX = centre + middle + span;
  const all = [
    ...ribbons(
      left,
      (row) => ({ x: centre - 4, y: y(row) }),
      (col) => ({ x: leftX + 4, y: y(col) }),
    ),
    ...ribbons(
      right,
      (row) => ({ x: centre + middle + 4, y: y(row) }),
      (col) => ({ x: rightX - 4, y: y(col) }),
    ),
  ];
  return {
    ...base(input),
    anchors: [x0, centre + middle + 12],
    width,
    height: top + count * pitch + 8,
    grids: [],
    ribbons: all,
    overlay: ({ row, col }) => svg`
      ${share ? shareBars(share, centre, top, middle, pitch, row) : svg``}
      ${rowLabels({ labels: rows, x: centre + middle / 2, y: top, pitch, anchor: "middle", style, focus: row })}
      ${rowLabels({ labels: cols, x: leftX - 4, y: top, pitch, anchor: "end", style, focus: col })}
      ${rowLabels({ labels: cols, x: rightX + 4, y: top, pitch, anchor: "start", style, focus: col })}
      ${litRibbons(all, row, col)}
    `,
    pick: (x, py) => {
      const index = Math.floor((py - top) / pitch);
      if (index < 0) return null;
      const middleHalf = x > (leftX + centre) / 2 && x < (centre + middle + rightX) / 2;
      if (middleHalf)
        return index < rows.length
          ? { at: { sequence: input.rowSequence, index }, to: null }
          : null;
      return index < cols.length ? { at: { sequence: input.colSequence, index }, to: null } : null;
    },
  };
}

function lines(input: MapInput): FigureSpec {
  const { rowLabels: rows, colLabels: cols } = input;
  const panel = input.panels[0]!;
  const count = Math.max(rows.length, cols.length);
  const pitch = linePitch(count);
  const style = { ...labelStyle(pitch), size: Math.min(13, Math.max(10, pitch * 0.62)) };
  const leftSide = Math.min(120, widest(rows, style.size) + 12);
  const rightSide = Math.min(120, widest(cols, style.size) + 12);
  const span = Math.max(60, Math.min(320, input.width - leftSide - rightSide));
  const x0 = Math.max(0, (input.width - leftSide - rightSide - span) / 2);
  const top = 10;
  const y = (i: number) => top + (i + 0.5) * pitch;
  const leftX = x0 + leftSide;
  const rightX = leftX + span;
  const all = ribbons(
    panel,
    (row) => ({ x: leftX + 4, y: y(row) }),
    (col) => ({ x: rightX - 4, y: y(col) }),
  );
  return {
    ...base(input),
    width: input.width,
    height: top + count * pitch + 8,
    grids: [],
    ribbons: all,
    overlay: ({ row, col }) => svg`
      ${rowLabels({ labels: rows, x: leftX - 4, y: top, pitch, anchor: "end", style, focus: row })}
      ${rowLabels({ labels: cols, x: rightX + 4, y: top, pitch, anchor: "start", style, focus: col })}
      ${litRibbons(all, row, col)}
    `,
    pick: (x, py) => {
      const index = Math.floor((py - top) / pitch);
      if (index < 0) return null;
      if (x < (leftX + rightX) / 2)
        return index < rows.length
          ? { at: { sequence: input.rowSequence, index }, to: null }
          : null;
      return index < cols.length ? { at: { sequence: input.colSequence, index }, to: null } : null;
    },
  };
}

/** The ribbons of the focused row, or of the focused column when no row is, in full strength over the faded rest. */
function litRibbons(all: readonly Ribbon[], row: number | null, col: number | null) {
  if (row === null && col === null) return svg``;
  const lit = all.filter((ribbon) => (row !== null ? ribbon.row === row : ribbon.col === col));
  return svg`${lit.map((ribbon) => svg`<path class=${`ribbon ${ribbon.branch}`} d=${ribbonPath(ribbon)} stroke-width=${0.8 + 4 * ribbon.strength} stroke-opacity=${0.2 + 0.8 * ribbon.strength} />`)}`;
}
