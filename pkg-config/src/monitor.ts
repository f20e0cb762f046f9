/** `CreateMonitor` and the rules by which it fires `downloadprogress`. */

import type { CreateMonitor } from "./types.js";

const constructing = Symbol("only this module makes monitors");

type Handler = CreateMonitor["ondownloadprogress"];

class OwnCreateMonitor extends EventTarget {
  #handler: Handler = null;
  #listening = false;

  constructor(key?: unknown) {
    if (key !== constructing) throw new TypeError("Illegal constructor");
    super();
  }

  get ondownloadprogress(): Handler {
    return this.#handler;
  }

  set ondownloadprogress(value: Handler) {
    this.#handler =
      typeof value === "function" || (typeof value === "object" && value) ? value : null;
    if (this.#listening || this.#handler === null) return;
    // The handler takes the place in line that it had when it was first set.
    this.#listening = true;
    this.addEventListener("downloadprogress", (event) => {
      if (typeof this.#handler === "function") {
        this.#handler.call(this as unknown as CreateMonitor, event as ProgressEvent);
      }
    });
  }
}

Object.defineProperty(OwnCreateMonitor, "name", { value: "CreateMonitor" });
Object.defineProperty(OwnCreateMonitor.prototype, Symbol.toStringTag, {
  value: "CreateMonitor",
  configurable: true,
});
Object.defineProperty(OwnCreateMonitor.prototype, "ondownloadprogress", { enumerable: true });

export function newMonitor(): CreateMonitor {
  return new OwnCreateMonitor(constructing) as CreateMonitor;
}

interface ProgressInit {
  lengthComputable: boolean;
  loaded: number;
  total: number;
}

/** Node has no ProgressEvent. */
const ProgressEventClass: new (type: string, init: ProgressInit) => Event =
  globalThis.ProgressEvent ??
  class ProgressEvent extends Event {
    readonly lengthComputable: boolean;
    readonly loaded: number;
    readonly total: number;

    constructor(type: string, { lengthComputable, loaded, total }: ProgressInit) {
      super(type);
      this.lengthComputable = lengthComputable;
      this.loaded = loaded;
      this.total = total;
    }
  };

const STEPS = 65536;
const INTERVAL_MS = 50;

/**
 * Fires 0, then rising fractions rounded down to 1/65536 at most every 50 ms, then 1; nothing after
 * the signal has aborted.
 */
export class Progress {
  #monitor: CreateMonitor | undefined;
  readonly #signal: AbortSignal | undefined;
  #last = -1;
  #firedAt = 0;

  constructor(monitor: CreateMonitor | undefined, signal: AbortSignal | undefined) {
    this.#monitor = monitor;
    this.#signal = signal;
  }

  /** Somebody may want to know of every step. */
  get watched(): boolean {
    return this.#monitor !== undefined;
  }

  start(): void {
    this.#fire(0);
  }

  update(loaded: number, total: number): void {
    const fraction = Math.floor((loaded / total) * STEPS) / STEPS;
    if (!(fraction > this.#last) || fraction >= 1) return;
    if (performance.now() - this.#firedAt < INTERVAL_MS) return;
    this.#fire(fraction);
  }

  finish(): void {
    this.#fire(1);
  }

  /** After a failure, too, nothing more is fired. */
  stop(): void {
    this.#monitor = undefined;
  }

  #fire(loaded: number): void {
    if (this.#signal?.aborted) return;
    this.#last = loaded;
    this.#firedAt = performance.now();
    this.#monitor?.dispatchEvent(
      new ProgressEventClass("downloadprogress", { lengthComputable: true, loaded, total: 1 }),
    );
  }
}
