import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../../app/actions";
import { languageName, type State } from "../../app/state";
import type { Told } from "../../app/told";
import { changedWords } from "./difference";
import { currentTold, unsure } from "./marks";
import { painted } from "./painted";

/** What is known of the sentence on show, and how else it might read. The line is there from the start, so that nothing moves. */
export function sentenceBar(state: State, actions: Actions): TemplateResult {
  const index = currentTold(state);
  const one = state.told[index];
  const stale = state.job.stale || !state.text.trim();
  return html`<div class=${`sentence-bar${stale ? " stale" : ""}`}>
    ${
      one && state.job.output.trim()
        ? html`${note(state, one, index, actions)}
          ${alternatives(state, one, index, actions)}
          ${state.told.length > 1 ? html`<button type="button" class="quiet" @click=${() => actions.copySentence(index)}>Copy this sentence</button>` : nothing}`
        : nothing
    }
  </div>`;
}

function note(
  state: State,
  one: Told,
  index: number,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (one.detectedLanguage === state.pair.target && state.told.length > 1)
    return html`<p>This sentence is in ${languageName(state.pair.target)} already: it stays.</p>`;
  const { own } = one;
  if (own !== undefined)
    return html`<p>Your choice. <button type="button" class="plain" @click=${() => actions.take(index, own)}>Back to the model’s own</button></p>`;
  if (unsure(one)) return html`<p class="doubt">The model is unsure of this sentence.</p>`;
  return nothing;
}

/** The other translations that the beam search finished, the best first; one click takes one. */
function alternatives(
  state: State,
  one: Told,
  index: number,
  actions: Actions,
): TemplateResult | typeof nothing {
  const seen = new Set([one.translation.trim()]);
  const others = one.alternatives.filter(({ text }) => {
    const known = seen.has(text.trim());
    seen.add(text.trim());
    return !known && text.trim();
  });
  if (!others.length) return nothing;
  const best = Math.max(...one.alternatives.map(({ score }) => score));
  const several = state.told.length > 1;
  return html`
    <details class="readings">
      <summary>Alternatives${several ? " to the marked sentence" : ""} <span class="figures">(${others.length})</span></summary>
      <ol role="list" aria-label="Alternatives, the likeliest first">
        ${others.map(
          ({ text, score }) => html`<li>
            <button type="button" @click=${() => actions.take(index, text)} lang=${state.pair.target} title="Take this one">${painted(text, changedWords(one.translation, text))}</button>
            <span class="bar" style=${`--size:${Math.exp(score - best)}`} role="img" aria-label=${`${Math.round(100 * Math.exp(score - best))}% as likely, word for word, as the best`}></span>
          </li>`,
        )}
      </ol>
    </details>
  `;
}
