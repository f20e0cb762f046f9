import type { SentenceVisualization } from "lite-transformer";
import type { ModelName } from "../app/pairing";
import { toHash } from "../app/permalink";
import type { State } from "../app/state";
import { PROJECT } from "../text/project";

/** Where a file comes from: enough to make it again, and to say so under a figure. */
export interface Provenance {
  source: string;
  translation: string;
  model: string;
  /** SHA-256 of the model's weights. */
  sha256: string;
  build: string;
  permalink: string;
  /** Day of the export. */
  date: string;
}

export function provenance(
  state: State,
  sentence: Pick<SentenceVisualization, "text" | "translation"> | null,
  model: ModelName | null = state.manifest,
): Provenance {
  return {
    source: sentence?.text ?? "",
    translation: sentence?.translation ?? "",
    model: model?.name ?? "",
    sha256: model?.files.find((file) => file.name === "weights.bin")?.sha256 ?? "",
    build: `version ${PROJECT.version}${PROJECT.commit && `, commit ${PROJECT.commit}`}`,
    permalink: permalink(state),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** The address of what is on show, the text included. */
export function permalink(state: State): string {
  const url = new URL(location.href);
  url.search = "";
  url.hash = toHash({ ...state, shared: state.text });
  return url.href;
}

/** One line, for the foot of a figure. */
export const credit = ({ model, sha256, build, date }: Provenance): string =>
  [
    `Lite Transformer${model ? `, model ${model}` : ""}`,
    sha256 && `sha256 ${sha256.slice(0, 12)}`,
    build,
    date,
  ]
    .filter(Boolean)
    .join(" · ");

/** As comment lines at the head of a CSV file. */
export function comments(title: string, origin: Provenance): string {
  const lines = Object.entries({ title, ...origin }).filter(([, value]) => value);
  return lines.map(([name, value]) => `# ${name}: ${value.replace(/\s+/g, " ")}\n`).join("");
}
