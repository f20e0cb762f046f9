import { html } from "lit-html";
import type { Span } from "../../app/told";

/** A stretch of a text that is drawn otherwise than the rest. */
export interface Paint extends Span {
  class?: string;
  /** A token that the figures point at. */
  mark?: boolean;
  /** What the pointer and the keys can reach as one, written "start-end". */
  word?: string;
}

/** A text with the stretches marked, in flat pieces, so that it wraps and can be selected as plain text does. */
export function painted(text: string, paints: readonly Paint[]): unknown {
  const own = paints.filter(({ start, end }) => start < end);
  if (!own.length) return text;
  const cuts = [...new Set([0, text.length, ...own.flatMap(({ start, end }) => [start, end])])];
  cuts.sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, i) => {
    const end = cuts[i + 1]!;
    return piece(
      text.slice(start, end),
      own.filter((one) => one.start <= start && end <= one.end),
    );
  });
}

function piece(text: string, paints: readonly Paint[]): unknown {
  if (!paints.length) return text;
  const classes = paints.flatMap((one) => one.class ?? []).join(" ");
  const word = paints.find((one) => one.word)?.word ?? "";
  return paints.some(({ mark }) => mark)
    ? html`<mark class=${classes} data-word=${word}>${text}</mark>`
    : html`<span class=${classes} data-word=${word}>${text}</span>`;
}

/** The word that an element of `painted` belongs to. */
export function wordAt(element: Element | null): Span | null {
  const [start, end] = element?.getAttribute("data-word")?.split("-").map(Number) ?? [];
  return start === undefined || end === undefined ? null : { start, end };
}
