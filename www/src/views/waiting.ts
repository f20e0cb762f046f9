import { html, type TemplateResult } from "lit-html";
import { languageName, type State } from "../app/state";

/** What stands in a figure's place while there are no maps. */
export function waiting(state: State): TemplateResult {
  const broken =
    state.model.phase === "failed" ||
    state.model.phase === "unsupported" ||
    state.job.phase === "failed";
  const text = broken
    ? "There are no maps to show: see the message above."
    : state.text.trim()
      ? "The maps appear here as soon as the sentence is translated."
      : `Write a sentence in ${languageName(state.pair.source)} above, or take one of the examples.`;
  return html`<div class="slide empty"><p>${text}</p></div>`;
}
