import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { toHash } from "../app/permalink";
import { currentReading, currentSentence, languageName, type State } from "../app/state";
import { about } from "./about";
import { branches } from "./branches";
import { corpus } from "./corpus";
import { cost } from "./cost";
import { decoding } from "./decoding";
import { desk } from "./desk/desk";
import { jump, masthead } from "./masthead";
import { overview } from "./overview";
import { reach } from "./reach";
import { split } from "./split";
import { tour, tourBar } from "./tour";

/** The whole page as a function of the state. */
export function page(state: State, actions: Actions): TemplateResult {
  const sentence = currentSentence(state);
  if (state.embed !== null) return embedded(state, actions);
  return html`
    <a class="skip" href="#source" @click=${skip}>To the text box</a>
    ${masthead(state, actions)}
    <nav class="up" aria-label="Back"><a href="#masthead" @click=${jump} aria-label="To the top of the page">↑</a></nav>
    <main id="top" tabindex="-1">
      <div class="title">
        <p class="kicker">A translator you can look inside: ${languageName(state.pair.source)} to ${languageName(state.pair.target)}, in your browser, offline too</p>
        <h1><span class="ink-global">One half looks far,</span> <span class="ink-local">one half looks near.</span></h1>
        <p class="lead">
          A Lite Transformer translates with half the attention: the other half of every layer is a small convolution that minds the
          neighbours. Write a sentence and watch both halves read it.
        </p>
      </div>
      ${desk(state, actions)}
      ${guard([], () => tour(actions))}
      <div class=${state.reading && !currentReading(state) ? "outdated" : ""}>
        ${branches(state, actions, sentence)}
        ${allMaps(state, actions, sentence)}
        ${decoding(state, actions, sentence)}
        ${guard(splitInputs(state), () => split(state, actions, sentence))}
      </div>
      ${guard(costInputs(state), () => cost(state, actions))}
      ${guard([state.manifest, state.bundles], () => about(state, actions))}
    </main>
    ${tourBar(state, actions)}
    ${asides(state)}
  `;
}

/** All heads, small: neither figure depends on what the pointer is on elsewhere, which must not redraw it. */
function allMaps(state: State, actions: Actions, sentence: SentenceVisualization | null) {
  const inputs = overviewInputs(state);
  return html`
    <section class="chapter" id="all-maps" tabindex="-1" aria-labelledby="all-maps-title">
      ${guard(inputs, () => overview(state, actions, sentence))}
      ${sentence ? guard([...inputs, state.dot], () => reach(state, actions, sentence)) : nothing}
      ${guard([state.corpus, state.width], () => corpus(state, actions))}
    </section>
  `;
}

function overviewInputs(state: State): unknown[] {
  const { stack, layer, head, group, crossLayer, crossHead, scale, dark, width, job } = state;
  const { order, filter } = state;
  return [
    currentSentence(state),
    stack,
    layer,
    head,
    group,
    crossLayer,
    crossHead,
    scale,
    dark,
    width,
    job.phase,
    order,
    filter,
  ];
}

/** Until the Transformer is loaded, nothing that is typed changes the comparison. */
function splitInputs(state: State): unknown[] {
  if (state.rival.phase === "ready") return [state];
  const { pair, variant, bundles, rival, recorded, spread, range, scale, dark, width } = state;
  const { hover, pinned, entered, openTables } = state;
  return [
    ...[pair, variant, bundles, rival, recorded, spread, range, scale, dark, width],
    ...[hover, pinned, entered, openTables],
  ];
}

function costInputs({ cost, counted, manifest, width, rival }: State): unknown[] {
  return [cost, counted, manifest, width, rival.manifest, rival.counted, rival.phase === "absent"];
}

/** `?embed` shows one figure; `?embed=cost` and the others name it, `&desk` puts the desk over it. */
function embedded(state: State, actions: Actions): TemplateResult {
  const sentence = currentSentence(state);
  const figures: Record<string, () => TemplateResult> = {
    maps: () => allMaps(state, actions, sentence),
    decoding: () => decoding(state, actions, sentence),
    split: () => split(state, actions, sentence),
    cost: () => cost(state, actions),
  };
  const figure = figures[state.embed ?? ""] ?? (() => branches(state, actions, sentence));
  return html`
    <main class="embed">
      <h1 class="hidden">Lite Transformer</h1>
      ${state.embedDesk ? desk(state, actions) : ""} ${figure()}
      <p class="origin"><a href=${`./${toHash({ ...state, shared: state.text })}`} target="_top">Lite Transformer: the whole page</a></p>
    </main>
    ${asides(state)}
  `;
}

function asides(state: State): TemplateResult {
  return html`
    <p hidden id="figure-keys">Arrow keys move from cell to cell, Home and End along the row, Escape lets go. The digits choose the layer.</p>
    <div class="toast" role="status">${state.notice}</div>
  `;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("source")?.focus();
}
