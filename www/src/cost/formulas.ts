import type { Manifest } from "../app/manifest";
import type { CostSettings } from "../app/state";

/** Multiply-adds by module, for a whole model. */
export interface Breakdown {
  attention: number;
  convolution: number;
  cross: number;
  feedForward: number;
}

const LAYERS = 6;

/** The dials as a model has them, at the paper's thirty tokens. */
export function dialsOf({ architecture }: Manifest): CostSettings {
  const { d_model: d, ffn, encoder } = architecture;
  return {
    n: 30,
    d,
    heads: Math.max(1, ...encoder.map((layer) => layer.global?.heads ?? 0)),
    factor: ffn / d,
    kernel: Math.max(3, ...encoder.map((layer) => layer.local?.kernel_size ?? 0)),
  };
}

// Multiply-adds of one sub-layer for n tokens, counted as the paper does (Wu et al. 2020): projections
// and products; softmax, norms and biases are left out. Splitting d into heads leaves every product
// the same, so the number of heads doesn't appear.

/** Four d × d projections, then scores and weighted sums over n × n pairs. */
export const attention = (n: number, d: number): number => 4 * n * d * d + 2 * n * n * d;
/** Up to `factor`·d and down again. */
export const feedForward = (n: number, d: number, factor: number): number => 2 * factor * n * d * d;
/** A projection in, a projection out, and a depthwise kernel of k taps. */
export const convolution = (n: number, d: number, k: number): number => 2 * n * d * d + n * k * d;

/** A Transformer of six encoder and six decoder layers, n tokens in and n out. */
export function transformer({ n, d }: CostSettings): Breakdown {
  return {
    attention: 2 * LAYERS * attention(n, d),
    convolution: 0,
    cross: LAYERS * attention(n, d),
    feedForward: 2 * LAYERS * feedForward(n, d, 4),
  };
}

/** The Lite Transformer: half the channels through attention, half through convolution. */
export function lite({ n, d, factor, kernel }: CostSettings): Breakdown {
  return {
    attention: 2 * LAYERS * attention(n, d / 2),
    convolution: 2 * LAYERS * convolution(n, d / 2, kernel),
    cross: LAYERS * attention(n, d),
    feedForward: 2 * LAYERS * feedForward(n, d, factor),
  };
}

export const total = (one: Breakdown): number =>
  one.attention + one.convolution + one.cross + one.feedForward;
