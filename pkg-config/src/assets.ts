/** Everything an engine is made of: the wasm module and a model's files, fetched once and kept. */

import { wasmBytes } from "../wasm/build.js";
import type { Languages } from "./convert.js";
import { Download } from "./download.js";
import { notSupportedError, operationError } from "./errors.js";
import { type ModelEntry, serves } from "./languages.js";
import type { Progress } from "./monitor.js";
import { abortable, anySignal } from "./signals.js";
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
  const { model } = sources;
  progress.start();
  const manifest = await fetchManifest(model, wanted, signal);
  const wasm = { file: download(sources.wasm), bytes: wasmBytes };
  const listed = model instanceof URL ? manifest.files : [];
  const parts = listed.map(({ name, bytes }) => ({
    file: download(new URL(name, folder(model as URL))),
    bytes,
  }));
  const [binary, ...contents] = await fetchAll([wasm, ...parts], progress, signal);
  complete.add(key(sources));
  progress.finish();
  const module = await abortable(compile(wasm.file, binary as Uint8Array), signal);
  const files =
    model instanceof URL
      ? Object.fromEntries(listed.map(({ name }, i) => [name, contents[i] as Uint8Array]))
      : model.files;
  return {
    assets: { module, model: { manifest: manifest.bytes, files } },
    languages: manifest.languages,
  };
}

interface Part {
  file: Download;
  /** As many as are expected. */
  bytes: number;
}

async function fetchAll(
  wanted: readonly Part[],
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Uint8Array[]> {
  const parts = wanted.map(remaining);
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  const report = () => {
    const loaded = parts.reduce((sum, part) => sum + part.loaded(), 0);
    progress.update(loaded, total);
  };
  // Where one file fails, nobody waits for the others.
  const failure = new AbortController();
  const joint = anySignal(signal, failure.signal);
  try {
    return await Promise.all(wanted.map(({ file }) => file.wait(joint, report)));
  } catch (error) {
    progress.stop();
    failure.abort();
    throw error;
  }
}

/** What is still to come of a file, so that the bar starts from 0 for a call that joins late. */
function remaining({ file, bytes }: Part) {
  const before = file.state === "done" ? bytes : Math.min(file.received, bytes);
  return {
    total: bytes - before,
    loaded: () => Math.min(Math.max(file.received - before, 0), bytes - before),
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
