import type { SentenceVisualization } from "lite-transformer";
import { bestAligned } from "../maps/alignment";
import { translatePlace } from "../maps/labels";
import { chosen, strongestRow } from "../maps/select";
import { focusOf, type State } from "./state";

/**
 * The step of the translation in focus. From a source token on it is the step that looks at it most, in the layer that
 * aligns best: whichever layer is on show, so that a change of layer leaves the step where it is.
 */
export function stepOf(state: State, sentence: SentenceVisualization): number {
  const place = focusOf(state)?.at ?? null;
  const source = translatePlace(place, "source");
  const map = chosen(sentence.decoder[bestAligned(sentence)]?.cross, "mean");
  const looking = source === null || !map ? 0 : strongestRow(map, source);
  return Math.min(translatePlace(place, "target") ?? looking, sentence.target.length - 1);
}
