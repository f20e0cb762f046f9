import { scaleLinear } from "d3-scale";
import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import type { Stack, State } from "../app/state";
import { once } from "../figures/memo";
import { bitmap, pixels } from "../figures/paint";
import { type Branch, type Palette, palette } from "../figures/palette";
import { locality, type Placed } from "../maps/locality";
import { maximum, shrunk } from "../maps/select";
import { saveButtons } from "./figure";
import { painted } from "./painted";

/** Every map of the model at once, to pick from. */
export function overview(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult {
  return html`
    <section class="chapter" id="all-maps" tabindex="-1" aria-labelledby="all-maps-title">
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
              <div class="plates">
                ${plate(state, actions, sentence, "encoder")} ${plate(state, actions, sentence, "decoder")}
              </div>
              <div class="foot end">
                <button type="button" class="quiet" @click=${actions.saveAllMaps}>Save all maps as JSON</button>
              </div>
            </figure>
            <figure class="slide" aria-label="How far each head looks">
              <figcaption class="prose">
                <h3>How far does each look?</h3>
                <p>
                  Every head by the mean distance, in tokens, between a token and what it looks at in this
                  sentence. Convolution can't leave its window, which in the deep layers is wider than most sentences. Where
                  the blue dots lie far from the amber ones, the heads have left the neighbourhood to the convolution.
                </p>
              </figcaption>
              <div class="reaches">${reach(state, actions, sentence, "encoder")}${reach(state, actions, sentence, "decoder")}</div>
            </figure>
          `
          : nothing
      }
    </section>
  `;
}

interface Thumb {
  branch: Branch;
  head: number;
  map: Map2D;
}

function plate(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
  stack: Stack,
): TemplateResult {
  const colours = palette(state.scale, state.dark);
  const layers = sentence[stack];
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
              const chosen = isChosen(state, stack, layer, branch, head);
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
                    @click=${() => open(actions, stack, layer, branch, head)}
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

const NAMES: Record<Branch, string> = {
  global: "attention head",
  local: "convolution group",
  cross: "cross-attention head",
};

function isChosen(
  state: State,
  stack: Stack,
  layer: number,
  branch: Branch,
  head: number,
): boolean {
  if (state.layer !== layer) return false;
  if (branch === "cross") return state.crossHead === head;
  return state.stack === stack && (branch === "global" ? state.head : state.group) === head;
}

function open(actions: Actions, stack: Stack, layer: number, branch: Branch, head: number): void {
  if (branch === "cross") actions.showMap({ layer, crossHead: head }, "decoding");
  else
    actions.showMap(
      { stack, layer, ...(branch === "global" ? { head } : { group: head }) },
      "branches",
    );
}

/** Pixels of a thumbnail's side: twice what it measures on the page, for fine screens. */
const SIDE = 96;
/** The address of each grid's sheet, and the frame that will draw the next one. */
const sheets = new WeakMap<HTMLElement, { url: string; frame: number }>();

/** In the frame after: the large figures come first. */
function showSheet(grid: HTMLElement, ...what: Parameters<typeof drawSheet>): void {
  const { url, frame } = sheets.get(grid) ?? { url: "", frame: 0 };
  cancelAnimationFrame(frame);
  const next = requestAnimationFrame(() => {
    const sheet = drawSheet(...what);
    if (!sheet) return;
    const address = URL.createObjectURL(sheet);
    sheets.set(grid, { url: address, frame: 0 });
    grid.style.setProperty("--sheet", `url(${address})`);
    if (url) URL.revokeObjectURL(url);
  });
  sheets.set(grid, { url, frame: next });
}

/**
 * Draws all thumbnails of a grid into one image, of which each button shows its part: a canvas each,
 * 120 in all, would cost the browser a layer each in every frame.
 */
function drawSheet(
  rows: readonly (readonly Thumb[])[],
  columns: number,
  colours: Palette,
): Blob | null {
  const canvas = document.createElement("canvas");
  canvas.width = columns * SIDE;
  canvas.height = rows.length * SIDE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || !canvas.width || !canvas.height) return null;
  context.imageSmoothingEnabled = false;
  for (const [row, cells] of rows.entries())
    for (const [column, { map, branch }] of cells.entries()) {
      const { data, cols, rows: lines } = shrunk(map, SIDE);
      const image = pixels(data, cols, lines, maximum(map), colours.branch[branch].ramp);
      if (lines && cols) context.drawImage(image, column * SIDE, row * SIDE, SIDE, SIDE);
    }
  return bitmap(context.getImageData(0, 0, canvas.width, canvas.height));
}

/** Where a part lies, as background-position counts: 0 % is the first, 100 % the last. */
const part = (index: number, count: number): string =>
  `${count > 1 ? (100 * index) / (count - 1) : 0}%`;

/** Arrow keys move between the thumbnails, as in any grid. */
function rove(event: KeyboardEvent): void {
  const grid = event.currentTarget as HTMLElement;
  const rows = [...grid.querySelectorAll(".plate-row")].map((row) => [
    ...row.querySelectorAll<HTMLElement>(".thumb"),
  ]);
  const r = rows.findIndex((row) => row.includes(document.activeElement as HTMLElement));
  if (r < 0) return;
  const c = rows[r]!.indexOf(document.activeElement as HTMLElement);
  const moves: Record<string, [number, number]> = {
    ArrowUp: [r - 1, c],
    ArrowDown: [r + 1, c],
    ArrowLeft: [r, c - 1],
    ArrowRight: [r, c + 1],
    Home: [r, 0],
    End: [r, rows[r]!.length - 1],
  };
  const to = moves[event.key];
  const next = to && rows[to[0]]?.[to[1]];
  if (!next) return;
  event.preventDefault();
  (document.activeElement as HTMLElement).tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function reach(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
  stack: Stack,
): TemplateResult {
  const placed = once(`reach-${stack}`, [sentence, stack], () => locality(sentence, stack));
  const layers = sentence[stack].length;
  const width = Math.max(
    280,
    Math.min(520, state.width >= 1000 ? state.width / 2 - 60 : state.width - 48),
  );
  const margin = { left: 56, right: 14, top: 10, bottom: 40 };
  const row = 30;
  const height = margin.top + layers * row + margin.bottom;
  const x = scaleLinear(
    [0, Math.max(2, ...placed.map((one) => one.distance))],
    [margin.left, width - margin.right],
  ).nice();
  const y = (layer: number) => margin.top + (layer + 0.5) * row;
  return html`
    <div class="reach">
      <h4>${stack === "encoder" ? "Encoder" : "Decoder"}</h4>
      <svg class="chart" id=${`reach-${stack}`} width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${reachSummary(stack, placed)}>
        ${Array.from(
          { length: layers },
          (_, layer) => svg`
          <line class="grid" x1=${margin.left} x2=${width - margin.right} y1=${y(layer)} y2=${y(layer)} />
          <text class="axis" x=${margin.left - 12} y=${y(layer)} text-anchor="end" dominant-baseline="central">layer ${layer + 1}</text>`,
        )}
        ${x.ticks(5).map((tick) => svg`<text class="axis" x=${x(tick)} y=${height - margin.bottom + 16} text-anchor="middle">${tick}</text>`)}
        <text class="axis" x=${width - margin.right} y=${height - 6} text-anchor="end">mean distance in tokens</text>
        ${placed.map(
          (one) => svg`
          <circle
            class=${`dot ${one.branch}${isChosen(state, stack, one.layer, one.branch, one.head) ? " lit" : ""}`}
            cx=${x(one.distance)}
            cy=${y(one.layer) + (one.branch === "global" ? -4 : 4)}
            r="5"
            @click=${() => open(actions, stack, one.layer, one.branch, one.head)}
          ><title>${`${NAMES[one.branch]} ${one.head + 1}: ${one.distance.toFixed(1)} tokens away on average, ${Math.round(one.near * 100)} % within two`}</title></circle>`,
        )}
      </svg>
      <div class="tools">
        ${saveButtons(`how far the ${stack}'s heads look`, (kind) =>
          actions.saveChart(
            `reach-${stack}`,
            placed.map((one) => ({ stack, ...one, layer: one.layer + 1, head: one.head + 1 })),
            kind,
          ),
        )}
      </div>
    </div>
  `;
}

function reachSummary(stack: Stack, placed: readonly Placed[]): string {
  const mean = (branch: string) => {
    const some = placed.filter((one) => one.branch === branch);
    return some.length ? some.reduce((sum, one) => sum + one.distance, 0) / some.length : 0;
  };
  return `${stack}: attention heads look ${mean("global").toFixed(1)} tokens away on average, convolution groups ${mean("local").toFixed(1)}.`;
}
