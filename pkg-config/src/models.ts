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

type Description = Pick<ModelModule, "name" | "source" | "target" | "size" | "manifest">;

export type OwnSize = ModelModule["size"];

const known: (Description & ModelSource)[] = [];

/** Makes models known: from then on `availability()` and `create()` find them by their languages and `size`. */
export function addModels(...models: ModelModule[]): void {
  for (const module of models) add(module, fromModule(module));
}

/** A model of which every file is in the code. */
export function addInlineModel(
  model: Description & { files: Readonly<Record<string, Part>> },
): void {
  add(model, { own: true, parts: () => named(encoded(model.manifest), model.files) });
}

function add({ name, source, target, size, manifest }: Description, parts: ModelSource): void {
  if (!known.some((model) => model.name === name))
    known.push({ name, source, target, size, manifest, ...parts });
}

/** Without a size the small one, or, where that isn't known, whichever there is. */
export function modelFor(wanted: Languages, size: OwnSize | undefined): ModelSource | undefined {
  const serving = known.filter((model) => serves(model, wanted));
  const found = serving.find((model) => model.size === (size ?? "small"));
  return found ?? (size ? undefined : serving[0]);
}

/** The size of the package's model that has just these files. */
export function sizeOf(name: string, hashes: readonly string[]): OwnSize | undefined {
  const own = known.find((model) => model.name === name);
  const same = own && filesOf(own.manifest).every(({ sha256 }) => hashes.includes(sha256));
  return same ? own.size : undefined;
}

function filesOf(manifest: object) {
  return (manifest as { files: { name: string; sha256: string }[] }).files;
}

export function fromModule(module: ModelModule): ModelSource {
  const files = filesOf(module.manifest);
  const parts = (packageUrl: URL | undefined) => {
    const addresses = files.map(({ name }) => {
      const literal = () => module.files[name] as URL;
      return [name, ownAddress(`models/${module.name}/${name}`, literal, packageUrl)];
    });
    return named(encoded(module.manifest), Object.fromEntries(addresses), module.name);
  };
  return { own: true, parts };
}
