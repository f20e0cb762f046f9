import { html, nothing, type TemplateResult } from "lit-html";
import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { type Focus, focusOf, languageName, type State } from "../app/state";
import type { Branch } from "../figures/palette";
import { crossLayerOf } from "../maps/alignment";
import { type Label, labels, translatePlace } from "../maps/labels";
import { at, chosen, layerOf } from "../maps/select";
import { painted } from "./painted";

/** More tokens than this stand on one line that scrolls. */
const LONG = 48;

/** What stands over and under one token: the weights it gets from the token in focus. */
interface Bars {
  up?: { value: number; branch: Branch };
  down?: { value: number; branch: Branch };
}

/**
 * The sentence and its translation as tokens. From the token in focus, bars over the others show where
 * the global branch looks, bars under them where the local branch does; across languages it is the
 * translation's attention to the source.
 */
export function lens(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
): TemplateResult {
  const { source, target } = weights(state, sentence);
  return html`
    <div class="lens">
      ${strip("source", state.pair.source, labels(sentence, "source"), source, state, actions)}
      ${strip("target", state.pair.target, labels(sentence, "target"), target, state, actions)}
      ${key(state, sentence)}
    </div>
  `;
}

/** What the bars mean: for the strip whose own branches are on show, and across the languages. */
function key(state: State, sentence: SentenceVisualization): TemplateResult {
  const { source, target } = state.pair;
  const own = languageName(state.stack === "encoder" ? source : target);
  return html`
    <p class="lens-key">
      Where the underlined token looks. In the ${own}: <span class="key-bar global"></span>above, attention;
      <span class="key-bar local"></span>below, convolution. <span class="key-bar cross"></span>Between the languages:
      cross-attention of decoder layer ${crossLayerOf(state, sentence) + 1}.
    </p>
  `;
}

function strip(
  sequence: "source" | "target",
  language: string,
  list: readonly Label[],
  bars: readonly Bars[],
  state: State,
  actions: Actions,
): TemplateResult {
  const focus = focusOf(state);
  const from = translatePlace(focus?.at ?? null, sequence);
  const to = translatePlace(focus?.to ?? null, sequence);
  const entry = from ?? to ?? 0;
  const focusAt = (index: number): Focus => ({ at: { sequence, index }, to: null });
  const token = (index: number) => {
    const label = list[index]!;
    const { up, down } = bars[index] ?? {};
    const lit = index === from ? " lit" : index === to ? " met" : "";
    return html`
      <button
        type="button"
        class=${`token${label.joined ? " joined" : ""}${list[index + 1]?.joined ? " open" : ""}${label.special ? " special" : ""}${lit}`}
        data-up=${up?.value ? up.branch : nothing}
        data-down=${down?.value ? down.branch : nothing}
        style=${up || down ? `--up:${up?.value ?? 0};--down:${down?.value ?? 0}` : ""}
        tabindex=${index === entry ? 0 : -1}
        aria-pressed=${index === from ? "true" : "false"}
        @pointerenter=${(event: PointerEvent) => event.pointerType === "mouse" && actions.hover(focusAt(index))}
        @focus=${(event: FocusEvent) => (event.target as HTMLElement).matches(":focus-visible") && actions.pin(focusAt(index), true)}
        @click=${() => actions.pin(focusAt(index))}
        @keydown=${rove}
      >${label.text}</button>
    `;
  };
  return html`
    <div class="strip" role="toolbar" aria-label=${`${languageName(language)} tokens`} lang=${language}>
      <span class="name" lang="en" aria-hidden="true">${languageName(language)}</span>
      <div class=${list.length > LONG ? "tokens long" : "tokens"} ${painted([from ?? to, list], (tokens: HTMLElement) => bringIntoView(tokens, from ?? to))} @pointerleave=${() => actions.hover(null)}>
        ${wordsOf(list).map((word) => html`<span class="word">${word.map(token)}</span>`)}
      </div>
    </div>
  `;
}

