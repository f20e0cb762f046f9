import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../../app/actions";
import { turned } from "../../app/bundles";
import type { Word } from "../../app/desk-state";
import { megabytes } from "../../app/manifest";
import { currentSentence, languageName, type State } from "../../app/state";
import { counterparts, overlap, UNSURE_WORD } from "../../app/told";
import { choices } from "./choices";
import { currentTold, paintsOf, unsure } from "./marks";
import { painted, wordAt } from "./painted";
import { sentenceBar } from "./sentence";

/** Where one reads. */
export function target(state: State, actions: Actions): TemplateResult {
  const { pair, job, voices, speaking } = state;
  const empty = !job.output.trim() || job.phase === "failed";
  return html`
    <div class="sheet target" aria-busy=${job.phase === "working" ? "true" : "false"}>
      <div class="lang">
        <h2 id="language">${languageName(pair.target)}</h2>
        <div class="acts">
          ${
            voices.includes(pair.target)
              ? html`<button type="button" class="quiet" ?disabled=${empty} @click=${() => actions.speak(job.output, "target")} aria-label=${speaking ? "Stop reading aloud" : "Read the translation aloud"}>${speaking ? "Stop" : "Listen"}</button>`
              : nothing
          }
          <button type="button" class="quiet" ?disabled=${empty} @click=${actions.copyAll} aria-label="Copy the translation">Copy</button>
        </div>
      </div>
      ${body(state, actions)}
    </div>
  `;
}

function body(state: State, actions: Actions): TemplateResult {
  const { model, job } = state;
  if (model.phase === "unsupported") {
    return html`<div class="message" role="alert">
      <p><strong>This browser can't run the translator.</strong> It lacks ${model.missing.join(" and ")}.</p>
      <p>Any current Firefox, Chrome, Edge or Safari (16.4 and later) has what is needed.</p>
    </div>`;
  }
  if (model.phase === "failed") return broken(state, actions);
  if (model.phase === "loading") return loading(model.loadedBytes, model.totalBytes);
  if (job.phase === "failed") {
    return html`<div class="message" role="alert"><p>${job.message}</p>${folded(job.details)}</div>`;
  }
  return html`
    <div
      class=${`translation${job.stale ? " stale" : ""}`}
      id="translation"
      role="group"
      lang=${state.pair.target}
      aria-labelledby="language"
      @click=${(event: MouseEvent) => clicked(event, actions)}
      @keydown=${(event: KeyboardEvent) => pressed(event, actions)}
      @pointerover=${(event: PointerEvent) => event.pointerType === "mouse" && actions.light(wordOf(event.target as Element))}
      @pointerleave=${() => actions.light(null)}
      @focusout=${() => actions.light(null)}
    >${translation(state)}</div>
    <p class="hidden" id="doubt">The model is unsure of this sentence.</p>
    <p class="hidden" id="sentence-keys">Up and Down go from sentence to sentence, Left and Right from word to word, Enter shows other words.</p>
    <p class="hidden" role="status">${state.spoken && html`<span lang=${state.pair.target}>${state.spoken}</span>`}</p>
    <p class="hidden" aria-live="polite">${said(state)}</p>
    ${progress(state)}
    ${strange(state)}
    ${sentenceBar(state, actions)}
    ${choices(state, actions)}
  `;
}

/** The translation, each sentence one that can be pointed at, in one flow of text. */
function translation(state: State): unknown {
  const { job, told } = state;
  const current = currentTold(state);
  const parts: unknown[] = [];
  let end = 0;
  for (const [i, one] of told.entries()) {
    const shown = i === current;
    const classes = ["pick"];
    if (shown && told.length > 1) classes.push("sentence");
    if (unsure(one)) classes.push("unsure");
    const inside = painted(one.translation, paintsOf(state, one, i, "target", shown));
    const reached = shown || (current < 0 && i === 0);
    parts.push(
      job.output.slice(end, one.at),
      html`<span class=${classes.join(" ")} role="button" tabindex=${reached ? "0" : "-1"} aria-pressed=${shown ? "true" : "false"} aria-describedby=${unsure(one) ? "doubt sentence-keys" : "sentence-keys"} data-sentence=${i}>${inside}</span>`,
    );
    end = one.at + one.translation.length;
  }
  return [...parts, job.output.slice(end)];
}

const sentenceOf = (element: Element): number =>
  Number(element.closest("[data-sentence]")?.getAttribute("data-sentence") ?? -1);

function wordOf(element: Element): Word | null {
  const word = wordAt(element.closest(".spot-word"));
  return word && { side: "target", sentence: sentenceOf(element), ...word };
}

