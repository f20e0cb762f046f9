import { svg } from "lit-html";
import { unsafeSVG } from "lit-html/directives/unsafe-svg.js";
import { palette as paletteOf } from "../figures/palette";
import { csv, type Records } from "./csv";
import { standalone } from "./figure-svg";
import { download } from "./files";
import { fontRule } from "./font";
import { framed, type LegendEntry } from "./frame";
import { inTheme, type Look } from "./look";
import { fileName, slug } from "./names";
import { rasterise } from "./png";
import { comments, type Provenance } from "./provenance";

export type FileKind = "SVG" | "PNG" | "CSV" | "JSON";

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
  { id, title, records, legend }: Chart,
  kind: FileKind,
  look: Look,
  origin: Provenance,
): Promise<string> {
  const name = fileName([id, slug(origin.source)], kind);
  if (kind === "CSV") download(name, "text/csv", comments(title, origin) + csv(records));
  else if (kind === "JSON")
    download(
      name,
      "application/json",
      JSON.stringify({ figure: title, ...origin, records }, null, 1),
    );
  else {
    const chart = document.getElementById(id);
    if (!(chart instanceof SVGSVGElement)) throw new Error("The figure is not on the page.");
    const font = await fontRule();
    const file = inTheme(look.dark, () => {
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
    if (kind === "SVG") download(name, "image/svg+xml", file.text);
    else
      download(
        name,
        "image/png",
        await rasterise(file.text, file.width, file.height, {
          Title: title,
          Description: JSON.stringify(origin),
        }),
      );
  }
  return name;
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
