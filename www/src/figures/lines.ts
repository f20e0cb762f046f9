import { svg } from "lit-html";
import { base, type MapInput, type Panel } from "./input";
import { labelStyle, widest } from "./layout";
import { rowLabels, shareBars } from "./marks";
import { type FigureSpec, type Ribbon, ribbonPath } from "./spec";

/** Entries weaker than this share of the strongest would be invisible; they are left out. */
const FAINT = 0.03;

function ribbons(
  panel: Panel,
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
export function twinLines(input: MapInput): FigureSpec {
  const { rowLabels: rows, colLabels: cols, share } = input;
  const [left, right] = input.panels as [Panel, Panel];
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

/** Attending tokens at the left, attended ones at the right. */
export function lines(input: MapInput): FigureSpec {
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
