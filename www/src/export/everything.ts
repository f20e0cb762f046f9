import type { LayerMaps, Map2D, SentenceVisualization } from "lite-transformer";
import type { State } from "../app/state";
import { makeBranchFigures, makeCrossFigure, type View, viewOf } from "../figures/build";
import type { FigureSpec } from "../figures/spec";
import { type Label, labels } from "../maps/labels";
import { csv, type Records } from "./csv";
import { svgFile } from "./figure-svg";
import { download } from "./files";
import { fontRule } from "./font";
import type { Look } from "./look";
import { fileName, slug } from "./names";
import { comments, type Provenance, provenance } from "./provenance";

/** Wide enough for both branches beside each other. */
const WIDTH = 1080;

/** Every map of a sentence as one ZIP: pictures of all layers, all numbers as CSV and JSON, and where they are from. */
export async function saveEverything(
  state: State,
  sentence: SentenceVisualization,
  look: Look,
): Promise<string> {
  const { strToU8, zip } = await import("fflate");
  const origin = provenance(state, sentence);
  const view = viewOf(state);
  const font = await fontRule();
  const files: Record<string, Uint8Array> = {
    "README.txt": strToU8(readme(origin)),
    "maps.csv": strToU8(comments(`all maps, ${view.measure}s`, origin) + csv(recordsOf(sentence))),
    "maps.json": strToU8(JSON.stringify({ ...origin, measure: view.measure, ...sentence }, nested)),
  };
  for (const spec of specsOf(view, sentence)) {
    const none = { row: null, col: null };
    const { text } = svgFile(spec, { ...look, marked: false }, none, state.scale, origin, font);
    files[`pictures/${fileName([spec.about.file], "svg")}`] = strToU8(text);
  }
  const archive = await new Promise<Uint8Array>((done, failed) =>
    zip(files, { level: 6 }, (error, data) => (error ? failed(error) : done(data))),
  );
  const name = fileName(["lite-transformer", origin.model, slug(origin.source)], "zip");
  download(name, "application/zip", archive.slice());
  return name;
}

/** Float32Array is no list to JSON. */
const nested = (_: string, value: unknown) =>
  value instanceof Float32Array ? Array.from(value) : value;

/** The mean maps of every layer: of both branches together, and across the languages. */
function specsOf(view: View, sentence: SentenceVisualization): FigureSpec[] {
  const plain: View = {
    ...view,
    width: WIDTH,
    form: "matrix",
    head: "mean",
    group: "mean",
    crossHead: "mean",
  };
  const branches = (["encoder", "decoder"] as const).flatMap((stack) =>
    sentence[stack].flatMap((_, layer) => makeBranchFigures({ ...plain, stack, layer }, sentence)),
  );
  const cross = sentence.decoder.map((_, layer) =>
    makeCrossFigure({ ...plain, width: WIDTH / 2 }, layer, sentence),
  );
  return [...branches, ...cross.filter((spec) => spec !== null)];
}

/** One record an entry of every map. */
function recordsOf(sentence: SentenceVisualization): Records {
  const source = labels(sentence, "source");
  const target = labels(sentence, "target");
  const prefix = labels(sentence, "prefix");
  return (["encoder", "decoder"] as const).flatMap((stack) => {
    const rows = stack === "encoder" ? source : target;
    const cols = stack === "encoder" ? source : prefix;
    const of = (maps: LayerMaps, layer: number, branch: "global" | "local" | "cross") =>
      (maps[branch] ?? []).flatMap((map, head) =>
        entries(map, rows, branch === "cross" ? source : cols, {
          stack,
          layer: layer + 1,
          branch,
          head: head + 1,
        }),
      );
    return sentence[stack].flatMap((maps, layer) => [
      ...of(maps, layer, "global"),
      ...of(maps, layer, "local"),
      ...of(maps, layer, "cross"),
    ]);
  });
}

function entries(
  map: Map2D,
  rows: readonly Label[],
  cols: readonly Label[],
  where: Record<string, string | number>,
): Records {
  return Array.from(map.data, (value, i) => {
    const row = Math.floor(i / map.cols);
    const column = i % map.cols;
    return {
      ...where,
      row,
      row_token: rows[row]?.text ?? "",
      column,
      column_token: cols[column]?.text ?? "",
      value,
    };
  });
}

const readme = (origin: Provenance): string => `All maps of one sentence.

${Object.entries(origin)
  .map(([name, value]) => `${name}: ${value}`)
  .join("\n")}

pictures/   the mean map of every layer as SVG: both branches, and the attention of the translation to the source
maps.csv    every entry of every map of every head, one a line; rows look at columns
maps.json   the same with candidates, beam and shares of the branches
`;