function clicked(event: MouseEvent, actions: Actions): void {
  const element = event.target as Element;
  const sentence = sentenceOf(element);
  if (sentence < 0) return;
  // The end of a selection, or a double click that makes one, is no choice.
  if (event.detail > 1 || !getSelection()?.isCollapsed) {
    actions.closeWord();
    return;
  }
  actions.pickTold(sentence);
  const word = wordOf(element);
  if (word) open(word, element, actions);
}

/** Shows what else the word might be, under it. */
function open(word: Word, element: Element, actions: Actions): void {
  const sheet = element.closest(".sheet")!.getBoundingClientRect();
  const { left, bottom } = element.getBoundingClientRect();
  void actions.openWord(word, left - sheet.left, bottom - sheet.top);
}

function pressed(event: KeyboardEvent, actions: Actions): void {
  const pick = event.target as HTMLElement;
  const sentence = sentenceOf(pick);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const row = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (sentence < 0) return;
  if (step) actions.stepWord(sentence, step);
  else if (row) {
    const next = pick.parentElement?.querySelector<HTMLElement>(
      `[data-sentence="${sentence + row}"]`,
    );
    if (next) {
      actions.pickTold(sentence + row);
      next.focus();
    }
  } else if (event.key === "Enter" || event.key === " ") {
    const word = actions.reachedWord(sentence);
    const element = word && pick.querySelector(`[data-word="${word.start}-${word.end}"]`);
    if (element) open(word, element, actions);
    else actions.pickTold(sentence);
  } else if (event.key === "Escape") actions.closeWord();
  else return;
  event.preventDefault();
}

/** The word that the keys have reached, with its counterparts, for a screen reader. */
function said({ lit, told }: State): string {
  const one = lit?.keys ? told[lit.sentence] : undefined;
  if (!lit || !one) return "";
  const from = counterparts(one, "target", lit).map(({ start, end }) => one.text.slice(start, end));
  const doubt = one.tokens?.some((token) => overlap(token, lit) && token.probability < UNSURE_WORD);
  const word = one.translation.slice(lit.start, lit.end);
  return `${word}${from.length ? `, from ${from.join(" ")}` : ""}${doubt ? ", unsure" : ""}`;
}

function broken(state: State, actions: Actions): TemplateResult {
  const { model, pair, kept } = state;
  if (model.phase !== "failed") return html``;
  const from = languageName(pair.source);
  const to = languageName(pair.target);
  const back = turned(pair);
  const there = state.bundles?.some(
    (one) =>
      one.source_language === back.source &&
      one.target_language === back.target &&
      kept?.[one.name]?.phase === "kept",
  );
  return html`<div class="message" role="alert">
    <p><strong>The translator from ${from} to ${to} could not be loaded.</strong> ${model.message}</p>
    <p class="ways">
      <button type="button" class="plain" @click=${actions.reload}>Try again</button>
      ${there ? html`<button type="button" class="plain" @click=${actions.swap}>Back to ${languageName(back.source)} to ${languageName(back.target)}</button>` : nothing}
    </p>
    ${folded(model.details)}
  </div>`;
}

function folded(details: string): TemplateResult | typeof nothing {
  if (!details) return nothing;
  return html`<details class="told"><summary>What exactly went wrong</summary><code>${details}</code></details>`;
}

function loading(loaded: number, total: number): TemplateResult {
  const known = total > 0;
  const all = known && loaded >= total;
  return html`
    <div class="loading">
      <label for="progress">${all ? "Starting the translator…" : html`Fetching the translator${known ? html` <span class="figures">${megabytes(loaded)} of ${megabytes(total)}</span>` : "…"}`}</label>
      <progress id="progress" max="1" value=${known ? loaded / total : nothing}></progress>
      <p>It then stays on your device; what you write is not sent anywhere.</p>
    </div>
  `;
}

/** Texts of more characters take long enough for one to wonder. */
const SLOW = 2000;

function progress({ job, done, text }: State): TemplateResult | typeof nothing {
  if (job.phase !== "working" || text.length < SLOW) return nothing;
  return html`<div class="loading"><progress aria-label="Translated so far" max="1" value=${done}></progress></div>`;
}

/** A word where most letters are of a writing that the model has learnt no pieces for: they are carried over untranslated. */
function strange(state: State): TemplateResult | typeof nothing {
  const letters = currentSentence(state)?.text.match(/\p{L}/gu) ?? [];
  const foreign = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter));
  if (!state.text.trim() || 2 * foreign.length <= letters.length) return nothing;
  return html`<p class="aside" id="strange" role="status">
    Most of this is in letters that the model has not learnt. They stay as they are.
  </p>`;
}
