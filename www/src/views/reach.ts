import { scaleLinear } from "d3-scale";
import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import type { HeadKey, Stack, State } from "../app/state";
import type { Chart } from "../export/chart";
import { once } from "../figures/memo";
import { locality, type Placed } from "../maps/locality";
import { downloadMenu } from "./download";
import { isChosen, NAMES, openHead } from "./heads";
import { average, rove } from "./swarm";

/** Sentences of fewer tokens are all neighbourhood: in them near and far are one. */
const SHORT = 14;

/** How far every head looks in the sentence on show. */
export function reach(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
): TemplateResult {
  const stacks = (["encoder", "decoder"] as const).map((stack) => ({
    stack,
    placed: once(`reach-${stack}`, [sentence, stack], () => locality(sentence, stack)),
  }));
  return html`
    <figure class="slide" id="reach-figure" aria-label="How far each head looks">
      <figcaption class="prose">
        <h3>How far does each look?</h3>
        <p>
          Every head by the mean distance, in tokens, between a token and what it looks at in this
          sentence. Convolution can't leave its window, which in the deep layers is wider than most sentences. Where
          the blue dots lie far from the amber ones, the heads have left the neighbourhood to the convolution.
          ${tooShort(sentence)}
        </p>
      </figcaption>
      <div class="reaches">${stacks.map(({ stack, placed }) => dots(state, actions, sentence, stack, placed))}</div>
      <p class="readout">${readout(state, stacks)}</p>
    </figure>
  `;
}

function tooShort({ source }: SentenceVisualization): TemplateResult | typeof nothing {
  if (source.length >= SHORT) return nothing;
  return html`<em id="too-short">This sentence has only ${source.length} tokens: nothing in it is far, so the dots can hardly part. Try a longer one.</em>`;
}

interface Placement {
  stack: Stack;
  placed: readonly Placed[];
}

/** The head under the pointer or the keyboard; else what each branch does on average. */
function readout({ dot }: State, stacks: readonly Placement[]): TemplateResult {
  const of = (stack: Stack) => stacks.find((one) => one.stack === stack)?.placed ?? [];
  const found = dot && of(dot.stack).find((one) => isDot(one, dot.stack, dot));
  if (dot && found)
    return html`<b>${dot.stack} layer ${dot.layer + 1}</b>, <span class=${`ink-${dot.branch}`}>${NAMES[dot.branch]} ${dot.head + 1}</span>:
      ${found.distance.toFixed(1)} tokens away on average, ${Math.round(found.near * 100)} % of its weight within two`;
  const mean = (branch: Placed["branch"]) =>
    average(
      of("encoder")
        .filter((one) => one.branch === branch)
        .map((one) => one.distance),
    );
  return html`In the encoder <span class="ink-global">attention looks ${mean("global").toFixed(1)} tokens away</span> on average,
    <span class="ink-local">convolution ${mean("local").toFixed(1)}</span>. <span class="hint">Point at a dot for one head.</span>`;
}

const isDot = (one: Placed, stack: Stack, key: HeadKey): boolean =>
  stack === key.stack &&
  one.layer === key.layer &&
  one.branch === key.branch &&
  one.head === key.head;

function dots(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
  stack: Stack,
  placed: readonly Placed[],
): TemplateResult {
  const layers = sentence[stack].length;
  const width = Math.max(
    280,
    Math.min(520, state.width >= 1000 ? state.width / 2 - 60 : state.width - 48),
  );
  const margin = { left: 56, right: 14, top: 10, bottom: 40 };
  const row = 30;
  const height = margin.top + layers * row + margin.bottom;
  const x = scaleLinear(
    [0, Math.max(2, ...placed.map((one) => one.distance))],
    [margin.left, width - margin.right],
  ).nice();
  const y = (layer: number) => margin.top + (layer + 0.5) * row;
  return html`
    <div class="reach">
      <h4>${stack === "encoder" ? "Encoder" : "Decoder"}</h4>
      <svg class="chart" id=${`reach-${stack}`} width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${summary(stack, placed)}
        @pointerleave=${() => actions.pointAt(null)} @keydown=${rove}>
        ${Array.from(
          { length: layers },
          (_, layer) => svg`
          <line class="grid" x1=${margin.left} x2=${width - margin.right} y1=${y(layer)} y2=${y(layer)} />
          <text class="axis" x=${margin.left - 12} y=${y(layer)} text-anchor="end" dominant-baseline="central">layer ${layer + 1}</text>`,
        )}
        ${x.ticks(5).map((tick) => svg`<text class="axis" x=${x(tick)} y=${height - margin.bottom + 16} text-anchor="middle">${tick}</text>`)}
        <text class="axis" x=${width - margin.right} y=${height - 6} text-anchor="end">mean distance in tokens</text>
        ${placed.map((one, i) => {
          const { layer, branch, head, distance } = one;
          const chosen = isChosen(state, stack, layer, branch, head, -1);
          const key: HeadKey = { stack, layer, branch, head };
          return svg`
          <circle
            class=${`dot ${branch}${chosen ? " lit" : ""}`}
            cx=${x(distance)}
            cy=${y(layer) + (branch === "global" ? -4 : 4)}
            r="5"
            role="button"
            aria-pressed=${chosen ? "true" : "false"}
            aria-label=${`layer ${layer + 1}, ${NAMES[branch]} ${head + 1}: ${distance.toFixed(1)} tokens`}
            tabindex=${i === 0 ? 0 : -1}
            data-strip=${`${layer} ${branch}`}
            @pointerenter=${() => actions.pointAt(key)}
            @focus=${() => actions.pointAt(key)}
            @blur=${() => actions.pointAt(null)}
            @keyup=${(event: KeyboardEvent) => event.key === "Enter" && openHead(actions, stack, layer, branch, head)}
            @click=${() => openHead(actions, stack, layer, branch, head)}
          />`;
        })}
      </svg>
      <div class="tools">
        ${downloadMenu(actions, `how far the ${stack}'s heads look`, (kind, look) => void actions.saveChart(chartOf(stack, placed), kind, look))}
      </div>
    </div>
  `;
}

const chartOf = (stack: Stack, placed: readonly Placed[]): Chart => ({
  id: `reach-${stack}`,
  title: `How far each head of the ${stack} looks`,
  records: placed.map((one) => ({ stack, ...one, layer: one.layer + 1, head: one.head + 1 })),
  legend: [
    { name: "attention", mark: ".dot.global" },
    { name: "convolution", mark: ".dot.local" },
  ],
});

function summary(stack: Stack, placed: readonly Placed[]): string {
  const mean = (branch: string) =>
    average(placed.filter((one) => one.branch === branch).map((one) => one.distance));
  return `${stack}: attention heads look ${mean("global").toFixed(1)} tokens away on average, convolution groups ${mean("local").toFixed(1)}.`;
}
