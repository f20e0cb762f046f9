import { svg } from "lit-html";
import { unsafeSVG } from "lit-html/directives/unsafe-svg.js";
import { palette as paletteOf } from "../figures/palette";
import { csv, type Records } from "./csv";
import { type FileKind, saveFile } from "./figure-file";
import { standalone } from "./figure-svg";
import { fontRule } from "./font";
import { framed, type LegendEntry } from "./frame";
import { inTheme, type Look } from "./look";
import { slug } from "./names";
import { comments, type Provenance } from "./provenance";

/** A chart that stands in the page as an SVG element. */
export interface Chart {
  /** Of the SVG element. */
  id: string;
  title: string;
  records: Records;
  /** What its colours mean, each by the class of a mark that has it. */
  legend: readonly { name: string; mark: string }[];
}

export async function saveChart(
  chart: Chart,
  kind: FileKind,
  look: Look,
  origin: Provenance,
): Promise<string> {
  const { id, title, records } = chart;
  return saveFile([id, slug(origin.source)], kind, {
    title,
    origin,
    csv: () => comments(title, origin) + csv(records),
    json: () => JSON.stringify({ figure: title, ...origin, records }, null, 1),
    picture: () => picture(chart, look, origin),
  });
}

async function picture({ id, title, legend }: Chart, look: Look, origin: Provenance) {
  const chart = document.getElementById(id);
  if (!(chart instanceof SVGSVGElement)) throw new Error("The figure is not on the page.");
  const font = await fontRule();
  return inTheme(look.dark, () => {
    const entries: LegendEntry[] = legend.flatMap(({ name, mark }) => {
      const element = chart.querySelector(mark);
      return element ? [{ name, colour: getComputedStyle(element).fill }] : [];
    });
    const { width, height } = chart.viewBox.baseVal;
    return standalone(
      framed({
        title,
        width,
        height,
        content: svg`${unsafeSVG(inlined(chart))}`,
        legend: entries,
        origin,
        palette: paletteOf("branch", look.dark),
        style: "",
        font,
      }),
    );
  });
}

const PROPERTIES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "paint-order",
  "font-size",
  "font-weight",
] as const;

/** What is in a chart, with the page's styles written to each element. */
function inlined(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = chart.querySelectorAll("*");
  for (const [i, element] of copy.querySelectorAll("*").entries()) {
    const original = originals[i];
    if (!original) continue;
    const style = getComputedStyle(original);
    const own = PROPERTIES.map((name) => `${name}:${style.getPropertyValue(name)}`);
    element.setAttribute("style", own.join(";"));
    element.removeAttribute("tabindex");
    element.removeAttribute("role");
  }
  return copy.innerHTML.replace(/<!--.*?-->/gs, "");
}
