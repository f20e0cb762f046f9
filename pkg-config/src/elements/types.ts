/** The elements as scripts see them. */

import type { Measure, Size, Visualization } from "../types.js";

/** What the two elements have in common. Every property is an attribute of the same name, which reflects it. */
export interface TranslatingElement extends HTMLElement {
  /** BCP 47 tag of the text. */
  from: string;
  /** BCP 47 tag of the translation. */
  to: string;
  /** Which of the package's models; `""` is the default one. */
  size: Size | "";
  /** `"idle"` until there is a text, `"loading"` while the model comes. Not to be set. */
  readonly state: "idle" | "loading" | "working" | "done" | "error";
}

/** `<lite-translate>`: a box to write in, the translation, a button that copies it. */
export interface LiteTranslateElement extends TranslatingElement {
  /** What is in the box. */
  value: string;
  readonly translation: string;
}

export interface TranslateEventDetail {
  text: string;
  translation: string;
}

/** `<attention-maps>`: the global and the local branch's map of one layer, side by side. */
export interface AttentionMapsElement extends TranslatingElement {
  text: string;
  /** Which half of the model. */
  half: "encoder" | "decoder";
  /** Counted from 0, as in `visualize()`. */
  layer: number;
  /** An attention head and the channel group of the same number, counted from 0, or `"mean"`, the mean of all. */
  head: string;
  measure: Measure;
  /** Which sentence of the text, counted from 0. */
  sentence: number;
  readonly visualization: Visualization | undefined;
}

export interface MapsEventDetail {
  visualization: Visualization;
}

declare global {
  interface HTMLElementTagNameMap {
    "lite-translate": LiteTranslateElement;
    "attention-maps": AttentionMapsElement;
  }
}
