/** JSON: its strings, those that are keys apart. */

import { visit } from "../vendor/json.js";
import { hasWords, type Place } from "./segments.js";

export function jsonPlaces(content: string): Place[] {
  // SyntaxError where it isn't JSON. The mark at the beginning of some files isn't part of it.
  JSON.parse(content.replace(/^\uFEFF/, ""));
  const places: Place[] = [];
  visit(content, {
    onLiteralValue: (value, start, length) => {
      if (typeof value !== "string" || !hasWords(value)) return;
      places.push({
        start,
        end: start + length,
        segment: { text: value, marks: [] },
        encode: JSON.stringify,
      });
    },
  });
  return places;
}
