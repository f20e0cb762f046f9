/** Everything an engine is made of: the wasm module and a model's files, fetched once and kept. */

import type { Build } from "./builds.js";
import type { Languages } from "./convert.js";
import { Download, type Read, readFile, readManifest, readModule } from "./download.js";
import { notSupportedError, operationError } from "./errors.js";
import { type ModelEntry, serves } from "./languages.js";
import { type ManifestFile, parseManifest } from "./manifest.js";
import type { Progress } from "./monitor.js";
import { anySignal } from "./signals.js";
import { holds, isKept, keepManifest, removeModels } from "./store.js";
import type { Availability, ModelFiles, Simd, StoredModel, StoredModelFilter } from "./types.js";

export interface Assets {
  module: WebAssembly.Module;
  /** The build that the module is. */
  simd: Simd;
  model: HashedModel;
}

interface HashedModel extends ModelFiles {
  /** SHA-256 of the files; where the platform doesn't compute it, the engine does, only slower. */
  hashes: Record<string, Uint8Array>;
}

export interface Sources {
  build: Build;
  model: URL | ModelFiles;
  /** The package's own entry for the model, where it is one of the package's. */
  entry: ModelEntry | undefined;
}

// Bundlers must leave this address alone: it is a folder, and read at run time.
const here = import.meta.url;

export function packageModel({ name }: ModelEntry): URL {
  return new URL(`../models/${name}/`, here);
}

const downloads = new Map<string, Download>();

function download<T>(url: URL, read: Read<T>): Download<T> {
  let found = downloads.get(url.href);
  if (!found || found.state === "failed") {
    found = new Download(url, read);
    downloads.set(url.href, found);
  }
  // An address is always read in the same way.
  return found as Download<T>;
}

/** Forgets what turned out to be unusable, so that the next `create()` fetches it anew. */
export function forget(sources: Sources): void {
  complete.delete(key(sources));
  for (const address of downloads.keys()) {
    if (belongs(address, sources)) downloads.delete(address);
  }
}

/** Drops kept models, from the browser's store and from this page's memory. */
export async function remove(filter: StoredModelFilter): Promise<StoredModel[]> {
  const removed = await removeModels(filter);
  for (const { address } of removed) {
    const folder = new URL(".", address).href;
    for (const at of downloads.keys()) if (at.startsWith(folder)) downloads.delete(at);
    for (const one of complete) if (one.endsWith(` ${folder}`)) complete.delete(one);
  }
  return removed;
}

/** What `availability()` says of a supported pair. Files on disk need no download. */
export async function state(sources: Sources): Promise<Availability> {
  const { build, model, entry } = sources;
  if (build.url.protocol === "file:" && (!(model instanceof URL) || model.protocol === "file:"))
    return "available";
  const touched = [...downloads].filter(([address]) => belongs(address, sources));
  if (touched.some(([, { state }]) => state === "running")) return "downloading";
  if (complete.has(key(sources)) && touched.every(([, { state }]) => state === "done"))
    return "available";
  return entry && (await holds(Object.values(entry.hashes))) ? "available" : "downloadable";
}

function belongs(address: string, { build, model }: Sources): boolean {
  return (
    address === build.url.href || (model instanceof URL && address.startsWith(folder(model).href))
  );
}

/** Sources of which every file has arrived. */
const complete = new Set<string>();

function key({ build, model }: Sources): string {
  return `${build.url.href} ${model instanceof URL ? folder(model).href : ""}`;
}

