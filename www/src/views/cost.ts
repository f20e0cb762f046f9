import { format } from "d3-format";
import { scaleLinear } from "d3-scale";
import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import { scores, setName } from "../app/manifest";
import { type CostSettings, initialState, type State } from "../app/state";
import { type Breakdown, dialsOf, lite, total, transformer } from "../cost/formulas";
import { downloadMenu } from "./download";
import { term } from "./glossary";

const si = (value: number) => format(".3~s")(value).replace(/([kMG])$/, " $1");

const DIALS: { key: keyof CostSettings; label: string; min: number; max: number; step: number }[] =
  [
    { key: "n", label: "tokens, n", min: 5, max: 400, step: 5 },
    { key: "d", label: "channels, d", min: 64, max: 768, step: 16 },
    { key: "heads", label: "heads, h", min: 1, max: 16, step: 1 },
    { key: "factor", label: "feed-forward factor, f", min: 1, max: 4, step: 0.5 },
    { key: "kernel", label: "kernel size, k", min: 3, max: 63, step: 4 },
  ];

export function cost(state: State, actions: Actions): TemplateResult {
  return html`
    <section class="chapter" id="cost" tabindex="-1" aria-labelledby="cost-title">
      <header class="prose">
        <h2 id="cost-title">What it costs</h2>
        <p>
          A phone has little time and battery to spare. The paper counts ${term("multiply-add", "multiply-adds")} for a sentence of thirty tokens, and asks how good
          a translator can be with 500 million of them, or with 100 million. Turn the dials to see where the work goes.
        </p>
      </header>
      <figure class="slide" aria-label="Multiply-adds">
        <div class="cost">
          <div class="dials">
            ${DIALS.map(
              ({ key, label, min, max, step }) => html`
                <div class="dial">
                  <label for=${`cost-${key}`}>${label}</label>
                  <output for=${`cost-${key}`} class="figures">${state.cost[key]}</output>
                  <input id=${`cost-${key}`} type="range" min=${min} max=${max} step=${step} .value=${String(state.cost[key])}
                    @input=${(event: Event) => actions.setCost({ [key]: Number((event.target as HTMLInputElement).value) })} />
                </div>
              `,
            )}
            <button type="button" class="quiet" @click=${() => actions.setCost(state.manifest ? dialsOf(state.manifest) : initialState.cost)}>Back to this model</button>
          </div>
          ${bars(state, actions)}
        </div>
        ${formulas()}
      </figure>
      <div class="prose note">
        <p>
          In a Transformer block at this size the feed-forward layers take most of the work, and they look at no other token. The Lite
          Transformer makes them flat (f = 1 in place of 4), keeps the width for attention, and halves it between the branches. Long
          sentences change the picture: attention grows with n², convolution with n. The number of heads changes nothing: it splits
          the same products.
        </p>
        ${counted(state)}
      </div>
      ${results(state)}
    </section>
  `;
}

const PARTS: { key: keyof Breakdown; label: string }[] = [
  { key: "attention", label: "attention" },
  { key: "convolution", label: "convolution" },
  { key: "cross", label: "cross-attention" },
  { key: "feedForward", label: "feed-forward" },
];

/** How high a bar is, and where each begins: under its name, and all of them under two rows of budgets. */
const BAR = 30;
const barTop = (index: number): number => 66 + index * 74;

/** Pixels that a budget's name takes, with some room. */
const BUDGET = 88;

/** The paper's budgets within the axis, each with the place of its name: in a second row where the first is taken. */
function budgets(
  x: (value: number) => number,
  bound: number,
  width: number,
): { budget: number; at: number; row: number }[] {
  let last = Number.NEGATIVE_INFINITY;
  return [1e8, 5e8]
    .filter((budget) => budget <= bound)
    .map((budget) => {
      const at = Math.max(BUDGET / 2, Math.min(width - BUDGET / 2, x(budget)));
      const row = at - last < BUDGET ? 1 : 0;
      last = at;
      return { budget, at, row };
    });
}

