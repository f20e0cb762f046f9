/**
 * What all formats come down to: places in a document whose text is translated, while everything between them stays as
 * it is, byte for byte.
 */

/** A text to be translated and what stands around its words. */
export interface Segment {
  /** Atoms have names in it, which the model carries to their places. */
  text: string;
  /** In the order of their starts; those inside another one are among its `inside`. */
  marks: readonly Mark[];
}

/** Something around a stretch of a segment's text, such as `<b>…</b>`, or at one place in it, such as `<wbr>`. */
export interface Mark {
  /** UTF-16 code units of the segment's text; the same two for a mark at a place. */
  start: number;
  end: number;
  /** As the document writes it. */
  open: string;
  close: string;
  /** The stretch is the name of an atom: `open` stands for the whole, such as `<code>x</code>`. */
  atom?: boolean;
  inside: readonly Mark[];
}

/** A stretch of the document in whose place the translation of a segment comes. */
export interface Place {
  start: number;
  end: number;
  segment: Segment;
  /** The document's way of writing the text between the marks. */
  encode(text: string): string;
  /** The last touch to the whole, such as line breaks. */
  finish?(written: string): string;
}

/**
 * Names for the atoms of a document, each once and none that the document has. The engine copies what looks like a
 * template's variable, and reads the sentence as if there were a word.
 */
export function atomNames(content: string): () => string {
  let count = 0;
  return () => {
    for (;;) {
      count += 1;
      const name = `{x${count}}`;
      if (!content.includes(name)) return name;
    }
  };
}

/** The document with every place's translation, as it is to be written. */
export function splice(
  content: string,
  places: readonly Place[],
  written: readonly string[],
): string {
  let document = "";
  let at = 0;
  for (const [i, { start, end }] of places.entries()) {
    document += content.slice(at, start) + written[i];
    at = end;
  }
  return document + content.slice(at);
}

/** Something that a reader would read: a letter or a digit of any script. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
