import type { SentenceVisualization } from "lite-transformer";
import type { Focus, Stack } from "../app/state";
import { type Label, labels } from "./labels";

/**
 * A figure with nothing in focus says little: begin with a word. A long one in the middle half of the sentence, of equal
 * ones the nearest to its middle: a comma or an article shows nothing.
 */
export function middleOf(sentence: SentenceVisualization | null, stack: Stack): Focus | null {
  if (!sentence) return null;
  const sequence = stack === "encoder" ? "source" : "target";
  const words = wordsOf(labels(sentence, sequence));
  const middle = (sentence[sequence].length - 2) / 2;
  const reach = Math.max(1, sentence[sequence].length / 4);
  const near = words.filter(({ index }) => Math.abs(index - middle) <= reach);
  const best = (near.length ? near : words).toSorted(
    (a, b) => b.weight - a.weight || Math.abs(a.index - middle) - Math.abs(b.index - middle),
  )[0];
  const index = best?.index ?? Math.max(0, Math.floor(middle));
  return { at: { sequence, index }, to: null };
}

interface Word {
  index: number;
  /** Its letters; a capital within the sentence, which marks nouns and names, counts for three more. */
  weight: number;
}

/** The words of a sentence, each with its first token. Those in pieces weigh their first piece: it is what is marked. */
function wordsOf(list: readonly Label[]): Word[] {
  return list.flatMap(({ text, joined, special }, index) => {
    const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
    if (special || joined || !letters) return [];
    const noun = index > 0 && letters > 2 && /^\p{Lu}/u.test(text);
    return [{ index, weight: letters + (noun ? 3 : 0) }];
  });
}
