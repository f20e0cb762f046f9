/** Many texts at once, with results in their order. */

import { anySignal, throwIfAborted } from "./signals.js";

export type OnProgress = (done: number, total: number) => void;

/**
 * Runs something for every item, at most `limit` at a time, and gives the results in the items' order. The first
 * failure ends those under way and is the rejection. `onProgress` hears of each item that is done, after 0 of all.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T, signal: AbortSignal) => Promise<R>,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: OnProgress | undefined },
): Promise<R[]> {
  throwIfAborted(signal);
  const stop = new AbortController();
  const results = new Array<R>(items.length);
  const rest = items.entries();
  let done = 0;
  onProgress?.(done, items.length);
  const lane = async () => {
    for (const [i, item] of rest) {
      // One signal for each call: Node warns of many listeners on one.
      const joint = anySignal(signal, stop.signal) as AbortSignal;
      throwIfAborted(joint);
      results[i] = await run(item, joint);
      done += 1;
      onProgress?.(done, items.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  } finally {
    stop.abort();
  }
  return results;
}
