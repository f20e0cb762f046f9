import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import type { Candidate, SentenceVisualization } from "lite-transformer";
import { pieceLabel, short } from "../maps/labels";

const SHOWN = 5;

/** What a step might have written: its likeliest tokens, and the one it did write wherever that ranks. */
export function candidates(
  sentence: SentenceVisualization,
  step: number,
): TemplateResult | typeof nothing {
  const ranked = sentence.candidates[step];
  const written = sentence.target[step];
  if (!ranked?.length || !written) return nothing;
  const rank = ranked.findIndex((one) => one.id === written.id);
  const shown = ranked.filter((_, i) => i < SHOWN || i === rank);
  return html`
    <h4 id="candidates-title">What it might write here</h4>
    <ol class="ranking candidates" role="list" aria-labelledby="candidates-title">
      ${shown.map((one) => row(one, one.id === written.id))}
    </ol>
    ${
      rank === 0
        ? nothing
        : html`<p class="aside">${rank < 0 ? `The token it wrote is not among its ${ranked.length} likeliest.` : "The token it wrote is not the likeliest here."}
          The beam search follows several translations at once and keeps the one that scores best in the end.</p>`
    }
  `;
}

function row({ piece, probability }: Candidate, written: boolean): TemplateResult {
  const label = pieceLabel(piece);
  const name = html`<span class=${label.special ? "special" : ""}>${short(label, 16)}</span>`;
  return html`<li class=${written ? "written" : ""}>
    <span>${written ? html`<b>${name}</b><span class="hidden"> (written)</span>` : name}</span>
    <span class="bar" style=${`--size:${probability}`}></span>
    <span class="figures">${chance(probability)}</span>
  </li>`;
}

/** Whole per cents hide the difference between the unlikely ones. */
function chance(probability: number): string {
  if (probability < 0.001) return "<0.1%";
  return format(probability < 0.0995 ? ".1%" : ".0%")(probability);
}
