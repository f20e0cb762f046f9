/** HTML; bundled into the package. */

export { parse, parseFragment, serialize } from "parse5";
