// Stands in for the Worker with the model: answers each call with maps that are the same everywhere and for ever, of
// as many tokens as the text has words. What is tested or measured then is the page, not a model.
// The page loads this file as the Worker's script, so it must stay free of imports.

const LAYERS = 6;
const HEADS = 4;
const KERNELS = [3, 7, 15, 31, 31, 31];

/** Numbers from 0 to 1 out of a seed (mulberry32): whole-number arithmetic, alike on every machine. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function matrix(rows, cols, seed, allowed) {
  const next = random(seed);
  const data = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let col = 0; col < cols; col++) {
      const value = next() ** 6;
      if (!allowed(row, col)) continue;
      data[row * cols + col] = value;
      sum += value;
    }
    for (let col = 0; col < cols; col++) data[row * cols + col] /= sum || 1;
  }
  return { data, rows, cols };
}

function layer(stack, index, rows, cols) {
  const size = KERNELS[index];
  const seed = (stack === "encoder" ? 1000 : 2000) + index * 100;
  const far = (row, col) => stack === "encoder" || col <= row;
  const near =
    stack === "encoder"
      ? (row, col) => Math.abs(row - col) <= size >> 1
      : (row, col) => col <= row && row - col < size;
  const heads = (first, height, width, allowed) =>
    Array.from({ length: HEADS }, (_, head) => matrix(height, width, seed + first + head, allowed));
  const next = random(seed + 50);
  const global = Float32Array.from({ length: rows }, () => 0.3 + 0.4 * next());
  return {
    global: heads(0, rows, rows, far),
    local: heads(10, rows, rows, near),
    ...(stack === "decoder" ? { cross: heads(20, rows, cols, () => true) } : {}),
    share: { global, local: global.map((part) => 1 - part) },
    kernelSize: size,
  };
}

const END = { text: "", piece: "</s>", id: 3 };

function tokens(text) {
  const words = [...text.matchAll(/\S+/g)].map((match, i) => ({
    text: match[0],
    piece: `▁${match[0]}`,
    id: 10 + i,
    start: match.index,
    end: match.index + match[0].length,
  }));
  return [...words, { ...END, start: text.length, end: text.length }];
}

/** A text of as many words, each of them another. */
const translated = (text) => text.toUpperCase();

function visualization(text) {
  const translation = translated(text);
  const source = tokens(text);
  const target = tokens(translation);
  const node = (id, piece, parent, logProbability, rest) => ({
    parent,
    id,
    piece,
    logProbability,
    kept: true,
    score: undefined,
    ...rest,
  });
  return {
    translation,
    score: -0.25,
    confidence: 0.9,
    source,
    target,
    candidates: target.map(({ id, piece }) =>
      Array.from({ length: 10 }, (_, i) => ({
        id: i ? 5000 + i : id,
        piece: i ? `▁other${i}` : piece,
        probability: 0.5 / 2 ** i,
      })),
    ),
    alternatives: [
      { text: translation, score: -0.25 },
      { text: `${translation} TOO`, score: -0.75 },
    ],
    beam: target.map(({ id, piece }, step) =>
      Array.from({ length: 8 }, (_, place) =>
        node(
          place ? 5000 + place : id,
          place ? `▁other${place}` : piece,
          step ? place % 4 : undefined,
          -step - place,
          {
            kept: place < 4 && step < target.length - 1,
            ...(step === target.length - 1 && place < 4 ? { score: -0.25 - place / 2 } : {}),
          },
        ),
      ),
    ),
    alignments: [],
    tokens: [],
    alignedLayer: LAYERS - 2,
    encoder: Array.from({ length: LAYERS }, (_, i) => layer("encoder", i, source.length)),
    decoder: Array.from({ length: LAYERS }, (_, i) =>
      layer("decoder", i, target.length, source.length),
    ),
  };
}

const answers = {
  segments: (text) => (text ? [{ start: 0, end: text.length, kind: "sentence" }] : []),
  translateSentence: (text) => ({
    text: translated(text),
    score: -0.25,
    confidence: 0.9,
    truncated: false,
    alternatives: [{ text: translated(text), score: -0.25 }],
    alignments: [],
    tokens: [],
  }),
  visualizeSentence: visualization,
  measure: (text) => tokens(text).length,
  memory: () => 0,
  cost: (sourceTokens, targetTokens) => ({
    sourceTokens,
    targetTokens,
    parameters: 2_830_000,
    multAdds: 87_900_000,
    modules: [
      { name: "encoder.0.global", parameters: 1_710_000, multAdds: 54_300_000 },
      { name: "output", parameters: 1_120_000, multAdds: 33_600_000 },
    ],
  }),
};

self.onmessage = ({ data }) => {
  if (data.type === "start") self.postMessage({ type: "started" });
  if (data.type === "call") {
    const value = answers[data.method](...data.args);
    self.postMessage({ type: "result", id: data.id, value });
  }
};

self.postMessage({ type: "ready" });
