import { format } from "d3-format";
import benchmark from "../../../benches/results/models.json";
import type { Bundle } from "../bundles/bundle";
import type { Pace } from "./state";

/** Fewer words say more of how long a call takes than of the model. */
const ENOUGH_WORDS = 25;

/** With one text more. */
export function paced(before: Pace | undefined, text: string, milliseconds: number): Pace {
  const { words, milliseconds: earlier } = before ?? { words: 0, milliseconds: 0 };
  return { words: words + countWords(text), milliseconds: earlier + milliseconds };
}

export interface Speed {
  wordsPerSecond: number;
  /** Measured here, or what the benchmark had. */
  here: boolean;
}

/** How fast a bundle is: on this device as soon as it has translated enough here, else as the benchmark found it. */
export function speedOf({ name }: Bundle, pace: Pace | undefined): Speed | null {
  if (pace && pace.words >= ENOUGH_WORDS && pace.milliseconds > 0) {
    return { wordsPerSecond: (pace.words / pace.milliseconds) * 1000, here: true };
  }
  const typical = benchmark.models.find((one) => one.name === name);
  return typical ? { wordsPerSecond: typical.words_per_second, here: false } : null;
}

const rounded = format(",.2r");

export const speedText = ({ wordsPerSecond, here }: Speed): string =>
  `${here ? "" : "about "}${rounded(wordsPerSecond)} words/s`;

const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
