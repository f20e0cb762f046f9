import { html, nothing, type TemplateResult } from "lit-html";
import type { SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import type { Stack, State } from "../app/state";
import { palette } from "../figures/palette";
import { crossLayerOf } from "../maps/alignment";
import { menu } from "./download";
import { rove } from "./grid-keys";
import { isChosen, NAMES, openHead } from "./heads";
import { painted } from "./painted";
import { part, showSheet, type Thumb } from "./sheet";
import { sortControls, sorted } from "./sorted-heads";
import { waiting } from "./waiting";

/** Every map of the model at once, to pick from. */
export function overview(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult {
  return html`
      <header class="prose">
        <h2 id="all-maps-title">Every head at a glance</h2>
        <p>
          One row a layer, one small square a head: attention in <strong class="ink-global">blue</strong>, convolution in
          <strong class="ink-local">amber</strong>, the view across languages in <strong class="ink-cross">green</strong>. Choose one to see it large.
        </p>
      </header>
      ${
        sentence
          ? html`
            <figure class="slide" aria-label="All maps">
              ${sortControls(state, actions)}
              ${
                state.order === "layer" && state.filter === "all"
                  ? html`<div class="plates">${plate(state, actions, sentence, "encoder")} ${plate(state, actions, sentence, "decoder")}</div>`
                  : sorted(state, actions, sentence)
              }
              <div class="foot end">
                <div class="tools">
                  ${menu(actions, "Download everything", "all maps of the sentence", [{ text: "ZIP: pictures, CSV, JSON", label: "Save all maps as ZIP", save: (look) => actions.saveEverything(look) }], false)}
                </div>
              </div>
            </figure>
          `
          : waiting(state)
      }
  `;
}

function plate(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
  stack: Stack,
): TemplateResult {
  const colours = palette(state.scale, state.dark);
  const layers = sentence[stack];
  const crossLayer = crossLayerOf(state, sentence);
  const rows = layers.map((maps): Thumb[] => [
    ...maps.global.map((map, head) => ({ branch: "global" as const, head, map })),
    ...maps.local.map((map, head) => ({ branch: "local" as const, head, map })),
    ...(maps.cross ?? []).map((map, head) => ({ branch: "cross" as const, head, map })),
  ]);
  const columns = Math.max(...rows.map((cells) => cells.length));
  return html`
    <div class="plate">
      <h3>${stack === "encoder" ? "Encoder" : "Decoder"}</h3>
      <div role="grid" aria-label=${`Maps of the ${stack}`} @keydown=${rove}
        style=${`--sheet-size:${columns * 100}% ${rows.length * 100}%`}
        ${painted([sentence, colours], (grid: HTMLElement) => showSheet(grid, rows, columns, colours))}>
      ${rows.map((cells, layer) => {
        const maps = layers[layer]!;
        return html`
          <div class="plate-row" role="row">
            <span class="plate-name" role="rowheader"><span class="figures">${layer + 1}</span>${maps.kernelSize ? html`<small>window ${maps.kernelSize}</small>` : nothing}</span>
            ${cells.map(({ branch, head }, i) => {
              const chosen = isChosen(state, stack, layer, branch, head, crossLayer);
              return html`
                <span role="gridcell" class=${i > 0 && head === 0 ? "apart" : ""}>
                  <button
                    type="button"
                    class=${`thumb ${branch}`}
                    tabindex=${layer === 0 && i === 0 ? 0 : -1}
                    aria-pressed=${chosen ? "true" : "false"}
                    aria-label=${`${stack} layer ${layer + 1}, ${NAMES[branch]} ${head + 1}`}
                    title=${`${NAMES[branch]} ${head + 1}`}
                    style=${`background-position:${part(i, columns)} ${part(layer, rows.length)}`}
                    @click=${() => openHead(actions, stack, layer, branch, head)}
                  ></button>
                </span>
              `;
            })}
          </div>
        `;
      })}
      </div>
    </div>
  `;
}
