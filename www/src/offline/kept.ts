import { type Manifest, modelUrl } from "../app/manifest";

/** The cache that the service worker answers from, as worker.js names it. */
const MODELS = "models";

/** Whether this browser keeps files for the page: it does so for secure addresses alone, and the built site only. */
export const canKeep = (): boolean =>
  import.meta.env.PROD && "caches" in window && "serviceWorker" in navigator;

/** Whether all files of a model are on this device. */
export async function isKept(name: string): Promise<boolean> {
  const cache = await caches.open(MODELS);
  const manifest = await cache.match(modelUrl(name, "manifest.json"));
  if (!manifest) return false;
  const { files } = (await manifest.json()) as Manifest;
  const found = await Promise.all(files.map((file) => cache.match(modelUrl(name, file.name))));
  return found.every(Boolean);
}

/** Fetches a model's files and keeps them; `progress` hears how much has come, from 0 to 1. */
export async function keepModel(name: string, progress: (loaded: number) => void): Promise<void> {
  const cache = await caches.open(MODELS);
  const manifest = modelUrl(name, "manifest.json");
  const { files } = (await (await got(manifest)).clone().json()) as Manifest;
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let loaded = 0;
  for (const file of files) {
    const url = modelUrl(name, file.name);
    if (!(await cache.match(url)))
      await put(cache, url, (bytes) => progress((loaded + bytes) / total));
    loaded += file.bytes;
    progress(loaded / total);
  }
  // Last: the manifest says that the files are there.
  await put(cache, manifest, () => {});
}

async function put(cache: Cache, url: URL, onBytes: (bytes: number) => void): Promise<void> {
  const response = await got(url);
  const parts: BlobPart[] = [];
  let bytes = 0;
  for await (const chunk of chunks(response)) {
    parts.push(chunk);
    bytes += chunk.byteLength;
    onBytes(bytes);
  }
  const type = response.headers.get("content-type") ?? "application/octet-stream";
  await cache.put(url, new Response(new Blob(parts), { headers: { "content-type": type } }));
}

async function* chunks(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

async function got(url: URL): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok)
    throw new DOMException(`the server answered ${response.status}`, "NetworkError");
  return response;
}

export async function removeModel(name: string): Promise<void> {
  const cache = await caches.open(MODELS);
  const folder = modelUrl(name).href;
  for (const { url } of await cache.keys()) if (url.startsWith(folder)) await cache.delete(url);
}
