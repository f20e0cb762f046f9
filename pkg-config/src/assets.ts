/** Everything an engine is made of: the wasm module and a model's files, fetched once and kept. */

import type { Build } from "./builds.js";
import type { Languages } from "./convert.js";
import { compile, Download, type Read, readFile, readManifest, readModule } from "./download.js";
import { notSupportedError, operationError } from "./errors.js";
import { sha256 } from "./hash.js";
import { serves } from "./languages.js";
import { parseManifest } from "./manifest.js";
import type { Progress } from "./monitor.js";
import { isFetched, type ModelParts, type Part } from "./parts.js";
import { anySignal } from "./signals.js";
import { holds, keepManifest, removeModels } from "./store.js";
import type { Availability, Simd, StoredModel, StoredModelFilter } from "./types.js";

export interface Assets {
  module: WebAssembly.Module;
  /** The build that the module is. */
  simd: Simd;
  model: HashedModel;
}

interface HashedModel {
  manifest: Uint8Array;
  files: Record<string, Uint8Array>;
  /** SHA-256 of the files; where the platform doesn't compute it, the engine does, only slower. */
  hashes: Record<string, Uint8Array>;
}

export interface Sources {
  build: Build;
  model: ModelParts;
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
  const ids = removed.map(({ address, name }) => address ?? name);
  for (const sources of complete.values()) {
    if (sources.model.id && ids.includes(sources.model.id)) forget(sources);
  }
  return removed;
}

/** What `availability()` says of a supported pair. What is on disk, or in the package's one file, needs no download. */
export async function state(sources: Sources): Promise<Availability> {
  const { build, model } = sources;
  if (!isFetched(build.file) && !model.fetched) return "available";
  const touched = [...downloads].filter(([address]) => belongs(address, sources));
  if (touched.some(([, { state }]) => state === "running")) return "downloading";
  if (complete.has(key(sources)) && touched.every(([, { state }]) => state === "done"))
    return "available";
  return (await isStored(model)) ? "available" : "downloadable";
}

/** Whether all files are kept from another time; that can be told where the manifest is at hand. */
async function isStored({ manifest }: ModelParts): Promise<boolean> {
  if (!(manifest instanceof Uint8Array)) return false;
  const { files } = parseManifest(manifest as Uint8Array<ArrayBuffer>);
  return holds(files.map(({ sha256 = "" }) => sha256));
}

/** What is there of an engine without a model. */
export function engineState({ file }: Build): Availability {
  if (!isFetched(file)) return "available";
  const state = file instanceof URL ? downloads.get(file.href)?.state : undefined;
  if (state === "running") return "downloading";
  return state === "done" ? "available" : "downloadable";
}

function belongs(address: string, { build, model }: Sources): boolean {
  return (build.file instanceof URL && address === build.file.href) || model.has(address);
}

/** Sources of which every file has arrived. */
const complete = new Map<string, Sources>();

function key({ build, model }: Sources): string {
  return `${build.file instanceof URL ? build.file.href : ""} ${model.key}`;
}

/** Fetches all files at once where the manifest is at hand, else those of the model after it. */
export async function fetchAssets(
  sources: Sources,
  wanted: Languages,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<{ assets: Assets; languages: Languages }> {
  progress.start();
  const group = new Group(progress, signal);
  const { simd } = sources.build;
  const [module, { model, languages }] = await group.all(
    fetchModule(sources.build, group, progress.watched),
    fetchModel(sources.model, wanted, group),
  );
  complete.set(key(sources), sources);
  progress.finish();
  return { assets: { module, simd, model }, languages };
}

/** Fetches the engine alone. */
export async function fetchEngine(
  build: Build,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<WebAssembly.Module> {
  progress.start();
  const group = new Group(progress, signal);
  const module = fetchModule(build, group, progress.watched);
  group.expectNoMore();
  const [found] = await group.all(module, Promise.resolve());
  progress.finish();
  return found;
}

async function fetchModule({ file, bytes }: Build, group: Group, watched: boolean) {
  return file instanceof URL
    ? group.get(file, readModule(watched), bytes)
    : compile(await contentOf(file));
}

async function fetchModel(parts: ModelParts, wanted: Languages, group: Group) {
  const manifest =
    parts.manifest instanceof URL
      ? await group.get(parts.manifest, readManifest, 0)
      : await contentOf(parts.manifest);
  const { languages, files: listed } = served(manifest, wanted);
  const files: Record<string, Uint8Array> = {};
  const hashes: Record<string, Uint8Array> = {};
  const contents = listed.map(async (file) => {
    const part = parts.file(file.name);
    if (!part) return;
    const { bytes, hash } =
      part instanceof URL
        ? await group.get(part, readFile(file), file.bytes)
        : await hashed(await contentOf(part));
    files[file.name] = bytes;
    if (hash) hashes[file.name] = hash;
  });
  group.expectNoMore();
  await Promise.all(contents);
  if (parts.id) void keepManifest(parts.id, manifest);
  return { model: { manifest, files, hashes }, languages };
}

async function hashed(bytes: Uint8Array<ArrayBuffer>) {
  return { bytes, hash: await sha256(bytes) };
}

async function contentOf(part: Exclude<Part, URL>): Promise<Uint8Array<ArrayBuffer>> {
  return (typeof part === "function" ? await part() : part) as Uint8Array<ArrayBuffer>;
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
