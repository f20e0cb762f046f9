// The benchmark in Node.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ENGINES, ENTRY, load, PRODUCTS } from "./engines.js";
import * as measure from "./measure.js";

const ROOT = new URL("../../", import.meta.url);
/** A path below the repository's root. */
export const at = (path) => fileURLToPath(new URL(path, ROOT));

export const host = {
  read: async (path) => readFile(at(path)),
  url: (path) => pathToFileURL(at(path)),
};

export async function openNode() {
  const { supports } = await import(host.url("dist/npm/lib/simd.js"));
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
    load(request) {
      const program = at("benches/lib/load-in-node.js");
      return JSON.parse(execFileSync(process.execPath, [program, JSON.stringify(request)]));
    },
    close() {},
  };
}
