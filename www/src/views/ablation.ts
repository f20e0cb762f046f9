import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import type { Part, SentenceVisualization } from "lite-transformer";
import { partKey } from "../app/ablation-state";
import type { Actions } from "../app/actions";
import type { Choice, State } from "../app/state";

const score = format(".3f");
const fall = format("+.3f");

const NAMES: Record<Part["branch"], string> = {
  global: "attention",
  local: "convolution",
  cross: "cross-attention",
};

/** Parts of the model as switches, and what becomes of the sentence without them. */
export function ablation(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
): TemplateResult {
  const { phase, message, without, drops } = state.ablation;
  const greatest = Math.max(0, ...Object.values(drops));
  return html`
    <figure class="slide" id="ablation-figure" aria-label="Without a part">
      <figcaption class="prose">
        <h3>Switch a part off</h3>
        <p>
          A weight says where a head looks, not what for. Take a branch away and see what becomes of the translation, and by how
          much the score of the whole model's translation falls.
        </p>
      </figcaption>
      <div class="switches">
        ${(["encoder", "decoder"] as const).map((side) => switches(side, state, actions, sentence, greatest))}
      </div>
      <div class="corpus-buttons">
        <button type="button" class="big" ?disabled=${phase === "running"} @click=${actions.tryEachPart}>Try each alone</button>
        ${headSwitches(state, actions)}
        ${without.length ? html`<button type="button" class="quiet" @click=${actions.restoreParts}>All on again</button>` : nothing}
      </div>
      ${phase === "failed" ? html`<p role="alert">${message}</p>` : nothing}
      ${outcome(state)}
    </figure>
  `;
}

function switches(
  side: Part["side"],
  { ablation }: State,
  actions: Actions,
  sentence: SentenceVisualization,
  greatest: number,
): TemplateResult {
  const off = new Set(ablation.without.map(partKey));
  const branches = (["global", "local", "cross"] as const).filter(
    (branch) => sentence[side][0]?.[branch]?.length,
  );
  return html`
    <table class="made">
      <caption>${side === "encoder" ? "Encoder" : "Decoder"}</caption>
      <thead><tr><th scope="col">layer</th>${branches.map((branch) => html`<th scope="col" class=${`ink-${branch}`}>${NAMES[branch]}</th>`)}</tr></thead>
      <tbody>
        ${sentence[side].map(
          (_, layer) =>
            html`<tr><th scope="row">${layer + 1}</th>${branches.map((branch) => {
              const part: Part = { side, layer, branch };
              const key = partKey(part);
              const drop = ablation.drops[key];
              return html`<td>
              <button type="button" class=${`switch ${branch}`} role="switch" aria-checked=${off.has(key) ? "false" : "true"}
                aria-label=${`${side} layer ${layer + 1}, ${NAMES[branch]}${drop === undefined ? "" : `: ${fall(-drop)} alone`}`}
                style=${drop === undefined ? "" : `--size:${Math.max(0, drop / (greatest || 1))}`}
                @click=${() => actions.togglePart(part)}>${off.has(key) ? "off" : drop === undefined ? "on" : fall(-drop)}</button>
            </td>`;
            })}</tr>`,
        )}
      </tbody>
    </table>
  `;
}

/** The single heads that are chosen above, where one is. */
function headSwitches(state: State, actions: Actions): TemplateResult[] {
  const { stack: side, layer, head, group, ablation } = state;
  const off = new Set(ablation.without.map(partKey));
  const one = (branch: "global" | "local", choice: Choice) => {
    if (choice === "mean") return [];
    const part: Part = { side, layer, branch, head: choice };
    const name = `${side} layer ${layer + 1}, ${branch === "global" ? "head" : "group"} ${choice + 1}`;
    return [
      html`<button type="button" class="quiet" aria-pressed=${off.has(partKey(part)) ? "true" : "false"} @click=${() => actions.togglePart(part)}>${off.has(partKey(part)) ? "On again" : "Off"}: ${name}</button>`,
    ];
  };
  return [...one("global", head), ...one("local", group)];
}

function outcome({ ablation, pair }: State): TemplateResult | typeof nothing {
  const { without, result, phase } = ablation;
  if (!without.length) return nothing;
  if (!result?.whole)
    return html`<p class="aside">${phase === "running" ? "It is translated anew." : ""}</p>`;
  const { whole } = result;
  const changed = whole.translation !== result.translation;
  return html`
    <dl class="versions" id="ablated">
      <div><dt>Whole, score ${score(whole.score)}</dt><dd lang=${pair.target}>${whole.translation}</dd></div>
      <div><dt>Without ${without.length === 1 ? "it" : `these ${without.length}`}, score ${score(result.score)}</dt><dd lang=${pair.target}>${result.translation}</dd></div>
    </dl>
    <p class="finding" aria-live="polite">
      ${changed ? "The translation is another one." : "The translation stays."}
      To the whole model's translation this one gives <b>${score(whole.scoreWithout)}</b>, <b>${fall(whole.scoreWithout - whole.score)}</b> of its score.
    </p>
  `;
}
