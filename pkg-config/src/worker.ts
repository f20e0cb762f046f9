/** The Worker's side: a local engine behind messages. */

import { toRecord } from "./errors.js";
import { LocalEngine, trapped } from "./local-engine.js";
import type { Request, Response } from "./protocol.js";

interface WorkerScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  onmessageerror: (() => void) | null;
  postMessage(message: Response, transfer?: Transferable[]): void;
}

/** In Node a thread's messages go through a port. */
const scope = ("postMessage" in globalThis
  ? globalThis
  : process.getBuiltinModule("node:worker_threads").parentPort) as unknown as WorkerScope;
const calls = new Map<number, AbortController>();
let engine: LocalEngine | undefined;

scope.onmessage = ({ data }) => {
  if (data.type === "start") start(data);
  else if (data.type === "call") run(data);
  else calls.get(data.id)?.abort();
};
scope.onmessageerror = () => scope.postMessage({ type: "unreadable" });
sayReady();

/** With a lock that this Worker holds as long as it lives: nothing else tells the other side of its end. Node has `exit`. */
function sayReady(): void {
  const locks = "postMessage" in globalThis ? globalThis.navigator?.locks : undefined;
  if (!locks) {
    scope.postMessage({ type: "ready" });
    return;
  }
  const lock = `lite-transformer ${Math.random()}`;
  const hold = () => {
    scope.postMessage({ type: "ready", lock });
    return new Promise<never>(() => {});
  };
  // Sandboxed frames have none.
  locks.request(lock, hold).catch(() => scope.postMessage({ type: "ready" }));
}

async function start({ assets }: Request & { type: "start" }): Promise<void> {
  try {
    engine = await LocalEngine.start(assets);
    scope.postMessage({ type: "started" });
  } catch (error) {
    scope.postMessage({ type: "failed", error: toRecord(error) });
  }
}

async function run({ id, method, args }: Request & { type: "call" }): Promise<void> {
  const controller = new AbortController();
  calls.set(id, controller);
  try {
    // The engine yields before each call, so an abort that came meanwhile spares the work.
    const value = await (engine as LocalEngine).call(method, args, controller.signal);
    scope.postMessage({ type: "result", id, value }, buffers(value));
  } catch (error) {
    if (trapped) scope.postMessage({ type: "broken", message: trapped });
    // Nobody waits for the answer to an aborted call.
    else if (!controller.signal.aborted)
      scope.postMessage({ type: "error", id, error: toRecord(error) });
  } finally {
    calls.delete(id);
  }
}

/** The buffers of all maps in a result, to be handed over without copying. */
function buffers(value: unknown): ArrayBuffer[] {
  if (value instanceof Float32Array) return [value.buffer as ArrayBuffer];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(buffers);
}
