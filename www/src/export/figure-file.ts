import type { SvgFile } from "./figure-svg";
import { download } from "./files";
import { fileName } from "./names";
import { rasterise } from "./png";
import type { Provenance } from "./provenance";

export type FileKind = "SVG" | "PNG" | "CSV" | "JSON";

/** The files that a figure can be; only the one that is asked for is made. */
interface Forms {
  title: string;
  origin: Provenance;
  csv(): string;
  json(): string;
  picture(): Promise<SvgFile>;
}

/** Hands the visitor a figure as a file; its name, of these parts, is the result. */
export async function saveFile(
  parts: string[],
  kind: FileKind,
  { title, origin, csv, json, picture }: Forms,
): Promise<string> {
  const name = fileName(parts, kind);
  if (kind === "CSV") download(name, "text/csv", csv());
  else if (kind === "JSON") download(name, "application/json", json());
  else {
    const { text, width, height } = await picture();
    if (kind === "SVG") download(name, "image/svg+xml", text);
    else {
      const texts = { Title: title, Description: JSON.stringify(origin) };
      download(name, "image/png", await rasterise(text, width, height, texts));
    }
  }
  return name;
}
