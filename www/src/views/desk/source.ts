import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Actions } from "../../app/actions";
import { bundlesFor, turned } from "../../app/bundles";
import { FORMATS } from "../../app/documents";
import { currentReading, languageName, type State } from "../../app/state";
import { mostlyIn } from "../../app/told";
import { PLACEHOLDERS } from "../../text/examples";
import { currentTold, paintsOf } from "./marks";
import { painted, wordAt } from "./painted";

/** Where one writes. */
export function source(state: State, actions: Actions): TemplateResult {
  const { pair, text } = state;
  const other = bundlesFor(state.bundles ?? [], turned(pair)).length > 0;
  return html`
    <div class="sheet source">
      <div class="lang">
        <label for="source">${languageName(pair.source)}</label>
        ${
          other
            ? html`<button type="button" class="quiet swap" @click=${actions.swap} aria-label=${`Swap: translate from ${languageName(pair.target)}`} title="Turn the direction round">⇄</button>`
            : nothing
        }
      </div>
      <div class="paper">
        <div class="mirror" aria-hidden="true" lang=${pair.source}>${mirrored(state)}</div>
        <textarea
          id="source"
          lang=${pair.source}
          spellcheck="false"
          autocapitalize="sentences"
          rows="3"
          placeholder=${PLACEHOLDERS[pair.source] ?? ""}
          title="Ctrl and Enter translate at once, Escape stops"
          .value=${live(text)}
          @input=${(event: InputEvent) => written(event, actions)}
          @compositionend=${(event: CompositionEvent) => {
            const box = event.target as HTMLTextAreaElement;
            actions.type(box.value, box.selectionStart);
          }}
          @keydown=${(event: KeyboardEvent) => pressed(event, actions)}
          @keyup=${caret(actions)}
          @click=${(event: MouseEvent) => {
            caret(actions)(event);
            actions.light(sourceWord(state, event));
          }}
          @pointermove=${(event: PointerEvent) => event.pointerType === "mouse" && actions.light(sourceWord(state, event))}
          @pointerleave=${() => actions.light(null)}
          @focus=${toTop}
        ></textarea>
      </div>
      ${other ? turnRound(state, actions) : nothing}
      ${tools(state, actions)}
    </div>
  `;
}

function written(event: InputEvent, actions: Actions): void {
  const box = event.target as HTMLTextAreaElement;
  if (event.isComposing) actions.compose(box.value, box.selectionStart);
  else actions.type(box.value, box.selectionStart, event.inputType?.startsWith("history"));
}

function pressed(event: KeyboardEvent, actions: Actions): void {
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    actions.translateNow();
  } else if (event.key === "Escape") actions.stop();
}

function caret(actions: Actions) {
  return (event: Event) => actions.moveCaret((event.target as HTMLTextAreaElement).selectionStart);
}

/** With a phone's keyboard up there is room for the box and the translation under it, and for nothing over them. */
function toTop(event: FocusEvent): void {
  if (!matchMedia("(max-width: 699px)").matches) return;
  const desk = (event.target as Element).closest(".desk");
  // The keyboard comes, and the window shrinks, after the focus.
  setTimeout(() => desk?.scrollIntoView({ block: "start" }), 50);
}

/** The text again, under the text box, with what is marked: a text box can't mark its own. */
function mirrored(state: State): unknown {
  const { told, text } = state;
  if (state.job.stale || !told.length) return `${text}${"\u200b"}`;
  const current = currentTold(state);
  const marks = currentReading(state) !== null;
  const parts: unknown[] = [];
  let end = 0;
  for (const [i, one] of told.entries()) {
    const shown = i === current;
    const paints = paintsOf(state, one, i, "source", shown && marks);
    // Most sentences of a long text have nothing to mark.
    if (!paints.length && !shown) continue;
    const inside = painted(text.slice(one.start, one.end), paints);
    const named = shown && told.length > 1 ? "sentence" : "";
    parts.push(
      text.slice(end, one.start),
      html`<span class=${named} data-sentence=${i}>${inside}</span>`,
    );
    end = one.end;
  }
  // A box that ends in a line break has one line more: so must its mirror.
  return [...parts, text.slice(end), "\u200b"];
}

/** The word of the text under the pointer: the text box has no elements, so those of its mirror are asked. */
function sourceWord(state: State, { target, clientX, clientY }: MouseEvent) {
  if (state.job.stale) return null;
  const mirror = (target as Element).previousElementSibling;
  for (const element of mirror?.querySelectorAll(".spot-word") ?? []) {
    const hit = [...element.getClientRects()].some(
      ({ left, right, top, bottom }) =>
        left <= clientX && clientX <= right && top <= clientY && clientY <= bottom,
    );
    const word = hit && wordAt(element);
    if (!word) continue;
    const sentence = Number(element.closest("[data-sentence]")?.getAttribute("data-sentence"));
    return { side: "source" as const, sentence, ...word };
  }
  return null;
}

function turnRound(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { pair, told, job, text } = state;
  if (job.stale || !text.trim() || !mostlyIn(told, pair.target)) return nothing;
  const [from, to] = [languageName(pair.target), languageName(pair.source)];
  return html`<p class="turn-round" role="status">
    This looks like ${from}. <button type="button" class="plain" @click=${actions.turnRound}>Translate it to ${to}</button>
  </p>`;
}

const counted = format(",");

function tools(state: State, actions: Actions): TemplateResult {
  const { text, voices, pair, speaking } = state;
  const types = Object.keys(FORMATS).map((one) => `.${one}`);
  const pick = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) actions.openFile(file);
    // The same file once more is a change, too.
    input.value = "";
  };
  return html`
    <div class="bar">
      <span class="count figures">${counted([...text].length)} characters</span>
      <label class="quiet opens">Open a file<input type="file" class="hidden" accept=${types.join(",")} @change=${pick} /></label>
      ${
        voices.includes(pair.source) && text
          ? html`<button type="button" class="quiet" @click=${() => actions.speak(text, "source")} aria-label=${speaking ? "Stop reading aloud" : `Read the ${languageName(pair.source)} aloud`}>${speaking ? "Stop" : "Listen"}</button>`
          : nothing
      }
      <button type="button" class="quiet" @click=${actions.copyLink} title="The link holds your text: whoever has it can read that">Copy link</button>
      <button type="button" class="quiet" @click=${actions.clear} ?disabled=${!text}>Clear</button>
    </div>
  `;
}
