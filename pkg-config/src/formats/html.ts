/**
 * HTML. The parser gives the places of texts and tags; nothing is serialised, so what isn't text comes back byte for
 * byte. Blocks divide texts, inline elements go along with the words inside them.
 */

import type { DefaultTreeAdapterTypes } from "parse5";
import { parse, parseFragment } from "../vendor/parse5.js";
import { SegmentBuilder } from "./builder.js";
import { collapsed, escapeText, textOf } from "./characters.js";
import { atomNames, hasWords, type Place } from "./segments.js";

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;
type TextNode = DefaultTreeAdapterTypes.TextNode;
type ParentNode = DefaultTreeAdapterTypes.ParentNode;

/** Elements that stand in a sentence. */
const INLINE = listed(
  `a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q rp rt ruby s samp
  small span strike strong sub sup time tt u var wbr`,
);
/** Elements whose text is not prose. */
const VERBATIM = listed(
  `applet audio canvas code iframe kbd math noembed noframes object plaintext pre samp script style svg textarea tt var
  video xmp`,
);
/** Elements that are at a place rather than around words, and that one would see there. */
const SEEN = listed("img picture");
/** Elements without an end tag. */
const VOID = listed("img wbr");

function listed(names: string): ReadonlySet<string> {
  return new Set(names.split(/\s+/));
}

/** Which text is translated: that in the source language, or in none that is named. */
interface Scope {
  translate: boolean;
  foreign: boolean;
}

type ScopeOf = (element: Element, around: Scope) => Scope;

export function htmlPlaces(content: string, sourceLanguage: string): Place[] {
  const whole = /^\uFEFF?\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype|html|head|body)[\s/>]/i.test(
    content,
  );
  const options = { sourceCodeLocationInfo: true, scriptingEnabled: false };
  const tree = whole ? parse(content, options) : parseFragment(content, options);
  const walk = new Walk(content, sourceLanguage);
  walk.children(tree, { translate: true, foreign: false });
  // Text that the parser moves out of a table comes before it in the tree.
  return walk.places
    .sort((a, b) => a.start - b.start)
    .filter(({ start }, i, all) => start >= (all[i - 1]?.end ?? 0));
}

class Walk {
  readonly places: Place[] = [];
  readonly #content: string;
  readonly #language: string;
  readonly #atom: () => string;

  constructor(content: string, sourceLanguage: string) {
    this.#content = content;
    this.#language = primary(sourceLanguage);
    this.#atom = atomNames(content);
  }

  children(parent: ParentNode, scope: Scope): void {
    let run: Node[] = [];
    const flush = () => {
      this.#run(run, scope);
      run = [];
    };
    for (const child of parent.childNodes) {
      if (isInline(child)) {
        run.push(child);
        continue;
      }
      flush();
      if ("tagName" in child) this.#block(child, scope);
    }
    flush();
  }

