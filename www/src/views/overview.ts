import { html, nothing, type TemplateResult } from "lit-html";
import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import type { Stack, State } from "../app/state";
import { bitmap, pixels } from "../figures/paint";
import { type Branch, type Palette, palette } from "../figures/palette";
import { crossLayerOf } from "../maps/alignment";
import { maximum, shrunk } from "../maps/select";
import { menu } from "./download";
import { isChosen, NAMES, openHead } from "./heads";
import { painted } from "./painted";
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
              <div class="plates">
                ${plate(state, actions, sentence, "encoder")} ${plate(state, actions, sentence, "decoder")}
              </div>
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
