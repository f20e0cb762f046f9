import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { LayerMaps, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { languageName, type State } from "../app/state";
import { branchFigures, WIDE } from "../figures/build";
import type { FigureSpec } from "../figures/spec";
import { cellPlace } from "../maps/cell-place";
import { layerOf } from "../maps/select";
import { ablation } from "./ablation";
import { cellMaker } from "./cell";
import { choice, headOptions, playButton, rangeChoice } from "./controls";
import { figureView } from "./figure";
import { foot } from "./foot";
import { term } from "./glossary";
import { layerDiagram } from "./layer-diagram";
import { lens } from "./lens";
import { linkCode, presentButton } from "./present";
import { waiting } from "./waiting";

export function branches(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult {
  const width = state.manifest?.architecture.d_model ?? 160;
  return html`
    <section class="chapter" id="branches" tabindex="-1" aria-labelledby="branches-title">
      <div class="beside">
      <header class="prose">
        <h2 id="branches-title">Two branches, one sentence</h2>
        <p>
          In every ${term("layer")} the ${width} numbers, or ${term("channel", "channels")}, that describe a ${term("token")} are cut in half. The first ${width / 2} go through
          <strong class="ink-global">attention</strong>: each token may look at any other, and chooses by content. The others go through a
          <strong class="ink-local">convolution</strong>: each token looks at its neighbours in a fixed window, with weights that were learned once and
          are the same at every position. Then the halves are put side by side again.
        </p>
        <p>${windows(actions, sentence)}</p>
        <p>
          Attention is done by several ${term("head", "heads")} at once. Each scores how well a token's question fits every token's
          key; a ${term("softmax")} turns the scores of a row into shares. The maps below show those shares, in the ${term("encoder")}, which reads, and
          in the ${term("decoder")}, which writes. At the end of each layer every token goes through a ${term("feed-forward")} part by itself.
        </p>
      </header>
      ${guard([state.manifest, state.counted, state.stack, state.layer], () => layerDiagram(state, actions))}
      </div>
      ${sentence ? figure(state, actions, sentence) : waiting(state)}
      ${sentence && state.embed === null ? closer(state, actions, sentence) : nothing}
      <div class="prose note">
        <p>
          Rows are the tokens that look, columns the tokens looked at. In an ordinary Transformer many heads draw a band along the diagonal:
          they attend to the neighbours. Here a convolution does that at a fraction of the cost, and attention is free to look elsewhere.
          That division of labour is the paper's idea. The bar behind each token shows how much of the layer's update each branch
          made, by the norm of what it added.
        </p>
        <p>
          <em>Weight</em> is what a branch multiplies each value by. <em>Contribution</em> multiplies that by the norm of what the value
          carries into the layer (after Kobayashi et al. 2020): a token may get much attention and yet bring little. It puts both
          branches in one unit.
        </p>
      </div>
    </section>
  `;
}

/** The cell in focus worked out, and the model without parts of it: each drawn anew only where it is another. */
function closer(state: State, actions: Actions, sentence: SentenceVisualization): unknown {
  const place = cellPlace(state, sentence);
  const { stack, layer, head, group, playing, inside, ablation: off } = state;
  const choice = [sentence, stack, layer, head, group];
  return html`
    ${guard([...choice, playing, inside, place.row, place.col], () => cellMaker(state, actions, sentence, place))}
    ${guard([...choice, off], () => ablation(state, actions, sentence))}
  `;
}

/** What the windows are, as links into the figure. */
function windows(
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult | typeof nothing {
  const sizes = sentence?.encoder.map((maps) => maps.kernelSize ?? 0) ?? [];
  const last = sizes.length - 1;
  if (last < 1 || !sizes[0] || !sizes[last]) return nothing;
  const link = (text: string, patch: Parameters<Actions["showMap"]>[0]) =>
    html`<button type="button" class="plain" @click=${() => actions.showMap(patch, "branches-figure")}>${text}</button>`;
  return html`The window widens with depth: ${link(`${sizes[0]} tokens in the first layer`, { stack: "encoder", layer: 0 })},
    ${link(`${sizes[last]} in the last`, { stack: "encoder", layer: last })}. In the decoder, which can't know what it has yet to write,
    both branches ${link("look back only", { stack: "decoder" })}.`;
}

function figure(state: State, actions: Actions, sentence: SentenceVisualization): TemplateResult {
  const specs = branchFigures(state, sentence);
  const maps = layerOf(sentence, state.stack, state.layer);
  const layers = sentence[state.stack].length;
  const wide = state.width >= WIDE;
  return html`
    <figure class="slide" id="branches-figure" tabindex="-1" aria-label="The two branches">
      ${linkCode(state)}
      <div class="controls">
        ${sentences(state, actions)}
        ${choice(
          "stack",
          "Part",
          [
            {
              value: "encoder",
              text: "Encoder",
              title: `Reads the ${languageName(state.pair.source)} sentence`,
            },
            {
              value: "decoder",
              text: "Decoder",
              title: `Writes the ${languageName(state.pair.target)} one`,
            },
          ] as const,
          state.stack,
          actions.showStack,
        )}
        ${choice(
          "layer",
          "Layer",
          Array.from({ length: layers }, (_, i) => ({
            value: i,
            text: String(i + 1),
            title: windowOf(sentence[state.stack][i]),
          })),
          Math.min(state.layer, layers - 1),
          actions.showLayer,
        )}
        ${playButton("layers", "Play the layers", state, actions)}
        ${wide ? looks(state, actions) : html`<details class="more"><summary>More</summary><div>${looks(state, actions)}</div></details>`}
        ${presentButton("branches-figure", actions)}
      </div>
      ${lens(state, actions, sentence)}
      ${
        wide
          ? html`
            <div class="heads twin" style=${columns(specs[0])}>${panelHead(state, actions, maps, "global")}${panelHead(state, actions, maps, "local")}</div>
            ${specs.map((spec) => html`${figureView(state, actions, spec)}${foot(state, actions, spec)}`)}
          `
          : specs.map(
              (spec) => html`
              <div class="heads">${spec.series.map((one) => panelHead(state, actions, maps, one.branch as "global" | "local"))}</div>
              ${figureView(state, actions, spec)}${foot(state, actions, spec)}
            `,
            )
      }
    </figure>
  `;
}

/** What is measured, and how it is drawn: set once and left, so a narrow page keeps it folded. */
function looks(state: State, actions: Actions): TemplateResult {
  return html`
    ${choice(
      "measure",
      "Measure",
      [
        { value: "weight", text: "Weight" },
        { value: "contribution", text: "Contribution" },
      ] as const,
      state.measure,
      actions.showMeasure,
    )}
    ${choice(
      "form",
      "View",
      [
        { value: "matrix", text: "Matrix" },
        { value: "lines", text: "Lines" },
      ] as const,
      state.form,
      actions.showForm,
    )}
    ${choice(
      "scale",
      "Colours",
      [
        { value: "branch", text: "By branch" },
        { value: "cividis", text: "Cividis" },
      ] as const,
      state.scale,
      actions.showScale,
    )}
    ${state.measure === "contribution" ? rangeChoice("range", state, actions) : nothing}
  `;
}

/** Each heading stands over its map. */
function columns(spec: FigureSpec | undefined): string {
  const [left, right] = spec?.anchors ?? [];
  return left === undefined || right === undefined
    ? ""
    : `padding-left:${left}px;grid-template-columns:${right - left}px auto`;
}

function sentences(state: State, actions: Actions): TemplateResult | typeof nothing {
  const count = state.reading?.visualization.sentences.length ?? 0;
  if (count < 2) return nothing;
  const to = (index: number) => () => actions.pickSentence(index);
  return html`
    <div class="choice" role="group" aria-label="Sentence">
      <span class="legend">Sentence</span>
      <div class="pager">
        <button type="button" class="quiet" aria-label="The sentence before" ?disabled=${state.sentence === 0} @click=${to(state.sentence - 1)}>←</button>
        <span class="figures">${state.sentence + 1} of ${count}</span>
        <button type="button" class="quiet" aria-label="The next sentence" ?disabled=${state.sentence === count - 1} @click=${to(state.sentence + 1)}>→</button>
      </div>
    </div>
  `;
}

function windowOf(layer: LayerMaps | undefined): string {
  return layer?.kernelSize ? `Convolution window: ${layer.kernelSize} tokens` : "";
}

function panelHead(
  state: State,
  actions: Actions,
  maps: LayerMaps | null,
  branch: "global" | "local",
): TemplateResult {
  if (branch === "global") {
    const count = maps?.global.length ?? 0;
    if (!count)
      return html`<div class="panel-head global"><h3>No global branch in this layer</h3></div>`;
    return html`
      <div class="panel-head global">
        <h3>Global branch</h3>
        <p>attention</p>
        ${choice("head", "Head", headOptions(count), state.head, actions.showHead, "global")}
      </div>
    `;
  }
  const count = maps?.local.length ?? 0;
  if (!count)
    return html`<div class="panel-head local"><h3>No local branch in this layer</h3></div>`;
  return html`
    <div class="panel-head local">
      <h3>Local branch</h3>
      <p>convolution over ${maps?.kernelSize} tokens</p>
      ${choice("group", "Group", headOptions(count), state.group, actions.showGroup, "local")}
    </div>
  `;
}
