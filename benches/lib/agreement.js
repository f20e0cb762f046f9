// Whether engines translate alike.

/** Engines round differently, so two hypotheses of nearly the same score may change places. */
export const NEAR = 0.05;

/**
 * Holds translations against those of a reference, both [{ text, score }]: how many are the same, how many differ while
 * the scores are within a near tie, and those that differ.
 */
export function agreement(reference, others, near = NEAR) {
  const result = { of: reference.length, same: 0, near: 0, differing: [] };
  for (const [place, { text, score }] of reference.entries()) {
    const other = others[place];
    if (other.text === text) {
      result.same += 1;
      continue;
    }
    const gap = Math.abs(score - other.score);
    if (gap < near) result.near += 1;
    result.differing.push({ reference: text, text: other.text, gap: Number(gap.toFixed(4)) });
  }
  return result;
}
