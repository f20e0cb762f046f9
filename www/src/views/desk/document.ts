import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../../app/actions";
import type { State } from "../../app/state";

const share = format(".0%");

/** The file that is being translated, or was. */
export function document(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { document } = state;
  if (!document) return nothing;
  const { name, phase, done, message, result } = document;
  const close = (text: string) =>
    html`<button type="button" class="plain" @click=${actions.closeFile}>${text}</button>`;
  if (phase === "failed")
    return html`<div class="document" role="alert"><p><strong>${name}</strong> can’t be translated. ${message}</p>${close("Close")}</div>`;
  if (phase === "done" && result)
    return html`<div class="document" role="status"><p><strong>${name}</strong> is translated.</p><button type="button" class="plain" @click=${actions.saveFile}>Save ${result.name}</button>${close("Close")}</div>`;
  return html`<div class="document">
    <p><strong>${name}</strong> <span class="figures">${share(done)}</span></p>
    <progress max="1" value=${done} aria-label=${`Translating ${name}`}></progress>
    ${close("Stop")}
  </div>`;
}
