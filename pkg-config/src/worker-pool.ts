/** The engine in Workers: one at first, more while calls wait and none of them is free. */

import type { Assets } from "./assets.js";
import type { Arguments, Engine, Method, Result } from "./engine.js";
import { invalidStateError } from "./errors.js";
import { WorkerEngine } from "./worker-engine.js";

/** Calls that a Worker holds at once: the next one is there when it has finished the one before. */
const DEPTH = 2;
/** Sentences under way for each Worker; a long one in front then leaves the others something to do. */
const AHEAD = 4;

interface Job {
  signal: AbortSignal | undefined;
  run(worker: WorkerEngine): Promise<void>;
  reject(error: unknown): void;
}

export class WorkerPool implements Engine {
  readonly ahead: number;
  readonly #most: number;
  readonly #workers: WorkerEngine[] = [];
  readonly #queue: Job[] = [];
  readonly #closing = new AbortController();
  /** The Worker that is being started. */
  #starting: WorkerEngine | undefined;
  #assets: Assets | undefined;
  /** No more of them can be had, or there was an end to all. */
  #full = false;

  /** Starts the first Worker, which takes a while, before there is anything to load. */
  constructor(most: number) {
    this.#most = most;
    this.ahead = most === 1 ? DEPTH : AHEAD * most;
    this.#starting = new WorkerEngine();
  }

  async start(assets: Assets, signal: AbortSignal | undefined): Promise<void> {
    this.#assets = assets;
    const first = this.#starting as WorkerEngine;
    await first.start(assets, signal);
    this.#starting = undefined;
    this.#workers.push(first);
  }

  call<M extends Method>(
    method: M,
    args: Arguments<M>,
    signal: AbortSignal | undefined,
  ): Promise<Result<M>> {
    return new Promise((resolve, reject) => {
      const run = (worker: WorkerEngine) => worker.call(method, args, signal).then(resolve, reject);
      this.#queue.push({ signal, run, reject });
      this.#dispatch();
    });
  }

  close(): void {
    this.#closing.abort();
    this.#queue.length = 0;
    this.#starting?.close();
    for (const worker of this.#workers) worker.close();
  }

  /** Hands out what waits. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#freest();
      if (!worker) break;
      const job = this.#queue.shift() as Job;
      if (job.signal?.aborted) job.reject(job.signal.reason);
      else job.run(worker).then(() => this.#dispatch());
    }
    if (this.#queue.length > 0) this.#grow();
  }

  #freest(): WorkerEngine | undefined {
    for (let i = this.#workers.length - 1; i >= 0; i -= 1) {
      if (this.#workers[i]?.broken) this.#workers.splice(i, 1);
    }
    const [first, ...others] = this.#workers;
    const freest = others.reduce((a, b) => (b && a && b.load < a.load ? b : a), first);
    return freest && freest.load < DEPTH ? freest : undefined;
  }

  async #grow(): Promise<void> {
    if (this.#starting) return;
    if (this.#full || this.#workers.length === this.#most) return this.#giveUp();
    try {
      this.#starting = new WorkerEngine();
      await this.#starting.start(this.#assets as Assets, this.#closing.signal);
      this.#workers.push(this.#starting);
    } catch {
      // No memory for one more, say; those that run go on.
      this.#starting?.close();
      this.#full = true;
    }
    this.#starting = undefined;
    if (!this.#closing.signal.aborted) this.#dispatch();
  }

  /** Where no Worker is left, nothing will come of the calls that wait. */
  #giveUp(): void {
    if (this.#workers.length > 0) return;
    for (const { reject } of this.#queue.splice(0))
      reject(invalidStateError("the Workers broke down before"));
  }
}
