/** Documents of several formats through a translator; what isn't text comes back as it was. */

import { inParallel, type OnProgress } from "../batch.js";
import { toOnProgress, toText } from "../convert.js";
import { throwIfAborted } from "../signals.js";
import type { DetailedTranslation, LineBreaks } from "../types.js";
import { alignedUnits } from "./align.js";
import { writeMarked } from "./place.js";
import { type Place, type Segment, splice } from "./segments.js";

export type Format = "txt" | "md" | "srt" | "vtt" | "html" | "json";

export interface DocumentOptions {
  format: Format;
  signal?: AbortSignal;
  /** Called with 0 at the beginning and after each part that is done, such as a paragraph. */
  onProgress?: OnProgress;
  /** As for `translate()`. */
  beamSize?: number;
  lengthPenalty?: number;
  /** As for `translate()`; of use to `"txt"` and `"json"`, as the other formats say what a line break is. */
  lineBreaks?: LineBreaks;
}

/** What a document is translated by: this package's `Translator`, or a browser's. */
export interface DocumentTranslator {
  readonly sourceLanguage: string;
  readonly targetLanguage: string;
  translate(input: string, options?: CallOptions): Promise<string>;
  /** Without it the tags inside a sentence find their words by the order of these alone. */
  translateDetailed?(
    input: string,
    options?: CallOptions & { alignments?: boolean },
  ): Promise<DetailedTranslation>;
}

interface CallOptions {
  signal?: AbortSignal;
  beamSize?: number;
  lengthPenalty?: number;
  lineBreaks?: LineBreaks;
}

type Places = (content: string, sourceLanguage: string) => Place[];

/** The readers, each with its parser, come when they are asked for. */
const READERS: Readonly<Record<Format, () => Promise<Places>>> = {
  txt: async () => (await import("./plain.js")).plainPlaces,
  md: async () => (await import("./markdown.js")).markdownPlaces,
  srt: async () => (await import("./subtitles.js")).subtitlePlaces,
  vtt: async () => (await import("./subtitles.js")).subtitlePlaces,
  html: async () => (await import("./html.js")).htmlPlaces,
  json: async () => (await import("./json.js")).jsonPlaces,
};

const ENDINGS: Readonly<Record<string, Format>> = {
  txt: "txt",
  text: "txt",
  md: "md",
  markdown: "md",
  srt: "srt",
  vtt: "vtt",
  html: "html",
  htm: "html",
  xhtml: "html",
  json: "json",
};

/** The format of a file by the end of its name; undefined where that is unknown. */
export function formatOf(name: string): Format | undefined {
  const ending = /\.([^./\\]+)$/.exec(toText(name, "name"))?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
}

/** Parts under way at once: enough to keep every Worker busy. */
const AHEAD = 32;

/**
 * Translates a document of a format. The translator's own errors come through; a JSON file that is none, is a
 * SyntaxError that says where.
 */
export async function translateDocument(
  translator: DocumentTranslator,
  content: string,
  options: DocumentOptions,
): Promise<string> {
  toText(content, "content");
  const { format, signal, beamSize, lengthPenalty, lineBreaks } = options ?? {};
  if (typeof format !== "string" || !Object.hasOwn(READERS, format)) {
    const known = Object.keys(READERS).map((name) => `"${name}"`);
    throw new TypeError(`format is ${JSON.stringify(format)}, expected ${known.join(", ")}`);
  }
  const onProgress = toOnProgress(options);
  throwIfAborted(signal);
  const { sourceLanguage, targetLanguage } = translator;
  const places = (await READERS[format]())(content, sourceLanguage);
  // Nothing to translate, nothing to align.
  if (sourceLanguage === targetLanguage) return content;
  const written = await inParallel(
    places,
    AHEAD,
    (place, signal) =>
      translatePlace(translator, place, { beamSize, lengthPenalty, lineBreaks, signal }),
    { signal, onProgress },
  );
  return splice(content, places, written);
}

async function translatePlace(
  translator: DocumentTranslator,
  { segment, encode, finish }: Place,
  call: CallOptions,
): Promise<string> {
  const written =
    segment.marks.length === 0
      ? encode(await translator.translate(segment.text, call))
      : await translateMarked(translator, segment, encode, call);
  return finish ? finish(written) : written;
}

async function translateMarked(
  translator: DocumentTranslator,
  segment: Segment,
  encode: Place["encode"],
  call: CallOptions,
): Promise<string> {
  const details = translator.translateDetailed
    ? await translator.translateDetailed(segment.text, { ...call, alignments: true })
    : await wholly(translator, segment.text, call);
  return writeMarked(segment, details.translation, alignedUnits(details), encode);
}

/** A translation of which nothing is known. */
async function wholly(
  translator: DocumentTranslator,
  text: string,
  call: CallOptions,
): Promise<Pick<DetailedTranslation, "text" | "translation" | "sentences">> {
  const translation = await translator.translate(text, call);
  const sentence = { start: 0, end: text.length, text, translation };
  return { text, translation, sentences: [sentence as DetailedTranslation["sentences"][number]] };
}
