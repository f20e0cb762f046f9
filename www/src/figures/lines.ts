import { svg } from "lit-html";
import { base, type MapInput } from "./input";
import { labelStyle, widest } from "./layout";
import { rowLabels, shareBars } from "./marks";
import { type FigureSpec, type Panel, type Ribbon, ribbonPath } from "./spec";

/** Entries weaker than this share of the strongest would be invisible; they are left out. */
const FAINT = 0.03;
/** The most lines of a panel. More would be a grey cloth that takes seconds to draw. */
const MOST = 1000;
/** The most lines that a token in focus lights up. */
const MOST_LIT = 80;

type Points = { x: (side: "from" | "to") => number; y: (index: number) => number };

function ribbon({ branch, max, map }: Panel, { x, y }: Points, i: number): Ribbon {
  const row = Math.floor(i / map.cols);
  const col = i % map.cols;
  return {
    branch,
    from: { x: x("from"), y: y(row) },
    to: { x: x("to"), y: y(col) },
    strength: Math.min(1, max > 0 ? map.data[i]! / max : 0),
    row,
    col,
  };
}

/** The strongest entries of a map as lines. */
function ribbons(panel: Panel, points: Points): Ribbon[] {
  const least = threshold(panel) * panel.max;
  const list: Ribbon[] = [];
  const { data } = panel.map;
  for (let i = 0; i < data.length && list.length < MOST; i++)
    if (data[i]! > 0 && data[i]! >= least) list.push(ribbon(panel, points, i));
  return list;
}

/** The strength from which there are no more than MOST entries, or FAINT. */
function threshold({ map: { data }, max }: Panel): number {
  const steps = 256;
  const counts = new Uint32Array(steps + 1);
  for (let i = 0; i < data.length; i++)
    counts[Math.min(steps, Math.floor((data[i]! / (max || 1)) * steps))]! += 1;
  let above = 0;
  for (let step = steps; step > 0; step--) {
    above += counts[step]!;
    if (above > MOST) return Math.max(FAINT, Math.min(1, (step + 1) / steps));
  }
  return FAINT;
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
  const leftPoints: Points = { x: (side) => (side === "from" ? centre - 4 : leftX + 4), y };
  const rightPoints: Points = {
    x: (side) => (side === "from" ? centre + middle + 4 : rightX - 4),
    y,
  };
  const all = [...ribbons(left, leftPoints), ...ribbons(right, rightPoints)];
  return {
    ...base(input),
    sampled: style.every > 1,
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
      ${lit(left, leftPoints, row, col)}
      ${lit(right, rightPoints, row, col)}
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
  const points: Points = { x: (side) => (side === "from" ? leftX + 4 : rightX - 4), y };
  return {
    ...base(input),
    sampled: style.every > 1,
    width: input.width,
    height: top + count * pitch + 8,
    grids: [],
    ribbons: ribbons(panel, points),
    overlay: ({ row, col }) => svg`
      ${rowLabels({ labels: rows, x: leftX - 4, y: top, pitch, anchor: "end", style, focus: row })}
      ${rowLabels({ labels: cols, x: rightX + 4, y: top, pitch, anchor: "start", style, focus: col })}
      ${lit(panel, points, row, col)}
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

/** The lines of the focused row, or of the focused column when no row is, in full strength over the faded rest. */
function lit(panel: Panel, points: Points, row: number | null, col: number | null) {
  const { rows, cols } = panel.map;
  const ofRow = row !== null;
  const fixed = row ?? col;
  if (fixed === null || fixed >= (ofRow ? rows : cols)) return svg``;
  const lines = Array.from({ length: ofRow ? cols : rows }, (_, other) =>
    ribbon(panel, points, ofRow ? fixed * cols + other : other * cols + fixed),
  )
    .filter((one) => one.strength >= FAINT)
    .sort((a, b) => b.strength - a.strength)
    .slice(0, MOST_LIT);
  return svg`${lines.map((one) => svg`<path class=${`ribbon ${one.branch}`} d=${ribbonPath(one)} stroke-width=${0.8 + 4 * one.strength} stroke-opacity=${0.2 + 0.8 * one.strength} />`)}`;
}
