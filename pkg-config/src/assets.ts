/** Everything an engine is made of: the wasm module and a model's files, fetched once and kept. */

import { wasmBytes } from "../wasm/build.js";
import type { Languages } from "./convert.js";
import { Download } from "./download.js";
import { notSupportedError, operationError } from "./errors.js";
import { type ModelEntry, serves } from "./languages.js";
import type { Progress } from "./monitor.js";
import { abortable } from "./signals.js";
import type { Availability, ModelFiles } from "./types.js";

export interface Assets {
  module: WebAssembly.Module;
  model: ModelFiles;
}

export interface Sources {
  wasm: URL;
  model: URL | ModelFiles;
}

/** Bundlers rewrite this form to the file's address in their output. */
export const packageWasm = new URL("../wasm/lite_transformer_bg.wasm", import.meta.url);

// And must leave this one alone: it is a folder, and read at run time.
const here = import.meta.url;

export function packageModel({ name }: ModelEntry): URL {
  return new URL(`../models/${name}/`, here);
}

const downloads = new Map<string, Download>();
const modules = new WeakMap<Download, Promise<WebAssembly.Module>>();

function download(url: URL): Download {
  let found = downloads.get(url.href);
  if (!found || found.state === "failed") {
    found = new Download(url);
    downloads.set(url.href, found);
  }
  return found;
}

/** Forgets what turned out to be unusable, so that the next `create()` fetches it anew. */
export function forget(sources: Sources): void {
  downloads.delete(sources.wasm.href);
  if (!(sources.model instanceof URL)) return;
  for (const address of downloads.keys()) {
    if (address.startsWith(folder(sources.model).href)) downloads.delete(address);
  }
}

/** What `availability()` says of a supported pair. Files on disk need no download. */
export function state(sources: Sources): Availability {
  const model = sources.model instanceof URL ? folder(sources.model) : undefined;
  if (sources.wasm.protocol === "file:" && (!model || model.protocol === "file:"))
    return "available";
  const touched = [...downloads].filter(
    ([address]) => address === sources.wasm.href || (model && address.startsWith(model.href)),
  );
  if (touched.some(([, { state }]) => state === "running")) return "downloading";
  return complete.has(key(sources)) && touched.every(([, { state }]) => state === "done")
    ? "available"
    : "downloadable";
}

/** Sources of which every file has arrived. */
const complete = new Set<string>();

function key({ wasm, model }: Sources): string {
  return `${wasm.href} ${model instanceof URL ? folder(model).href : ""}`;
}

export async function fetchAssets(
  sources: Sources,
  wanted: Languages,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<{ assets: Assets; languages: Languages }> {
  progress.start();
  const manifest = await fetchManifest(sources.model, wanted, signal);
  const wasm = download(sources.wasm);
  const parts = [part(wasm, wasmBytes)];
  const files: Record<string, Uint8Array> = {};
  const waits: Promise<unknown>[] = [];
  if (sources.model instanceof URL) {
    for (const { name, bytes } of manifest.files) {
      const file = download(new URL(name, folder(sources.model)));
      parts.push(part(file, bytes));
      waits.push(
        file.wait(signal, report).then((content) => {
          files[name] = content;
        }),
      );
    }
  } else {
    Object.assign(files, sources.model.files);
  }
  function report() {
    const [loaded, total] = parts.reduce(
      ([l, t], next) => [l + next.loaded(), t + next.total],
      [0, 0],
    );
    progress.update(loaded, total);
  }
  const [wasmFile] = await Promise.all([wasm.wait(signal, report), ...waits]);
  complete.add(key(sources));
  progress.finish();
  const module = await abortable(compile(wasm, wasmFile), signal);
  return {
    assets: { module, model: { manifest: manifest.bytes, files } },
    languages: manifest.languages,
  };
}

/** What is still to come of a file, so that the bar starts from 0 for a call that joins late. */
function part(file: Download, expected: number) {
  const before = file.state === "done" ? expected : Math.min(file.received, expected);
  return {
    total: expected - before,
    loaded: () => Math.min(Math.max(file.received - before, 0), expected - before),
  };
}

function compile(wasm: Download, bytes: Uint8Array): Promise<WebAssembly.Module> {
  let module = modules.get(wasm);
  if (!module) {
    module = WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>).catch((error: Error) => {
      throw operationError(`the WebAssembly file can't be used here: ${error.message}`);
    });
    modules.set(wasm, module);
  }
  return module;
}

interface Manifest {
  bytes: Uint8Array;
  languages: Languages;
  files: { name: string; bytes: number }[];
}

async function fetchManifest(
  model: URL | ModelFiles,
  wanted: Languages,
  signal: AbortSignal | undefined,
): Promise<Manifest> {
  const bytes =
    model instanceof URL
      ? await download(new URL("manifest.json", folder(model))).wait(signal, () => {})
      : model.manifest;
  // Only what is needed to fetch the files; the engine checks the manifest in full.
  const { source_language: source, target_language: target, files } = parseManifest(bytes);
  let served: boolean;
  try {
    served = serves({ source, target }, wanted);
  } catch {
    throw operationError(`manifest.json: ${source} and ${target} aren't both language tags`);
  }
  if (!served) {
    throw notSupportedError(
      `the model translates from ${source} to ${target}, not from ${wanted.sourceLanguage} to ${wanted.targetLanguage}`,
    );
  }
  return { bytes, files, languages: { sourceLanguage: source, targetLanguage: target } };
}

interface ParsedManifest {
  source_language: string;
  target_language: string;
  files: { name: string; bytes: number }[];
}

function parseManifest(bytes: Uint8Array): ParsedManifest {
  let manifest: Partial<ParsedManifest>;
  try {
    manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw operationError("manifest.json isn't JSON");
  }
  const { source_language: source, target_language: target, files } = manifest ?? {};
  if (typeof source !== "string" || typeof target !== "string" || !Array.isArray(files)) {
    throw operationError("manifest.json: expected source_language, target_language and files");
  }
  for (const file of files) {
    // A plain file name: it is joined to the model's address.
    if (typeof file?.name !== "string" || !/^[\w-][\w.-]*$/.test(file.name) || !(file.bytes >= 0)) {
      throw operationError(`manifest.json: ${JSON.stringify(file)} isn't a file's name and size`);
    }
  }
  return { source_language: source, target_language: target, files };
}

/** A model's address names a folder, with or without the slash. */
function folder(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.pathname}/${url.search}`, url);
}
