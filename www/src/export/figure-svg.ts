import { format } from "d3-format";
import { render, type SVGTemplateResult, svg } from "lit-html";
import type { Scale } from "../app/state";
import { cellRadius, gapOf, HATCH } from "../figures/paint";
import { type Branch, type Palette, palette as paletteOf, step } from "../figures/palette";
import {
  type Cell,
  type FigureSpec,
  type Grid,
  maskedPath,
  ribbonAlpha,
  ribbonPath,
  ribbonWidth,
} from "../figures/spec";
import { framed, type LegendEntry } from "./frame";
import { inTheme, type Look } from "./look";
import type { Provenance } from "./provenance";

export interface SvgFile {
  text: string;
  width: number;
  height: number;
}

const BRANCH_NAMES: Record<Branch, string> = {
  global: "Global branch: attention",
  local: "Local branch: convolution",
  cross: "Cross-attention",
};

/** Room for the names over the panels. */
const HEAD = 26;

/** The figure as one SVG file that needs nothing else: every cell a rectangle, every label a text. */
export function svgFile(
  spec: FigureSpec,
  look: Look,
  focus: Cell,
  scale: Scale,
  origin: Provenance,
  font: string,
): SvgFile {
  const palette = inTheme(look.dark, () => paletteOf(scale, look.dark));
  const content = svg`
    ${heads(spec, palette)}
    <g transform=${`translate(0 ${HEAD})`}>
      ${spec.grids.map((grid, i) => svg`<g>${cells(grid, palette)}${mask(grid, palette, `hatch-${i}`)}</g>`)}
      ${spec.ribbons.map((one) => svg`<path d=${ribbonPath(one)} fill="none" stroke=${palette.branch[one.branch].strong} stroke-width=${ribbonWidth(one)} stroke-opacity=${ribbonAlpha(one)} />`)}
      ${spec.overlay(look.marked ? focus : { row: null, col: null })}
    </g>`;
  const legend: LegendEntry[] = spec.series.map(({ name, branch, max }) => ({
    name: `${name} ${spec.about.measure}`,
    ramp: [0, 64, 128, 192, 255].map((i) => palette.branch[branch].ramp.css[i]!),
    max: format(".2~f")(max),
  }));
  return standalone(
    framed({
      title: spec.title,
      width: spec.width,
      height: spec.height + HEAD,
      content,
      legend,
      origin,
      palette,
      style: styleOf(palette),
      font,
    }),
  );
}

/** Serialises a drawing. lit marks its places with comments; a file for papers needs none. */
export function standalone(drawing: {
  svg: SVGTemplateResult;
  width: number;
  height: number;
}): SvgFile {
  const { width, height } = drawing;
  const holder = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  render(drawing.svg, holder);
  holder.setAttribute("viewBox", `0 0 ${width} ${height}`);
  holder.setAttribute("width", String(width));
  holder.setAttribute("height", String(height));
  const walker = document.createTreeWalker(holder, NodeFilter.SHOW_COMMENT);
  const comments: Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.parentNode?.removeChild(comment);
  return { text: new XMLSerializer().serializeToString(holder), width, height };
}

function heads({ series, anchors }: FigureSpec, palette: Palette): SVGTemplateResult[] {
  return series.map(
    ({ branch }, i) =>
      svg`<text x=${anchors[i] ?? 0} y="14" font-size="14" font-weight="600" style=${`fill:${palette.branch[branch].strong}`}>${BRANCH_NAMES[branch]}</text>`,
  );
}

function cells({ map, branch, x, y, cell, max, causal }: Grid, palette: Palette) {
  const side = cell - gapOf(cell);
  return Array.from(map.data, (value, i) => {
    const row = Math.floor(i / map.cols);
    const col = i % map.cols;
    if (causal && col > row) return svg``;
    return svg`<rect x=${x + col * cell} y=${y + row * cell} width=${side} height=${side} rx=${cellRadius(cell)} fill=${palette.branch[branch].ramp.css[step(value, max)]} />`;
  });
}

function mask(grid: Grid, palette: Palette, id: string): SVGTemplateResult {
  const path = maskedPath(grid, gapOf(grid.cell));
  if (!path) return svg``;
  return svg`
    <pattern id=${id} width=${HATCH} height=${HATCH} patternUnits="userSpaceOnUse"><path d=${`M0,0L${HATCH},${HATCH}`} stroke=${palette.rule} /></pattern>
    <path d=${path} fill=${`url(#${id})`}><title>not written yet</title></path>`;
}

const styleOf = (palette: Palette): string => `
    .special{font-style:italic;fill:${palette.muted}} .lit{font-weight:700}
    .tick,.caption{fill:${palette.muted}} .caption{font-size:11px} .band{fill:none;stroke:${palette.ink};stroke-opacity:.5} .spot{fill:none;stroke:${palette.ink};stroke-width:2}
    .share{fill-opacity:.22} ${(["global", "local", "cross"] as const)
      .map(
        (name) =>
          `.share.${name}{fill:${palette.branch[name].strong}} .ribbon.${name}{fill:none;stroke:${palette.branch[name].strong}}`,
      )
      .join(" ")}`;
