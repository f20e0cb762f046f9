/** The engine in a Worker of its own. */

import type { Assets } from "./assets.js";
import type { Arguments, Engine, Method, Result } from "./engine.js";
import { fromRecord, invalidStateError, operationError } from "./errors.js";
import type { Request, Response } from "./protocol.js";
import { abortable } from "./signals.js";

interface Waiting {
  resolve(value: never): void;
  reject(error: unknown): void;
}

export class WorkerEngine implements Engine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #broken: string | undefined;

  /** Starts the Worker and loads the model there. */
  static async start(assets: Assets, signal: AbortSignal | undefined): Promise<WorkerEngine> {
    const worker = newWorker();
    const started = new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Response>) => {
        if (data.type === "started") resolve();
        else if (data.type === "failed") reject(fromRecord(data.error));
      };
      worker.onerror = (event) =>
        reject(operationError(`the Worker can't start: ${event.message}`));
    });
    try {
      worker.postMessage({ type: "start", assets } satisfies Request);
      await abortable(started, signal);
    } catch (error) {
      worker.terminate();
      throw error;
    }
    return new WorkerEngine(worker);
  }

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Response>) => this.#answer(data);
    worker.onerror = (event) => this.#break(event.message);
    worker.onmessageerror = () => this.#break("an answer couldn't be read");
  }

  call<M extends Method>(
    method: M,
    args: Arguments<M>,
    signal: AbortSignal | undefined,
  ): Promise<Result<M>> {
    if (this.#broken) return Promise.reject(invalidStateError(this.#broken));
    this.#calls += 1;
    const id = this.#calls;
    const result = new Promise<Result<M>>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const abort = () => {
      this.#waiting.delete(id);
      this.#post({ type: "abort", id });
    };
    signal?.addEventListener("abort", abort, { once: true });
    this.#post({ type: "call", id, method, args } as Request);
    return abortable(result, signal).finally(() => signal?.removeEventListener("abort", abort));
  }

  close(): void {
    this.#worker.terminate();
    this.#waiting.clear();
  }

  #post(message: Request): void {
    this.#worker.postMessage(message);
  }

  #answer(data: Response): void {
    if (data.type !== "result" && data.type !== "error") return;
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if (data.type === "result") waiting?.resolve(data.value as never);
    else waiting?.reject(fromRecord(data.error));
  }

  #break(message: string): void {
    this.#broken = `the Worker broke down: ${message}`;
    for (const { reject } of this.#waiting.values()) reject(operationError(this.#broken));
    this.close();
  }
}

function newWorker(): Worker {
  try {
    // Bundlers recognise exactly this form.
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  } catch (error) {
    if ((error as Error).name !== "SecurityError") throw error;
    // The package comes from another origin (a CDN), and Workers must not: one of our own imports it.
    const here = import.meta.url;
    const script = `import ${JSON.stringify(new URL("./worker.js", here).href)};`;
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    return new Worker(address, { type: "module" });
  }
}
