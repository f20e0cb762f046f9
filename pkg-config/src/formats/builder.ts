/** Puts a segment together from the texts and tags of a document, in their order. */

import type { Mark, Segment } from "./segments.js";

interface OpenMark {
  name: string;
  start: number;
  open: string;
  inside: Mark[];
}

export class SegmentBuilder {
  #text = "";
  readonly #marks: Mark[] = [];
  /** Those that are still open, the innermost last. */
  readonly #open: OpenMark[] = [];

  text(text: string): void {
    this.#text += this.#text.endsWith(" ") && text.startsWith(" ") ? text.slice(1) : text;
  }

  open(open: string, name: string): void {
    this.#open.push({ name, start: this.#text.length, open, inside: [] });
  }

  /** Closes the innermost mark of the name; without one, the tag is a mark at a place. */
  close(close: string, name: string): void {
    const found = this.#open.findLast((mark) => mark.name === name);
    if (!found) {
      this.point(close);
      return;
    }
    while (this.#open.at(-1) !== found) this.#leaveOpen();
    this.#open.pop();
    const { start, open, inside } = found;
    this.#around.push({ start, end: this.#text.length, open, close, inside });
  }

  /** Something at a place, such as a comment. */
  point(open: string): void {
    const at = this.#text.length;
    this.#around.push({ start: at, end: at, open, close: "", inside: [] });
  }

  /** Something in the place of words, such as code; the name stands for it in the text. */
  atom(open: string, name: string): void {
    const start = this.#text.length;
    this.#text += name;
    this.#around.push({ start, end: this.#text.length, open, close: "", atom: true, inside: [] });
  }

  /** The segment without the white space at its ends. */
  build(): Segment {
    while (this.#open.length > 0) this.#leaveOpen();
    const before = /^\s*/.exec(this.#text)?.[0].length ?? 0;
    const text = this.#text.trim();
    const clamp = (at: number) => Math.min(Math.max(at - before, 0), text.length);
    const shifted = (marks: readonly Mark[]): Mark[] =>
      marks.map((mark) => ({
        ...mark,
        start: clamp(mark.start),
        end: clamp(mark.end),
        inside: shifted(mark.inside),
      }));
    return { text, marks: shifted(this.#marks) };
  }

  /** The marks of the innermost open one. */
  get #around(): Mark[] {
    return this.#open.at(-1)?.inside ?? this.#marks;
  }

  /** A tag that nothing closes is a mark at a place, and what came after it is beside it. */
  #leaveOpen(): void {
    const { start, open, inside } = this.#open.pop() as OpenMark;
    this.#around.push({ start, end: start, open, close: "", inside: [] }, ...inside);
  }
}