function bars(state: State, actions: Actions): TemplateResult {
  const models = [
    { name: "Transformer", parts: transformer(state.cost) },
    { name: "Lite Transformer", parts: lite(state.cost) },
  ];
  const most = Math.max(...models.map((one) => total(one.parts)));
  const width = Math.max(300, state.width >= 900 ? state.width - 420 : state.width - 48);
  const bound = most < 1e8 ? 1.15e8 : most < 5e8 ? 5.6e8 : most * 1.08;
  const x = scaleLinear([0, bound], [0, width - 8]);
  const height = barTop(models.length) - 14;
  const records = models.flatMap(({ name, parts }) =>
    PARTS.map(({ key, label }) => ({
      model: name,
      module: label,
      multiply_adds: parts[key],
      ...state.cost,
    })),
  );
  const summary = models
    .map((one) => `${one.name} ${si(total(one.parts))} multiply-adds`)
    .join("; ");
  return html`
    <div class="bars">
      <svg class="chart" id="cost-bars" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${summary}>
        ${budgets(x, bound, width).map(
          ({ budget, at, row }) => svg`
          <path class="budget" d=${models.map((_, i) => `M${x(budget)},${barTop(i) - 5}v${BAR + 10}`).join("")} />
          <text class="axis" x=${at} y=${12 + 15 * row} text-anchor="middle">budget ${si(budget)}</text>`,
        )}
        ${models.map(({ name, parts }, i) => {
          const y = barTop(i);
          let start = 0;
          return svg`
            <text class="name" x="0" y=${y - 8}>${name}<tspan class="amount" dx="10">${si(total(parts))}</tspan></text>
            ${PARTS.map(({ key, label }) => {
              const from = x(start);
              start += parts[key];
              const size = Math.max(0, x(start) - from - 1);
              return svg`<rect class=${`part ${key}`} x=${from} y=${y} width=${size} height=${BAR}><title>${`${label}: ${si(parts[key])}`}</title></rect>`;
            })}`;
        })}
        ${x.ticks(Math.max(2, Math.floor(width / 90))).map((tick) => svg`<text class="axis" x=${x(tick)} y=${height - 8} text-anchor=${tick === 0 ? "start" : x(tick) > width - 30 ? "end" : "middle"}>${tick ? si(tick) : "0"}</text>`)}
      </svg>
      <ul class="key">${PARTS.map(({ key, label }) => html`<li><span class=${`swatch ${key}`}></span>${label}</li>`)}</ul>
      <div class="tools">${downloadMenu(
        actions,
        "multiply-adds",
        (kind, look) =>
          void actions.saveChart(
            {
              id: "cost-bars",
              title: `Multiply-adds, n = ${state.cost.n}, d = ${state.cost.d}`,
              records,
              legend: PARTS.map(({ key, label }) => ({ name: label, mark: `.part.${key}` })),
            },
            kind,
            look,
          ),
      )}</div>
    </div>
  `;
}

function formulas(): TemplateResult {
  return html`
    <dl class="formulas">
      <div><dt>attention</dt><dd>4<i>nd</i>² + 2<i>n</i>²<i>d</i></dd></div>
      <div><dt>feed-forward</dt><dd>2<i>f</i><i>nd</i>²</dd></div>
      <div><dt>convolution</dt><dd>2<i>nd</i>² + <i>nkd</i></dd></div>
      <div><dt>long-short range attention</dt><dd>attention(<i>d</i>/2) + convolution(<i>d</i>/2)</dd></div>
    </dl>
  `;
}

function counted(state: State): TemplateResult | typeof nothing {
  const cost = state.counted;
  if (!cost) return nothing;
  const { parameters, multAdds } = cost.withoutEmbedding;
  return html`
    <p>
      Counted from the graphs of the model in this page, at ${cost.sourceTokens} tokens in and ${cost.targetTokens} out:
      <strong>${si(multAdds)} multiply-adds</strong> and ${si(parameters)} parameters without the ${term("embedding", "embeddings")} and the output projection, as
      the paper counts work; ${si(cost.total.multAdds)} and ${si(cost.total.parameters)} with them. Its kernels grow from 3 to 31 with the layers.
    </p>
  `;
}

