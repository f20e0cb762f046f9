import { html, nothing, type TemplateResult } from "lit-html";
import { unsafeSVG } from "lit-html/directives/unsafe-svg.js";
import type { Actions } from "../app/actions";
import { canPresent } from "../app/present";
import type { State } from "../app/state";

/** Fills the screen with the figure of that id. */
export function presentButton(id: string, actions: Actions): TemplateResult | typeof nothing {
  if (!canPresent()) return nothing;
  return html`<button type="button" class="quiet present" title="Fill the screen; the arrow keys go through the layers" @click=${() => void actions.present(id)}>Present</button>`;
}

/** The link to what is on the screen, to be photographed. */
export function linkCode({ presented }: State): TemplateResult | typeof nothing {
  if (!presented?.code) return nothing;
  return html`<div class="qr" role="img" aria-label="The link to this figure as a QR code">${unsafeSVG(presented.code)}</div>`;
}
