import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type { Actions } from "../../app/actions";
import type { Choices } from "../../app/desk-state";
import type { State } from "../../app/state";

const percent = format(".0%");
const share = (probability: number): string => (probability < 0.01 ? "<1%" : percent(probability));

/** What else a word might be, under the word: a choice has the rest of the sentence written anew. */
export function choices(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { choices, told, pair } = state;
  const one = choices && told[choices.word.sentence];
  if (!choices || !one) return nothing;
  const word = one.translation.slice(choices.word.start, choices.word.end);
  const close = () => {
    actions.closeWord();
    document.querySelector<HTMLElement>(`.pick[data-sentence="${choices.word.sentence}"]`)?.focus();
  };
  return html`
    <div
      class="choices"
      role="dialog"
      aria-label=${`Instead of “${word}”`}
      style=${`--left:${choices.left}px;top:${choices.top}px`}
      @keydown=${(event: KeyboardEvent) => pressed(event, close)}
      ${ref((element) => choices.word.keys && choices.phase === "ready" && first(element))}
    >
      ${content(choices, word, pair.target, actions)}
      <button type="button" class="quiet" aria-label="Close" @click=${close}>✕</button>
    </div>
  `;
}

function content(
  { phase, message, options, word: { start } }: Choices,
  word: string,
  language: string,
  actions: Actions,
): TemplateResult {
  if (phase === "working") return html`<p role="status">Looking for other words…</p>`;
  if (phase === "failed") return html`<p role="alert">${message}</p>`;
  const others = options.filter((option) => option.word !== word);
  if (!others.length) return html`<p role="status">The model sees no other word here.</p>`;
  return html`<ol role="list">
    ${options.map((option, i) =>
      option.word === word
        ? html`<li class="own"><span lang=${language}>${word}</span><span class="figures">${share(option.probability)}</span></li>`
        : html`<li><button type="button" lang=${language} title=${option.translation} @click=${() => actions.takeWord(i)}><b>${option.word}</b> <span>${after(option.translation, start + option.word.length)}</span></button><span class="figures">${share(option.probability)}</span></li>`,
    )}
  </ol>`;
}

/** How the sentence goes on after the word. */
function after(translation: string, from: number): string {
  const rest = translation.slice(from).trimStart();
  const words = rest.split(/\s+/).slice(0, 4).join(" ");
  return words.length < rest.length ? `${words} …` : words;
}

function pressed(event: KeyboardEvent, close: () => void): void {
  const buttons = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>("li button")];
  const at = buttons.indexOf(event.target as HTMLElement);
  if (event.key === "Escape") close();
  else if (event.key === "ArrowDown") buttons[Math.min(buttons.length - 1, at + 1)]?.focus();
  else if (event.key === "ArrowUp") buttons[Math.max(0, at - 1)]?.focus();
  else return;
  event.preventDefault();
}

const reached = new WeakSet<Element>();

/** Once, when the words are there (in this very drawing): who came by keys goes on by keys. */
function first(element: Element | undefined): void {
  if (!element || reached.has(element)) return;
  reached.add(element);
  queueMicrotask(() => element.querySelector<HTMLElement>("li button")?.focus());
}
