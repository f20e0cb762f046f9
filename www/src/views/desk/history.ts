import { html, nothing, type TemplateResult } from "lit-html";
import type { Actions } from "../../app/actions";
import type { State } from "../../app/state";

/** What was translated before, on this device alone. */
export function history(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { history } = state;
  if (!history.length) return nothing;
  return html`
    <details class="history">
      <summary>Earlier texts <span class="figures">(${history.length})</span></summary>
      <ul role="list">
        ${history.map(
          (entry) => html`<li>
            <button type="button" class="entry" @click=${() => actions.restore(entry)} title="Put it back into the box">
              <span lang=${entry.pair.source}>${entry.text}</span>
              <span lang=${entry.pair.target}>${entry.translation}</span>
            </button>
            <button type="button" class="quiet" aria-label=${`Delete “${entry.text.slice(0, 40)}”`} @click=${() => actions.forget(entry)}>✕</button>
          </li>`,
        )}
      </ul>
      <p class="aside">The newest 30 are kept, on this device alone. <button type="button" class="plain" @click=${actions.forgetAll}>Delete all</button></p>
    </details>
  `;
}
