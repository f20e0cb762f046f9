/** One Worker with an engine in it. */

import type { Assets } from "./assets.js";
import type { Arguments, Method, Result } from "./engine.js";
import { fromRecord, invalidStateError, operationError } from "./errors.js";
import type { Host } from "./hosts.js";
import type { Request, Response } from "./protocol.js";
import { abortable } from "./signals.js";

interface Waiting {
  resolve(value: never): void;
  reject(error: unknown): void;
}

/** `start` under way counts as a call. */
const START = 0;

export class WorkerEngine {
  /** Why it can't go on; empty while it can. */
  broken = "";
  readonly #host: Host;
  readonly #waiting = new Map<number, Waiting>();
  #calls = START;

  constructor(host: Host) {
    this.#host = host;
    host.unref?.();
    host.onmessage = (data) => this.#answer(data);
    host.onerror = (message) => this.fail(message || "it gave no reason");
  }

  /** Loads the model. */
  start(assets: Assets, signal: AbortSignal | undefined): Promise<void> {
    return abortable(this.#ask<void>(START, { type: "start", assets }), signal);
  }

  call<M extends Method>(
    method: M,
    args: Arguments<M>,
    signal: AbortSignal | undefined,
  ): Promise<Result<M>> {
    this.#calls += 1;
    const id = this.#calls;
    const abort = () => {
      this.#settle(id);
      this.#host.postMessage({ type: "abort", id });
    };
    signal?.addEventListener("abort", abort, { once: true });
    const result = this.#ask<Result<M>>(id, { type: "call", id, method, args } as Request);
    return abortable(result, signal).finally(() => signal?.removeEventListener("abort", abort));
  }

  /** How many calls are under way. */
  get load(): number {
    return this.#waiting.size;
  }

  close(): void {
    this.#host.terminate();
    this.#waiting.clear();
  }

  #ask<T>(id: number, request: Request): Promise<T> {
    if (this.broken) return Promise.reject(invalidStateError(this.broken));
    // Node's process ends when only idle Workers are left.
    if (this.#waiting.size === 0) this.#host.ref?.();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#host.postMessage(request);
    });
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (this.#waiting.delete(id) && this.#waiting.size === 0) this.#host.unref?.();
    return waiting;
  }

  #answer(data: Response): void {
    if (data.type === "ready") return;
    if (data.type === "broken" || data.type === "unreadable") {
      this.fail(data.type === "broken" ? data.message : "a message couldn't be read");
      return;
    }
    const waiting = this.#settle(
      data.type === "started" || data.type === "failed" ? START : data.id,
    );
    if (data.type === "started") waiting?.resolve(undefined as never);
    else if (data.type === "result") waiting?.resolve(data.value as never);
    else waiting?.reject(fromRecord(data.error));
  }

  /** Ends it; what it was asked rejects. */
  fail(message: string): void {
    this.broken = `a Worker broke down: ${message}`;
    for (const { reject } of this.#waiting.values()) reject(operationError(this.broken));
    this.close();
  }
}
