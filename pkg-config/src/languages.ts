/** Language tags, and which model serves which pair. */

import { MODELS, type ModelEntry } from "../models/index.js";
import type { Languages } from "./convert.js";

export type { ModelEntry };

/** ECMA-402's validity and canonical form; RangeError for an invalid tag. */
export function canonical(languages: Languages): Languages {
  return {
    sourceLanguage: canonicalTag(languages.sourceLanguage, "sourceLanguage"),
    targetLanguage: canonicalTag(languages.targetLanguage, "targetLanguage"),
  };
}

export function canonicalTag(tag: string, name: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] as string;
  } catch {
    throw new RangeError(`${name} is ${JSON.stringify(tag)}, expected a BCP 47 language tag`);
  }
}

/**
 * Variations of a language (region, script, variant) are served by its model: a translation made for
 * the language at large is better than none. The platform leaves the matching to the implementation,
 * as long as the primary language stays.
 */
function sameLanguage(a: string, b: string): boolean {
  return primary(a) === primary(b);
}

function primary(tag: string): string {
  return new Intl.Locale(tag).language;
}

export function serves(model: Pick<ModelEntry, "source" | "target">, wanted: Languages): boolean {
  return (
    sameLanguage(model.source, wanted.sourceLanguage) &&
    sameLanguage(model.target, wanted.targetLanguage)
  );
}

export function modelFor(
  wanted: Languages,
  size: ModelEntry["size"] = "small",
): ModelEntry | undefined {
  return MODELS.find((model) => model.size === size && serves(model, wanted));
}

/** The size of the package's model that has just these files. */
export function sizeOf(name: string, hashes: readonly string[]): ModelEntry["size"] | undefined {
  const own = MODELS.find((model) => model.name === name);
  const same = own && Object.values(own.hashes).every((hash) => hashes.includes(hash));
  return same ? own.size : undefined;
}

/** Both ends are the same language: the translation of a text is the text. */
export function isEcho(wanted: Languages): boolean {
  return sameLanguage(wanted.sourceLanguage, wanted.targetLanguage);
}
