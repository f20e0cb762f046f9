/** One file on its way into memory; several calls may wait for the same one. */

import { networkError, operationError } from "./errors.js";
import { abortable } from "./signals.js";

export type OnBytes = (count: number) => void;

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

/**
 * A file's bytes; `size` is what it should have, so that room for it is made once. Counting them on the way takes
 * tens of milliseconds for a model, so only who is watched does.
 */
export function readBytes(size: number, watched: boolean): Read<Uint8Array<ArrayBuffer>> {
  return async (url, signal, onBytes) => {
    if (url.protocol === "file:") return readFromDisk(url, signal, onBytes);
    const response = await request(url, signal);
    return failingAs(url, () =>
      watched ? collect(response, size, onBytes) : readWhole(response, onBytes),
    );
  };
}

/** A WebAssembly file, compiled while it arrives. */
export function readModule(watched: boolean): Read<WebAssembly.Module> {
  return async (url, signal, onBytes) => {
    if (url.protocol === "file:") return compile(await readFromDisk(url, signal, onBytes));
    const response = await request(url, signal);
    const type = response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
    // Servers that don't know the type are common, and streams would be refused for it.
    if (type !== "application/wasm" || !WebAssembly.compileStreaming) {
      return compile(await failingAs(url, () => collect(response, 0, onBytes)));
    }
    // The response itself, not one made of its body: Chromium keeps compiled code beside the former only.
    if (watched) count(response.clone(), onBytes);
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (error) {
      if (error instanceof WebAssembly.CompileError) throw unusable(error);
      throw failure(url, error);
    }
  };
}

export async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw unusable(error as Error);
  }
}

const unusable = (error: Error) =>
  operationError(`the WebAssembly file can't be used here: ${error.message}`);

const failure = (url: URL, error: unknown) =>
  networkError(`${url.href} can't be fetched: ${(error as Error).message}`);

async function failingAs<T>(url: URL, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(url, error);
  }
}

function request(url: URL, signal: AbortSignal): Promise<Response> {
  return failingAs(url, async () => {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return response;
  });
}

async function readFromDisk(
  url: URL,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<Uint8Array<ArrayBuffer>> {
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

/** Bytes that a manifest, which may say anything, gets room for before they have come. */
const MOST_AHEAD = 1 << 26;

async function collect(
  response: Response,
  size: number,
  onBytes: OnBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.min(size, MOST_AHEAD));
  let length = 0;
  for await (const chunk of chunks(response)) {
    if (length + chunk.byteLength > bytes.byteLength) {
      const larger = new Uint8Array(Math.max(2 * bytes.byteLength, length + chunk.byteLength));
      larger.set(bytes);
      bytes = larger;
    }
    bytes.set(chunk, length);
    length += chunk.byteLength;
    onBytes(chunk.byteLength);
  }
  return bytes.subarray(0, length);
}

async function readWhole(response: Response, onBytes: OnBytes): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  onBytes(bytes.byteLength);
  return bytes;
}

/** Counts what comes of a response that somebody else reads; that one meets the errors. */
async function count(copy: Response, onBytes: OnBytes): Promise<void> {
  try {
    for await (const chunk of chunks(copy)) onBytes(chunk.byteLength);
  } catch {}
}

/** An async iterator of the stream itself would do, but Safari lacks it. */
async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read())
    yield next.value;
}
