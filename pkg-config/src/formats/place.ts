/**
 * Puts the marks of a source text around the words of its translation. Every mark comes out exactly once, inside the one
 * that it was in; the text between them is the translation, character by character.
 */

import type { AlignedUnit } from "./align.js";
import type { Mark, Segment } from "./segments.js";

/** A mark and the characters of the translation that it is around. */
interface Placed {
  mark: Mark;
  start: number;
  end: number;
  inside: Placed[];
}

/** How much more an atom's own name says of its place than any alignment. */
const CERTAIN = 1000;

/** Writes a translation with the marks of its source. */
export function writeMarked(
  { text, marks }: Segment,
  translation: string,
  units: readonly AlignedUnit[],
  encode: (text: string) => string,
): string {
  const atoms = atomsOf(marks).map(({ start, end }) => ({
    start,
    end,
    name: text.slice(start, end),
  }));
  const certain = withAtoms(atoms, translation, units);
  const whole = { start: 0, end: text.length };
  const placed = arrange(marks, whole, { start: 0, end: translation.length }, certain, text);
  return write(placed, 0, translation.length, (from, to) => {
    // What stands for an atom is no text, should it be in two places.
    const names = atoms.map(({ name }) => name);
    return encode(
      names.reduce((kept, name) => kept.replaceAll(name, ""), translation.slice(from, to)),
    );
  });
}

interface Range {
  start: number;
  end: number;
}

function write(
  placed: readonly Placed[],
  start: number,
  end: number,
  text: (from: number, to: number) => string,
): string {
  let written = "";
  let at = start;
  for (const { mark, inside, ...range } of placed) {
    written += text(at, range.start) + mark.open;
    if (!mark.atom) written += write(inside, range.start, range.end, text);
    written += mark.close;
    at = range.end;
  }
  return written + text(at, end);
}

interface Atom extends Range {
  name: string;
}

/** An atom is one unit, and its name tells where it comes from. */
function withAtoms(
  atoms: readonly Atom[],
  translation: string,
  units: readonly AlignedUnit[],
): AlignedUnit[] {
  const found = atoms.flatMap(({ name, start, end }): AlignedUnit[] => {
    const at = translation.indexOf(name);
    if (at < 0) return [];
    const from = [{ start, end, weight: CERTAIN }];
    return [{ start: at, end: at + name.length, word: true, from }];
  });
  const others = units.filter((unit) => !found.some((atom) => overlaps(atom, unit)));
  return [...others, ...found].sort((a, b) => a.start - b.start);
}

function atomsOf(marks: readonly Mark[]): Mark[] {
  return marks.flatMap((mark) => (mark.atom ? [mark] : atomsOf(mark.inside)));
}

/** Gives each of the marks its range inside `target`, the range of the mark that they are in; ranges don't overlap. */
function arrange(
  marks: readonly Mark[],
  source: Range,
  target: Range,
  units: readonly AlignedUnit[],
  text: string,
): Placed[] {
  const own = units.filter(({ start, end }) => target.start <= start && end <= target.end);
  const taken: Range[] = [];
  const placed: Placed[] = [];
  const put = (mark: Mark, range: Range) => {
    taken.push(range);
    placed.push({ mark, ...range, inside: arrange(mark.inside, mark, range, own, text) });
  };
  const covering = marks.filter(({ start, end }) => start < end);
  const points = marks.filter(({ start, end }) => start === end);
  const ranked = covering
    .map((mark) => ({ mark, evidence: own.map((unit) => evidence(unit, mark)) }))
    .sort((a, b) => best(b.evidence) - best(a.evidence));
  for (const { mark, evidence } of ranked) {
    if (!mark.atom && coversAll(mark, source, text)) {
      put(mark, trimmed(target, own));
      continue;
    }
    const free = own.map((unit) => !taken.some((range) => overlaps(range, unit)));
    const run = strongestRun(evidence, free);
    if (run) put(mark, withPunctuation(mark, run, own, free, text));
    else points.push(mark);
  }
  for (const mark of points) {
    const at = outside(pointFor(mark, target, own, text), taken);
    placed.push({
      mark,
      start: at,
      end: at,
      inside: arrange(mark.inside, mark, { start: at, end: at }, [], text),
    });
  }
  // Marks at one place in the order of the source.
  return placed.sort(
    (a, b) =>
      a.start - b.start ||
      a.end - b.end ||
      a.mark.start - b.mark.start ||
      marks.indexOf(a.mark) - marks.indexOf(b.mark),
  );
}

