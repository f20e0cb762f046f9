import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { FileKind } from "../export/figure-file";
import type { Look } from "../export/look";

interface Item {
  text: string;
  label: string;
  save: (look: Look) => void;
}

const KINDS: FileKind[] = ["SVG", "PNG", "CSV", "JSON"];

/** The one menu of a figure: its files, and a link to what is on show. `marked` offers to keep what is in focus. */
export function downloadMenu(
  actions: Actions,
  what: string,
  save: (kind: FileKind, look: Look) => void,
  marked = false,
): TemplateResult {
  const items = KINDS.map((kind) => ({
    text: kind,
    label: `Save as ${kind}`,
    save: (look: Look) => save(kind, look),
  }));
  return menu(actions, "Download", what, items, marked);
}

export function menu(
  actions: Actions,
  name: string,
  what: string,
  items: readonly Item[],
  marked: boolean,
): TemplateResult {
  const choose = (then: (look: Look) => void) => (event: Event) => {
    const details = (event.currentTarget as Element).closest("details")!;
    then({
      dark: details.querySelector<HTMLSelectElement>("select")?.value === "dark",
      marked: details.querySelector<HTMLInputElement>("input")?.checked ?? false,
    });
    close(details);
  };
  return html`
    <details class="menu save" @focusout=${leave} @keydown=${(event: KeyboardEvent) => event.key === "Escape" && close(event.currentTarget as HTMLDetailsElement)}>
      <summary aria-label=${`${name}: ${what}`}>${name} <span aria-hidden="true">▾</span></summary>
      <div>
        <p class="menu-kinds">
          ${items.map(({ text, label, save }) => html`<button type="button" aria-label=${label} @click=${choose(save)}>${text}</button>`)}
        </p>
        <label>Colours <select><option value="light">Light</option><option value="dark">Dark</option></select></label>
        ${marked ? html`<label><input type="checkbox" /> With what is marked</label>` : ""}
        <button type="button" @click=${choose(() => void actions.copyLink())}>Copy link</button>
      </div>
    </details>
  `;
}

/** The keyboard goes back to where it opened the menu. */
function close(details: HTMLDetailsElement): void {
  const inside = details.contains(document.activeElement);
  details.open = false;
  if (inside) details.querySelector("summary")?.focus();
}

function leave(event: FocusEvent): void {
  const details = event.currentTarget as HTMLDetailsElement;
  if (event.relatedTarget instanceof Node && !details.contains(event.relatedTarget))
    details.open = false;
}
