import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import { currentReading, currentSentence, type State } from "../app/state";

const score = format(".2f");

/** The other translations that the beam search finished of the sentence on show, the best first. */
export function readings(state: State): TemplateResult | typeof nothing {
  const sentence = currentSentence(state);
  if (!sentence) return nothing;
  const seen = new Set([sentence.translation.trim()]);
  const others = sentence.alternatives.filter(({ text }) => {
    const known = seen.has(text.trim());
    seen.add(text.trim());
    return !known;
  });
  if (!others.length) return nothing;
  const several = (state.reading?.visualization.sentences.length ?? 0) > 1;
  const stale = !currentReading(state) || state.job.stale;
  return html`
    <details class=${`readings${stale ? " stale" : ""}`}>
      <summary>Other readings${several ? " of the marked sentence" : ""} <span class="figures">(${others.length})</span></summary>
      <ol role="list" aria-label="Other readings, the best first">
        ${others.map(
          (one) =>
            html`<li><span lang=${state.pair.target}>${one.text}</span> <span class="figures"><span class="hidden">score </span>${score(one.score)}</span></li>`,
        )}
      </ol>
      <p>The beam search finished these too. The score is the log-probability, evened out for length; the translation above has <span class="figures">${score(sentence.score)}</span>.</p>
    </details>
  `;
}
