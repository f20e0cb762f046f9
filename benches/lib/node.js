// The benchmark in Node.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import v8 from "node:v8";
import { ENGINES, ENTRY, load, PRODUCTS } from "./engines.js";
import * as measure from "./measure.js";

const ROOT = new URL("../../", import.meta.url);
/** A path below the repository's root. */
export const at = (path) => fileURLToPath(new URL(path, ROOT));

export const host = {
  read: async (path) => readFile(at(path)),
  url: (path) => pathToFileURL(at(path)),
};

/** Node 20 has relaxed SIMD behind a flag; whether it can be used. */
export function allowRelaxedSimd() {
  // (module (func (result v128) local.get... i8x16.relaxed_swizzle)), as short as it gets.
  const RELAXED = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253,
    15, 65, 2, 253, 15, 253, 128, 2, 11,
  ];
  const works = () => WebAssembly.validate(new Uint8Array(RELAXED));
  if (!works()) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return works();
}

export function openNode() {
  const instances = async (list, names) => {
    const loaded = [];
    for (const engine of list)
      if (names.includes(engine.name)) loaded.push(await load(engine, host));
    return loaded;
  };
  return {
    about: {
      environment: `Node ${process.versions.node}`,
      v8: process.versions.v8,
      cpu: cpus()[0].model,
    },
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
    load(request) {
      const program = at("benches/lib/load-in-node.js");
      return JSON.parse(execFileSync(process.execPath, [program, JSON.stringify(request)]));
    },
    close() {},
  };
}
