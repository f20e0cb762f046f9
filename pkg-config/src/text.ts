/** A text through an engine, sentence by sentence; what lies between the sentences stays as it is. */

import type { RawSegment } from "../wasm/lite_transformer.js";
import type { Decoding } from "./convert.js";
import type { Engine } from "./engine.js";
import { anySignal } from "./signals.js";
import type {
  DetailedTranslation,
  LineBreaks,
  Measure,
  Part,
  SentenceRange,
  Visualization,
} from "./types.js";

type Signal = AbortSignal | undefined;

/** The translation in pieces: each a sentence with the layout before it; at last the layout that remains. */
export async function* translateText(
  engine: Engine,
  text: string,
  decoding: Decoding,
  signal: Signal,
): AsyncGenerator<string, void> {
  for await (const { layout, result } of translated(engine, text, decoding, signal)) {
    if (layout || result) yield layout + (result?.text ?? "");
  }
}

export async function translateInDetail(
  engine: Engine,
  text: string,
  decoding: Decoding,
  signal: Signal,
): Promise<DetailedTranslation> {
  const pieces = translated(engine, text, decoding, signal);
  return gathered(text, pieces, ({ text: translation, length: _, split: __, ...details }) => ({
    translation,
    ...details,
  }));
}

function translated(engine: Engine, text: string, decoding: Decoding, signal: Signal) {
  return inOrder(engine, text, decoding, signal, (slice, decoding, signal) =>
    engine.call("translateSentence", [slice, decoding], signal),
  );
}

export async function visualizeText(
  engine: Engine,
  text: string,
  { measure, without }: { measure: Measure; without: Part[] },
  decoding: Decoding,
  signal: Signal,
): Promise<Visualization> {
  const shown = inOrder(engine, text, decoding, signal, (slice, decoding, signal) =>
    engine.call("visualizeSentence", [slice, { ...decoding, measure, without }], signal),
  );
  return { ...(await gathered(text, shown, (result) => result)), measure };
}

/** All pieces of a text: its translation, and what is `told` of each sentence with its place. */
async function gathered<T, S extends { translation: string }>(
  text: string,
  pieces: AsyncIterable<Piece<T>>,
  told: (result: T) => S,
) {
  let translation = "";
  const sentences: (ReturnType<typeof place> & S)[] = [];
  for await (const { layout, segment, result } of pieces) {
    translation += layout;
    if (!segment || !result) continue;
    const details = told(result);
    translation += details.translation;
    sentences.push({ ...place(text, segment), ...details });
  }
  return { text, translation, sentences };
}

export async function sentencesOf(
  engine: Engine,
  text: string,
  lineBreaks: LineBreaks | undefined,
  signal: Signal,
): Promise<SentenceRange[]> {
  const segments = await engine.call("segments", [text, { lineBreaks }], signal);
  return segments
    .filter(({ kind }) => kind === "sentence")
    .map(({ start, end }) => ({ start, end }));
}

interface Piece<T> {
  layout: string;
  /** Absent after the last sentence. */
  segment?: RawSegment;
  result?: T;
}

/**
 * Runs every sentence, the first with the prefix, and gives the results in the text's order. Only so many run ahead of the one that
 * the caller waits for as the engine can use, so memory doesn't grow with the text.
 */
async function* inOrder<T>(
  engine: Engine,
  text: string,
  { lineBreaks, prefix, ...decoding }: Decoding,
  signal: Signal,
  run: (slice: string, decoding: Decoding, signal: Signal) => Promise<T>,
): AsyncGenerator<Piece<T>, void> {
  const stop = new AbortController();
  // One signal for each call: Node warns of many listeners on one.
  const joint = () => anySignal(signal, stop.signal);
  const running: { layout: string; segment: RawSegment; result: Promise<T> }[] = [];
  const next = async () => {
    const { result, ...piece } = running.shift() as (typeof running)[number];
    return { ...piece, result: await result };
  };
  try {
    let layout = "";
    let beginning = prefix;
    for (const segment of await engine.call("segments", [text, { lineBreaks }], joint())) {
      const slice = text.slice(segment.start, segment.end);
      if (segment.kind === "layout") {
        layout += slice;
        continue;
      }
      const result = run(slice, { ...decoding, prefix: beginning }, joint());
      beginning = "";
      // Nobody awaits those that are stopped.
      result.catch(() => {});
      running.push({ layout, segment, result });
      layout = "";
      if (running.length >= engine.ahead) yield next();
    }
    while (running.length > 0) yield next();
    if (layout) yield { layout };
  } finally {
    stop.abort();
  }
}

function place(text: string, { start, end }: RawSegment) {
  // As the engine had it: strings cross into it without unpaired surrogates.
  return { start, end, text: text.slice(start, end).replace(/\p{Surrogate}/gu, "\ufffd") };
}
