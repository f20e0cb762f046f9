/**
 * Models kept in the browser's Cache Storage: each file under its SHA-256, each model's manifest under its id, which is
 * a name for the package's own and an address for others. The engine isn't kept here: it is code, which goes by the page's own addresses, and browsers keep what they
 * compiled of it beside their HTTP cache.
 *
 * Everything here is a help that may be missing (Node, insecure contexts), refused (private windows, sandboxed frames)
 * or full. So no failure of the store ever is one of a translation: what can't be read is fetched, what can't be
 * written isn't kept.
 */

import { sha256, toHex } from "./hash.js";
import { serves } from "./languages.js";
import { parseManifest } from "./manifest.js";
import { sizeOf } from "./models.js";
import type { StoredModel, StoredModelFilter } from "./types.js";

const NAME = "lite-transformer";
// Keys have to be web addresses, in extensions, too; under .invalid nobody answers.
const FILES = "https://lite-transformer.invalid/files/";
const MODELS = "https://lite-transformer.invalid/models/";

const fileKey = (sha256: string) => FILES + sha256;
const modelKey = (id: string) => MODELS + encodeURIComponent(id);

/** Writes under way in this page. */
const writes = new Set<Promise<void>>();

async function open(): Promise<Cache | undefined> {
  try {
    // The global itself throws in sandboxed frames.
    return await globalThis.caches?.open(NAME);
  } catch {
    return undefined;
  }
}

/** Of a step that may fail: its result, or undefined. */
async function attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch {
    return undefined;
  }
}

export interface HashedFile {
  bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256, where it has been computed. */
  hash: Uint8Array | undefined;
}

/**
 * A file as it is kept, else as `download` brings it, which is kept then. Of several tabs one downloads and the others
 * wait for it. The answer doesn't wait for the writing, and the lock does.
 */
export async function fileOrDownload(
  hash: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
  download: () => Promise<HashedFile>,
): Promise<HashedFile> {
  const cache = await open();
  if (!cache) return download();
  const find = async () => {
    const found = await read(cache, hash);
    if (found) onBytes(found.bytes.byteLength);
    return found;
  };
  const kept = await find();
  if (kept) return kept;
  return new Promise((resolve, reject) => {
    const work = alone(`${NAME} ${hash}`, signal, async () => {
      const others = await find();
      if (others) return resolve(others);
      const file = await download();
      resolve(file);
      if (isFile(file, hash)) await write(cache, fileKey(hash), file.bytes);
    });
    work.catch(reject);
  });
}

function isFile({ hash }: HashedFile, wanted: string): boolean {
  return hash !== undefined && toHex(hash) === wanted;
}

/** One at a time among all tabs, where there are Web Locks. */
function alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks;
  return locks ? locks.request(name, { signal }, work) : work();
}

/** What has gone bad is dropped. */
async function read(cache: Cache, hash: string): Promise<HashedFile | undefined> {
  return attempt(async () => {
    const found = await cache.match(fileKey(hash));
    if (!found) return undefined;
    const bytes = new Uint8Array(await found.arrayBuffer());
    const file = { bytes, hash: await sha256(bytes) };
    if (isFile(file, hash)) return file;
    await cache.delete(fileKey(hash));
    return undefined;
  });
}

async function write(cache: Cache, key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { "content-length": String(bytes.byteLength) };
  const put = attempt(() => cache.put(key, new Response(bytes, { headers }))).then(() => {
    writes.delete(put);
  });
  writes.add(put);
  await put;
}

/** The manifest kept for a model, if all of its files are kept. */
export async function keptManifest(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return attempt(async () => {
    const cache = await open();
    const found = await cache?.match(modelKey(id));
    if (!cache || !found) return undefined;
    const bytes = new Uint8Array(await found.arrayBuffer());
    const hashes = parseManifest(bytes).files.map((file) => file.sha256 ?? "");
    return (await holds(hashes)) ? bytes : undefined;
  });
}

