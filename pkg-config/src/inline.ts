/** The package in one file: `lite-transformer-inline` puts the engine and a model behind this code. */

import type { ModelModule } from "../models/module.js";
import { useInlineBuild } from "./builds.js";
import { addInlineModel } from "./models.js";

export * from "./core.js";

/** Files in gzip and Base64. */
export interface InlineFiles {
  wasm: string;
  model: Pick<ModelModule, "name" | "source" | "target" | "size" | "manifest"> & {
    files: Record<string, string>;
  };
}

export function useInline({ wasm, model }: InlineFiles): void {
  const parts = Object.entries(model.files).map(([name, text]) => [name, () => decode(text)]);
  useInlineBuild(() => decode(wasm));
  addInlineModel({ ...model, files: Object.fromEntries(parts) });
}

async function decode(text: string): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const content = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(content).arrayBuffer());
}
