import { format } from "d3-format";
import { scaleLinear } from "d3-scale";
import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import { FEWEST, MOST } from "../app/corpus";
import type { Stack, State } from "../app/state";
import type { Chart } from "../export/chart";
import type { CorpusHead, CorpusResult, HeadMetric } from "../maps/corpus";
import { sample } from "../recorded/corpus";
import { choice } from "./controls";
import { downloadMenu } from "./download";
import { NAMES } from "./heads";
import { average } from "./swarm";

const BY: Record<HeadMetric, { text: string; axis: string; told: (value: number) => string }> = {
  near: {
    text: "Share nearby",
    axis: "share of the weight within two tokens",
    told: (value) => `${Math.round(value * 100)} %`,
  },
  distance: {
    text: "Mean distance",
    axis: "mean distance in tokens",
    told: (value) => `${value.toFixed(1)} tokens`,
  },
  entropy: { text: "Entropy", axis: "bits", told: (value) => `${value.toFixed(1)} bits` },
};

const count = format(",");

/** Every head over many sentences, each with its 95 % interval. */
export function corpus(state: State, actions: Actions): TemplateResult {
  const { result, by, model, recorded } = state.corpus;
  return html`
    <figure class="slide" id="corpus" tabindex="-1" aria-label="Heads over many sentences">
      <figcaption class="prose">
        <h3>Over many sentences</h3>
        <p>
          One sentence proves little. Here is every head over
          ${result ? html`<b>${count(result.sentences)} sentences</b>, ${count(result.tokens)} tokens` : "many"}${recorded ? ", a sample recorded with the small German model" : `, measured just now with ${model}`}:
          its mean, and a line as long as the 95 % interval. ${result ? finding(result, by) : nothing}
        </p>
      </figcaption>
      ${
        result
          ? html`
        <div class="controls">
          ${choice(
            "corpus-by",
            "Place heads by",
            (["near", "distance", "entropy"] as const).map((value) => ({
              value,
              text: BY[value].text,
            })),
            by,
            actions.showCorpusBy,
          )}
        </div>
        <div class="reaches">${(["encoder", "decoder"] as const).map((stack) => dots(state, result, stack))}</div>
        <div class="foot end"><div class="tools">${(["encoder", "decoder"] as const).map((stack) =>
          downloadMenu(
            actions,
            `the heads of the ${stack} over many sentences`,
            (kind, look) => void actions.saveChart(chartOf(result, model, stack, by), kind, look),
          ),
        )}</div></div>`
          : nothing
      }
      ${form(state, actions)}
    </figure>
  `;
}

function finding({ heads }: CorpusResult, by: HeadMetric): TemplateResult {
  const mean = (branch: string) =>
    BY[by].told(
      average(
        heads
          .filter((one) => one.stack === "encoder" && one.branch === branch)
          .map((one) => one[by].mean),
      ),
    );
  return html`On average over the encoder's heads, ${BY[by].axis}:
    <span class="ink-global">attention ${mean("global")}</span>, <span class="ink-local">convolution ${mean("local")}</span>.`;
}

