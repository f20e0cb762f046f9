import type { Map2D, Measure, SentenceVisualization } from "lite-transformer";
import type { Choice, Stack, State } from "../app/state";
import { crossLayerOf } from "../maps/alignment";
import { labels } from "../maps/labels";
import { chosen, layerOf, maximum, scaleTop, strongest } from "../maps/select";
import type { MapInput } from "./input";
import { lines, twinLines } from "./lines";
import { matrix, twinMatrix } from "./matrix";
import { once } from "./memo";
import { type Branch, palette } from "./palette";
import type { FigureSpec, Panel } from "./spec";

/** Below this content width the two maps stand one above the other. */
export const WIDE = 720;

/** Which maps, and how they are drawn. */
export type View = Pick<
  State,
  "stack" | "layer" | "head" | "group" | "crossHead" | "form" | "scale" | "range" | "dark" | "width"
> & { measure: Measure };

/** As the page shows it. */
export function viewOf(state: State): View {
  return { ...state, measure: state.reading?.visualization.measure ?? "weight" };
}

/** The figures of the branches for the chosen layer: one that shows both, or one each where the page is narrow. */
export function branchFigures(state: State, sentence: SentenceVisualization): FigureSpec[] {
  const view = viewOf(state);
  const { stack, head, group, form, scale, range, dark, width, layer, measure } = view;
  return once(
    "branches",
    [sentence, stack, layer, head, group, form, scale, range, dark, width, measure],
    () => makeBranchFigures(view, sentence),
  );
}

export function makeBranchFigures(view: View, sentence: SentenceVisualization): FigureSpec[] {
  const { stack, head, group, form, scale, range, dark, width, layer, measure } = view;
  const maps = layerOf(sentence, stack, layer);
  const far = chosen(maps?.global, head);
  const near = chosen(maps?.local, group);
  const rowSequence = stack === "encoder" ? "source" : "target";
  const colSequence = stack === "encoder" ? "source" : "prefix";
  const rows = labels(sentence, rowSequence);
  const cols = labels(sentence, colSequence);
  // Contributions of the two branches are in one unit, so one scale serves both; weights are not.
  const common =
    measure === "contribution" && range === "shared"
      ? Math.max(far ? scaleTop(far, stack) : 0, near ? scaleTop(near, stack) : 0)
      : null;
  const panel = (name: Branch, head: Choice, map: Map2D | null): Panel[] =>
    map
      ? [{ name, branch: name, head: headText(head), map, max: common ?? scaleTop(map, stack) }]
      : [];
  const panels = [...panel("global", head, far), ...panel("local", group, near)];
  const make = (id: string, name: string, some: Panel[], share: boolean) =>
    mapFigure({
      id,
      title: `${some.map(titleOf).join(", ")}, ${measure}s, ${stack} layer ${layer + 1}`,
      summary: some.map((one) => summarise(one.name, one.map, rows, cols)).join(" "),
      form,
      width,
      rowSequence,
      colSequence,
      rowLabels: rows,
      colLabels: cols,
      panels: some,
      about: {
        sentence,
        measure,
        stack,
        layer: layer + 1,
        file: fileOf(name, stack, layer, some, measure),
      },
      share: share && far && near ? (maps?.share ?? null) : null,
      palette: palette(scale, dark),
    });
  if (!panels.length) return [];
  if (width >= WIDE || panels.length === 1) return [make("branches-map", "branches", panels, true)];
  return panels.map((one) => make(`${one.name}-map`, one.name, [one], false));
}

/** The attention of the translation to the source. */
export function crossFigure(
  state: State,
  sentence: SentenceVisualization,
  width: number,
): FigureSpec | null {
  const view = { ...viewOf(state), width };
  const { crossHead, form, scale, dark, measure } = view;
  const layer = crossLayerOf(state, sentence);
  return once("cross", [sentence, layer, crossHead, form, scale, dark, width, measure], () =>
    makeCrossFigure(view, layer, sentence),
  );
}

export function makeCrossFigure(
  { crossHead, form, scale, dark, width, measure }: View,
  layer: number,
  sentence: SentenceVisualization,
): FigureSpec | null {
  const map = chosen(layerOf(sentence, "decoder", layer)?.cross, crossHead);
  if (!map) return null;
  const rows = labels(sentence, "target");
  const cols = labels(sentence, "source");
  const panel: Panel = {
    name: "cross",
    branch: "cross",
    head: headText(crossHead),
    map,
    max: maximum(map),
  };
  return mapFigure({
    id: "cross-map",
    title: `${titleOf(panel)}, ${measure}s, decoder layer ${layer + 1}`,
    summary: summarise("cross", map, rows, cols),
    form,
    width,
    rowSequence: "target",
    colSequence: "source",
    rowLabels: rows,
    colLabels: cols,
    panels: [panel],
    about: {
      sentence,
      measure,
      stack: "decoder",
      layer: layer + 1,
      file: fileOf("cross", "decoder", layer, [panel], measure),
    },
    share: null,
    palette: palette(scale, dark),
  });
}

/** One or two maps over the same tokens, as matrices or as lines. */
function mapFigure(input: MapInput): FigureSpec {
  const two = input.panels.length === 2;
  if (input.form === "lines") return two ? twinLines(input) : lines(input);
  return two ? twinMatrix(input) : matrix(input);
}

const headText = (choice: Choice): string => (choice === "mean" ? "mean" : String(choice + 1));

const KIND: Record<Branch, string> = { global: "head", local: "group", cross: "head" };

function titleOf({ name, branch, head }: Panel): string {
  const kind = KIND[branch];
  return `${name === "cross" ? "cross-attention" : name} ${head === "mean" ? `mean of the ${kind}s` : `${kind} ${head}`}`;
}

/** `branches_encoder-L6_head-2_group-mean_weight` */
function fileOf(
  name: string,
  stack: Stack,
  layer: number,
  panels: readonly Panel[],
  measure: Measure,
): string {
  const heads = panels.map(({ branch, head }) => `${KIND[branch]}-${head}`);
  return [name, `${stack}-L${layer + 1}`, ...heads, measure].join("_");
}

export function summarise(
  name: string,
  map: Map2D,
  rows: readonly { text: string }[],
  cols: readonly { text: string }[],
): string {
  const links = strongest(map, 3).map(
    ({ row, col, value }) => `${rows[row]?.text} to ${cols[col]?.text} ${value.toFixed(2)}`,
  );
  return `The ${name} map has ${map.rows} rows and ${map.cols} columns; strongest: ${links.join(", ")}.`;
}
