import type { Map2D } from "lite-transformer";
import { bitmap, pixels } from "../figures/paint";
import type { Branch, Palette } from "../figures/palette";
import { maximum, shrunk } from "../maps/select";

export interface Thumb {
  branch: Branch;
  head: number;
  map: Map2D;
}

/** Pixels of a thumbnail's side: twice what it measures on the page, for fine screens. */
const SIDE = 96;
/** The address of each grid's sheet, and the frame that will draw the next one. */
const sheets = new WeakMap<HTMLElement, { url: string; frame: number }>();

/** In the frame after: the large figures come first. */
export function showSheet(grid: HTMLElement, ...what: Parameters<typeof drawSheet>): void {
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
export const part = (index: number, count: number): string =>
  `${count > 1 ? (100 * index) / (count - 1) : 0}%`;
