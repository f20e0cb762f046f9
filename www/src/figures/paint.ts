import { type Palette, type Ramp, step } from "./palette";
import {
  type FigureSpec,
  type Grid,
  maskedPath,
  ribbonAlpha,
  ribbonWidth,
  traceRibbon,
} from "./spec";

/** Paints the grids and ribbons of a figure; `scale` is device pixels per CSS pixel. */
export function paint(canvas: HTMLCanvasElement, spec: FigureSpec, scale = devicePixelRatio): void {
  canvas.width = Math.round(spec.width * scale);
  canvas.height = Math.round(spec.height * scale);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(scale, scale);
  for (const grid of spec.grids) {
    paintGrid(context, grid, spec.palette);
    hatch(context, grid, spec.palette);
  }
  for (const ribbon of spec.ribbons) {
    context.strokeStyle = spec.palette.branch[ribbon.branch].strong;
    context.globalAlpha = ribbonAlpha(ribbon);
    context.lineWidth = ribbonWidth(ribbon);
    traceRibbon(context, ribbon);
    context.stroke();
  }
}

function paintGrid(context: CanvasRenderingContext2D, grid: Grid, palette: Palette): void {
  const { map, x, y, cell, max, causal } = grid;
  const { ramp } = palette.branch[grid.branch];
  const gap = gapOf(cell);
  if (gap === 0) {
    // Cells too small for gaps: one pixel each, scaled up.
    context.imageSmoothingEnabled = false;
    context.drawImage(
      pixels(map.data, map.cols, map.rows, max, ramp),
      x,
      y,
      map.cols * cell,
      map.rows * cell,
    );
    return;
  }
  for (let row = 0; row < map.rows; row++) {
    for (let col = 0; col < (causal ? row + 1 : map.cols); col++) {
      context.fillStyle = ramp.css[step(map.data[row * map.cols + col]!, max)]!;
      context.beginPath();
      context.roundRect(x + col * cell, y + row * cell, cell - gap, cell - gap, cellRadius(cell));
      context.fill();
    }
  }
}

/** From one line of a hatching to the next. */
export const HATCH = 5;

/** Covers what a causal map's rows can't see with fine diagonal lines: nothing there is a value, not even zero. */
function hatch(context: CanvasRenderingContext2D, grid: Grid, palette: Palette): void {
  const path = maskedPath(grid, gapOf(grid.cell));
  if (!path) return;
  const { map, x, y, cell } = grid;
  const [width, height] = [map.cols * cell, map.rows * cell];
  context.save();
  context.clip(new Path2D(path));
  context.fillStyle = palette.surface;
  context.fillRect(x, y, width, height);
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  context.beginPath();
  for (let offset = -height; offset < width; offset += HATCH) {
    context.moveTo(x + offset, y);
    context.lineTo(x + offset + height, y + height);
  }
  context.stroke();
  context.restore();
}

export const gapOf = (cell: number): number => (cell >= 18 ? 2 : cell >= 9 ? 1 : 0);
export const cellRadius = (cell: number): number => (cell >= 18 ? 2 : 0);

export function pixels(
  data: Float32Array,
  width: number,
  height: number,
  max: number,
  ramp: Ramp,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context || !width || !height) return canvas;
  const image = context.createImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  const colours = new Uint32Array(ramp.bytes.buffer);
  for (let i = 0; i < words.length; i++) words[i] = colours[step(data[i]!, max)]!;
  context.putImageData(image, 0, 0);
  return canvas;
}

/** An image as an uncompressed BMP file: to make a PNG of it would take tens of milliseconds. */
export function bitmap({ width, height, data }: ImageData): Blob {
  const header = new DataView(new ArrayBuffer(54));
  header.setUint16(0, 0x424d); // "BM"
  header.setUint32(2, header.byteLength + data.length, true);
  header.setUint32(10, header.byteLength, true);
  header.setUint32(14, 40, true); // the size of what follows
  header.setInt32(18, width, true);
  header.setInt32(22, -height, true); // the first row on top
  header.setUint16(26, 1, true); // planes
  header.setUint16(28, 32, true); // bits a pixel
  const body = data.slice();
  for (let i = 0; i < body.length; i += 4) {
    body[i] = data[i + 2]!; // blue, green, red
    body[i + 2] = data[i]!;
  }
  return new Blob([header.buffer, body], { type: "image/bmp" });
}
