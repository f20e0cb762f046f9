import type { SentenceVisualization } from "lite-transformer";
import type { HeadKey, Stack } from "../app/state";
import { metrics } from "./metrics";

/** A mean over sentences, and half the width of its 95 % interval. */
export interface Estimate {
  mean: number;
  margin: number;
}

export type HeadMetric = "distance" | "near" | "entropy";

/** A head over all sentences of a text. */
export type CorpusHead = HeadKey & Record<HeadMetric, Estimate>;

/** How much of a layer's update the global branch makes. */
export interface CorpusLayer {
  stack: Stack;
  layer: number;
  share: Estimate;
}

export interface CorpusResult {
  sentences: number;
  tokens: number;
  heads: CorpusHead[];
  layers: CorpusLayer[];
}

const METRICS: readonly HeadMetric[] = ["distance", "near", "entropy"];
const STACKS = ["encoder", "decoder"] as const;

/** Sums up sentence by sentence: no maps are kept. */
export class CorpusSums {
  #sentences = 0;
  #tokens = 0;
  readonly #sums = new Map<string, Running>();

  add(sentence: SentenceVisualization): void {
    this.#sentences++;
    this.#tokens += sentence.source.length;
    for (const key of headsOf(sentence)) {
      const map = sentence[key.stack][key.layer]![key.branch][key.head]!;
      const found = metrics(map);
      for (const metric of METRICS) this.#of(keyOf(key, metric)).add(found[metric]);
    }
    for (const stack of STACKS)
      for (const [layer, { share }] of sentence[stack].entries()) {
        if (!share.global.length) continue;
        const sum = share.global.reduce((a, b) => a + b, 0);
        this.#of(`${stack} ${layer}`).add(sum / share.global.length);
      }
  }

  /** `like` is any of the sentences: all have the same heads. */
  result(like: SentenceVisualization): CorpusResult {
    const estimate = (key: string) => this.#of(key).estimate();
    return {
      sentences: this.#sentences,
      tokens: this.#tokens,
      heads: headsOf(like).map((key) => ({
        ...key,
        distance: estimate(keyOf(key, "distance")),
        near: estimate(keyOf(key, "near")),
        entropy: estimate(keyOf(key, "entropy")),
      })),
      layers: STACKS.flatMap((stack) =>
        like[stack].map((_, layer) => ({ stack, layer, share: estimate(`${stack} ${layer}`) })),
      ),
    };
  }

  #of(key: string): Running {
    let sum = this.#sums.get(key);
    if (!sum) {
      sum = new Running();
      this.#sums.set(key, sum);
    }
    return sum;
  }
}

function headsOf(sentence: SentenceVisualization): HeadKey[] {
  return STACKS.flatMap((stack) =>
    sentence[stack].flatMap((maps, layer) =>
      (["global", "local"] as const).flatMap((branch) =>
        maps[branch].map((_, head) => ({ stack, layer, branch, head })),
      ),
    ),
  );
}

const keyOf = ({ stack, layer, branch, head }: HeadKey, metric: HeadMetric): string =>
  `${stack} ${layer} ${branch} ${head} ${metric}`;

/** Mean and variance as values come (Welford): no list of them is kept. */
class Running {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#count++;
    const off = value - this.#mean;
    this.#mean += off / this.#count;
    this.#squares += off * (value - this.#mean);
  }

  /** The sentences are a sample: the margin is 1.96 standard errors of their mean. */
  estimate(): Estimate {
    if (this.#count < 2) return { mean: this.#mean, margin: 0 };
    const variance = this.#squares / (this.#count - 1);
    return { mean: this.#mean, margin: 1.96 * Math.sqrt(variance / this.#count) };
  }
}
