/** The engine in the calling thread. */

import { initSync, RawTranslator } from "../wasm/lite_transformer.js";
import type { Assets } from "./assets.js";
import type { Arguments, Engine, Method, Result } from "./engine.js";
import { fromRecord, invalidStateError, operationError, toRecord } from "./errors.js";
import { turn } from "./signals.js";

/** Set once the wasm instance, which all engines of a thread share, has trapped: its memory is in doubt. */
let trapped: string | undefined;

export class LocalEngine implements Engine {
  readonly #raw: RawTranslator;

  constructor({ module, model }: Assets) {
    this.#raw = guarded(() => {
      initSync({ module });
      return new RawTranslator(model.manifest, model.files);
    });
  }

  async call<M extends Method>(
    method: M,
    args: Arguments<M>,
    signal: AbortSignal | undefined,
  ): Promise<Result<M>> {
    await turn();
    signal?.throwIfAborted();
    return guarded(() => {
      const call = this.#raw[method] as (...args: Arguments<M>) => Result<M>;
      return call.apply(this.#raw, args);
    });
  }

  close(): void {
    if (!trapped) this.#raw.free();
  }
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
