import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { Stack } from "../app/state";

export interface Placed {
  layer: number;
  branch: "global" | "local";
  head: number;
  /** Mean distance, in tokens, between a token and what it looks at. */
  distance: number;
  /** Share of the weight that stays near. */
  near: number;
}

/** How far each head and channel group looks, by the mean over its rows; near is up to `within` tokens away. */
export function locality(sentence: SentenceVisualization, stack: Stack, within = 2): Placed[] {
  return sentence[stack].flatMap((maps, layer) =>
    (["global", "local"] as const).flatMap((branch) =>
      maps[branch].map((map, head) => ({ layer, branch, head, ...reach(map, within) })),
    ),
  );
}

/** What a head would do that looks everywhere alike: in the encoder at all tokens, in the decoder at those written. */
export function indifferent(
  rows: number,
  stack: Stack,
  within: number,
): { distance: number; near: number } {
  const data = Float32Array.from({ length: rows * rows }, (_, i) =>
    stack === "encoder" || i % rows <= Math.floor(i / rows) ? 1 : 0,
  );
  return reach({ data, rows, cols: rows }, within);
}

export function reach(map: Map2D, within: number): { distance: number; near: number } {
  let distance = 0;
  let near = 0;
  let rows = 0;
  for (let row = 0; row < map.rows; row++) {
    let sum = 0;
    let far = 0;
    let close = 0;
    for (let col = 0; col < map.cols; col++) {
      const weight = map.data[row * map.cols + col]!;
      const gap = Math.abs(row - col);
      sum += weight;
      far += weight * gap;
      if (gap <= within) close += weight;
    }
    if (sum <= 0) continue;
    rows++;
    distance += far / sum;
    near += close / sum;
  }
  return rows ? { distance: distance / rows, near: near / rows } : { distance: 0, near: 0 };
}
