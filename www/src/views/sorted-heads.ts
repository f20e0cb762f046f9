import { format } from "d3-format";
import { html, type TemplateResult } from "lit-html";
import type { SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import type { HeadOrder, Stack, State } from "../app/state";
import { palette } from "../figures/palette";
import { crossLayerOf } from "../maps/alignment";
import { type Metrics, metrics } from "../maps/metrics";
import { choice } from "./controls";
import { rove } from "./grid-keys";
import { isChosen, NAMES, openHead } from "./heads";
import { painted } from "./painted";
import { part, showSheet, type Thumb } from "./sheet";

const percent = format(".0%");
const decimal = format(".1f");

/** What each order sorts by, and how it is told; the first are those that have most of it. */
const ORDERS: Record<
  Exclude<HeadOrder, "layer">,
  { text: string; of: (metrics: Metrics) => number; told: (metrics: Metrics) => string }
> = {
  near: {
    text: "Nearest",
    of: ({ near }) => near,
    told: ({ near }) => `${percent(near)} within two`,
  },
  far: {
    text: "Farthest",
    of: ({ distance }) => distance,
    told: ({ distance }) => `${decimal(distance)} away`,
  },
  sharp: {
    text: "Sharpest",
    of: ({ entropy }) => -entropy,
    told: ({ entropy }) => `${decimal(entropy)} bits`,
  },
  diagonal: {
    text: "Diagonal",
    of: ({ diagonal }) => diagonal,
    told: ({ diagonal }) => `${percent(diagonal)} on it`,
  },
  end: {
    text: "Most at the end",
    of: ({ end }) => end,
    told: ({ end }) => `${percent(end)} there`,
  },
};

export function sortControls(state: State, actions: Actions): TemplateResult {
  return html`
    <div class="controls">
      ${choice(
        "order",
        "Order",
        [
          { value: "layer" as HeadOrder, text: "By layer" },
          ...Object.entries(ORDERS).map(([value, { text }]) => ({
            value: value as HeadOrder,
            text,
          })),
        ],
        state.order,
        actions.sortHeads,
      )}
      ${choice(
        "filter",
        "Heads",
        [
          { value: "all", text: "All" },
          { value: "global", text: "Attention" },
          { value: "local", text: "Convolution" },
          { value: "cross", text: "Across" },
        ] as const,
        state.filter,
        actions.filterHeads,
      )}
    </div>
  `;
}

interface Placed extends Thumb {
  stack: Stack;
  layer: number;
}

/** The heads of a kind in the chosen order, each with its value. */
export function sorted(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
): TemplateResult {
  const { order, filter, width } = state;
  const all = (["encoder", "decoder"] as const).flatMap((stack) =>
    sentence[stack].flatMap((maps, layer) =>
      (["global", "local", "cross"] as const).flatMap((branch) =>
        (maps[branch] ?? []).map((map, head): Placed => ({ stack, layer, branch, head, map })),
      ),
    ),
  );
  const by = order === "layer" ? null : ORDERS[order];
  const shown = all.filter(({ branch }) => filter === "all" || branch === filter);
  if (by) shown.sort((a, b) => by.of(metrics(b.map)) - by.of(metrics(a.map)));
  const columns = Math.max(3, Math.min(12, Math.floor(width / 84)));
  const rows = Array.from({ length: Math.ceil(shown.length / columns) }, (_, i) =>
    shown.slice(i * columns, (i + 1) * columns),
  );
  const colours = palette(state.scale, state.dark);
  const crossLayer = crossLayerOf(state, sentence);
  return html`
    <div class="sorted" role="grid" aria-label="Maps, sorted" @keydown=${rove}
      style=${`--columns:${columns};--sheet-size:${columns * 100}% ${rows.length * 100}%`}
      ${painted([sentence, colours, order, filter, columns], (grid: HTMLElement) => showSheet(grid, rows, columns, colours))}>
      ${rows.map(
        (cells, row) => html`
        <div class="plate-row" role="row">
          ${cells.map(({ stack, layer, branch, head, map }, column) => {
            const name = `${stack} layer ${layer + 1}, ${NAMES[branch]} ${head + 1}`;
            const value = by?.told(metrics(map)) ?? "";
            return html`
            <span role="gridcell">
              <button
                type="button"
                class=${`thumb ${branch}`}
                tabindex=${row === 0 && column === 0 ? 0 : -1}
                aria-pressed=${isChosen(state, stack, layer, branch, head, crossLayer) ? "true" : "false"}
                aria-label=${value ? `${name}: ${value}` : name}
                title=${name}
                style=${`background-position:${part(column, columns)} ${part(row, rows.length)}`}
                @click=${() => openHead(actions, stack, layer, branch, head)}
              ></button>
              <small aria-hidden="true"><span class=${`ink-${branch}`}>${stack === "encoder" ? "E" : "D"}${layer + 1}·${head + 1}</span> ${value}</small>
            </span>`;
          })}
        </div>`,
      )}
    </div>
  `;
}
