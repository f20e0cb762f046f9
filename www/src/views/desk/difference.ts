import type { Paint } from "./painted";

/** The words of `text` that are not in `before` in the same order (the longest common subsequence is left out). */
export function changedWords(before: string, text: string): Paint[] {
  const old = [...before.matchAll(/\S+/g)].map(([word]) => word);
  const words = [...text.matchAll(/\S+/g)];
  // common[i][j]: how many words the ends from i and from j have in common.
  const common = Array.from({ length: old.length + 1 }, () =>
    new Array<number>(words.length + 1).fill(0),
  );
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = words.length - 1; j >= 0; j--) {
      common[i]![j] =
        old[i] === words[j]![0]
          ? common[i + 1]![j + 1]! + 1
          : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const changed: Paint[] = [];
  let i = 0;
  for (const [j, { 0: word, index }] of words.entries()) {
    while (i < old.length && old[i] !== word && common[i + 1]![j]! >= common[i]![j + 1]!) i++;
    if (old[i] === word && common[i]![j] === common[i + 1]![j + 1]! + 1) i++;
    else changed.push({ start: index, end: index + word.length, class: "changed" });
  }
  return changed;
}
