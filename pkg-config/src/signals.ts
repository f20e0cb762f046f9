/** Abort signals: joining them, waiting under them. */

import { abortError } from "./errors.js";

/**
 * One signal for several; where more than one has aborted already, the first in the list gives the
 * reason. Unlike a listener on each, `AbortSignal.any` can't be cut off by a caller's
 * `stopImmediatePropagation` and leaves nothing behind on the caller's signal.
 */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = signals.filter((signal) => signal !== undefined);
  if (present.length < 2) return present[0];
  return typeof AbortSignal.any === "function" ? AbortSignal.any(present) : joined(present);
}

/** For Chrome before 116, Firefox before 124 and Safari before 17.4. */
function joined(signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    for (const signal of signals) signal.removeEventListener("abort", stop);
    controller.abort(reasonOf(signals.find(({ aborted }) => aborted) as AbortSignal));
  };
  if (signals.some(({ aborted }) => aborted)) stop();
  else for (const signal of signals) signal.addEventListener("abort", stop, { once: true });
  return controller.signal;
}

/** Chrome before 98 has no reasons. */
export function reasonOf(signal: AbortSignal): unknown {
  return "reason" in signal ? signal.reason : abortError("The call was aborted.");
}

/** `signal.throwIfAborted()`, which Chrome before 100 lacks. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** `work`, or a rejection with the signal's reason as soon as it aborts. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(reasonOf(signal));
    if (signal.aborted) {
      work.catch(() => {});
      stop();
      return;
    }
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** A turn of the event loop, in which messages and aborts get through. */
export const turn: () => Promise<void> =
  typeof setImmediate === "function"
    ? () => new Promise((resolve) => setImmediate(resolve))
    : () =>
        new Promise((resolve) => {
          // setTimeout would wait 4 ms once such calls nest.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            port1.close();
            resolve();
          };
          port2.postMessage(null);
        });
