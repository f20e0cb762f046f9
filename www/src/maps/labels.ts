import type { SentenceVisualization, Token } from "lite-transformer";
import type { Place, Sequence } from "../app/state";

export interface Label {
  text: string;
  /** A piece that goes on with the word before it. */
  joined: boolean;
  /** The start or the end symbol. */
  special: boolean;
}

const START: Label = { text: "start", joined: false, special: true };

const known = new WeakMap<SentenceVisualization, Map<Sequence, readonly Label[]>>();

/** What stands beside a row or over a column for each token of a sequence. */
export function labels(sentence: SentenceVisualization, sequence: Sequence): readonly Label[] {
  let own = known.get(sentence);
  if (!own) {
    own = new Map();
    known.set(sentence, own);
  }
  let found = own.get(sequence);
  if (!found) {
    found = make(sentence, sequence);
    own.set(sequence, found);
  }
  return found;
}

function make(sentence: SentenceVisualization, sequence: Sequence): Label[] {
  if (sequence === "source" || sequence === "other-source") return sentence.source.map(label);
  if (sequence === "target" || sequence === "other-target") return sentence.target.map(label);
  return [START, ...sentence.target.slice(0, -1).map(label)];
}

export function label(token: Token, index = 0): Label {
  if (token.start === token.end && /^<\/?s>$/.test(token.piece))
    return { text: "end", joined: false, special: true };
  const bare = token.piece.replaceAll("▁", "");
  const joined = index > 0 && !token.piece.startsWith("▁") && /^[\p{L}\p{N}]/u.test(bare);
  return { text: token.text.trim() || bare || "␣", joined, special: false };
}

const SPECIAL: Readonly<Record<string, string>> = {
  "</s>": "end",
  "<s>": "start",
  "<unk>": "unknown",
  "<pad>": "padding",
};

/** A piece of the vocabulary that stands in no text. */
export function pieceLabel(piece: string): Label {
  const special = SPECIAL[piece] ?? piece.replace(/^<0x([0-9A-F]{2})>$/i, "byte $1");
  if (special !== piece) return { text: special, joined: false, special: true };
  const bare = piece.replaceAll("▁", " ").trim();
  return {
    text: bare || "␣",
    joined: !piece.startsWith("▁") && /^[\p{L}\p{N}]/u.test(bare),
    special: false,
  };
}

export function short(label: Label, limit = 12): string {
  const mark = label.joined ? "·" : "";
  const letters = [...label.text];
  return mark + (letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : label.text);
}

export function placeLabel(sentence: SentenceVisualization, place: Place): string {
  return labels(sentence, place.sequence)[place.index]?.text ?? "";
}

/** The same token in another sequence, if it is there: prefix token j is target token j − 1. */
export function translatePlace(place: Place | null, sequence: Sequence): number | null {
  if (!place) return null;
  if (place.sequence === sequence) return place.index;
  const back = { prefix: "target", "other-prefix": "other-target" } as const;
  if (back[place.sequence as keyof typeof back] === sequence)
    return place.index > 0 ? place.index - 1 : null;
  if (back[sequence as keyof typeof back] === place.sequence) return place.index + 1;
  return null;
}
