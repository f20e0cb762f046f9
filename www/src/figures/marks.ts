import { nothing, type SVGTemplateResult, svg } from "lit-html";
import { type Label, short } from "../maps/labels";
import type { Share } from "./input";
import type { LabelStyle } from "./layout";
import { once } from "./memo";
import { gapOf } from "./paint";
import type { Grid } from "./spec";

// The overlay's vocabulary: labels beside rows and above columns, and the marks of what is in focus.

interface RowLabels {
  labels: readonly Label[];
  x: number;
  y: number;
  pitch: number;
  anchor: "start" | "middle" | "end";
  style: LabelStyle;
  focus: number | null;
}

export function rowLabels({
  labels,
  x,
  y,
  pitch,
  anchor,
  style,
  focus,
}: RowLabels): SVGTemplateResult[] {
  const one = (label: Label, i: number) =>
    svg`<text class=${labelClass(label, i === focus)} x=${x} y=${y + (i + 0.5) * pitch} font-size=${style.size} text-anchor=${anchor} dominant-baseline="central">${short(label)}</text>`;
  return labels.flatMap((label, i) => (isDrawn(i, style, focus) ? [one(label, i)] : []));
}

/** Of sampled labels the one in focus comes first: those that it would overlap stay away. */
function isDrawn(index: number, { every }: LabelStyle, focus: number | null): boolean {
  if (every === 1 || index === focus) return true;
  return index % every === 0 && (focus === null || Math.abs(index - focus) >= every);
}

export function columnLabels(
  labels: readonly Label[],
  x: number,
  y: number,
  pitch: number,
  style: LabelStyle,
  focus: number | null,
): SVGTemplateResult {
  const centre = (i: number) => x + (i + 0.5) * pitch;
  // One turn for all of them, each placed in the turned frame: a turn each costs the browser a layer each.
  const angle = (style.angle * Math.PI) / 180;
  const dx = style.angle === -90 ? style.size * 0.34 : 0;
  const turned = (i: number) => {
    const [px, py] = [centre(i) + dx, y - 7];
    return [
      px * Math.cos(angle) + py * Math.sin(angle),
      py * Math.cos(angle) - px * Math.sin(angle),
    ].map((value) => Math.round(value * 100) / 100) as [number, number];
  };
  return svg`<g font-size=${style.size} transform=${`rotate(${style.angle})`}>${labels.map(
    (label, i) => {
      if (!isDrawn(i, style, focus)) return nothing;
      const [u, v] = turned(i);
      return svg`<text class=${labelClass(label, i === focus)} x=${u} y=${v}>${short(label)}</text>`;
    },
  )}</g>`;
}

function labelClass(label: Label, lit: boolean): string {
  return `label${label.special ? " special" : ""}${lit ? " lit" : ""}`;
}

/** Outlines of the focused row and column, and of the cell where they cross. */
export function crosshair(grid: Grid, row: number | null, col: number | null): SVGTemplateResult {
  const gap = gapOf(grid.cell);
  const width = grid.map.cols * grid.cell - gap;
  const height = grid.map.rows * grid.cell - gap;
  const side = grid.cell - gap;
  const inRow = row !== null && row < grid.map.rows;
  const inCol = col !== null && col < grid.map.cols;
  const y = grid.y + (row ?? 0) * grid.cell;
  const x = grid.x + (col ?? 0) * grid.cell;
  return svg`
    ${inRow ? svg`<rect class="band" x=${grid.x - 1.5} y=${y - 1.5} width=${width + 3} height=${side + 3} rx="3" />` : svg``}
    ${inCol ? svg`<rect class="band" x=${x - 1.5} y=${grid.y - 1.5} width=${side + 3} height=${height + 3} rx="3" />` : svg``}
    ${inRow && inCol ? svg`<rect class="spot" x=${x - 2} y=${y - 2} width=${side + 4} height=${side + 4} rx="3" />` : svg``}
  `;
}

/** Fine ticks that give large maps, whose labels have no room, a sense of position. */
export function everyTen(grid: Grid): SVGTemplateResult {
  const ticks = Array.from({ length: Math.floor(grid.map.cols / 10) + 1 }, (_, i) => i * 10);
  return svg`${ticks.map((i) => svg`<text class="tick" x=${grid.x + i * grid.cell} y=${grid.y + grid.map.rows * grid.cell + 13} font-size="10" text-anchor="middle">${i}</text>`)}`;
}

/** Behind each row's label: a bar that splits where the two branches' shares of the update meet. */
export function shareBars(
  share: Share,
  x: number,
  y: number,
  width: number,
  pitch: number,
  focus: number | null,
) {
  const gap = gapOf(pitch);
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
