/** Where the words of a translation come from, unit by unit. */

import type { DetailedTranslation } from "../types.js";

/** A word or a mark of punctuation. */
export interface Unit {
  start: number;
  end: number;
  word: boolean;
}

/** A translation's unit and the places in the source that it translates. */
export interface AlignedUnit extends Unit {
  from: { start: number; end: number; weight: number }[];
}

export function unitsOf(text: string): Unit[] {
  const pattern = /([\p{L}\p{M}\p{N}]+(?:['’\-.,][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*)|\S/gu;
  return [...text.matchAll(pattern)].map(({ 0: found, 1: word, index }) => ({
    start: index,
    end: index + found.length,
    word: word !== undefined,
  }));
}

/** The units of a translation by the engine's alignments; where it gives none, by their order. */
export function alignedUnits({
  text,
  translation,
  sentences,
}: Pick<DetailedTranslation, "text" | "translation" | "sentences">): AlignedUnit[] {
  const units: AlignedUnit[] = unitsOf(translation).map((unit) => ({ ...unit, from: [] }));
  let [sourceAt, targetAt] = [0, 0];
  for (const sentence of sentences) {
    const { start, end, text: source, translation: target, alignments } = sentence;
    // The layout between sentences stays as it was.
    targetAt += start - sourceAt;
    sourceAt = end;
    const own = units.filter(
      (unit) => targetAt <= unit.start && unit.end <= targetAt + target.length,
    );
    if (alignments?.length && source !== target) {
      for (const alignment of alignments) {
        const { source: from, target: to, weight } = alignment;
        for (const unit of own) {
          if (unit.start < targetAt + to.end && targetAt + to.start < unit.end)
            unit.from.push({ start: start + from.start, end: start + from.end, weight });
        }
      }
    } else {
      byOrder(own, unitsOf(text.slice(start, end)), start);
    }
    targetAt += target.length;
  }
  return units;
}

function byOrder(target: AlignedUnit[], source: Unit[], offset: number): void {
  for (const [i, unit] of target.entries()) {
    const twin = source[Math.floor((i * source.length) / target.length)];
    if (twin) unit.from.push({ start: offset + twin.start, end: offset + twin.end, weight: 1 });
  }
}
