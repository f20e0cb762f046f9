import { download, rasterise } from "./files";

/** What a chart shows, one record a mark. */
export type Records = readonly Record<string, string | number>[];

export type FileKind = "SVG" | "PNG" | "CSV" | "JSON";

/** Saves a chart that stands in the page as an SVG element. */
export async function saveChart(id: string, records: Records, kind: FileKind): Promise<void> {
  const name = `${id}.${kind.toLowerCase()}`;
  if (kind === "CSV") return download(name, "text/csv", csv(records));
  if (kind === "JSON") return download(name, "application/json", JSON.stringify(records, null, 1));
  const chart = document.getElementById(id);
  if (!(chart instanceof SVGSVGElement)) return;
  const file = standalone(chart);
  if (kind === "SVG") return download(name, "image/svg+xml", file);
  download(name, "image/png", await rasterise(file, chart.clientWidth, chart.clientHeight));
}

export function csv(records: Records): string {
  const columns = Object.keys(records[0] ?? {});
  const field = (value: string | number | undefined) =>
    typeof value === "number" ? String(value) : `"${(value ?? "").replaceAll('"', '""')}"`;
  const lines = records.map((record) => columns.map((column) => field(record[column])).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

const PROPERTIES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
] as const;

/** A copy that looks the same without the page's style sheets. */
function standalone(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = chart.querySelectorAll("*");
  for (const [i, element] of copy.querySelectorAll("*").entries()) {
    const original = originals[i];
    if (!original) continue;
    const style = getComputedStyle(original);
    for (const property of PROPERTIES)
      element.setAttribute(property, style.getPropertyValue(property));
  }
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute(
    "fill",
    getComputedStyle(document.documentElement).getPropertyValue("--slide"),
  );
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy).replace(/<!--.*?-->/gs, "");
}
