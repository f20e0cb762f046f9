import type { Map2D } from "lite-transformer";
import { reach } from "./locality";

/** What a map says of its head, as means over its rows. */
export interface Metrics {
  /** Mean distance, in tokens, between a token and what it looks at. */
  distance: number;
  /** Share of the weight up to two tokens away. */
  near: number;
  /** Bits: 0 looks at one token alone, log2 of the tokens at all alike. */
  entropy: number;
  /** Share of the weight at the token itself; in cross-attention at the same place in the sentence. */
  diagonal: number;
  /** Share of the weight at the last column: the end token, which gathers what nothing else needs. */
  end: number;
}

const known = new WeakMap<Map2D, Metrics>();

export function metrics(map: Map2D): Metrics {
  let found = known.get(map);
  if (!found) {
    found = measure(map);
    known.set(map, found);
  }
  return found;
}

function measure(map: Map2D): Metrics {
  const { data, rows, cols } = map;
  const { distance, near } = reach(map, 2);
  let entropy = 0;
  let diagonal = 0;
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const line = data.subarray(row * cols, (row + 1) * cols);
    const sum = line.reduce((a, b) => a + b, 0);
    if (sum <= 0) continue;
    for (const value of line) if (value > 0) entropy -= (value / sum) * Math.log2(value / sum);
    const same = rows === cols ? row : Math.round((row * (cols - 1)) / Math.max(1, rows - 1));
    diagonal += line[same]! / sum;
    end += line[cols - 1]! / sum;
  }
  const mean = (total: number) => (rows ? total / rows : 0);
  return { distance, near, entropy: mean(entropy), diagonal: mean(diagonal), end: mean(end) };
}
