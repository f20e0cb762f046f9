/** Arguments that point into the model: its parts, and the entries of its maps. */

import { toChoice, toDictionary, toNumber } from "./convert.js";
import type { CellOptions, Part } from "./types.js";

/** An entry of a map. */
export type Entry = Required<Part> & Pick<CellOptions, "row" | "column">;

/** Which parts there are the engine knows; what lies beyond is a RangeError of its own. */
const MOST = 2 ** 31 - 1;

/** The option `without`. */
export function toParts(options: unknown): Part[] {
  const { without } = toDictionary(options, "options");
  if (without === undefined) return [];
  if (!Array.isArray(without))
    throw new TypeError(`without is ${typeof without}, expected an array of parts`);
  return without.map((value, i) => {
    const name = `without[${i}]`;
    const part = toDictionary(value, name);
    const head = toNumber(part.head, `${name}.head`, 0, MOST, true);
    return { ...toBranch(part, `${name}.`), ...(head !== undefined && { head }) };
  });
}

/** The entry that the options of `cell()` name. */
export function toEntry(options: unknown): Entry {
  const entry = toDictionary(options, "options");
  return {
    ...toBranch(entry, ""),
    head: toIndex(entry.head, "head"),
    row: toIndex(entry.row, "row"),
    column: toIndex(entry.column, "column"),
  };
}

const SIDES = ["encoder", "decoder"] as const;
const BRANCHES = ["global", "local", "cross"] as const;

function toBranch(part: Readonly<Record<string, unknown>>, prefix: string) {
  const [side, branch] = [`${prefix}side`, `${prefix}branch`];
  return {
    side: required(toChoice<Part["side"]>(part.side, side, SIDES), side),
    layer: toIndex(part.layer, `${prefix}layer`),
    branch: required(toChoice<Part["branch"]>(part.branch, branch, BRANCHES), branch),
  };
}

function toIndex(value: unknown, name: string): number {
  return required(toNumber(value, name, 0, MOST, true), name);
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`${name} is missing`);
  return value;
}
