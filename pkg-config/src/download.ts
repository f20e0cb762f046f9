/** One file on its way into memory; several calls may wait for the same one. */

import { networkError } from "./errors.js";
import { abortable } from "./signals.js";

export class Download {
  /** Bytes that have arrived. */
  received = 0;
  state: "running" | "done" | "failed" = "running";

  readonly #bytes: Promise<Uint8Array>;
  readonly #controller = new AbortController();
  readonly #watchers = new Set<() => void>();
  #waiting = 0;

  constructor(url: URL) {
    this.#bytes = read(url, this.#controller.signal, (bytes) => {
      this.received += bytes;
      for (const watcher of this.#watchers) watcher();
    });
    this.#bytes.then(
      () => {
        this.state = "done";
      },
      () => {
        this.state = "failed";
      },
    );
  }

  /** Waits for the file. When the last one who waits has left, the download stops. */
  async wait(signal: AbortSignal | undefined, onProgress: () => void): Promise<Uint8Array> {
    this.#waiting += 1;
    this.#watchers.add(onProgress);
    try {
      return await abortable(this.#bytes, signal);
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

type OnBytes = (count: number) => void;

function read(url: URL, signal: AbortSignal, onBytes: OnBytes): Promise<Uint8Array> {
  return url.protocol === "file:"
    ? readFromDisk(url, signal, onBytes)
    : fetchBytes(url, signal, onBytes);
}

async function readFromDisk(url: URL, signal: AbortSignal, onBytes: OnBytes): Promise<Uint8Array> {
  // Not an import: bundlers for browsers would try to follow it.
  const fs = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (!fs) throw networkError(`${url.href} can't be read: this engine has no file system`);
  try {
    const bytes = await fs.readFile(url, { signal });
    onBytes(bytes.byteLength);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    throw networkError(`${url.href} can't be read: ${(error as Error).message}`);
  }
}

async function fetchBytes(url: URL, signal: AbortSignal, onBytes: OnBytes): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const chunks: Uint8Array[] = [];
    // An async iterator would do, but Safari's streams lack it.
    const reader = response.body?.getReader();
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      chunks.push(next.value);
      onBytes(next.value.byteLength);
    }
    return join(chunks);
  } catch (error) {
    throw networkError(`${url.href} can't be fetched: ${(error as Error).message}`);
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