/** Scrolls the line to the focused token, unless the pointer is in it and moves by itself. */
function bringIntoView(tokens: HTMLElement, index: number | null): void {
  if (index === null || tokens.matches(":hover")) return;
  // The directive runs before the tokens of a new sentence are there.
  requestAnimationFrame(() => {
    const token = tokens.querySelectorAll(".token")[index];
    if (!token || !tokens.classList.contains("long")) return;
    const { left, width } = token.getBoundingClientRect();
    const line = tokens.getBoundingClientRect();
    tokens.scrollLeft += left + width / 2 - line.left - line.width / 2;
  });
}

/** The pieces of a word stay together where the line breaks: each word as the places of its tokens. */
function wordsOf(list: readonly Label[]): number[][] {
  const words: number[][] = [];
  for (const [index, { joined }] of list.entries()) {
    if (joined && words.length) words.at(-1)!.push(index);
    else words.push([index]);
  }
  return words;
}

function rove(event: KeyboardEvent): void {
  const here = event.currentTarget as HTMLElement;
  const all = [...here.closest(".tokens")!.querySelectorAll<HTMLElement>(".token")];
  const at = all.indexOf(here);
  const moves: Record<string, HTMLElement | undefined> = {
    ArrowRight: all[at + 1],
    ArrowLeft: all[at - 1],
    Home: all[0],
    End: all.at(-1),
  };
  const to = moves[event.key];
  if (!to) return;
  event.preventDefault();
  to.focus();
}

export function weights(
  state: State,
  sentence: SentenceVisualization,
): { source: Bars[]; target: Bars[] } {
  const place = focusOf(state)?.at ?? null;
  const source: Bars[] = sentence.source.map(() => ({}));
  const target: Bars[] = sentence.target.map(() => ({}));
  const i = translatePlace(place, "source");
  const t = translatePlace(place, "target");
  const cross = chosen(
    layerOf(sentence, "decoder", crossLayerOf(state, sentence))?.cross,
    state.crossHead,
  );
  if (i !== null && state.stack === "encoder") own("encoder", i, source, 0);
  if (i !== null && cross) {
    const most = target.reduce((max, _, r) => Math.max(max, at(cross, r, i)), 0);
    for (const [r, bars] of target.entries()) {
      bars.up = { value: share(at(cross, r, i), most), branch: "cross" };
    }
  }
  if (t !== null && cross) {
    const most = source.reduce((max, _, c) => Math.max(max, at(cross, t, c)), 0);
    for (const [c, bars] of source.entries()) {
      bars.up = { value: share(at(cross, t, c), most), branch: "cross" };
    }
  }
  if (t !== null && state.stack === "decoder") own("decoder", t, target, 1);
  return { source, target };

  /** Both branches' rows of the focused token; in the decoder column j is the token before j. */
  function own(stack: "encoder" | "decoder", row: number, bars: Bars[], shift: number): void {
    const layer = layerOf(sentence, stack, state.layer);
    const far = chosen(layer?.global, state.head);
    const near = chosen(layer?.local, state.group);
    let most = 0;
    for (let c = 0; c < bars.length; c++)
      most = Math.max(
        most,
        far ? entry(far, row, c + shift) : 0,
        near ? entry(near, row, c + shift) : 0,
      );
    bars.forEach((one, c) => {
      if (far) one.up = { value: share(entry(far, row, c + shift), most), branch: "global" };
      if (near) one.down = { value: share(entry(near, row, c + shift), most), branch: "local" };
    });
  }
}

/** Past the last column there is nothing: the last token of a translation is never read again. */
const entry = (map: Map2D, row: number, col: number): number =>
  col < map.cols ? at(map, row, col) : 0;

/** Of the highest bar; bars too low to be seen are none. */
function share(value: number, most: number): number {
  const part = most > 0 ? Math.round((value / most) * 1000) / 1000 : 0;
  return part > 0.02 ? part : 0;
}
