/** Workers of both kinds behind one face: the platform's, and Node's `worker_threads`. */

import { ownAddress } from "./addresses.js";
import { notSupportedError } from "./errors.js";
import type { Request, Response } from "./protocol.js";
import { abortable, throwIfAborted } from "./signals.js";
import { scriptUrl } from "./trusted-types.js";

export interface Host {
  onmessage: ((data: Response) => void) | null;
  onerror: ((message: string) => void) | null;
  postMessage(message: Request): void;
  terminate(): void;
  /** Node alone: whether the process waits for this Worker. */
  ref?(): void;
  unref?(): void;
}

export interface HostOptions {
  packageUrl: URL | undefined;
  trustedTypesPolicy: string;
}

type Threads = typeof import("node:worker_threads");

function nodeThreads(): Threads | undefined {
  return globalThis.process?.getBuiltinModule?.("node:worker_threads");
}

export function hasPlatformWorkers(): boolean {
  return typeof Worker === "function";
}

/** A Worker that has said it is there, or a NotSupportedError that says why none is to be had. */
export async function openHost(options: HostOptions, signal: AbortSignal): Promise<Host> {
  const refusals: string[] = [];
  for (const open of [openFile, openSource]) {
    try {
      return await open(options, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      refusals.push((error as Error).message);
    }
  }
  throw notSupportedError(`no Worker can be started here: ${refusals.join("; ")}`);
}

/** The Worker's file, which is one script without imports: however it is loaded, it runs. */
async function openFile(options: HostOptions, signal: AbortSignal): Promise<Host> {
  const address = ownAddress(
    "worker/script.js",
    () => new URL("../worker/script.js", import.meta.url),
    options.packageUrl,
  );
  if (hasPlatformWorkers())
    return ready(() => platformWorker(address.href, options.trustedTypesPolicy), signal);
  const threads = requireThreads();
  return ready(() => nodeWorker(threads, address), signal);
}

/** The same script out of this package: for bundlers that leave the file behind, and for other origins (a CDN). */
async function openSource(options: HostOptions, signal: AbortSignal): Promise<Host> {
  const { default: source } = await import("../worker/source.js");
  throwIfAborted(signal);
  if (!hasPlatformWorkers()) {
    const threads = requireThreads();
    return ready(() => nodeWorker(threads, source), signal);
  }
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return await ready(() => platformWorker(address, options.trustedTypesPolicy), signal);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function requireThreads(): Threads {
  const threads = nodeThreads();
  if (!threads) throw notSupportedError("this engine has neither Workers nor Node's threads");
  return threads;
}

/** A file that is something else, a page say, may neither fail nor answer. */
const PATIENCE_MS = 10_000;

function ready(open: () => Host, signal: AbortSignal): Promise<Host> {
  const host = open();
  let timer: ReturnType<typeof setTimeout>;
  const work = new Promise<Host>((resolve, reject) => {
    host.onmessage = () => resolve(host);
    host.onerror = (message) => reject(new Error(message || "a Worker was refused"));
    timer = setTimeout(() => reject(new Error("a Worker doesn't answer")), PATIENCE_MS);
  });
  const waited = abortable(work, signal).finally(() => clearTimeout(timer));
  waited.catch(() => host.terminate());
  return waited;
}

function platformWorker(address: string, policy: string): Host {
  // Deno knows modules only, and the script runs as either.
  const type = "Deno" in globalThis ? "module" : "classic";
  const worker = new Worker(scriptUrl(address, policy), { type, name: "lite-transformer" });
  const closing = new AbortController();
  const host: Host = {
    onmessage: null,
    onerror: null,
    postMessage: (message) => worker.postMessage(message),
    terminate: () => {
      host.onerror = null;
      closing.abort();
      worker.terminate();
    },
  };
  const ended = () => host.onerror?.("it ended");
  worker.onmessage = ({ data }: { data: Response }) => {
    // Once it can be had, the Worker is no more.
    if (data.type === "ready" && data.lock)
      navigator.locks.request(data.lock, { signal: closing.signal }, ended).catch(() => {});
    host.onmessage?.(data);
  };
  worker.onmessageerror = () => host.onerror?.("an answer couldn't be read");
  worker.onerror = (event) => {
    event.preventDefault?.();
    host.onerror?.(event.message);
  };
  // Bun's own event.
  worker.addEventListener("close", ended);
  return host;
}

function nodeWorker({ Worker }: Threads, script: URL | string): Host {
  // Without the options of the main thread, such as --input-type, which don't suit a file.
  const worker = new Worker(script, { execArgv: [], eval: typeof script === "string" });
  const host: Host = {
    onmessage: null,
    onerror: null,
    postMessage: (message) => worker.postMessage(message),
    terminate: () => {
      host.onerror = null;
      void worker.terminate();
    },
    ref: () => worker.ref(),
    unref: () => worker.unref(),
  };
  worker.on("message", (data: Response) => host.onmessage?.(data));
  worker.on("messageerror", () => host.onerror?.("an answer couldn't be read"));
  worker.on("error", ({ message }) => host.onerror?.(message));
  worker.on("exit", (code) => host.onerror?.(`it ended with code ${code}`));
  return host;
}