function dots(state: State, result: CorpusResult, stack: Stack): TemplateResult {
  const { by } = state.corpus;
  const heads = result.heads.filter((one) => one.stack === stack);
  const layers = result.layers.filter((one) => one.stack === stack);
  const width = Math.max(
    280,
    Math.min(520, state.width >= 1000 ? state.width / 2 - 60 : state.width - 48),
  );
  const margin = { left: 56, right: 92, top: 22, bottom: 40 };
  const row = 40;
  const height = margin.top + layers.length * row + margin.bottom;
  const top = Math.max(...result.heads.map((one) => one[by].mean + one[by].margin));
  const x = scaleLinear([0, by === "near" ? 1 : top], [margin.left, width - margin.right]).nice();
  const y = (layer: number) => margin.top + (layer + 0.5) * row;
  const place = ({ layer, branch, head }: CorpusHead) =>
    y(layer) + (branch === "global" ? -14 + head * 3.5 : 4 + head * 3.5);
  return html`
    <div class="reach">
      <h4>${stack === "encoder" ? "Encoder" : "Decoder"}</h4>
      <svg class="chart" id=${`corpus-${stack}`} width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img"
        aria-label=${`Heads of the ${stack} over ${result.sentences} sentences, ${BY[by].axis}`}>
        <text class="axis" x=${width} y="12" text-anchor="end">share of attention</text>
        ${layers.map(
          ({ layer, share }) => svg`
          <line class="grid" x1=${margin.left} x2=${width - margin.right} y1=${y(layer)} y2=${y(layer)} />
          <text class="axis" x=${margin.left - 12} y=${y(layer)} text-anchor="end" dominant-baseline="central">layer ${layer + 1}</text>
          <text class="axis" x=${width} y=${y(layer)} text-anchor="end" dominant-baseline="central">${Math.round(share.mean * 100)} ± ${(share.margin * 100).toFixed(1)} %</text>`,
        )}
        ${x.ticks(width < 400 ? 3 : 5).map((tick) => svg`<text class="axis" x=${x(tick)} y=${height - margin.bottom + 16} text-anchor="middle">${by === "near" ? `${Math.round(tick * 100)}%` : tick}</text>`)}
        <text class="axis" x=${width} y=${height - 6} text-anchor="end">${BY[by].axis}</text>
        ${heads.map((one) => {
          const { mean, margin: half } = one[by];
          return svg`<g class=${`estimate ${one.branch}`}>
            <line x1=${x(mean - half)} x2=${x(mean + half)} y1=${place(one)} y2=${place(one)} />
            <circle class=${`dot ${one.branch}`} cx=${x(mean)} cy=${place(one)} r="3.5"><title>${`layer ${one.layer + 1}, ${NAMES[one.branch]} ${one.head + 1}: ${BY[by].told(mean)} ± ${BY[by].told(half)}`}</title></circle>
          </g>`;
        })}
      </svg>
    </div>
  `;
}

function chartOf(result: CorpusResult, model: string, stack: Stack, by: HeadMetric): Chart {
  return {
    id: `corpus-${stack}`,
    title: `Heads of the ${stack} over ${result.sentences} sentences, ${BY[by].axis}`,
    records: result.heads
      .filter((one) => one.stack === stack)
      .map(({ layer, branch, head, distance, near, entropy }) => {
        const { share } = result.layers.find((one) => one.stack === stack && one.layer === layer)!;
        return {
          model,
          sentences: result.sentences,
          stack,
          layer: layer + 1,
          branch,
          head: head + 1,
          distance: distance.mean,
          distance_margin: distance.margin,
          near: near.mean,
          near_margin: near.margin,
          entropy: entropy.mean,
          entropy_margin: entropy.margin,
          attention_share: share.mean,
          attention_share_margin: share.margin,
        };
      }),
    legend: [
      { name: "attention", mark: ".dot.global" },
      { name: "convolution", mark: ".dot.local" },
    ],
  };
}

/** One's own lines, pasted or out of a file. */
function form(state: State, actions: Actions): TemplateResult {
  const { phase, done, total, message } = state.corpus;
  const box = () => document.querySelector<HTMLTextAreaElement>("#corpus-text");
  const fill = (text: string) => {
    const area = box();
    if (area) area.value = text;
  };
  const load = async (event: Event) => {
    const file = (event.currentTarget as HTMLInputElement).files?.[0];
    if (file) fill(await file.text());
  };
  return html`
    <details class="corpus-form">
      <summary>Measure sentences of your own</summary>
      <label for="corpus-text">${FEWEST} to ${count(MOST)} sentences, one a line, in the language that the page translates from</label>
      <textarea id="corpus-text" rows="6" spellcheck="false"></textarea>
      <div class="corpus-buttons">
        <button type="button" class="big" ?disabled=${phase === "running"} @click=${() => actions.measureCorpus(box()?.value ?? "")}>Measure</button>
        ${phase === "running" ? html`<button type="button" class="quiet" @click=${actions.stopCorpus}>Stop</button>` : nothing}
        <button type="button" class="quiet" @click=${async () => fill(await sample())}>Take the sample</button>
        <label class="quiet file">Open a text file <input type="file" accept=".txt,text/plain" @change=${load} /></label>
      </div>
      ${phase === "running" ? html`<label for="corpus-progress">Sentence <span class="figures">${done}</span> of <span class="figures">${total}</span></label><progress id="corpus-progress" max=${total} value=${done}></progress>` : nothing}
      ${phase === "failed" ? html`<p role="alert">${message}</p>` : nothing}
    </details>
  `;
}
