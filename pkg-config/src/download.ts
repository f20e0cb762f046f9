/** One file on its way into memory; several calls may wait for the same one. */

import { isOnTheWeb } from "./addresses.js";
import { networkError, operationError } from "./errors.js";
import { sha256, toHex } from "./hash.js";
import { type ManifestFile, parseManifest } from "./manifest.js";
import { abortable } from "./signals.js";
import { fileOrDownload, type HashedFile, keptManifest } from "./store.js";
import {
  chunks,
  describe,
  type OnBytes,
  persist,
  request,
  type TransferOptions,
  transfer,
} from "./transfer.js";

/** Fetches what an address holds and says how many bytes have come. */
export type Read<T> = (url: URL, signal: AbortSignal, onBytes: OnBytes) => Promise<T>;

export class Download<T = unknown> {
  /** Bytes that have arrived. */
  received = 0;
  state: "running" | "done" | "failed" = "running";

  readonly #content: Promise<T>;
  readonly #controller = new AbortController();
  readonly #watchers = new Set<() => void>();
  #waiting = 0;

  constructor(url: URL, read: Read<T>) {
    this.#content = read(url, this.#controller.signal, (bytes) => {
      this.received += bytes;
      for (const watcher of this.#watchers) watcher();
    });
    this.#content.then(
      () => {
        this.state = "done";
      },
      () => {
        this.state = "failed";
      },
    );
  }

  /** Waits for the file. When the last one who waits has left, the download stops. */
  async wait(signal: AbortSignal | undefined, onProgress: () => void): Promise<T> {
    this.#waiting += 1;
    this.#watchers.add(onProgress);
    try {
      return await abortable(this.#content, signal);
    } finally {
      this.#watchers.delete(onProgress);
      this.#waiting -= 1;
      if (this.#waiting === 0 && this.state === "running") {
        this.state = "failed";
        this.#controller.abort();
      }
    }
  }
}

type FileBytes = Uint8Array<ArrayBuffer>;

/** A file that a manifest lists: held against its length and its hash, and kept. */
export function readFile({ bytes, sha256: wanted }: Omit<ManifestFile, "name">): Read<HashedFile> {
  return async (url, signal, onBytes) => {
    if (url.protocol === "file:") {
      const content = await readFromDisk(url, signal, onBytes);
      return { bytes: content, hash: await sha256(content) };
    }
    const download = async () => {
      let hash: Uint8Array | undefined;
      const check = async (content: FileBytes) => {
        hash = await sha256(content);
        const found = hash && toHex(hash);
        return found && wanted && found !== wanted
          ? `has SHA-256 ${found}, expected ${wanted}`
          : undefined;
      };
      return { bytes: await transfer(url, { bytes, check }, { signal, onBytes }), hash };
    };
    return wanted && isOnTheWeb(url)
      ? fileOrDownload(wanted, signal, onBytes, download)
      : download();
  };
}

/** A manifest as it is now; as it is kept where the network is away. */
export const readManifest: Read<FileBytes> = async (url, signal, onBytes) => {
  if (url.protocol === "file:") return readFromDisk(url, signal, onBytes);
  const kept = isOnTheWeb(url) ? await keptManifest(url.href) : undefined;
  // An old manifest beside new files would fit nothing: caches must ask.
  const options: TransferOptions = {
    signal,
    onBytes,
    cache: "no-cache",
    retries: kept ? 0 : undefined,
  };
  try {
    return await transfer(url, { check: notAManifest }, options);
  } catch (error) {
    if (kept && (error as Error).name === "NetworkError") return kept;
    throw error;
  }
};

function notAManifest(bytes: FileBytes): string | undefined {
  try {
    parseManifest(bytes);
    return undefined;
  } catch (error) {
    return `isn't a model's manifest (${(error as Error).message})`;
  }
}

/** A WebAssembly file, compiled while it arrives. */
export function readModule(watched: boolean): Read<WebAssembly.Module> {
  return async (url, signal, onBytes) => {
    if (url.protocol === "file:") return compile(await readFromDisk(url, signal, onBytes));
    let received = 0;
    return persist(url, { signal }, () => {
      // A try begins at the start.
      onBytes(-received);
      received = 0;
      return fetchModule(url, signal, watched, (bytes) => {
        received += bytes;
        onBytes(bytes);
      });
    });
  };
}

async function fetchModule(
  url: URL,
  signal: AbortSignal,
  watched: boolean,
  onBytes: OnBytes,
): Promise<WebAssembly.Module> {
  const response = await request(url, { signal });
  const type = response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  try {
    // Servers that don't know the type are common, and streams would be refused for it.
    if (type !== "application/wasm" || !WebAssembly.compileStreaming) {
      const bytes = new Uint8Array(await response.arrayBuffer());
      onBytes(bytes.byteLength);
      return await WebAssembly.compile(bytes);
    }
    // The response itself, not one made of its body: Chromium keeps compiled code beside the former only.
    if (watched) count(response.clone(), onBytes);
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    throw unusable(`${url.href}: ${error.message}; ${describe(response)}`);
  }
}

export async function compile(bytes: FileBytes): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw unusable((error as Error).message);
  }
}

const unusable = (why: string) => operationError(`the WebAssembly file can't be used here: ${why}`);

async function readFromDisk(url: URL, signal: AbortSignal, onBytes: OnBytes): Promise<FileBytes> {
  // Not an import: bundlers for browsers would try to follow it.
  const fs = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (!fs) throw networkError(`${url.href} can't be read: this engine has no file system`);
  try {
    const bytes = await fs.readFile(url, { signal });
    onBytes(bytes.byteLength);
    return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    throw networkError(`${url.href} can't be read: ${(error as Error).message}`);
  }
}

/** Counts what comes of a response that somebody else reads; that one meets the errors. */
async function count(copy: Response, onBytes: OnBytes): Promise<void> {
  try {
    for await (const chunk of chunks(copy)) onBytes(chunk.byteLength);
  } catch {}
}
