/** A text through an engine, sentence by sentence; what lies between the sentences stays as it is. */

import type { RawSegment, RawVisualization } from "../wasm/lite_transformer.js";
import type { Decoding } from "./convert.js";
import type { Engine } from "./engine.js";
import type { Measure, SentenceVisualization, Visualization } from "./types.js";

/** The translation in pieces: each a sentence with the layout before it; at last the layout that remains. */
export async function* translateText(
  engine: Engine,
  text: string,
  decoding: Decoding,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void> {
  let layout = "";
  for (const segment of await engine.call("segments", [text], signal)) {
    const slice = text.slice(segment.start, segment.end);
    if (segment.kind === "layout") {
      layout += slice;
      continue;
    }
    const sentence = await engine.call("translateSentence", [slice, decoding], signal);
    yield layout + sentence.text;
    layout = "";
  }
  if (layout) yield layout;
}

export async function visualizeText(
  engine: Engine,
  text: string,
  measure: Measure,
  decoding: Decoding,
  signal: AbortSignal | undefined,
): Promise<Visualization> {
  let translation = "";
  const sentences: SentenceVisualization[] = [];
  for (const segment of await engine.call("segments", [text], signal)) {
    const slice = text.slice(segment.start, segment.end);
    if (segment.kind === "layout") {
      translation += slice;
      continue;
    }
    const maps = await engine.call("visualizeSentence", [slice, { ...decoding, measure }], signal);
    translation += maps.translation;
    sentences.push(place(maps, slice, segment));
  }
  return { text, translation, measure, sentences };
}

function place(
  maps: RawVisualization,
  slice: string,
  { start, end }: RawSegment,
): SentenceVisualization {
  // As the engine had it: strings cross into it without unpaired surrogates.
  return { start, end, text: slice.replace(/\p{Surrogate}/gu, "\ufffd"), ...maps };
}
