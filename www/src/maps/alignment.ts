import type { SentenceVisualization } from "lite-transformer";
import type { State } from "../app/state";

/** The decoder layer whose cross-attention says best what word a word comes from. */
export function bestAligned({ alignedLayer, decoder }: SentenceVisualization): number {
  return Math.min(alignedLayer, decoder.length - 1);
}

/** The decoder layer whose cross-attention is on show. */
export function crossLayerOf(
  { crossLayer }: Pick<State, "crossLayer">,
  sentence: SentenceVisualization,
): number {
  return Math.min(crossLayer ?? bestAligned(sentence), sentence.decoder.length - 1);
}