/** Fetches all files at once where the package knows their names, else those of the model after its manifest. */
export async function fetchAssets(
  sources: Sources,
  wanted: Languages,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<{ assets: Assets; languages: Languages }> {
  progress.start();
  const group = new Group(progress, signal);
  const { url, bytes, simd } = sources.build;
  const [module, { model, languages }] = await group.all(
    group.get(url, readModule(progress.watched), bytes),
    fetchModel(sources, wanted, group),
  );
  complete.add(key(sources));
  progress.finish();
  return { assets: { module, simd, model }, languages };
}

async function fetchModel({ model, entry }: Sources, wanted: Languages, group: Group) {
  if (!(model instanceof URL)) {
    const { languages } = served(model.manifest, wanted);
    group.expectNoMore();
    return { model: { ...model, hashes: {} }, languages };
  }
  const address = (name: string) => new URL(name, folder(model));
  const get = (file: ManifestFile) => group.get(address(file.name), readFile(file), file.bytes);
  const manifestUrl = address("manifest.json");
  const coming = group.get(manifestUrl, readManifest, entry?.files["manifest.json"] ?? 0);
  if (entry) {
    for (const [name, sha256] of Object.entries(entry.hashes))
      get({ name, bytes: entry.files[name] ?? 0, sha256 });
    group.expectNoMore();
  }
  const manifest = await coming;
  const { languages, files: listed } = served(manifest, wanted);
  const files: Record<string, Uint8Array> = {};
  const hashes: Record<string, Uint8Array> = {};
  const contents = listed.map(async (file) => {
    const { bytes, hash } = await get(file);
    files[file.name] = bytes;
    if (hash) hashes[file.name] = hash;
  });
  group.expectNoMore();
  await Promise.all(contents);
  if (isKept(manifestUrl)) void keepManifest(manifestUrl.href, manifest);
  return { model: { manifest, files, hashes }, languages };
}

/** NotSupportedError where a manifest's model is for other languages. */
function served(manifest: Uint8Array, wanted: Languages) {
  const { source_language: source, target_language: target, files } = parseManifest(manifest);
  let fits: boolean;
  try {
    fits = serves({ source, target }, wanted);
  } catch {
    throw operationError(`manifest.json: ${source} and ${target} aren't both language tags`);
  }
  if (!fits) {
    throw notSupportedError(
      `the model translates from ${source} to ${target}, not from ${wanted.sourceLanguage} to ${wanted.targetLanguage}`,
    );
  }
  return { files, languages: { sourceLanguage: source, targetLanguage: target } };
}

/** The downloads of one `create()`: one bar for all, and where one fails, nobody waits for the others. */
class Group {
  readonly #progress: Progress;
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #content = new Map<string, Promise<unknown>>();
  readonly #parts: { total: number; loaded(): number }[] = [];
  #complete = false;

  constructor(progress: Progress, signal: AbortSignal | undefined) {
    this.#progress = progress;
    this.#signal = anySignal(signal, this.#failure.signal);
  }

  /** What an address holds; `bytes` are expected. */
  get<T>(url: URL, read: Read<T>, bytes: number): Promise<T> {
    let content = this.#content.get(url.href) as Promise<T> | undefined;
    if (!content) {
      const file = download(url, read);
      this.#parts.push(remaining(file, bytes));
      content = file.wait(this.#signal, () => this.#report());
      // Whoever awaits it learns of the failure; nobody may.
      content.catch(() => {});
      this.#content.set(url.href, content);
    }
    return content;
  }

  /** The total is known from here on. */
  expectNoMore(): void {
    this.#complete = true;
  }

  async all<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
    try {
      return await Promise.all([a, b]);
    } catch (error) {
      this.#progress.stop();
      this.#failure.abort();
      throw error;
    }
  }

  #report(): void {
    if (!this.#complete) return;
    const sum = (of: (part: { total: number; loaded(): number }) => number) =>
      this.#parts.reduce((all, part) => all + of(part), 0);
    this.#progress.update(
      sum((part) => part.loaded()),
      sum((part) => part.total),
    );
  }
}

/** What is still to come of a file, so that the bar starts from 0 for a call that joins late. */
function remaining(file: Download, bytes: number) {
  const before = file.state === "done" ? bytes : Math.min(file.received, bytes);
  return {
    total: bytes - before,
    loaded: () => Math.min(Math.max(file.received - before, 0), bytes - before),
  };
}

/** A model's address names a folder, with or without the slash. */
function folder(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.pathname}/${url.search}`, url);
}
