import type { SVGTemplateResult } from "lit-html";
import type { Map2D, Measure, SentenceVisualization } from "lite-transformer";
import type { ModelName } from "../app/pairing";
import type { Focus, Sequence, Stack } from "../app/state";
import type { Label } from "../maps/labels";
import type { Branch, Palette } from "./palette";

/**
 * A figure before it is drawn. The page paints `grids` and `ribbons` on a canvas (a map of 250 tokens
 * has 62,500 cells, too many for elements) and lays `overlay` over it as SVG; the exporter writes the
 * same three as one SVG file. Drawn by hand rather than with a chart library because rows, labels and
 * bars of two maps share one geometry.
 */
export interface FigureSpec {
  id: string;
  title: string;
  /** A sentence or two that say what the figure shows, for those who don't see it. */
  summary: string;
  width: number;
  height: number;
  /** Whether only some labels have room. */
  sampled: boolean;
  /** Where the panels begin, for the headings above them. */
  anchors: number[];
  rows: { sequence: Sequence; labels: readonly Label[] };
  cols: { sequence: Sequence; labels: readonly Label[] };
  /** What was translated, for downloads. */
  about: About;
  /** What the numbers are, for tables and downloads. */
  series: Panel[];
  grids: Grid[];
  ribbons: Ribbon[];
  /** SVG over the canvas, a function of what is in focus. */
  overlay: (focus: Cell) => SVGTemplateResult;
  /** The cell (or row, or column) under a point. */
  pick: (x: number, y: number) => Focus | null;
  palette: Palette;
}

/** Where a figure's numbers are from. */
export interface About {
  sentence: Pick<SentenceVisualization, "text" | "translation">;
  /** The model, where it isn't the page's own. */
  model?: ModelName | null;
  measure: Measure;
  stack: Stack;
  /** Counted from 1; null for a mean of all layers. */
  layer: number | null;
  /** The name of a file with it, without the sentence. */
  file: string;
}

/** A map of a figure. */
export interface Panel {
  name: string;
  branch: Branch;
  /** The head or channel group, counted from 1, or "mean". */
  head: string;
  map: Map2D;
  /** The value at the top of its colour scale. */
  max: number;
}

export interface Cell {
  row: number | null;
  col: number | null;
}

/** A map as a matrix of squares. */
export interface Grid {
  map: Map2D;
  branch: Branch;
  x: number;
  y: number;
  cell: number;
  max: number;
  /** Columns to the right of the diagonal are not there yet for the row: a step of the decoder can't look ahead. */
  causal: boolean;
}

/** The outline of what a causal map's rows can't see; empty for others. */
export function maskedPath({ map, x, y, cell, causal }: Grid, gap: number): string {
  const last = Math.min(map.rows, map.cols) - 1;
  if (!causal || last < 1) return "";
  const steps = Array.from({ length: last }, (_, i) => last - 1 - i);
  const back = steps.map((row) => `H${x + (row + 1) * cell}V${y + row * cell}`);
  return `M${x + cell},${y}H${x + map.cols * cell - gap}V${y + last * cell - gap}${back.join("")}Z`;
}

/** One entry of a map as a curve from the attending token to the attended one. */
export interface Ribbon {
  branch: Branch;
  from: { x: number; y: number };
  to: { x: number; y: number };
  strength: number;
  row: number;
  col: number;
}

export function ribbonPath({ from, to }: Ribbon): string {
  const middle = (from.x + to.x) / 2;
  return `M${from.x},${from.y}C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`;
}

/** The same curve on a canvas. */
export function traceRibbon(context: CanvasRenderingContext2D, { from, to }: Ribbon): void {
  const middle = (from.x + to.x) / 2;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
}

export const ribbonWidth = (ribbon: Ribbon): number => 0.6 + 3.4 * ribbon.strength;
export const ribbonAlpha = (ribbon: Ribbon): number => Math.min(1, 0.04 + 0.9 * ribbon.strength);
