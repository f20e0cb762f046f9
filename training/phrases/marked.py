"""Lines with addresses, identifiers, amounts, dates and times, whose places reserved pieces take.

python -m training.phrases.marked runs/phrases/marked

writes `marked.de` and `marked.en`: the lines of `marked.tsv` with {a} and {b} as what is copied, {n} and {m} as numbers, {d} and {e} as
dates, {t} and {u} as times of day. The marks of a class come in the order of either language's line.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from training.corpus import Pair, write_lines
from training.placeholders import CLASSES, SHIFTED

LINES = Path(__file__).parent / "marked.tsv"
NAMES = dict(zip(CLASSES, ("ab", "nm", "de", "tu"), strict=True))
TIMES = 4
"""Every line with so many draws of its marks."""


def marked(rng: random.Random) -> list[Pair]:
    lines = [line.split("\t") for line in LINES.read_text(encoding="utf-8").splitlines()[1:]]
    return [fill(de, en, rng) for de, en in lines for _ in range(TIMES)]


def fill(de: str, en: str, rng: random.Random) -> Pair:
    values: dict[str, str] = {}
    for kind, characters in CLASSES.items():
        first = rng.randrange(len(characters)) if rng.random() < SHIFTED else 0
        text = rng.choice((de, en))
        order = sorted((name for name in NAMES[kind] if f"{{{name}}}" in text), key=lambda name: text.index(f"{{{name}}}"))
        values |= {name: characters[(first + i) % len(characters)] for i, name in enumerate(order)}
    return de.format(**values), en.format(**values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="path without the language's ending")
    args = parser.parse_args()
    pairs = marked(random.Random(1))
    for side, language in enumerate(("de", "en")):
        write_lines(args.out.with_name(f"{args.out.name}.{language}"), (pair[side] for pair in pairs))


if __name__ == "__main__":
    main()
