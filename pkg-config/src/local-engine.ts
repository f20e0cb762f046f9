/** The engine in the calling thread. */

import init, {
  RawTranslator,
  detectLanguages as rawDetectLanguages,
} from "../wasm/lite_transformer.js";
import type { Assets } from "./assets.js";
import type { Arguments, Engine, Method, Result } from "./engine.js";
import {
  fromRecord,
  invalidStateError,
  notSupportedError,
  operationError,
  toRecord,
} from "./errors.js";
import { throwIfAborted, turn } from "./signals.js";
import type { Simd } from "./types.js";

/** The wasm instance, which all engines of a thread share. */
let instance: { simd: Simd; ready: Promise<unknown> } | undefined;
/** Set once it has trapped: its memory is in doubt. */
export let trapped: string | undefined;

export class LocalEngine implements Engine {
  readonly ahead = 1;
  readonly #raw: RawTranslator;

  static async start({ module, simd, model }: Assets): Promise<LocalEngine> {
    if (instance && instance.simd !== simd) {
      throw notSupportedError(
        `this thread runs the ${instance.simd} build already: thread: "worker" gives the ${simd} build one of its own`,
      );
    }
    await load(module, simd);
    const { manifest, files, hashes } = model;
    return new LocalEngine(guarded(() => new RawTranslator(manifest, files, hashes)));
  }

  private constructor(raw: RawTranslator) {
    this.#raw = raw;
  }

  async call<M extends Method>(
    method: M,
    args: Arguments<M>,
    signal: AbortSignal | undefined,
  ): Promise<Result<M>> {
    await turn();
    throwIfAborted(signal);
    return guarded(() => {
      const call = this.#raw[method] as (...args: Arguments<M>) => Result<M>;
      return call.apply(this.#raw, args);
    });
  }

  close(): void {
    if (!trapped) this.#raw.free();
  }
}

/** Starts the thread's wasm instance, if there is none yet. */
export async function load(module: WebAssembly.Module, simd: Simd): Promise<void> {
  instance ??= { simd, ready: init({ module_or_path: module }) };
  try {
    await instance.ready;
  } catch (error) {
    instance = undefined;
    throw operationError(`the WebAssembly file can't be used here: ${(error as Error).message}`);
  }
}

/** The probabilities of German and of English; what is left is neither. The instance has to be there. */
export function detectLanguages(text: string): Float32Array {
  return guarded(() => rawDetectLanguages(text));
}

function guarded<T>(run: () => T): T {
  if (trapped) throw invalidStateError(`the engine broke down before: ${trapped}`);
  try {
    return run();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      trapped = error.message;
      throw operationError(`the engine broke down: ${trapped}`);
    }
    throw fromRecord(toRecord(error));
  }
}
