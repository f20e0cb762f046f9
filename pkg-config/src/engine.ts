/**
 * What runs the model. One interface, two implementations: in this thread (`local-engine.ts`) and in
 * Workers (`worker-pool.ts`); callers can't tell which.
 */

import type { RawTranslator } from "../wasm/lite_transformer.js";

/** The methods of the wasm class that are called once it is made. */
export type Method =
  | "segments"
  | "translateSentence"
  | "visualizeSentence"
  | "cell"
  | "measure"
  | "cost"
  | "memory";
export type Arguments<M extends Method> = Parameters<RawTranslator[M]>;
export type Result<M extends Method> = ReturnType<RawTranslator[M]>;

export interface Engine {
  /** How many calls are worth having under way at once. */
  readonly ahead: number;
  /** Calls one method of the wasm class, after a turn of the event loop. */
  call<M extends Method>(
    method: M,
    args: Arguments<M>,
    signal: AbortSignal | undefined,
  ): Promise<Result<M>>;
  /** Gives everything back; calls under way never settle. */
  close(): void;
}
