/** The engine in Workers: one at first, more while calls wait and none of them is free. */

import type { Assets } from "./assets.js";
import type { Arguments, Engine, Method, Result } from "./engine.js";
import { invalidStateError, notSupportedError } from "./errors.js";
import { type HostOptions, openHost } from "./hosts.js";
import { abortable, reasonOf } from "./signals.js";
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
  readonly #options: HostOptions;
  /** The Worker that comes first, before there is anything to load. */
  readonly #first: Promise<WorkerEngine>;
  #assets: Assets | undefined;
  #starting = true;
  /** No more of them can be had. */
  #full = false;

  constructor(most: number, options: HostOptions) {
    this.#most = most;
    this.#options = options;
    this.ahead = most === 1 ? DEPTH : AHEAD * most;
    this.#first = this.#open();
    // `start` learns of it.
    this.#first.catch(() => {});
  }

  async start(assets: Assets, signal: AbortSignal | undefined): Promise<void> {
    this.#assets = assets;
    const first = await abortable(this.#first, signal);
    await first.start(assets, signal).catch((error) => {
      // A Worker that can't so much as receive a model is none.
      throw first.broken ? notSupportedError(first.broken) : error;
    });
    this.#starting = false;
    this.#workers.push(first);
  }

  async #open(): Promise<WorkerEngine> {
    const { signal } = this.#closing;
    const worker = new WorkerEngine(await openHost(this.#options, signal));
    signal.addEventListener("abort", () => worker.close(), { once: true });
    if (signal.aborted) worker.close();
    return worker;
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
  }

  /** Hands out what waits. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#freest();
      if (!worker) break;
      const job = this.#queue.shift() as Job;
      if (job.signal?.aborted) job.reject(reasonOf(job.signal));
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
    const none = this.#workers.length === 0;
    if (this.#starting || this.#workers.length === this.#most || (this.#full && !none)) return;
    this.#starting = true;
    let worker: WorkerEngine | undefined;
    try {
      worker = await this.#open();
      await worker.start(this.#assets as Assets, this.#closing.signal);
      this.#workers.push(worker);
    } catch (error) {
      // No memory for one more, say; those that run go on.
      worker?.close();
      this.#full = true;
      if (none) this.#giveUp((error as Error).message);
    }
    this.#starting = false;
    if (!this.#closing.signal.aborted) this.#dispatch();
  }

  /** Where no Worker is left, nothing will come of the calls that wait. */
  #giveUp(why: string): void {
    for (const { reject } of this.#queue.splice(0))
      reject(invalidStateError(`the Workers broke down, and no other can be started: ${why}`));
  }
}
