import { type SVGTemplateResult, svg } from "lit-html";
import type { Palette } from "../figures/palette";
import { credit, type Provenance } from "./provenance";

/** A colour scale or a colour with its meaning. */
export type LegendEntry =
  | { name: string; colour: string }
  | { name: string; ramp: readonly string[]; max: string };

export interface Framed {
  title: string;
  width: number;
  height: number;
  content: SVGTemplateResult;
  legend: readonly LegendEntry[];
  origin: Provenance;
  palette: Palette;
  style: string;
  font: string;
}

const MARGIN = 24;
const LINE = 17;

/**
 * A picture that says by itself what it shows: title and sentence over the figure, legend, model and address under it,
 * and all of that once more as metadata.
 */
export function framed(picture: Framed): { svg: SVGTemplateResult; width: number; height: number } {
  const { title, width, content, legend, origin, palette, style, font } = picture;
  const full = Math.max(width, 420) + 2 * MARGIN;
  const lines = [origin.source, origin.translation].flatMap((text) =>
    text ? wrap(text, (full - 2 * MARGIN) / 6.4).slice(0, 3) : [],
  );
  const top = MARGIN + 22 + lines.length * LINE + 14;
  const under = top + picture.height + 18;
  const height = under + (legend.length ? 30 : 0) + 2 * 15 + MARGIN - 8;
  return {
    width: full,
    height,
    svg: svg`
      <title>${title}</title>
      <metadata>${JSON.stringify({ title, ...origin })}</metadata>
      <style>${font}text{font-family:"Instrument Sans",system-ui,sans-serif;fill:${palette.ink}}.quiet{fill:${palette.muted}}${style}</style>
      <rect width="100%" height="100%" fill=${palette.surface} />
      <text x=${MARGIN} y=${MARGIN + 14} font-size="17" font-weight="600">${title}</text>
      ${lines.map((line, i) => svg`<text class="quiet" x=${MARGIN} y=${MARGIN + 36 + i * LINE} font-size="13">${line}</text>`)}
      <g transform=${`translate(${MARGIN} ${top})`}>${content}</g>
      ${legendOf(legend, MARGIN, under, palette)}
      <text class="quiet" x=${MARGIN} y=${height - MARGIN - 9} font-size="10">${credit(origin)}</text>
      <a href=${origin.permalink}><text class="quiet" x=${MARGIN} y=${height - MARGIN + 6} font-size="10">${shortened(origin.permalink, (full - 2 * MARGIN) / 5.2)}</text></a>`,
  };
}

function legendOf(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
  { rule }: Palette,
): SVGTemplateResult[] {
  let x = left;
  return entries.map((entry, i) => {
    const at = x;
    const text = at + ("ramp" in entry ? 0 : 16);
    const named = text + entry.name.length * 6.6 + 8;
    if (!("ramp" in entry)) {
      x = named + 14;
      return svg`<rect x=${at} y=${top + 1} width="11" height="11" rx="2" fill=${entry.colour} /><text x=${text} y=${top + 11} font-size="12">${entry.name}</text>`;
    }
    x = named + 14 + 96 + entry.max.length * 7 + 24;
    return svg`
      <linearGradient id=${`ramp-${i}`}>${entry.ramp.map((colour, j) => svg`<stop offset=${j / (entry.ramp.length - 1)} stop-color=${colour} />`)}</linearGradient>
      <text x=${text} y=${top + 11} font-size="12">${entry.name}</text>
      <text class="quiet" x=${named} y=${top + 11} font-size="12">0</text>
      <rect x=${named + 14} y=${top + 2} width="96" height="9" rx="2" fill=${`url(#ramp-${i})`} stroke=${rule} />
      <text class="quiet" x=${named + 116} y=${top + 11} font-size="12">${entry.max}</text>`;
  });
}

/** Lines of no more than so many letters, cut at spaces. */
function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line && line.length + word.length + 1 > most) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;