  #block(element: Element, scope: Scope): void {
    const own = this.#scope(element, scope);
    this.children("content" in element ? (element.content as ParentNode) : element, own);
  }

  #scope({ tagName, attrs }: Element, { translate, foreign }: Scope): Scope {
    const attribute = (name: string) => attrs.find((one) => one.name === name)?.value.toLowerCase();
    const own = attribute("translate");
    const classes = attribute("class")?.split(/\s+/) ?? [];
    if (VERBATIM.has(tagName) || own === "no" || classes.includes("notranslate")) translate = false;
    // Nobody means to translate a script, whatever it is inside of.
    else if (own === "yes" || own === "") translate = true;
    const language = attribute("lang") ?? attribute("xml:lang");
    if (language) foreign = primary(language) !== this.#language;
    return { translate, foreign };
  }

  /** What stands in one block between two others. */
  #run(nodes: readonly Node[], scope: Scope): void {
    if (!nodes.some((node) => this.#hasProse(node, scope))) return;
    const run = new Run(this.#content, this.#atom, (element, outer) => this.#scope(element, outer));
    run.add(nodes, scope);
    const place = run.place();
    if (place) this.places.push(place);
    else for (const node of nodes) this.#apart(node, scope);
  }

  #hasProse(node: Node, scope: Scope): boolean {
    if (isText(node)) return scope.translate && !scope.foreign && hasWords(node.value);
    if (!("tagName" in node)) return false;
    const own = this.#scope(node, scope);
    return node.childNodes.some((child) => this.#hasProse(child, own));
  }

  /** Where tags aren't nested as the document writes them, each text on its own. */
  #apart(node: Node, scope: Scope): void {
    if ("tagName" in node) {
      const own = this.#scope(node, scope);
      for (const child of node.childNodes) this.#apart(child, own);
    } else if (isText(node) && this.#hasProse(node, scope)) {
      const run = new Run(this.#content, this.#atom, () => scope);
      run.add([node], scope);
      const place = run.place();
      if (
        place &&
        collapsed(textOf(this.#content.slice(place.start, place.end))) === place.segment.text
      )
        this.places.push(place);
    }
  }
}

/** A text with its marks, put together from nodes. */
class Run {
  readonly #builder = new SegmentBuilder();
  /** The document's own writing of all that was added. */
  #written = "";
  #start: number | undefined;
  #end = 0;
  #whole = true;
  readonly #content: string;
  readonly #atom: () => string;
  readonly #scope: ScopeOf;

  constructor(content: string, atom: () => string, scope: ScopeOf) {
    this.#content = content;
    this.#atom = atom;
    this.#scope = scope;
  }

  add(nodes: readonly Node[], scope: Scope): void {
    for (const node of nodes) {
      if (isText(node)) this.#addText(node, scope);
      else if ("tagName" in node) this.#addElement(node, scope);
      else this.#builder.point(this.#take(node.sourceCodeLocation));
    }
  }

  /** Nothing where the parts aren't the document, one after the other. */
  place(): Place | undefined {
    const start = this.#start ?? 0;
    if (!this.#whole || this.#content.slice(start, this.#end) !== this.#written) return undefined;
    // White space at the ends stays outside.
    const [, opening, closing] = /^(\s*)[\s\S]*?(\s*)$/.exec(this.#written) ?? [];
    return {
      start: start + (opening?.length ?? 0),
      end: this.#end - (closing?.length ?? 0),
      segment: this.#builder.build(),
      encode: escapeText,
    };
  }

  #addText(node: TextNode, scope: Scope): void {
    const raw = this.#take(node.sourceCodeLocation);
    if (isKept(scope) && hasWords(node.value)) this.#builder.atom(raw, this.#atom());
    else this.#builder.text(collapsed(node.value));
  }

  #addElement(element: Element, scope: Scope): void {
    const { sourceCodeLocation: location, tagName } = element;
    const own = this.#scope(element, scope);
    if (SEEN.has(tagName) || (isKept(own) && !hasTranslated(element, own, this.#scope))) {
      this.#builder.atom(this.#take(location), this.#atom());
      return;
    }
    if (VOID.has(tagName)) {
      this.#builder.point(this.#take(location));
      return;
    }
    // An element that the parser made up, or that never ends, can't be moved.
    if (!location?.startTag || !location.endTag) this.#whole = false;
    this.#builder.open(this.#take(location?.startTag), tagName);
    this.add(element.childNodes, own);
    this.#builder.close(this.#take(location?.endTag), tagName);
  }

  #take(location: { startOffset: number; endOffset: number } | null | undefined): string {
    if (!location) {
      this.#whole = false;
      return "";
    }
    this.#start ??= location.startOffset;
    this.#end = location.endOffset;
    const raw = this.#content.slice(location.startOffset, location.endOffset);
    this.#written += raw;
    return raw;
  }
}

const isText = (node: Node): node is TextNode => node.nodeName === "#text";
const isKept = ({ translate, foreign }: Scope) => !translate || foreign;

/** `translate="yes"` may stand inside of what is kept. */
function hasTranslated(element: Element, scope: Scope, scopeOf: ScopeOf): boolean {
  return element.childNodes.some((child) => {
    if (!("tagName" in child)) return false;
    const own = scopeOf(child, scope);
    return !isKept(own) || hasTranslated(child, own, scopeOf);
  });
}

/** Whether a node can be a part of a sentence; the parts of a block inside of it can't. */
function isInline(node: Node): boolean {
  if (!("tagName" in node)) return node.nodeName !== "#documentType";
  return INLINE.has(node.tagName) && node.childNodes.every(isInline);
}

function primary(tag: string): string {
  return tag.split(/[-_]/)[0]?.toLowerCase() ?? "";
}
