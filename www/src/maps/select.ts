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
    max = map.data.reduce((a, b) => Math.max(a, b), 0);
    maxima.set(map, max);
  }
  return max;
}

/**
 * The top of a map's colour scale. The first steps of a decoder have one or two tokens to look at and
 * so give each nearly everything; they would leave all later rows pale.
 */
export function scaleTop(map: Map2D, stack: Stack): number {
  const trivial = 2;
  if (stack === "encoder" || map.rows <= trivial + 1) return maximum(map);
  const rest = map.data.subarray(trivial * map.cols).reduce((a, b) => Math.max(a, b), 0);
  return rest || maximum(map);
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

/** The strongest entries, strongest first. */
export function strongest(
  map: Map2D,
  count: number,
): { row: number; col: number; value: number }[] {
  return Array.from(map.data, (value, i) => ({
    value,
    row: Math.floor(i / map.cols),
    col: i % map.cols,
  }))
    .filter((entry) => entry.value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, count);
}
