import type { Pair } from "./state";
import type { Span, Told } from "./told";

/** Which pane a word is in. */
export type Side = "source" | "target";

/** A word in one of the two panes: offsets within sentence `sentence` of `told`, or within its translation. */
export interface Word extends Span {
  /** Reached with the keys. */
  keys?: boolean;
  side: Side;
  sentence: number;
}

/** What else a word of the translation might be. */
export interface Choices {
  word: Word;
  /** Where the word stands in its pane, in CSS pixels. */
  left: number;
  top: number;
  phase: "working" | "ready" | "failed";
  message: string;
  options: readonly WordOption[];
}

export interface WordOption {
  word: string;
  /** What the model gave its first token at this step. */
  probability: number;
  /** The whole sentence, decoded anew from here. */
  translation: string;
  confidence: number;
}

/** A text that gave way to its translation when the direction was turned: it comes back when that is turned back. */
export interface Swapped {
  pair: Pair;
  text: string;
  /** What took its place. */
  became: string;
}

/** A text that was translated, kept on this device. */
export interface Entry {
  pair: Pair;
  text: string;
  translation: string;
  /** Milliseconds since 1970. */
  at: number;
}

export type Keeping =
  | { phase: "kept" }
  | { phase: "absent" }
  | { phase: "fetching"; loaded: number }
  | { phase: "failed"; message: string };

/** A file that is translated. */
export interface Document {
  name: string;
  phase: "working" | "done" | "failed";
  /** How much of it is translated, from 0 to 1. */
  done: number;
  message: string;
  /** The translation, with the name to save it under. */
  result: { name: string; text: string; type: string } | null;
}

export interface DeskState {
  /** What is known of the sentences of `job.output`, in order. */
  told: readonly Told[];
  /** How much of the text is translated, from 0 to 1. */
  done: number;
  /** The text that the address holds: only one that was linked to. */
  shared: string | null;
  /** The visitor has written something; the page began with a text of its own. */
  typed: boolean;
  swapped: Swapped | null;
  /** The word under the pointer, or the one that the keys have reached. */
  lit: Word | null;
  choices: Choices | null;
  /** What a screen reader is told of the translation, once the typing has stopped. */
  spoken: string;
  online: boolean;
  /** By the bundle's name; null where the browser keeps nothing for this page. */
  kept: Readonly<Record<string, Keeping>> | null;
  history: readonly Entry[];
  document: Document | null;
  /** A file is being dragged over the desk. */
  dropping: boolean;
  /** The languages that a voice on this device speaks. */
  voices: readonly string[];
  speaking: boolean;
}

export const initialDesk: DeskState = {
  told: [],
  done: 0,
  shared: null,
  typed: false,
  swapped: null,
  lit: null,
  choices: null,
  spoken: "",
  online: navigator.onLine,
  kept: null,
  history: [],
  document: null,
  dropping: false,
  voices: [],
  speaking: false,
};
