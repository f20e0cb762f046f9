import type { Alignment, Alternative, SentenceDetails, TokenProbability } from "lite-transformer";

/** A piece of a text, in UTF-16 code units. */
export interface Span {
  start: number;
  end: number;
}

/** A sentence of the text box: where it is, how it reads in the output, and what is known of it. */
export interface Told extends Span {
  /** Where its translation begins in the output. */
  at: number;
  text: string;
  translation: string;
  confidence: number;
  detectedLanguage?: string | undefined;
  alternatives: readonly Alternative[];
  score: number;
  alignments?: readonly Alignment[] | undefined;
  tokens?: readonly TokenProbability[] | undefined;
  /** The model's own translation, where the visitor has taken another. */
  own?: string | undefined;
}

/** Below this a sentence's translation is a guess (the package's README). */
export const UNSURE = 0.5;

/** Below this a word is marked as one that the model was not sure of. */
export const UNSURE_WORD = 0.3;

/** The sentences of a part of the text that begins at `offset`, its translation at `at` in the output. */
export function toldOf(
  { translation, sentences }: { translation: string; sentences: readonly SentenceDetails[] },
  offset: number,
  at: number,
): Told[] {
  let from = 0;
  return sentences.map((one) => {
    const found = Math.max(from, translation.indexOf(one.translation, from));
    from = found + one.translation.length;
    return {
      start: one.start + offset,
      end: one.end + offset,
      at: at + found,
      text: one.text,
      translation: one.translation,
      confidence: one.confidence,
      detectedLanguage: one.detectedLanguage,
      alternatives: one.alternatives,
      score: one.score,
      alignments: one.alignments,
      tokens: one.tokens,
    };
  });
}

/** Another translation of sentence `index`: the output and the sentences with it. */
export function withTranslation(
  output: string,
  told: readonly Told[],
  index: number,
  patch: Partial<Told> & Pick<Told, "translation">,
): { output: string; told: Told[] } {
  const old = told[index]!;
  const end = old.at + old.translation.length;
  const grown = patch.translation.length - old.translation.length;
  const own = old.own ?? old.translation;
  return {
    output: output.slice(0, old.at) + patch.translation + output.slice(end),
    told: told.map((one, i) => {
      if (i > index) return { ...one, at: one.at + grown };
      if (i < index) return one;
      return {
        ...one,
        alignments: undefined,
        tokens: undefined,
        ...patch,
        own: patch.translation === own ? undefined : own,
      };
    }),
  };
}

/** Whether most of what was written is in `language` already. */
export function mostlyIn(told: readonly Told[], language: string): boolean {
  let all = 0;
  let there = 0;
  for (const { text, detectedLanguage } of told) {
    all += text.length;
    if (detectedLanguage === language) there += text.length;
  }
  return all > 0 && there > all / 2;
}

/** The words of a text: letters and digits, with what joins them ("o’clock", "long-term"). */
export function wordsOf(text: string): Span[] {
  return [...text.matchAll(/[\p{L}\p{N}]+(?:['’.,:-][\p{L}\p{N}]+)*/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

export const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/** How likely the model found a word: its least likely token; 1 where that isn't known. */
export function likelihood({ tokens }: Told, word: Span): number {
  const own = tokens?.filter((token) => overlap(token, word)) ?? [];
  return Math.min(1, ...own.map(({ probability }) => probability));
}

/** What belongs to a word on the other side. */
export function counterparts(one: Told, side: "source" | "target", word: Span): Span[] {
  const other = side === "source" ? "target" : "source";
  return (one.alignments ?? [])
    .filter((pair) => overlap(pair[side], word))
    .map((pair) => pair[other]);
}
