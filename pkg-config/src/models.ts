/** The models that are found by their language pair. */

import type { ModelModule } from "../models/module.js";
import { ownAddress } from "./addresses.js";
import type { Languages } from "./convert.js";
import { serves } from "./languages.js";
import { encoded, type ModelParts, named, type Part } from "./parts.js";

export interface ModelSource {
  /** It is the package's, whose files a bundler may have left behind. */
  own: boolean;
  parts(packageUrl: URL | undefined): ModelParts;
}

type Description = Pick<ModelModule, "name" | "source" | "target" | "size">;

const known: (Description & ModelSource)[] = [];

/** Makes models known: from then on `availability()` and `create()` find them by their languages and `size`. */
export function addModels(...models: ModelModule[]): void {
  for (const module of models) add(module, fromModule(module));
}

/** A model of which every file is in the code. */
export function addInlineModel(
  model: Description & { manifest: object; files: Readonly<Record<string, Part>> },
): void {
  add(model, { own: true, parts: () => named(model.name, encoded(model.manifest), model.files) });
}

function add({ name, source, target, size }: Description, parts: ModelSource): void {
  if (!known.some((model) => model.name === name))
    known.push({ name, source, target, size, ...parts });
}

/** Without a size the small one, or, where that isn't known, whichever there is. */
export function modelFor(
  wanted: Languages,
  size: ModelModule["size"] | undefined,
): ModelSource | undefined {
  const serving = known.filter((model) => serves(model, wanted));
  const found = serving.find((model) => model.size === (size ?? "small"));
  return found ?? (size ? undefined : serving[0]);
}

export function fromModule(module: ModelModule): ModelSource {
  const { files } = module.manifest as { files: { name: string }[] };
  const parts = (packageUrl: URL | undefined) => {
    const addresses = files.map(({ name }) => {
      const literal = () => module.files[name] as URL;
      return [name, ownAddress(`models/${module.name}/${name}`, literal, packageUrl)];
    });
    return named(module.name, encoded(module.manifest), Object.fromEntries(addresses));
  };
  return { own: true, parts };
}
