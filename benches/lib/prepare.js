// What the engines are given: graphs in one file each, in both precisions, and the sentences.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { BUILT, MODEL } from "./engines.js";
import { dequantised, inlined } from "./onnx.js";

/** Writes the graphs that the other engines read: the bundle's own, and the same in f32. */
export function prepareGraphs(at) {
  const weights = readFileSync(at(`${MODEL}/weights.bin`));
  for (const [precision, make] of Object.entries({ int8: inlined, f32: dequantised })) {
    const folder = at(`${BUILT}/models/${precision}`);
    mkdirSync(folder, { recursive: true });
    for (const graph of ["encoder.onnx", "decoder.onnx"]) {
      const bytes = readFileSync(at(`${MODEL}/${graph}`));
      writeFileSync(`${folder}/${graph}`, make(bytes, { "weights.bin": weights }));
    }
  }
}

/** Two of each five of the project's own everyday sentences, or a few of them. */
export function sampleSentences(at, few) {
  const [, ...lines] = readFileSync(at("tests/data/everyday.tsv"), "utf8").trim().split("\n");
  const sample = lines.filter((_, place) => place % 5 < 2).map((line) => line.split("\t")[1]);
  return few ? sample.slice(0, 6) : sample;
}
