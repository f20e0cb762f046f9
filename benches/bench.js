// Measures the package beside plain tract-onnx, onnxruntime-web and rten; `cargo xtask bench` builds what it needs.
//
//   node benches/bench.js [--quick] [--where node,chromium] [--only encoder,load,...]
//
// Writes node.json and chromium.json into benches/results, or into target/bench/quick; parts that are not measured this
// time stay as they are there.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { agreement } from "./lib/agreement.js";
import { openChromium } from "./lib/chromium.js";
import { BUILT, ENGINES, load, MODEL, PEAKS, PRODUCTS } from "./lib/engines.js";
import { CACHED, EFFORT, SOURCE_LENGTHS, STEP_SOURCE } from "./lib/measure.js";
import { at, host, openNode } from "./lib/node.js";
import { prepareGraphs, sampleSentences } from "./lib/prepare.js";
import { sizes } from "./lib/sizes.js";
import { median, round } from "./lib/statistics.js";

const PARTS = ["peak", "encoder", "decoder", "sentences", "load", "long", "workers", "sizes"];
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    where: { type: "string", default: "node,chromium" },
    only: { type: "string", default: PARTS.join() },
  },
});
const parts = options.only.split(",");
for (const part of parts) {
  if (!PARTS.includes(part)) throw new Error(`--only ${part}: the parts are ${PARTS.join(", ")}`);
}
const effort = options.quick ? EFFORT.quick : EFFORT.full;
const out = at(options.quick ? `${BUILT}/quick` : "benches/results");

const manifestBytes = readFileSync(at(`${MODEL}/manifest.json`));
const manifest = JSON.parse(manifestBytes);
prepareGraphs(at);
const tokenizer = await load(ENGINES[0], host);
const multAdds = await countMultAdds();
const sentences = sampleSentences(at, options.quick).map((text) => ({
  text,
  ids: [...tokenizer.ids(text)],
}));

/** The engines that are built; the quick run takes one of each and ours. */
function chosen(list) {
  return list
    .filter(({ wasm }) => existsSync(at(wasm)))
    .filter(({ ours, name }) => !options.quick || ours || name.endsWith(" int8"));
}

/** Those of them that can run in a place. */
function runnable(list, { relaxed }) {
  return chosen(list).filter(({ simd }) => relaxed || simd !== "relaxed");
}

const measured = {
  peak(place) {
    const binaries = PEAKS.filter(({ simd }) => place.relaxed || simd !== "relaxed");
    return place.peak({ paths: binaries.map(({ wasm }) => wasm), effort });
  },
  encoder: (place) => place.encoder({ names: names(ENGINES, place), effort }),
  decoder: (place) => place.decoder({ names: names(ENGINES, place), effort }),
  async sentences(place) {
    const request = { names: names(PRODUCTS, place), effort, sentences, manifest: decodingRules() };
    const records = await place.sentences(request);
    for (const { found } of records) {
      for (const result of found) result.text ??= tokenizer.text(Uint32Array.from(result.tokens));
    }
    // Ours is first; each engine is held against ours with the same beam.
    return records.map(({ found, ...record }) => ({
      ...record,
      agreement: agreement(records.find(({ beam }) => beam === record.beam).found, found),
    }));
  },
  async load(place) {
    const records = names(PRODUCTS, place).map((engine) => ({ engine, runs: [] }));
    for (let run = 0; run < (options.quick ? 1 : 5); run += 1) {
      for (const record of records) {
        // Memory is the same in every run.
        const sample = run === 0 ? sentences : [];
        const request = { name: record.engine, sentences: sample, manifest: decodingRules() };
        record.runs.push(await place.load(request));
      }
    }
    const middle = (runs, key) => runs[0][key] && round(median(runs.map((run) => run[key])));
    return records.map(({ engine, runs }) => ({
      engine,
      runs: runs.length,
      ms: middle(runs, "ms"),
      code: middle(runs, "code"),
      model: middle(runs, "model"),
      memory: runs[0].memory,
    }));
  },
  async long(place) {
    const records = [];
    for (const { name } of runnable(PRODUCTS, place).filter(({ ours }) => ours)) {
      records.push(...(await place.long({ name, effort, sentences })));
    }
    return records;
  },
  workers(place) {
    const counts = Array.from({ length: Math.min(availableParallelism(), 8) }, (_, n) => n + 1);
    return place.workers({ counts, effort, sentences });
  },
  sizes: () =>
    chosen(PRODUCTS).map(({ name, glue, wasm, model }) => ({
      engine: name,
      code: sizes([glue, wasm].map(at), at(`${BUILT}/sizes.json`)),
      model: sizes(model.map(at), at(`${BUILT}/sizes.json`)),
    })),
};

function names(list, place) {
  return runnable(list, place).map(({ name }) => name);
}

/** Mult-adds of the encoder by length, and of a decoder step of one hypothesis, the output projection included. */
async function countMultAdds() {
  const { translator } = await load(PRODUCTS[0], host);
  const count = (source, target) => translator.cost(source, target).multAdds;
  const step = (cached) => count(STEP_SOURCE, cached + 1) - count(STEP_SOURCE, cached);
  const counted = {
    encoder: Object.fromEntries(SOURCE_LENGTHS.map((tokens) => [tokens, count(tokens, 0)])),
    step: Object.fromEntries([...CACHED.keys()].map((cached) => [cached, step(cached)])),
  };
  // It shares its memory with those that are measured.
  translator.free();
  return counted;
}

/** What a search needs of the manifest. */
function decodingRules() {
  const { limits, special_ids, decoding } = manifest;
  return { limits, special_ids, decoding };
}

/** What the figures belong to. */
function about(place) {
  const version = (path) => JSON.parse(readFileSync(at(path))).version;
  const crate = (name) => {
    const lock = readFileSync(at("benches/peers/Cargo.lock"), "utf8");
    return lock.match(new RegExp(`name = "${name}"\\nversion = "(.*)"`))[1];
  };
  return {
    ...place.about,
    threads: 1,
    model: {
      name: manifest.name,
      sha256: createHash("sha256").update(manifestBytes).digest("hex"),
    },
    versions: {
      "lite-transformer": version("dist/npm/package.json"),
      "onnxruntime-web": version("benches/node_modules/onnxruntime-web/package.json"),
      rten: crate("rten"),
      tract: crate("tract-onnx"),
    },
    multAdds,
    sentences: {
      file: "tests/data/everyday.tsv",
      count: sentences.length,
      tokens: round(sentences.reduce((all, { ids }) => all + ids.length, 0) / sentences.length),
    },
  };
}

for (const where of options.where.split(",")) {
  const place = await (where === "chromium" ? openChromium() : openNode());
  try {
    const path = `${out}/${where}.json`;
    const kept = existsSync(path) ? JSON.parse(readFileSync(path)) : {};
    const result = { ...kept, about: about(place) };
    for (const part of parts) {
      const start = performance.now();
      result[part] = await measured[part](place);
      result.about.measured = { ...kept.about?.measured, ...result.about.measured };
      result.about.measured[part] = new Date().toISOString().slice(0, 16);
      console.log(`${where}: ${part}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
      mkdirSync(out, { recursive: true });
      writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
    }
  } finally {
    await place.close();
  }
}
