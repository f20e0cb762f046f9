import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { State } from "../app/state";

interface Option<T> {
  value: T;
  text: string;
  title?: string;
  /** Lines of small print under the text. */
  notes?: readonly string[];
}

/** One choice of a few, as native radio buttons: arrow keys and screen readers come with them. */
export function choice<T extends string | number>(
  name: string,
  legend: string,
  options: readonly Option<T>[],
  value: T,
  onChange: (value: T) => void,
  tone = "",
): TemplateResult {
  return html`
    <fieldset class=${`choice ${tone}`}>
      <legend>${legend}</legend>
      <div class="segments">
        ${options.map(
          (option) => html`
            <label title=${option.title ?? ""}>
              <input
                type="radio"
                name=${name}
                .checked=${option.value === value}
                @change=${() => onChange(option.value)}
              /><span>${option.text}${option.notes?.map((note) => html`<small>${note}</small>`)}</span>
            </label>
          `,
        )}
      </div>
    </fieldset>
  `;
}

/** Choices for the heads (or channel groups) of a branch: their mean, then each. */
export function headOptions(count: number): Option<number | "mean">[] {
  if (count === 1) return [{ value: "mean", text: "1" }];
  return [
    { value: "mean", text: "mean" },
    ...Array.from({ length: count }, (_, i) => ({ value: i, text: String(i + 1) })),
  ];
}

/** Whether maps side by side share the top of their colour scale: only then equal darkness is equal weight. */
export function rangeChoice(name: string, state: State, actions: Actions): TemplateResult {
  return choice(
    name,
    "Scale",
    [
      { value: "shared", text: "Shared", title: "Equal darkness is equal weight" },
      { value: "own", text: "Own", title: "Each map up to its own greatest value" },
    ] as const,
    state.range,
    actions.showRange,
  );
}

/** Has something go on by itself, and ends it. */
export function playButton(
  show: NonNullable<State["playing"]>,
  name: string,
  state: State,
  actions: Actions,
): TemplateResult {
  const on = state.playing === show;
  return html`<button type="button" class="quiet play" aria-pressed=${on ? "true" : "false"} aria-label=${name} title=${name} @click=${() => actions.play(show)}>${on ? "❚❚" : "▶"}</button>`;
}
