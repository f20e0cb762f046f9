import { render, svg } from "lit-html";
import type { Measure, SentenceVisualization } from "lite-transformer";
import { cellInFocus } from "../app/focus";
import type { State } from "../app/state";
import { cellRadius, gapOf } from "../figures/paint";
import { step } from "../figures/palette";
import { type FigureSpec, type Grid, ribbonAlpha, ribbonPath, ribbonWidth } from "../figures/spec";
import type { FileKind } from "./chart";
import { download, rasterise } from "./files";

export async function saveFigure(state: State, spec: FigureSpec, kind: FileKind): Promise<void> {
  const name = `${spec.id}.${kind.toLowerCase()}`;
  if (kind === "CSV") return download(name, "text/csv", csvFile(spec));
  if (kind === "JSON") return download(name, "application/json", jsonFile(spec));
  const svg = svgFile(state, spec);
  if (kind === "SVG") return download(name, "image/svg+xml", svg);
  download(name, "image/png", await rasterise(svg, spec.width, spec.height));
}

/** Every map of a sentence, the candidates of its steps and its other readings in one file, for work elsewhere. */
export function saveAllMaps(sentence: SentenceVisualization, measure: Measure): void {
  const nested = (_: string, value: unknown) =>
    value instanceof Float32Array ? Array.from(value) : value;
  download("all-maps.json", "application/json", JSON.stringify({ measure, ...sentence }, nested));
}

/** The figure as one SVG file that needs nothing else: every cell a rectangle, every label a text. */
export function svgFile(state: State, spec: FigureSpec): string {
  const { palette } = spec;
  const style = `
    text{font-family:"Instrument Sans",system-ui,sans-serif;fill:${palette.ink}} .special{font-style:italic;fill:${palette.muted}} .lit{font-weight:700}
    .tick,.caption{fill:${palette.muted}} .caption{font-size:11px} .band{fill:none;stroke:${palette.ink};stroke-opacity:.5} .spot{fill:none;stroke:${palette.ink};stroke-width:2}
    .share{fill-opacity:.22} ${(["global", "local", "cross"] as const)
      .map(
        (name) =>
          `.share.${name}{fill:${palette.branch[name].strong}} .ribbon.${name}{fill:none;stroke:${palette.branch[name].strong}}`,
      )
      .join(" ")}`;
  const holder = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  render(
    svg`
      <title>${spec.title}</title>
      <desc>${spec.summary}</desc>
      <style>${style}</style>
      <rect width="100%" height="100%" fill=${palette.surface} />
      ${spec.grids.map((grid) => svg`<g>${cells(grid, spec)}</g>`)}
      ${spec.ribbons.map((one) => svg`<path d=${ribbonPath(one)} fill="none" stroke=${palette.branch[one.branch].strong} stroke-width=${ribbonWidth(one)} stroke-opacity=${ribbonAlpha(one)} />`)}
      ${spec.overlay(cellInFocus(state, spec))}`,
    holder,
  );
  holder.setAttribute("viewBox", `0 0 ${spec.width} ${spec.height}`);
  holder.setAttribute("width", String(spec.width));
  holder.setAttribute("height", String(spec.height));
  dropComments(holder);
  return new XMLSerializer().serializeToString(holder);
}

function cells({ map, branch, x, y, cell, max }: Grid, { palette }: FigureSpec) {
  const side = cell - gapOf(cell);
  return Array.from(map.data, (value, i) => {
    const row = Math.floor(i / map.cols);
    const col = i % map.cols;
    return svg`<rect x=${x + col * cell} y=${y + row * cell} width=${side} height=${side} rx=${cellRadius(cell)} fill=${palette.branch[branch].ramp.css[step(value, max)]} />`;
  });
}

/** lit marks its places with comments; a file for papers needs none. */
function dropComments(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found: Node[] = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const node of found) node.parentNode?.removeChild(node);
}

const texts = (labels: readonly { text: string }[]): string[] => labels.map((label) => label.text);

/** One line per entry, as statistics programs like it. */
export function csvFile(spec: FigureSpec): string {
  const rows = texts(spec.rows.labels);
  const cols = texts(spec.cols.labels);
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = ["map,row,row_token,column,column_token,value"];
  for (const { name, map } of spec.series) {
    map.data.forEach((value, i) => {
      const row = Math.floor(i / map.cols);
      const col = i % map.cols;
      lines.push(
        [quote(name), row, quote(rows[row] ?? ""), col, quote(cols[col] ?? ""), value].join(","),
      );
    });
  }
  return `${lines.join("\n")}\n`;
}

export function jsonFile(spec: FigureSpec): string {
  const rows = texts(spec.rows.labels);
  const cols = texts(spec.cols.labels);
  return JSON.stringify(
    {
      figure: spec.title,
      ...spec.about,
      rows,
      columns: cols,
      maps: spec.series.map(({ name, map }) => ({
        name,
        values: rows.map((_, row) =>
          Array.from(map.data.subarray(row * map.cols, (row + 1) * map.cols)),
        ),
      })),
    },
    null,
    1,
  );
}
