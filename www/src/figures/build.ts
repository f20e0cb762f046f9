import type { Map2D, Measure, SentenceVisualization } from "lite-transformer";
import type { State } from "../app/state";
import { labels } from "../maps/labels";
import { chosen, layerOf, maximum, scaleTop, strongest } from "../maps/select";
import type { MapInput } from "./input";
import { lines, twinLines } from "./lines";
import { matrix, twinMatrix } from "./matrix";
import { once } from "./memo";
import { type Branch, palette } from "./palette";
import type { About, FigureSpec } from "./spec";

/** Below this content width the two maps stand one above the other. */
export const WIDE = 720;

/** The figures of the branches for the chosen layer: one that shows both, or one each where the page is narrow. */
export function branchFigures(state: State, sentence: SentenceVisualization): FigureSpec[] {
  const { stack, head, group, form, scale, dark, width, layer } = state;
  const measure = state.reading?.visualization.measure ?? "weight";
  return once(
    "branches",
    [sentence, stack, layer, head, group, form, scale, dark, width, measure],
    () => {
      const maps = layerOf(sentence, stack, layer);
      const far = chosen(maps?.global, head);
      const near = chosen(maps?.local, group);
      const rows = labels(sentence, stack === "encoder" ? "source" : "target");
      const cols = labels(sentence, stack === "encoder" ? "source" : "prefix");
      // Contributions of the two branches are in one unit, so one scale serves both; weights are not.
      const common =
        measure === "contribution"
          ? Math.max(far ? scaleTop(far, stack) : 0, near ? scaleTop(near, stack) : 0)
          : null;
      const panel = (name: string, branch: Branch, map: Map2D | null) =>
        map ? [{ name, branch, map, max: common ?? scaleTop(map, stack) }] : [];
      const panels = [...panel("global", "global", far), ...panel("local", "local", near)];
      const make = (id: string, some: typeof panels, share: boolean) =>
        mapFigure({
          id,
          title: `${some.map((one) => one.name).join(" and ")} ${measure}s, ${stack} layer ${layer + 1}`,
          summary: some.map((one) => summarise(one.name, one.map, rows, cols)).join(" "),
          form,
          width,
          rowSequence: stack === "encoder" ? "source" : "target",
          colSequence: stack === "encoder" ? "source" : "prefix",
          rowLabels: rows,
          colLabels: cols,
          panels: some,
          about: aboutOf(sentence, measure),
          share: share && far && near ? (maps?.share ?? null) : null,
          palette: palette(scale, dark),
        });
      if (!panels.length) return [];
      if (width >= WIDE || panels.length === 1) return [make("branches-map", panels, true)];
      return panels.map((one) => make(`${one.name}-map`, [one], false));
    },
  );
}

/** The attention of the translation to the source. */
export function crossFigure(
  state: State,
  sentence: SentenceVisualization,
  width: number,
): FigureSpec | null {
  const { crossHead, form, scale, dark, layer } = state;
  const measure = state.reading?.visualization.measure ?? "weight";
  return once("cross", [sentence, layer, crossHead, form, scale, dark, width, measure], () => {
    const map = chosen(layerOf(sentence, "decoder", layer)?.cross, crossHead);
    if (!map) return null;
    const rows = labels(sentence, "target");
    const cols = labels(sentence, "source");
    return mapFigure({
      id: "cross-map",
      title: `cross-attention ${measure}s, decoder layer ${layer + 1}`,
      summary: summarise("cross", map, rows, cols),
      form,
      width,
      rowSequence: "target",
      colSequence: "source",
      rowLabels: rows,
      colLabels: cols,
      panels: [{ name: "cross", branch: "cross", map, max: maximum(map) }],
      about: aboutOf(sentence, measure),
      share: null,
      palette: palette(scale, dark),
    });
  });
}

/** One or two maps over the same tokens, as matrices or as lines. */
function mapFigure(input: MapInput): FigureSpec {
  const two = input.panels.length === 2;
  if (input.form === "lines") return two ? twinLines(input) : lines(input);
  return two ? twinMatrix(input) : matrix(input);
}

export const aboutOf = ({ text, translation }: SentenceVisualization, measure: Measure): About => ({
  source: text,
  translation,
  measure,
});

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
