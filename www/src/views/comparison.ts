import { format } from "d3-format";
import { html, type TemplateResult } from "lit-html";
import comparison from "../../../training/results/comparison.json";
import { setName } from "../app/manifest";

const NAMES: Record<string, string> = {
  "lite-matched": "Lite Transformer",
  "transformer-matched": "Transformer",
  "lightconv-matched": "LightConv",
  "dynamicconv-matched": "DynamicConv",
};

interface Score {
  score: number;
  interval: number;
  /** Of the difference to the first model; the first has none. */
  p?: number;
}

const bleuOf = (set: (typeof comparison.sets)[number], model: string): Score =>
  set.runs.find(({ name }) => name === model)!.BLEU;

/** The paper's claim on data of our own: four models of equal multiply-adds, trained alike. */
export function trainedAlike(): TemplateResult {
  const { runs, sets, beam_size } = comparison;
  const [first] = runs;
  const counts = format(",");
  return html`
    <figure class="slide" id="trained-alike" aria-label="Four models trained alike">
      <div class="scroll" tabindex="0" role="region" aria-label="Table of four models trained alike">
        <table class="results stacked">
          <caption>Four models trained alike, in BLEU</caption>
          <thead><tr><td></td><th scope="col">Mult-adds</th>${sets.map(({ set }) => html`<th scope="col">${setName(set)}</th>`)}</tr></thead>
          <tbody>
            ${runs.map(
              (run) => html`<tr class=${run === first ? "ours" : ""}>
                <th scope="row">${NAMES[run.name] ?? run.name}</th>
                <td data-name="Mult-adds">${(run.mult_adds / 1e6).toFixed(1)} M</td>
                ${sets.map((set) => {
                  const { score, interval } = bleuOf(set, run.name);
                  return html`<td data-name=${setName(set.set)}>${score.toFixed(1)} <span class="interval">± ${interval.toFixed(1)}</span></td>`;
                })}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <figcaption class="prose">
        <p>
          German to English, the same data, vocabulary, recipe and ${counts(first!.updates)} updates (${first!.epochs_begun} epochs) from nothing;
          beam ${beam_size}; ± is half of the 95&nbsp;% bootstrap interval. ${finding()} The models in this page had longer trainings, each its own.
        </p>
      </figcaption>
    </figure>
  `;
}

/** In how many of the comparisons the first model is ahead beyond chance, as sacreBLEU's paired bootstrap judges. */
function finding(): string {
  const [first, ...others] = comparison.runs;
  const all = comparison.sets.flatMap((set) =>
    others.map((other) => ({
      ahead: bleuOf(set, first!.name).score > bleuOf(set, other.name).score,
      sure: (bleuOf(set, other.name).p ?? 1) < 0.05,
    })),
  );
  const won = all.filter(({ ahead, sure }) => ahead && sure).length;
  const lost = all.filter(({ ahead, sure }) => !ahead && sure).length;
  const name = NAMES[first!.name] ?? first!.name;
  const rest = all.length - won - lost;
  return (
    `The ${name} is ahead in ${won} of the ${all.length} comparisons and behind in ${lost || "none"} (p < 0.05, paired bootstrap)` +
    (rest ? `; ${rest} could be chance.` : ".")
  );
}
