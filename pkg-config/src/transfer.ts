/**
 * Bytes over the network: a transfer that breaks off goes on where it was, or begins anew after a pause, and what
 * comes is held against what should come.
 */

import { networkError, operationError } from "./errors.js";

export type OnBytes = (count: number) => void;

/** What is known of a file before it comes. */
export interface Expected {
  bytes?: number | undefined;
  /** Says what is wrong with the bytes, if anything is. */
  check?(bytes: Uint8Array<ArrayBuffer>): string | undefined | Promise<string | undefined>;
}

export interface TransferOptions {
  signal: AbortSignal;
  onBytes: OnBytes;
  cache?: RequestCache;
  /** Tries after the first one; 0 where the caller has something else in hand. */
  retries?: number | undefined;
}

/** How long to wait before each further try, in milliseconds; new bytes begin the count anew. */
const PAUSES = [250, 750, 2250];
/** Answers that may be others in a while: too early, too many requests, busy or away. And 416, to a range. */
const PASSING = [408, 416, 425, 429, 500, 502, 503, 504];
/** Bytes that a manifest, which may say anything, gets room for before they have come. */
const MOST_AHEAD = 1 << 26;

/**
 * The whole content of an address. NetworkError where it can't be had, OperationError where something else is
 * answered in its place; both name the address, the server's status and the type.
 */
export async function transfer(
  url: URL,
  expected: Expected,
  { signal, onBytes, cache = "default", retries }: TransferOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Content(expected.bytes, onBytes);
  for (let mode = cache; ; mode = "reload") {
    const response = await persist(
      url,
      { signal, retries, progress: () => content.most },
      async () => receive(url, content, { signal, cache: mode }),
    );
    const bytes = content.bytes();
    const wrong = content.misfit() ?? (await expected.check?.(bytes));
    if (!wrong) return bytes;
    // A cache on the way may hold an older file, or a page about an error: once more, past all caches.
    if (mode === "reload") throw operationError(`${url.href} ${wrong}: ${describe(response)}`);
    content.restart();
  }
}

interface Persistence {
  signal: AbortSignal;
  retries?: number | undefined;
  /** A number that rises as long as the tries are worth it. */
  progress?(): number;
}

/** Tries until it works, unless the answer is one that will stay. NetworkError then. */
export async function persist<T>(
  url: URL,
  { signal, retries = PAUSES.length, progress = () => 0 }: Persistence,
  step: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; ) {
    const before = progress();
    try {
      return await step();
    } catch (error) {
      if (signal.aborted || isOperationError(error)) throw error;
      failures = progress() > before ? 1 : failures + 1;
      if (failures > retries || !mayPass(error, url))
        throw networkError(`${url.href} can't be fetched: ${(error as Error).message}`);
      await pause(PAUSES[failures - 1] ?? 0, signal);
    }
  }
}

function isOperationError(error: unknown): boolean {
  return error instanceof DOMException && error.name === "OperationError";
}

/** Without a network, asking again is no use; what isn't on the web is there or not. */
function mayPass(error: unknown, url: URL): boolean {
  if (globalThis.navigator?.onLine === false || !/^https?:$/.test(url.protocol)) return false;
  return !(error instanceof StatusError) || PASSING.includes(error.status);
}

class StatusError extends Error {
  readonly status: number;

  constructor(response: Response) {
    super(describe(response));
    this.status = response.status;
  }
}

/** e.g. `the server answered 200 with text/html` */
export function describe({ status, headers }: Response): string {
  return `the server answered ${status} with ${headers.get("content-type") ?? "no content type"}`;
}

/** One request; answers that aren't the file reject. */
export async function request(url: URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new StatusError(response);
  return response;
}

/** The rest of a file; all of it where the server knows no ranges. */
async function receive(url: URL, content: Content, init: RequestInit): Promise<Response> {
  const from = content.length;
  // A simple range needs no CORS preflight, and makes fetch() ask for the bytes as they are, uncompressed.
  const headers: HeadersInit = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await request(url, { ...init, headers }).catch((error) => {
    if (error instanceof StatusError && error.status === 416) content.restart();
    throw error;
  });
  if (response.status !== 206) content.restart();
  else if (startOf(response, from) !== from) {
    content.restart();
    throw new Error(`${describe(response)} from another place than was asked for`);
  }
  for await (const chunk of chunks(response)) if (!content.append(chunk)) break;
  return response;
}

/** Of a partial answer; other origins may hide it, and then the content's hash has the last word. */
function startOf(response: Response, asked: number): number {
  const range = response.headers.get("content-range");
  return range ? Number(/^bytes (\d+)-/.exec(range)?.[1]) : asked;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** A buffer that grows, and tells of every byte that comes to it. */
class Content {
  length = 0;
  /** The most that has ever been in it. */
  most = 0;
  #room: Uint8Array<ArrayBuffer>;
  readonly #expected: number | undefined;
  readonly #onBytes: OnBytes;

  constructor(expected: number | undefined, onBytes: OnBytes) {
    this.#expected = expected;
    this.#onBytes = onBytes;
    this.#room = new Uint8Array(Math.min(expected ?? 0, MOST_AHEAD));
  }

  /** False when it is more than should come, of which there may be no end. */
  append(chunk: Uint8Array): boolean {
    const length = this.length + chunk.byteLength;
    if (length > this.#room.byteLength) {
      const larger = new Uint8Array(Math.max(2 * this.#room.byteLength, length));
      larger.set(this.#room);
      this.#room = larger;
    }
    this.#room.set(chunk, this.length);
    this.length = length;
    this.most = Math.max(this.most, length);
    this.#onBytes(chunk.byteLength);
    return this.#expected === undefined || length <= this.#expected;
  }

  /** What is wrong with its length. */
  misfit(): string | undefined {
    if (this.#expected === undefined || this.length === this.#expected) return undefined;
    const length = this.length > this.#expected ? "more bytes" : `${this.length} bytes`;
    return `has ${length}, expected ${this.#expected}`;
  }

  restart(): void {
    this.#onBytes(-this.length);
    this.length = 0;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#room.subarray(0, this.length);
  }
}

/** An async iterator of the stream itself would do, but Safari lacks it. */
export async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read())
      yield next.value;
  } finally {
    // For whoever leaves early; after the end it does nothing.
    reader?.cancel().catch(() => {});
  }
}
