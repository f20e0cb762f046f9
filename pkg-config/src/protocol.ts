/**
 * The messages between `worker-engine.ts` and `worker.ts`. Two kinds of request, an answer to each
 * call, and an abort: a library for Worker calls would bring proxies and their garbage, and none
 * carries an AbortSignal.
 */

import type { Assets } from "./assets.js";
import type { Arguments, Method, Result } from "./engine.js";
import type { ErrorRecord } from "./errors.js";

export type Request =
  | { type: "start"; assets: Assets }
  | { [M in Method]: { type: "call"; id: number; method: M; args: Arguments<M> } }[Method]
  | { type: "abort"; id: number };

export type Response =
  /** The script runs, and holds this lock until its end. */
  | { type: "ready"; lock?: string }
  /** A message can't be received here, such as a compiled module from another agent cluster. */
  | { type: "unreadable" }
  | { type: "started" }
  | { type: "failed"; error: ErrorRecord }
  | { type: "result"; id: number; value: Result<Method> }
  | { type: "error"; id: number; error: ErrorRecord }
  /** The wasm instance has trapped: no answer will be worth anything. */
  | { type: "broken"; message: string };
