/** Markdown; bundled into the package. */

export { fromMarkdown } from "mdast-util-from-markdown";
export { frontmatterFromMarkdown } from "mdast-util-frontmatter";
export { gfmFromMarkdown, gfmToMarkdown } from "mdast-util-gfm";
export { toMarkdown } from "mdast-util-to-markdown";
export { frontmatter } from "micromark-extension-frontmatter";
export { gfm } from "micromark-extension-gfm";
