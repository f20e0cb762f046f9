import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { bundleFor, plainFor, turned } from "../app/bundles";
import { megabytes } from "../app/manifest";
import type { Pairing } from "../app/pairing";
import { currentSentence, languageName, type State } from "../app/state";
import { trainedAlike } from "./comparison";
import { choice, rangeChoice } from "./controls";
import { term } from "./glossary";
import { heads } from "./split-heads";
import { maps } from "./split-maps";
import { numbers } from "./split-numbers";
import { waiting } from "./waiting";

/** The paper's argument, on the sentence in the page: what heads do where they must do everything. */
export function split(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult {
  return html`
    <section class="chapter" id="why-split" tabindex="-1" aria-labelledby="why-split-title">
      <header class="prose">
        <h2 id="why-split-title">Why split?</h2>
        <p>
          In a standard Transformer attention has to do both: bind a word to its neighbours and find what belongs together across the
          sentence. The authors saw the first crowd out the second: many heads do little but draw a band along the diagonal
          (section 4 of the paper). Looking next door with a tool made for looking anywhere is a waste in a small model. Give the
          neighbours to a convolution, they argue, and attention is <strong class="ink-global">set free for the long range</strong>.
        </p>
        <p>Here is that argument on one sentence, yours once the model is loaded: the same text through a standard Transformer ${match(state)}.
          Below it stand four models trained alike, in ${term("BLEU")}.</p>
      </header>
      ${body(state, actions, sentence)}
      ${trainedAlike()}
    </section>
  `;
}

/** How the two models' sizes compare. The Transformer is matched with the small model. */
function match({ bundles, pair, variant }: State): string {
  const large = bundleFor(bundles ?? [], pair, variant)?.size === "large";
  return large
    ? "that matches the Standard model above: it has a quarter of this large one's multiply-adds"
    : "of about the same number of multiply-adds";
}

function body(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult {
  const { rival, recorded } = state;
  if (rival.phase === "ready") {
    if (!sentence) return waiting(state);
    if (!rival.sentence || !rival.of)
      return html`<div class="slide empty"><p>The Transformer is reading the sentence.</p></div>`;
    return figure(state, actions, {
      lite: rival.of,
      plain: rival.sentence,
      models: { lite: state.manifest, plain: rival.manifest },
      recorded: false,
    });
  }
  return html`${offer(state, actions)} ${recorded ? figure(state, actions, recorded) : nothing}`;
}

/** The way to the figure on the visitor's own sentence. */
function offer(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { rival } = state;
  const { bundle } = rival;
  if (rival.phase === "absent" || !bundle) {
    const { pair, bundles } = state;
    const names = `${languageName(pair.target)} to ${languageName(pair.source)}`;
    if (bundles && plainFor(bundles, turned(pair)))
      return html`
        <div class="slide offer">
          <p>The Transformer to compare with translates from ${names}; below is a sentence that it was recorded with.</p>
          <p><button type="button" class="big" @click=${actions.swap}>Turn to ${names}</button></p>
        </div>`;
    return bundles
      ? html`
        <div class="slide offer">
          <p>The Transformer to compare with is not deployed on this site.</p>
          <p class="aside">
            Whoever hosts it can add one: a bundle for this direction whose layers have no local branch, as a folder under
            <code>models/</code> (<code>docs/deploy.md</code> says how). Below is a sentence that it was recorded with.
          </p>
        </div>`
      : nothing;
  }
  if (rival.phase === "loading") {
    return html`
      <div class="slide offer loading">
        <label for="rival-progress">Fetching the Transformer <span class="figures">${megabytes(rival.loaded * bundle.bytes)} of ${megabytes(bundle.bytes)}</span></label>
        <progress id="rival-progress" max="1" value=${rival.loaded}></progress>
      </div>`;
  }
  return html`
    <div class="slide offer">
      ${rival.phase === "failed" ? html`<p role="alert">The Transformer could not be loaded. ${rival.message}</p>` : nothing}
      <p><button type="button" class="big" @click=${actions.loadRival}>${rival.phase === "failed" ? "Try again" : "Load the standard Transformer"} <span class="figures">${megabytes(bundle.bytes)}</span></button></p>
      <p class="aside">Then the figure below follows your own sentence. It is fetched from this site and runs beside the other model, here in your browser.</p>
    </div>`;
}

function figure(state: State, actions: Actions, pairing: Pairing): TemplateResult {
  const { spread } = state;
  const { lite, plain, recorded } = pairing;
  const stale = !recorded && currentSentence(state) !== lite;
  return html`
    <figure class=${`slide${stale ? " outdated-figure" : ""}`} id="split-figure" aria-label="The heads of both models">
      ${recorded ? html`<p class="recorded"><b>A sentence recorded with both models:</b> <span lang="de">${lite.text}</span></p>` : nothing}
      <dl class="versions">
        <div><dt>Transformer</dt><dd lang=${recorded ? "en" : state.pair.target} id="rival-translation">${plain.translation}</dd></div>
        <div><dt>Lite Transformer</dt><dd lang=${recorded ? "en" : state.pair.target}>${lite.translation}</dd></div>
      </dl>
      <div class="controls">
        ${choice(
          "spread-by",
          "Place heads by",
          [
            { value: "near", text: "Share nearby" },
            { value: "distance", text: "Mean distance" },
          ] as const,
          spread.by,
          (by) => actions.setSpread({ by }),
        )}
        ${
          spread.by === "near"
            ? choice(
                "spread-within",
                "Nearby is within",
                [
                  { value: 1, text: "1" },
                  { value: 2, text: "2" },
                  { value: 3, text: "3" },
                  { value: 5, text: "5 tokens" },
                ],
                spread.within,
                (within) => actions.setSpread({ within }),
              )
            : nothing
        }
        ${rangeChoice("spread-range", state, actions)}
      </div>
      ${guard([lite, plain, spread, state.width], () => heads(state, actions, pairing))}
      ${maps(state, actions, pairing)}
    </figure>
    ${
      recorded
        ? nothing
        : guard([state.counted, state.manifest, state.rival.counted, state.rival.manifest], () =>
            numbers(state),
          )
    }
  `;
}
