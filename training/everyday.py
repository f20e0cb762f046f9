"""Scores translations of the everyday lines, tests/data/everyday.tsv, read from standard input: chrF and BLEU by kind, and the worst.

tail -n +2 tests/data/everyday.tsv | cut -f2 | cargo run --release --example translate -- --bundle models/de-en | python -m training.everyday
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import sacrebleu

LINES = Path(__file__).parents[1] / "tests/data/everyday.tsv"


def table(rows: list[list[str]], translations: list[str]) -> str:
    """A line a kind, and one for all."""
    out = "| kind | lines | chrF | BLEU |\n|---|---:|---:|---:|\n"
    for kind in [*dict.fromkeys(row[0] for row in rows), "all"]:
        picked = [(t, row[2]) for row, t in zip(rows, translations, strict=True) if kind in (row[0], "all")]
        texts, references = zip(*picked, strict=True)
        chrf, bleu = (m.corpus_score(texts, [references]).score for m in (sacrebleu.CHRF(), sacrebleu.BLEU()))
        out += f"| {kind} | {len(picked)} | {chrf:.1f} | {bleu:.1f} |\n"
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", type=int, default=20, help="how many of the worst lines to show")
    args = parser.parse_args()
    rows = [line.split("\t") for line in LINES.read_text(encoding="utf-8").splitlines()[1:]]
    translations = sys.stdin.read().splitlines()
    if len(translations) != len(rows):
        parser.error(f"{len(translations)} translations on standard input, expected {len(rows)}, one for each line of {LINES.name}")
    print(table(rows, translations))
    scored = [(sacrebleu.sentence_chrf(t, [row[2]]).score, row, t) for row, t in zip(rows, translations, strict=True)]
    for score, (_, de, en), translation in sorted(scored)[: args.worst]:
        print(f"{score:5.1f}  {de}  ->  {translation}  ({en})")


if __name__ == "__main__":
    main()
