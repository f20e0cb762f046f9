/** Text alone: its paragraphs. */

import { hasWords, type Place } from "./segments.js";

export function plainPlaces(content: string): Place[] {
  const places: Place[] = [];
  let at = 0;
  // A blank line ends a sentence in any case.
  for (const part of content.split(/(\n[^\S\n]*\n)/)) {
    const text = part.trim();
    const start = at + part.indexOf(text);
    at += part.length;
    if (!hasWords(text)) continue;
    const segment = { text, marks: [] };
    places.push({ start, end: start + text.length, segment, encode: (translation) => translation });
  }
  return places;
}
