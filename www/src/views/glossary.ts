import { html, type TemplateResult } from "lit-html";

/** One sentence for each term that a newcomer may not know. */
const TERMS = {
  token: "A piece of text that the model reads as one: a word, a part of a rare word, or a mark.",
  layer:
    "One of several alike steps in a row, each of which makes new numbers for every token out of all before.",
  encoder: "The half of the model that reads the source sentence, all of it at once.",
  decoder: "The half of the model that writes the translation, token by token.",
  channel: "One of the numbers that describe a token inside the model.",
  head: "Attention done several times side by side, each on a few channels of its own: one of these is a head.",
  softmax:
    "Turns any numbers into shares that are positive and sum to 1; the greatest gets by far the most.",
  "cross-attention": "The attention by which the decoder looks at the source sentence.",
  beam: "The few likeliest translations that the search follows side by side.",
  BLEU: "How much of a translation's words and word groups stand in a human's translation too, from 0 to 100.",
  "multiply-add":
    "One multiplication with one addition: what nearly all the work of such a model consists of.",
  "feed-forward":
    "Two matrices that every token goes through by itself, with negative numbers set to zero in between.",
  embedding: "The table that has the first numbers of each token of the vocabulary.",
} as const;

export type Term = keyof typeof TERMS;

/** A term at its first use: pointing at it, tapping it or coming to it by Tab shows its sentence. */
export function term(name: Term, text: string = name): TemplateResult {
  const id = `term-${name}`;
  return html`<span class="term"><button type="button" aria-describedby=${id}>${text}</button><span role="tooltip" id=${id}>${TERMS[name]}</span></span>`;
}
