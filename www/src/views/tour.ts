import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import { currentSentence, type State } from "../app/state";
import { TOUR } from "../tour/steps";
import { painted } from "./painted";

/** The way into the guided tour, and each of its steps. */
export function tour(actions: Actions): TemplateResult {
  return html`
    <section class="tour" aria-labelledby="tour-title">
      <h2 id="tour-title">The paper in ${TOUR.length} steps</h2>
      <p>
        <button type="button" class="big" @click=${() => actions.tourTo(0)}>Start the tour</button>
        <span class="aside">Five minutes. It brings a sentence of its own, and gives yours back in the end.</span>
      </p>
      <ol role="list">
        ${TOUR.map(
          ({ title }, i) =>
            html`<li><button type="button" class="plain" @click=${() => actions.tourTo(i)}>${title}</button></li>`,
        )}
      </ol>
    </section>
  `;
}

/** The step in progress, over the foot of the window. */
export function tourBar(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { tour } = state;
  const step = tour && TOUR[tour.step];
  if (!tour || !step) return nothing;
  const last = tour.step === TOUR.length - 1;
  return html`
    <aside class="tour-bar" aria-label="Guided tour" @keydown=${(event: KeyboardEvent) => event.key === "Escape" && actions.endTour()}>
      <h2 tabindex="-1" id="tour-step" ${painted([tour.step, Boolean(currentSentence(state))], (heading: HTMLElement) => lead(heading, step.target))}>
        <span class="figures">${tour.step + 1} of ${TOUR.length}</span> ${step.title}
      </h2>
      <p>${step.text}</p>
      <div class="tour-buttons">
        <button type="button" class="quiet" @click=${actions.endTour}>End the tour</button>
        <button type="button" class="quiet" ?disabled=${tour.step === 0} @click=${() => actions.tourTo(tour.step - 1)}>Back</button>
        <button type="button" class="big" @click=${() => (last ? actions.endTour() : actions.tourTo(tour.step + 1))}>${last ? "Done" : "Next"}</button>
      </div>
    </aside>
  `;
}

/** To what the step speaks of, once that is drawn; the keyboard goes to its text, which a screen reader then begins with. */
function lead(heading: HTMLElement, target: string): void {
  requestAnimationFrame(() => {
    heading.focus({ preventScroll: true });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const behavior = calm ? "instant" : "smooth";
    const told = document.querySelectorAll(".told");
    const middle = told[Math.floor(told.length / 2)];
    if (middle) middle.scrollIntoView({ behavior, block: "center" });
    else document.getElementById(target)?.scrollIntoView({ behavior, block: "start" });
  });
}
