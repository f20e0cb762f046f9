/** A map as a picture of one pixel for each cell, and as words. */

import type { Map2D } from "../types.js";

export type Branch = "global" | "local";

export interface Place {
  row: number;
  col: number;
}

export function meanOf(maps: readonly Map2D[]): Map2D {
  const [first] = maps as [Map2D];
  const data = new Float32Array(first.data.length);
  for (const map of maps) {
    for (let i = 0; i < data.length; i += 1)
      data[i] = (data[i] ?? 0) + (map.data[i] ?? 0) / maps.length;
  }
  return { ...first, data };
}

/** The canvas's colour, in strength as the value is to the greatest of the map; its style makes the cells large. */
export function paint(canvas: HTMLCanvasElement, { data, rows, cols }: Map2D): void {
  const context = canvas.getContext("2d");
  if (!context || rows === 0 || cols === 0) return;
  const [red = 0, green = 0, blue = 0] = colourOf(canvas);
  const most = data.reduce((a, b) => Math.max(a, b), 0);
  const image = context.createImageData(cols, rows);
  for (const [i, value] of data.entries())
    image.data.set([red, green, blue, most > 0 ? (255 * value) / most : 0], 4 * i);
  context.putImageData(image, 0, 0);
}

/** Any colour that CSS knows, in bytes. */
function colourOf(canvas: HTMLCanvasElement): Uint8ClampedArray {
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  if (!probe) return new Uint8ClampedArray(4);
  probe.fillStyle = getComputedStyle(canvas).color;
  probe.fillRect(0, 0, 1, 1);
  return probe.getImageData(0, 0, 1, 1).data;
}

const MENTIONED = 3;

/** The cells of a row with the greatest values, the greatest first. */
export function strongest({ data, cols }: Map2D, row: number): { col: number; value: number }[] {
  return Array.from(data.subarray(row * cols, (row + 1) * cols), (value, col) => ({ col, value }))
    .sort((a, b) => b.value - a.value)
    .slice(0, MENTIONED);
}
