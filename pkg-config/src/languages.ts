/** Language tags, and which of them go together. */

import type { Languages } from "./convert.js";

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

export function primary(tag: string): string {
  return new Intl.Locale(tag).language;
}

export function serves(model: { source: string; target: string }, wanted: Languages): boolean {
  return (
    sameLanguage(model.source, wanted.sourceLanguage) &&
    sameLanguage(model.target, wanted.targetLanguage)
  );
}

/** Both ends are the same language: the translation of a text is the text. */
export function isEcho(wanted: Languages): boolean {
  return sameLanguage(wanted.sourceLanguage, wanted.targetLanguage);
}
