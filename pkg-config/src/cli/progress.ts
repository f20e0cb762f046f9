/** A progress bar in one line of a terminal; nothing where the stream is none. */

import type { WriteStream } from "node:tty";

const WIDTH = 30;

export class ProgressBar {
  readonly #stream: WriteStream;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  update(done: number, total: number): void {
    if (!this.#stream.isTTY || total === 0) return;
    const filled = Math.round((done / total) * WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    this.#stream.write(`\r${bar} ${done}/${total}`);
  }

  /** Leaves an empty line behind. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\x1b[K");
  }
}