interface Result {
  model: string;
  set: string;
  multAdds: string;
  bleu: string;
  source: unknown;
}

const PAPER = html`<a href="https://arxiv.org/abs/2004.11886">the paper</a>`;
const REPOSITORY = html`<a href="https://github.com/mit-han-lab/lite-transformer">the authors’ repository</a>`;
const derived = (lite: number, more: number) =>
  html`derived: ${lite.toFixed(1)} less the ${more.toFixed(1)} that ${PAPER}’s abstract gives as the gain`;

const PUBLISHED: readonly Result[] = [
  {
    model: "Transformer",
    set: "IWSLT’14 De-En",
    multAdds: "63 M",
    bleu: "27.8",
    source: PAPER,
  },
  {
    model: "Lite Transformer",
    set: "IWSLT’14 De-En",
    multAdds: "54 M",
    bleu: "30.9",
    source: PAPER,
  },
  {
    model: "Transformer",
    set: "WMT’14 En-Fr, budget 100 M",
    multAdds: "in budget",
    bleu: (35.3 - 1.7).toFixed(1),
    source: derived(35.3, 1.7),
  },
  {
    model: "Lite Transformer",
    set: "WMT’14 En-Fr, budget 100 M",
    multAdds: "90 M",
    bleu: "35.3",
    source: REPOSITORY,
  },
  {
    model: "Transformer",
    set: "WMT’14 En-Fr, budget 500 M",
    multAdds: "in budget",
    bleu: (39.6 - 1.2).toFixed(1),
    source: derived(39.6, 1.2),
  },
  {
    model: "Lite Transformer",
    set: "WMT’14 En-Fr, budget 500 M",
    multAdds: "527 M",
    bleu: "39.6",
    source: REPOSITORY,
  },
];

/** What this page's models score, from their manifests; of the Transformer once it is loaded. */
function own(
  model: string,
  manifest: State["manifest"],
  counted: State["counted"],
): readonly Result[] {
  return scores(manifest).map(({ set, bleu }) => ({
    model,
    set,
    multAdds: counted ? si(counted.withoutEmbedding.multAdds) : "–",
    bleu: bleu.toFixed(1),
    source: html`counted and measured: <code>models/${manifest?.name}</code>`,
  }));
}

function results(state: State): TemplateResult {
  const { manifest, counted, rival } = state;
  const ours = [
    ...own("Transformer, this site’s, int8", rival.manifest, rival.counted),
    ...own("Lite Transformer, this page’s, int8", manifest, counted),
  ].sort((a, b) => a.set.localeCompare(b.set));
  const row = ({ model, set, multAdds, bleu, source }: Result, name = "") =>
    html`<tr class=${name}><th scope="row">${model}</th><td data-name="Test set">${setName(set)}</td><td data-name="BLEU">${bleu}</td><td data-name="Mult-adds">${multAdds}</td><td data-name="Source">${source}</td></tr>`;
  return html`
    <figure class="slide" aria-label="Results">
      <div class="scroll" tabindex="0" role="region" aria-label="Results table">
        <table class="results stacked">
          <caption>Quality and cost</caption>
          <thead>
            <tr><th scope="col">Model</th><th scope="col">Test set</th><th scope="col">BLEU</th><th scope="col">Mult-adds</th><th scope="col">Source</th></tr>
          </thead>
          <tbody>${PUBLISHED.map((one) => row(one))}</tbody>
          <tbody>${ours.map((one) => row(one, "ours"))}</tbody>
        </table>
      </div>
      <figcaption class="prose">
        <p>
          Scores on different test sets don't compare.
          ${ours.some(({ set }) => set.startsWith("iwslt14")) ? "Nor do ours on IWSLT’14 with the paper’s: these models never saw that set’s training talks." : nothing}
          The repository's table has the names of its two WMT sets exchanged; 35.3 and 39.6 are the scores on En-Fr.
          ${rival.manifest || rival.phase === "absent" ? nothing : html`Load the Transformer under “Why split?” and its scores join the table.`}
        </p>
      </figcaption>
    </figure>
  `;
}
