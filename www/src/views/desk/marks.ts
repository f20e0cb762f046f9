import { currentReading, currentSentence, focusOf, type State } from "../../app/state";
import {
  counterparts,
  likelihood,
  overlap,
  type Told,
  UNSURE,
  UNSURE_WORD,
  wordsOf,
} from "../../app/told";
import { translatePlace } from "../../maps/labels";
import type { Paint } from "./painted";

/** Of longer translations only the sentences around the caret have words that can be reached one by one. */
const MOST_WORDS = 4000;

/** The sentence on show in the figures, by its place in `told`; −1 where there is none. */
export function currentTold(state: State): number {
  const reading = currentReading(state);
  const sentence = currentSentence(state);
  if (!reading || !sentence) return state.job.stale ? -1 : state.told.length === 1 ? 0 : -1;
  return state.told.findIndex(({ start }) => start === reading.offset + sentence.start);
}

/** What is marked in a sentence, or in its translation. */
export function paintsOf(
  state: State,
  one: Told,
  index: number,
  side: "source" | "target",
  current: boolean,
): Paint[] {
  const text = side === "source" ? one.text : one.translation;
  const paints: Paint[] = [];
  const reachable = one.alignments
    ? true
    : side === "target" && state.job.output.length <= MOST_WORDS;
  if (reachable) {
    const lit = litIn(state, one, index, side);
    for (const { start, end } of wordsOf(text)) {
      const word = { start, end };
      const classes = ["spot-word"];
      if (lit.some((span) => overlap(span, word))) classes.push("lit");
      if (side === "target" && likelihood(one, word) < UNSURE_WORD) classes.push("doubtful");
      paints.push({ start, end, word: `${start}-${end}`, class: classes.join(" ") });
    }
  }
  const token = current ? tokenIn(state, one, side) : null;
  if (token) paints.push({ ...token, mark: true });
  return paints;
}

function litIn(state: State, one: Told, index: number, side: "source" | "target") {
  const { lit } = state;
  if (lit?.sentence !== index) return [];
  return lit.side === side ? [lit] : counterparts(one, lit.side, lit);
}

/** The token that the figures point at, without the space before it. */
function tokenIn(state: State, one: Told, side: "source" | "target") {
  const sentence = currentSentence(state);
  // The maps are of the model's own translation.
  if (!sentence || (side === "target" && sentence.translation !== one.translation)) return null;
  const focus = focusOf(state);
  const index = translatePlace(focus?.at ?? null, side) ?? translatePlace(focus?.to ?? null, side);
  const token = index === null ? undefined : sentence[side][index];
  if (!token) return null;
  const text = (side === "source" ? one.text : one.translation).slice(token.start, token.end);
  return { start: token.start + text.length - text.trimStart().length, end: token.end };
}

export const unsure = ({ confidence, own }: Told): boolean =>
  confidence < UNSURE && own === undefined;
