/**
 * Markdown as GitHub has it: paragraphs, headings, cells of tables. Code, addresses, front matter and all marks of the
 * layout stay as they are; a paragraph in several lines is broken into lines as wide as its own were.
 */

import type { Nodes, PhrasingContent } from "mdast";
import {
  fromMarkdown,
  gfm,
  gfmFromMarkdown,
  gfmToMarkdown,
  toMarkdown,
} from "../vendor/markdown.js";
import { SegmentBuilder } from "./builder.js";
import { htmlPlaces } from "./html.js";
import { atomNames, hasWords, type Place } from "./segments.js";

/** YAML or TOML at the beginning of a file. */
const FRONT_MATTER = /^\uFEFF?(---|\+\+\+)[ \t]*\r?\n(?:[\s\S]*?\r?\n)?\1[ \t]*(?=\r?\n|$)/;

export function markdownPlaces(content: string, sourceLanguage: string): Place[] {
  // Blanked, so that places stay what they are.
  const body = content.replace(FRONT_MATTER, (matter) => matter.replace(/[^\r\n]/g, " "));
  const tree = fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const atom = atomNames(content);
  const places: Place[] = [];
  const visit = (node: Nodes) => {
    if (node.type === "paragraph" || node.type === "heading" || node.type === "tableCell") {
      for (const line of byHardBreaks(node.children)) {
        const place = placeOf(content, line, node.type === "tableCell", atom);
        if (place) places.push(place);
      }
    } else if (node.type === "html") {
      places.push(...insideHtml(content, node, sourceLanguage));
    } else if ("children" in node) {
      for (const child of node.children) visit(child);
    }
  };
  visit(tree);
  return places;
}

function byHardBreaks(nodes: readonly PhrasingContent[]): PhrasingContent[][] {
  const lines: PhrasingContent[][] = [[]];
  for (const node of nodes) {
    if (node.type === "break") lines.push([]);
    else lines.at(-1)?.push(node);
  }
  return lines;
}

function placeOf(
  content: string,
  nodes: readonly PhrasingContent[],
  inCell: boolean,
  atom: () => string,
): Place | undefined {
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (!first || !last) return undefined;
  const { start, end } = { start: rangeOf(first).start, end: rangeOf(last).end };
  const builder = new SegmentBuilder();
  add(builder, content, nodes, atom);
  const segment = builder.build();
  if (!hasWords(segment.text)) return undefined;
  const lines = content.slice(start, end).split(/\r\n|\r|\n/);
  return {
    start,
    end,
    segment,
    encode: inCell ? (text) => escapeText(text).replace(/\|/g, "\\|") : escapeText,
    finish: (written) => {
      const line = /^(?:[-+*>#]|\d+[.)])(?=\s|$)/.test(written) ? escapeMarker(written) : written;
      return lines.length > 1 ? wrapped(line, content, start, lines) : line;
    },
  };
}

function add(
  builder: SegmentBuilder,
  content: string,
  nodes: readonly PhrasingContent[],
  atom: () => string,
): void {
  for (const node of nodes) {
    const { start, end } = rangeOf(node);
    const written = content.slice(start, end);
    if (node.type === "text") {
      builder.text(node.value.replace(/\s*[\r\n]\s*/g, " "));
    } else if (node.type === "html") {
      addTag(builder, written);
    } else if ("children" in node && !isAddress(node)) {
      const [first, last] = [node.children[0], node.children.at(-1)];
      if (!first || !last) {
        builder.point(written);
        continue;
      }
      builder.open(content.slice(start, rangeOf(first).start), node.type);
      add(builder, content, node.children, atom);
      builder.close(content.slice(rangeOf(last).end, end), node.type);
    } else {
      builder.atom(written, atom());
    }
  }
}

/** A tag or a comment between words. */
function addTag(builder: SegmentBuilder, tag: string): void {
  const [, slash, name] = /^<(\/?)([a-z][^\s/>]*)/i.exec(tag) ?? [];
  if (!name || tag.endsWith("/>")) builder.point(tag);
  else if (slash) builder.close(tag, `<${name.toLowerCase()}>`);
  else builder.open(tag, `<${name.toLowerCase()}>`);
}

/** A link whose text is its address. */
function isAddress(node: PhrasingContent): boolean {
  if (node.type !== "link") return false;
  const [only, ...others] = node.children;
  return (
    others.length === 0 &&
    only?.type === "text" &&
    [only.value, `mailto:${only.value}`, `http://${only.value}`].includes(node.url)
  );
}

function insideHtml(content: string, node: Nodes, sourceLanguage: string): Place[] {
  const { start, end } = rangeOf(node);
  return htmlPlaces(content.slice(start, end), sourceLanguage).map((place) => ({
    ...place,
    start: start + place.start,
    end: start + place.end,
  }));
}

function rangeOf({ position }: Nodes): { start: number; end: number } {
  return { start: position?.start.offset ?? 0, end: position?.end.offset ?? 0 };
}

/** As Markdown writes a text in the middle of a paragraph. */
function escapeText(text: string): string {
  const [, before = "", inner = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (!inner) return text;
  // Between letters nothing is taken for a mark at the beginning or the end of a line.
  const tree = { type: "paragraph", children: [{ type: "text", value: `x${inner}x` }] } as const;
  const written = toMarkdown(tree as never, { extensions: [gfmToMarkdown()] });
  return before + written.trimEnd().slice(1, -1) + after;
}

/** A text at the beginning of a line that would be a list, a heading or a quotation. */
function escapeMarker(line: string): string {
  return line.replace(/^(\d*)(\D)/, "$1\\$2");
}

/** Breaks a text into lines no wider than those of the source, each but the first with the marks of the layout before it. */
function wrapped(
  written: string,
  content: string,
  start: number,
  lines: readonly string[],
): string {
  const lineBreak = content.includes("\r\n") ? "\r\n" : "\n";
  const indent = start - (Math.max(content.lastIndexOf("\n", start - 1), -1) + 1);
  const prefix = /^[ \t>]*/.exec(lines[1] ?? "")?.[0] ?? "";
  const width = Math.max(...lines.map((line, i) => line.length + (i === 0 ? indent : 0)));
  const broken: string[] = [];
  let line = "";
  // Code, addresses and tags stay in one line.
  for (const word of written.match(/(?:`[^`]*`|\]\([^)]*\)|<[^>]*>|\S)+/g) ?? []) {
    const used = broken.length === 0 ? indent : prefix.length;
    const starts = /^(?:[-+*>=#]+|\d+[.)])$/.test(word);
    if (line && !starts && used + line.length + 1 + word.length > width) {
      broken.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...broken, line].join(lineBreak + prefix);
}