const overlaps = (a: Range, b: Range) => a.start < b.end && b.start < a.end;

/** From −1 (all of the unit comes from elsewhere) to 1 (all of it comes from the mark); beyond where it is certain. */
function evidence({ from }: AlignedUnit, mark: Mark): number {
  let [inside, all] = [0, 0];
  for (const { start, end, weight } of from) {
    all += weight;
    if (mark.start < end && start < mark.end) inside += weight;
  }
  if (all === 0) return 0;
  return ((2 * inside - all) / all) * (all >= CERTAIN ? CERTAIN : 1);
}

const best = (evidence: readonly number[]) =>
  evidence.reduce((sum, one) => sum + Math.max(one, 0), 0);

function coversAll(mark: Mark, source: Range, text: string): boolean {
  const around = text.slice(source.start, mark.start) + text.slice(mark.end, source.end);
  return around.trim() === "";
}

/** A range without the white space at its ends. */
function trimmed(range: Range, own: readonly AlignedUnit[]): Range {
  return { start: own[0]?.start ?? range.start, end: own.at(-1)?.end ?? range.end };
}

interface Run {
  first: number;
  last: number;
}

/** The stretch of free units with the greatest sum of evidence; nothing where all of it is against the mark. */
function strongestRun(evidence: readonly number[], free: readonly boolean[]): Run | undefined {
  let found: Run | undefined;
  let [greatest, sum, first] = [0, 0, 0];
  for (const [i, one] of evidence.entries()) {
    if (!free[i]) {
      sum = 0;
    } else if (sum <= 0) {
      sum = one;
      first = i;
    } else {
      sum += one;
    }
    if (free[i] && sum > greatest) {
      greatest = sum;
      found = { first, last: i };
    }
  }
  return found;
}

/** Punctuation that the mark has at its ends in the source stays in it. */
function withPunctuation(
  mark: Mark,
  { first, last }: Run,
  own: readonly AlignedUnit[],
  free: readonly boolean[],
  text: string,
): Range {
  const marked = mark.atom ? "" : text.slice(mark.start, mark.end).trim();
  const takes = (i: number, beside: number) => {
    const [unit, neighbour] = [own[i], own[beside]];
    return (
      unit &&
      neighbour &&
      !unit.word &&
      free[i] &&
      (unit.end === neighbour.start || neighbour.end === unit.start)
    );
  };
  const ending = /[^\p{L}\p{N}\s]*$/u.exec(marked)?.[0].length ?? 0;
  for (let i = 0; i < ending && takes(last + 1, last); i += 1) last += 1;
  const opening = /^[^\p{L}\p{N}\s]*/u.exec(marked)?.[0].length ?? 0;
  for (let i = 0; i < opening && takes(first - 1, first); i += 1) first -= 1;
  return { start: own[first]?.start ?? 0, end: own[last]?.end ?? 0 };
}

/** After the translation of the word before the mark, or before that of the word after it. */
function pointFor(mark: Mark, target: Range, own: readonly AlignedUnit[], text: string): number {
  let before: { at: number; end: number; weight: number } | undefined;
  let after: { at: number; start: number; weight: number } | undefined;
  for (const unit of own) {
    for (const { start, end, weight } of unit.from) {
      if (
        end <= mark.start &&
        (!before || end > before.end || (end === before.end && weight > before.weight))
      )
        before = { at: unit.end, end, weight };
      if (
        start >= mark.start &&
        (!after || start < after.start || (start === after.start && weight > after.weight))
      )
        after = { at: unit.start, start, weight };
    }
  }
  // The nearer of the two; behind a space the mark belongs to what follows.
  const close = /\s$/.test(text.slice(0, mark.start)) ? (after ?? before) : (before ?? after);
  return close?.at ?? target.start;
}

/** A place that is in none of the ranges. */
function outside(at: number, ranges: readonly Range[]): number {
  const inside = ranges.find(({ start, end }) => start < at && at < end);
  return inside ? inside.end : at;
}
