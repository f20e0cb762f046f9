// A stand-in for the package while the pages are drawn: same types, made-up maps. Never part of a build.
export type * from "../../pkg-config/src/types.ts";

import type {
  LayerMaps,
  Map2D,
  SentenceVisualization,
  Token,
  TranslatorCreateOptions,
  TranslatorInstance,
  Visualization,
  VisualizeOptions,
} from "../../pkg-config/src/types.ts";

const KERNELS = [3, 7, 15, 31, 31, 31];
function rng(seed: number) {
  return () => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32;
}
function toks(s: string): Token[] {
  const out: Token[] = [];
  for (const m of s.matchAll(/\p{L}{1,5}|[^\s\p{L}]/gu)) {
    const first = m.index === 0 || s[m.index - 1] === " ";
    out.push({
      text: m[0],
      piece: (first ? "▁" : "") + m[0],
      id: 9,
      start: m.index,
      end: m.index + m[0].length,
    });
  }
  out.push({ text: "", piece: "</s>", id: 3, start: s.length, end: s.length });
  return out;
}
function map(rows: number, cols: number, f: (i: number, j: number) => number, norm = true): Map2D {
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) {
      data[i * cols + j] = f(i, j);
      sum += data[i * cols + j]!;
    }
    if (norm) for (let j = 0; j < cols; j++) data[i * cols + j]! /= sum || 1;
  }
  return { data, rows, cols };
}
function layers(n: number, cols: number | null, r: () => number): LayerMaps[] {
  return KERNELS.map((k) => {
    const causal = cols !== null;
    const heads = Array.from({ length: 4 }, () => {
      const at = Array.from({ length: n }, () => Math.floor(r() * n));
      return map(n, n, (i, j) =>
        causal && j > i ? 0 : 0.05 * r() + Math.exp(-Math.abs(j - at[i]!)) + (j === 0 ? 0.2 : 0),
      );
    });
    const groups = Array.from({ length: 4 }, () => {
      const w = Array.from({ length: k }, () => Math.exp(2.5 * r()));
      const s = w.reduce((a, b) => a + b);
      return map(
        n,
        n,
        (i, j) => {
          const o = causal ? j - i + k - 1 : j - i + (k >> 1);
          return (w[o] ?? 0) / s;
        },
        false,
      );
    });
    const g = Float32Array.from({ length: n }, () => 0.3 + 0.4 * r());
    const cross = causal
      ? Array.from({ length: 4 }, () =>
          map(n, cols, (i, j) => 0.02 + Math.exp(-((j - (i * cols) / n) ** 2) / (0.5 + 2 * r()))),
        )
      : undefined;
    return {
      global: heads,
      local: groups,
      ...(cross ? { cross } : {}),
      share: { global: g, local: g.map((x) => 1 - x) },
      kernelSize: k,
    };
  });
}
const WORDS =
  "good morning how are you today the old garden behind house belongs to my neighbour who sings every evening".split(
    " ",
  );
function english(s: string): string {
  return s.replace(/\p{L}+/gu, (w) => WORDS[(w.charCodeAt(0) * 7 + w.length) % WORDS.length]!);
}
const wait = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((ok, no) => {
    signal?.throwIfAborted();
    const t = setTimeout(ok, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(t);
      no(signal.reason);
    });
  });
export class Translator {
  sourceLanguage = "de";
  targetLanguage = "en";
  inputQuota = 4096;
  static async create(o: TranslatorCreateOptions): Promise<TranslatorInstance> {
    const m = new EventTarget();
    o.monitor?.(m as never);
    for (let i = 0; i <= 20; i++) {
      await wait(40, o.signal);
      m.dispatchEvent(
        new ProgressEvent("downloadprogress", { lengthComputable: true, loaded: i / 20, total: 1 }),
      );
    }
    return new Translator();
  }
  static async availability(o: { sourceLanguage: string; targetLanguage: string }) {
    return o.sourceLanguage === "de" ? "downloadable" : "unavailable";
  }
  async translate(text: string, o: { signal?: AbortSignal } = {}) {
    await wait(60, o.signal);
    return english(text);
  }
  translateStreaming(text: string, o: { signal?: AbortSignal } = {}): ReadableStream<string> {
    return new ReadableStream({
      start: async (c) => {
        try {
          for (const m of text.matchAll(/[^.!?]+[.!?]*\s*/gu)) {
            await wait(80, o.signal);
            c.enqueue(english(m[0]));
          }
          c.close();
        } catch (e) {
          c.error(e);
        }
      },
    });
  }
  async measureInputUsage(text: string) {
    return text.length / 4;
  }
  async cost(sourceTokens: number, targetTokens = sourceTokens) {
    return {
      sourceTokens,
      targetTokens,
      total: { parameters: 2.8e6, multAdds: 9e7 },
      withoutEmbedding: { parameters: 1.7e6, multAdds: 5.4e7 },
      modules: [],
    };
  }
  async visualize(text: string, o: VisualizeOptions = {}): Promise<Visualization> {
    await wait(90, o.signal);
    const sentences: SentenceVisualization[] = [];
    for (const m of text.matchAll(/[^.!?]+[.!?]*\s*/gu)) {
      const s = m[0].trimEnd();
      if (!s.trim()) continue;
      const r = rng(s.length * 977);
      const translation = english(s.trim());
      const source = toks(s);
      const target = toks(translation);
      sentences.push({
        start: m.index,
        end: m.index + s.length,
        text: s,
        translation,
        score: -0.4,
        source,
        target,
        encoder: layers(source.length, null, r),
        decoder: layers(target.length, source.length, r),
      });
    }
    return { text, translation: english(text), measure: o.measure ?? "weight", sentences };
  }
  destroy() {}
}
