// The benchmark in a page: what bench.js asks for by `evaluate`.
import { supports } from "../../dist/npm/lib/simd.js";
import { ENGINES, ENTRY, load, PRODUCTS } from "./engines.js";
import { measureLoad } from "./load.js";
import * as measure from "./measure.js";

const host = {
  url: (path) => `/${path}`,
  async read(path) {
    const response = await fetch(`/${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  },
};
const loaded = new Map();

async function instances(list, names) {
  const chosen = list.filter(({ name }) => names.includes(name));
  const key = ({ name, wasm }) => `${name} ${wasm}`;
  for (const engine of chosen) {
    if (!loaded.has(key(engine))) loaded.set(key(engine), await load(engine, host));
  }
  return chosen.map((engine) => loaded.get(key(engine)));
}

globalThis.bench = {
  relaxed: supports("relaxed-simd"),
  encoder: async ({ names, effort }) =>
    measure.measureEncoder(await instances(ENGINES, names), effort),
  decoder: async ({ names, effort }) =>
    measure.measureDecoder(await instances(ENGINES, names), effort),
  sentences: async ({ names, effort, sentences, manifest }) =>
    measure.measureSentences(await instances(PRODUCTS, names), sentences, manifest, effort),
  peak: async ({ paths, effort }) =>
    measure.measurePeak(await Promise.all(paths.map(host.read)), effort),
  long: async ({ name, effort, sentences }) =>
    measure.measureLong(...(await instances(PRODUCTS, [name])), sentences, effort),
  workers: async ({ counts, effort, sentences }) =>
    measure.measureWorkers(await import(host.url(ENTRY)), counts, sentences, effort),
  load: ({ name, sentences, manifest }) => {
    const engine = PRODUCTS.find((engine) => engine.name === name);
    return measureLoad(engine, host, sentences, manifest);
  },
};
