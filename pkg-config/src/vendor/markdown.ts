/** Markdown; bundled into the package. */

export { fromMarkdown } from "mdast-util-from-markdown";
export { gfmFromMarkdown, gfmToMarkdown } from "mdast-util-gfm";
export { toMarkdown } from "mdast-util-to-markdown";
export { gfm } from "micromark-extension-gfm";
