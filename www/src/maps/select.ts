import type { LayerMaps, Map2D, SentenceVisualization } from "lite-transformer";
import type { Choice, Stack } from "../app/state";

const means = new WeakMap<readonly Map2D[], Map2D>();

/** The chosen head's map, or the mean of all heads; null where the model lacks the branch. */
export function chosen(maps: readonly Map2D[] | undefined, choice: Choice): Map2D | null {
  if (!maps?.length) return null;
  return choice === "mean" ? mean(maps) : (maps[choice] ?? mean(maps));
}

function mean(maps: readonly Map2D[]): Map2D {
  const known = means.get(maps);
  if (known) return known;
  const { rows, cols } = maps[0]!;
  const data = new Float32Array(rows * cols);
  for (const map of maps)
    for (let i = 0; i < data.length; i++) data[i]! += map.data[i]! / maps.length;
  const result = { data, rows, cols };
  means.set(maps, result);
  return result;
}

const maxima = new WeakMap<Map2D, number>();

export function maximum(map: Map2D): number {
  let max = maxima.get(map);
  if (max === undefined) {
    max = greatest(map.data);
    maxima.set(map, max);
  }
  return max;
}

// A loop: maps have up to 160,000 entries, for which a callback each is slow.
function greatest(data: Float32Array): number {
  let max = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! > max) max = data[i]!;
  return max;
}

/**
 * The top of a map's colour scale. The first steps of a decoder have one or two tokens to look at and
 * so give each nearly everything; they would leave all later rows pale.
 */
export function scaleTop(map: Map2D, stack: Stack): number {
  const trivial = 2;
  if (stack === "encoder" || map.rows <= trivial + 1) return maximum(map);
  return greatest(map.data.subarray(trivial * map.cols)) || maximum(map);
}

export function at(map: Map2D, row: number, col: number): number {
  return map.data[row * map.cols + col] ?? 0;
}

export function layerOf(
  sentence: SentenceVisualization,
  stack: Stack,
  layer: number,
): LayerMaps | null {
  return sentence[stack][layer] ?? sentence[stack].at(-1) ?? null;
}

/** The strongest entries, strongest first; of equal ones the first. */
export function strongest(
  map: Map2D,
  count: number,
): { row: number; col: number; value: number }[] {
  const best: { row: number; col: number; value: number }[] = [];
  for (let i = 0; i < map.data.length; i++) {
    const value = map.data[i]!;
    if (value <= (best.length < count ? 0 : best[count - 1]!.value)) continue;
    const place = best.findIndex((one) => one.value < value);
    const entry = { row: Math.floor(i / map.cols), col: i % map.cols, value };
    best.splice(place < 0 ? best.length : place, 0, entry);
    best.length = Math.min(best.length, count);
  }
  return best;
}

/** The row that looks at a column most; of equal ones the first. */
export function strongestRow(map: Map2D, col: number): number {
  let best = 0;
  for (let row = 1; row < map.rows; row++) if (at(map, row, col) > at(map, best, col)) best = row;
  return best;
}

/** The map at `side` × `side` or less: each value is the greatest of those that it stands for. */
export function shrunk(map: Map2D, side: number): Map2D {
  const { data: from, rows: height, cols: width } = map;
  const cols = Math.min(side, width);
  const rows = Math.min(side, height);
  if (cols === width && rows === height) return map;
  const data = new Float32Array(rows * cols);
  const column = Uint32Array.from({ length: width }, (_, col) => Math.floor((col * cols) / width));
  for (let row = 0, i = 0; row < height; row++) {
    const line = Math.floor((row * rows) / height) * cols;
    for (let col = 0; col < width; col++, i++) {
      const value = from[i]!;
      const to = line + column[col]!;
      if (value > data[to]!) data[to] = value;
    }
  }
  return { data, rows, cols };
}
