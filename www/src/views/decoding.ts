import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { focusOf, languageName, type State } from "../app/state";
import { crossFigure, WIDE } from "../figures/build";
import { labels, translatePlace } from "../maps/labels";
import { at, chosen, layerOf, strongestRow } from "../maps/select";
import { beam } from "./beam";
import { foot, waiting } from "./branches";
import { candidates } from "./candidates";
import { choice, headOptions } from "./controls";
import { figureView } from "./figure";

const percent = format(".0%");

export function decoding(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult {
  const width = state.manifest?.architecture.d_model ?? 160;
  return html`
    <section class="chapter" id="decoding" tabindex="-1" aria-labelledby="decoding-title">
      <header class="prose">
        <h2 id="decoding-title">Word by word</h2>
        <p>
          The decoder writes one token at a time. At each step it reads what it has written so far, through two branches of its own, and
          then looks across at the source sentence with ordinary <strong class="ink-cross">cross-attention</strong> over all ${width} channels.
          Move through the steps to see what each token was made from and what might have stood in its place.
        </p>
      </header>
      ${sentence ? figure(state, actions, sentence) : waiting(state)}
      ${sentence ? guard([sentence], () => beam(sentence, actions)) : nothing}
    </section>
  `;
}

function figure(state: State, actions: Actions, sentence: SentenceVisualization): TemplateResult {
  const wide = state.width >= WIDE;
  const spec = crossFigure(state, sentence, wide ? Math.floor(state.width * 0.6) : state.width);
  const heads = layerOf(sentence, "decoder", state.layer)?.cross?.length ?? 0;
  return html`
    <figure class="slide" aria-label="Cross-attention, step by step">
      <div class="steps ${wide ? "wide" : ""}">
        <div>
          <div class="heads">
            <div class="panel-head cross">
              <h3>Cross-attention</h3>
              <p>decoder layer ${state.layer + 1}, ${languageName(state.pair.target)} looks at ${languageName(state.pair.source)}</p>
              ${heads ? choice("cross-head", "Head", headOptions(heads), state.crossHead, actions.showCrossHead, "cross") : nothing}
            </div>
          </div>
          ${spec ? html`${figureView(state, actions, spec)}${foot(state, actions, spec)}` : nothing}
        </div>
        ${stepPanel(state, actions, sentence)}
      </div>
    </figure>
  `;
}

function stepPanel(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
): TemplateResult {
  const place = focusOf(state)?.at ?? null;
  const layer = layerOf(sentence, "decoder", state.layer);
  // From a source token on to the step that looks at it most.
  const seen = translatePlace(place, "source");
  const cross = chosen(layer?.cross, state.crossHead);
  const looking = seen === null || !cross ? 0 : strongestRow(cross, seen);
  const step = Math.min(translatePlace(place, "target") ?? looking, sentence.target.length - 1);
  const written = labels(sentence, "target");
  const label = written[step];
  return html`
    <div class="step-panel">
      <label for="step">Step <span class="figures">${step + 1}</span> of <span class="figures">${sentence.target.length}</span></label>
      <div class="stepper">
        <button type="button" class="quiet" aria-label="Step back" ?disabled=${step === 0} @click=${() => actions.stepTo(step - 1)}>←</button>
        <input id="step" type="range" min="0" max=${sentence.target.length - 1} .value=${String(step)}
          aria-valuetext=${`step ${step + 1}: ${label?.text}`}
          @input=${(event: Event) => actions.stepTo(Number((event.target as HTMLInputElement).value))} />
        <button type="button" class="quiet" aria-label="Step on" ?disabled=${step === sentence.target.length - 1} @click=${() => actions.stepTo(step + 1)}>→</button>
      </div>
      <p class="sofar" lang=${state.pair.target}>
        ${written.map((one, i) =>
          one.special && i > step
            ? nothing
            : html`${one.joined ? "" : " "}<span class=${`${i < step ? "" : i > step ? "rest" : "now"}${one.special ? " special" : ""}`} aria-current=${i === step ? "step" : nothing}>${one.text}</span>`,
        )}
      </p>
      ${candidates(sentence, step)}
      ${ranking(
        `In the ${languageName(state.pair.source)} sentence it looks at`,
        "cross",
        cross,
        step,
        labels(sentence, "source").map((one) => one.text),
      )}
      ${ranking(
        "In its own text, far and near, at",
        "global",
        chosen(layer?.global, state.head),
        step,
        labels(sentence, "prefix").map((one) => one.text),
      )}
      ${ranking(
        "In its own text, nearby, at",
        "local",
        chosen(layer?.local, state.group),
        step,
        labels(sentence, "prefix").map((one) => one.text),
      )}
    </div>
  `;
}

function ranking(
  title: string,
  branch: string,
  map: Map2D | null,
  row: number,
  names: readonly string[],
): TemplateResult | typeof nothing {
  if (!map || row >= map.rows) return nothing;
  const sum =
    Array.from({ length: map.cols }, (_, c) => at(map, row, c)).reduce((a, b) => a + b, 0) || 1;
  const top = Array.from({ length: map.cols }, (_, c) => ({
    name: names[c] ?? "",
    share: at(map, row, c) / sum,
    c,
  }))
    .sort((a, b) => b.share - a.share || b.c - a.c)
    .slice(0, 3)
    .filter((one) => one.share > 0.005);
  return html`
    <h4>${title}</h4>
    <ol class="ranking">
      ${top.map(
        (one) =>
          html`<li><span>${one.name}</span><span class=${`bar ${branch}`} style=${`--size:${one.share}`}></span><span class="figures">${percent(one.share)}</span></li>`,
      )}
    </ol>
  `;
}
