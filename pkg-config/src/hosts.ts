/** Workers of both kinds behind one face: the platform's, and Node's `worker_threads`. */

import { notSupportedError } from "./errors.js";
import type { Request, Response } from "./protocol.js";

export interface Host {
  onmessage: ((event: { data: Response }) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
  onmessageerror: (() => void) | null;
  postMessage(message: Request): void;
  terminate(): void;
  /** Node alone: whether the process waits for this Worker. */
  ref?(): void;
  unref?(): void;
}

type Threads = typeof import("node:worker_threads");

function nodeThreads(): Threads | undefined {
  return globalThis.process?.getBuiltinModule?.("node:worker_threads");
}

export function hasPlatformWorkers(): boolean {
  return typeof Worker === "function";
}

export function newHost(): Host {
  if (hasPlatformWorkers()) return platformWorker() as Host;
  const threads = nodeThreads();
  if (!threads) throw notSupportedError("this engine has neither Workers nor Node's threads");
  return nodeWorker(threads);
}

// Bundlers for browsers must not see Node's Worker: they would pack its file a second time.
const here = import.meta.url;

function platformWorker(): Worker {
  try {
    // Bundlers recognise exactly this form.
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  } catch (error) {
    if ((error as Error).name !== "SecurityError") throw error;
    // The package comes from another origin (a CDN), and Workers must not: one of our own imports it.
    const script = `import ${JSON.stringify(new URL("./worker.js", here).href)};`;
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    return new Worker(address, { type: "module" });
  }
}

function nodeWorker({ Worker }: Threads): Host {
  // Without the options of the main thread, such as --input-type, which don't suit a file.
  const worker = new Worker(new URL("./worker.js", here), { execArgv: [] });
  const host: Host = {
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    postMessage: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
  };
  worker.on("message", (data: Response) => host.onmessage?.({ data }));
  worker.on("messageerror", () => host.onmessageerror?.());
  worker.on("error", ({ message }) => host.onerror?.({ message }));
  return host;
}
