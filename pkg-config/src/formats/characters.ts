/** Characters as HTML and WebVTT write them. */

import type { DefaultTreeAdapterTypes } from "parse5";
import { parseFragment, serialize } from "../vendor/parse5.js";

/** White space as a browser shows it; a no-break space is none of this. */
export function collapsed(text: string): string {
  return text.replace(/[ \t\n\r\f]+/g, " ");
}

/** What a browser shows of a text without tags. */
export function textOf(written: string): string {
  const nodes = parseFragment(written).childNodes;
  return nodes.map((node) => ("value" in node ? node.value : "<")).join("");
}

/** As the standard's serialisation of a text: `&`, `<`, `>` and no-break spaces. */
export function escapeText(text: string): string {
  const childNodes = [{ nodeName: "#text", value: text } as DefaultTreeAdapterTypes.TextNode];
  return serialize({ nodeName: "#document-fragment", childNodes });
}
