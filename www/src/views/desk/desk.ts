import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../../app/actions";
import type { State } from "../../app/state";
import { EXAMPLES } from "../../text/examples";
import { document } from "./document";
import { history } from "./history";
import { models } from "./models";
import { target } from "./output";
import { smallPrint } from "./smallprint";
import { source } from "./source";

/** Texts of more characters are set smaller. */
const LONG = 400;

/** Where one writes and reads. */
export function desk(state: State, actions: Actions): TemplateResult {
  const classes = ["desk"];
  if (state.text.length > LONG) classes.push("long");
  if (state.dropping) classes.push("dropping");
  return html`
    <section
      class=${classes.join(" ")}
      aria-label="Translate"
      @dragover=${(event: DragEvent) => over(event, actions)}
      @dragleave=${(event: DragEvent) => {
        const inside = (event.currentTarget as Element).contains(
          event.relatedTarget as Node | null,
        );
        if (!inside) actions.drag(false);
      }}
      @drop=${(event: DragEvent) => dropped(event, actions)}
    >
      ${source(state, actions)} ${target(state, actions)}
      <div class="under">
        ${document(state, actions)}
        <div class="examples" role="group" aria-label="Examples">
          ${(EXAMPLES[state.pair.source] ?? []).map(
            (example) =>
              html`<button type="button" class="chip" title=${example.text} @click=${() => actions.takeExample(example.text)}>${example.name}</button>`,
          )}
        </div>
        <div class="smallprint">${smallPrint(state)}</div>
        ${models(state, actions)} ${history(state, actions)}
      </div>
    </section>
  `;
}

/** A dragged text goes into the box as ever; a file is for the desk. */
function over(event: DragEvent, actions: Actions): void {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  actions.drag(true);
}

function dropped(event: DragEvent, actions: Actions): void {
  actions.drag(false);
  const file = event.dataTransfer?.files[0];
  if (!file) return;
  event.preventDefault();
  actions.openFile(file);
}
