import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { languageName, type State } from "../app/state";
import { stepOf } from "../app/step";
import { crossFigure, WIDE } from "../figures/build";
import { bestAligned, crossLayerOf } from "../maps/alignment";
import { labels } from "../maps/labels";
import { at, chosen, layerOf } from "../maps/select";
import { beam } from "./beam";
import { candidates } from "./candidates";
import { choice, headOptions, playButton } from "./controls";
import { figureView } from "./figure";
import { foot } from "./foot";
import { term } from "./glossary";
import { linkCode, presentButton } from "./present";
import { waiting } from "./waiting";

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
          then looks across at the source sentence with ordinary <strong class="ink-cross">${term("cross-attention")}</strong> over all ${width} channels.
          Move through the steps to see what each token was made from and what might have stood in its place.
        </p>
      </header>
      ${sentence ? figure(state, actions, sentence) : waiting(state)}
      ${sentence ? beam(state, actions, sentence) : nothing}
    </section>
  `;
}

function figure(state: State, actions: Actions, sentence: SentenceVisualization): TemplateResult {
  const wide = state.width >= WIDE;
  const spec = crossFigure(state, sentence, wide ? Math.floor(state.width * 0.6) : state.width);
  const layer = crossLayerOf(state, sentence);
  const heads = layerOf(sentence, "decoder", layer)?.cross?.length ?? 0;
  const best = bestAligned(sentence);
  return html`
    <figure class="slide" id="cross-figure" tabindex="-1" aria-label="Cross-attention, step by step">
      ${linkCode(state)}
      <div class="controls">
        ${choice(
          "cross-layer",
          "Decoder layer",
          sentence.decoder.map((_, i) => ({
            value: i,
            text: String(i + 1),
            title: i === best ? "Aligns the words best" : "",
          })),
          layer,
          actions.showCrossLayer,
        )}
        ${playButton("cross-layers", "Play the layers", state, actions)}
        ${heads ? choice("cross-head", "Head", headOptions(heads), state.crossHead, actions.showCrossHead, "cross") : nothing}
        ${presentButton("cross-figure", actions)}
      </div>
      <div class="steps ${wide ? "wide" : ""}">
        <div>
          <div class="heads">
            <div class="panel-head cross">
              <h3>Cross-attention</h3>
              <p>decoder layer ${layer + 1}, ${languageName(state.pair.target)} looks at ${languageName(state.pair.source)}</p>
            </div>
          </div>
          ${spec ? html`${figureView(state, actions, spec)}${foot(state, actions, spec)}` : nothing}
          <p class="aside" id="shifted">${whyShifted(layer, best, actions)}</p>
        </div>
        ${stepPanel(state, actions, sentence)}
      </div>
    </figure>
  `;
}

/** The first layers' maps lie one step behind, which would else look like a fault. */
function whyShifted(layer: number, best: number, actions: Actions): TemplateResult {
  const to = (index: number) => () => actions.showCrossLayer(index);
  const why = html`a step begins with the token it has just <em>read</em>, the one before the one it will write. The first layer
    still asks where that one came from, so its map lies one step behind; deeper layers know what is to be written`;
  if (layer < best)
    return html`In layer ${layer + 1} words and sources need not line up: ${why}.
      <button type="button" class="plain" @click=${to(best)}>Layer ${best + 1} aligns best</button>.`;
  return html`Layer ${best + 1} aligns the words best. Go down to
    <button type="button" class="plain" @click=${to(0)}>layer 1</button> and the map slips by one: ${why}.`;
}

function stepPanel(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
): TemplateResult {
  const layer = layerOf(sentence, "decoder", crossLayerOf(state, sentence));
  const cross = chosen(layer?.cross, state.crossHead);
  const step = stepOf(state, sentence);
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
        ${playButton("steps", "Play the translation, token after token", state, actions)}
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