/** Notes that the files of a manifest make up a model. The one of the same id that was there before goes. */
export async function keepManifest(id: string, manifest: Uint8Array<ArrayBuffer>): Promise<void> {
  await attempt(async () => {
    const cache = await open();
    if (!cache) return;
    const before = await cache.match(modelKey(id));
    if (before && (await before.text()) === new TextDecoder().decode(manifest)) return;
    await write(cache, modelKey(id), manifest);
    if (before) await sweep(cache);
  });
}

/** Whether every one of these files is kept. */
export async function holds(hashes: readonly string[]): Promise<boolean> {
  const found = await attempt(async () => {
    const cache = await open();
    if (!cache) return false;
    const kept = await Promise.all(hashes.map((hash) => cache.match(fileKey(hash))));
    return kept.every((file) => file !== undefined);
  });
  return found ?? false;
}

interface Entry {
  key: string;
  model: StoredModel;
  hashes: string[];
}

/** The models of which everything is kept. */
export async function storedModels(): Promise<StoredModel[]> {
  const { entries } = await list();
  return entries.map(({ model }) => model);
}

/** Drops the models that a filter fits, and returns them. */
export async function removeModels(filter: StoredModelFilter): Promise<StoredModel[]> {
  const { cache, entries } = await list();
  const gone = entries.filter(({ model }) => fits(model, filter));
  await attempt(async () => {
    for (const { key } of gone) await cache?.delete(key);
    if (cache) await sweep(cache);
  });
  return gone.map(({ model }) => model);
}

function fits(model: StoredModel, filter: StoredModelFilter): boolean {
  const { sourceLanguage = model.sourceLanguage, targetLanguage = model.targetLanguage } = filter;
  const languages = { source: model.sourceLanguage, target: model.targetLanguage };
  return (
    serves(languages, { sourceLanguage, targetLanguage }) &&
    (filter.size === undefined || filter.size === model.size) &&
    (filter.name === undefined || filter.name === model.name) &&
    (filter.address === undefined || filter.address === model.address)
  );
}

async function list(): Promise<{ cache: Cache | undefined; entries: Entry[] }> {
  // What this page has just been given may still be on its way into the store.
  await Promise.all(writes);
  const cache = await open();
  const entries = cache && (await attempt(() => entriesOf(cache)));
  return { cache, entries: entries ?? [] };
}

/** The models of which every file is kept. */
async function entriesOf(cache: Cache): Promise<Entry[]> {
  const { keys, entries } = await contents(cache);
  const kept = new Set(keys);
  return entries.filter(({ hashes }) => hashes.every((hash) => kept.has(fileKey(hash))));
}

/** All keys, and what the manifests among them say that can be read. */
async function contents(cache: Cache): Promise<{ keys: string[]; entries: Entry[] }> {
  const keys = (await cache.keys()).map(({ url }) => url);
  const models = keys.filter((key) => key.startsWith(MODELS));
  const entries = await Promise.all(models.map((key) => attempt(() => entry(cache, key))));
  return { keys, entries: entries.filter((one) => one !== undefined) };
}

async function entry(cache: Cache, key: string): Promise<Entry | undefined> {
  const found = await cache.match(key);
  if (!found) return undefined;
  const manifest = new Uint8Array(await found.arrayBuffer());
  const id = decodeURIComponent(key.slice(MODELS.length));
  const { name = id, source_language, target_language, files } = parseManifest(manifest);
  const hashes = files.map(({ sha256 = "" }) => sha256);
  return {
    key,
    hashes,
    model: {
      name,
      sourceLanguage: source_language,
      targetLanguage: target_language,
      size: sizeOf(name, hashes),
      bytes: files.reduce((sum, { bytes }) => sum + bytes, manifest.byteLength),
      // Names have no colon.
      address: id.includes(":") ? id : undefined,
    },
  };
}

/** Deletes the files that no manifest lists (any more). */
async function sweep(cache: Cache): Promise<void> {
  const { keys, entries } = await contents(cache);
  const listed = new Set(entries.flatMap(({ hashes }) => hashes).map(fileKey));
  const lost = keys.filter((key) => key.startsWith(FILES) && !listed.has(key));
  await Promise.all(lost.map((key) => cache.delete(key)));
}
