import { cellInFocus } from "../app/focus";
import type { State } from "../app/state";
import type { FigureSpec } from "../figures/spec";
import type { FileKind } from "./chart";
import { svgFile } from "./figure-svg";
import { download } from "./files";
import { fontRule } from "./font";
import type { Look } from "./look";
import { fileName, slug } from "./names";
import { rasterise } from "./png";
import { provenance } from "./provenance";
import { csvFile, jsonFile } from "./tables";

/** Hands the visitor a figure of maps as a file; its name is the result. */
export async function saveFigure(
  state: State,
  spec: FigureSpec,
  kind: FileKind,
  look: Look,
): Promise<string> {
  const origin = provenance(state, spec.about.sentence, spec.about.model ?? state.manifest);
  const name = fileName([spec.about.file, slug(origin.source)], kind);
  if (kind === "CSV") download(name, "text/csv", csvFile(spec, origin));
  else if (kind === "JSON") download(name, "application/json", jsonFile(spec, origin));
  else {
    const focus = cellInFocus(state, spec);
    const file = svgFile(spec, look, focus, state.scale, origin, await fontRule());
    if (kind === "SVG") download(name, "image/svg+xml", file.text);
    else
      download(
        name,
        "image/png",
        await rasterise(file.text, file.width, file.height, {
          Title: spec.title,
          Description: JSON.stringify(origin),
        }),
      );
  }
  return name;
}
