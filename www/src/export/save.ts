import { cellInFocus } from "../app/focus";
import type { State } from "../app/state";
import type { FigureSpec } from "../figures/spec";
import { type FileKind, saveFile } from "./figure-file";
import { svgFile } from "./figure-svg";
import { fontRule } from "./font";
import type { Look } from "./look";
import { slug } from "./names";
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
  return saveFile([spec.about.file, slug(origin.source)], kind, {
    title: spec.title,
    origin,
    csv: () => csvFile(spec, origin),
    json: () => jsonFile(spec, origin),
    picture: async () => {
      const focus = cellInFocus(state, spec);
      return svgFile(spec, look, focus, state.scale, origin, await fontRule());
    },
  });
}
