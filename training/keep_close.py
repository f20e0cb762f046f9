"""Of a teacher's translations, those that are close to what a person wrote.

python -m training.keep_close runs/TEACHER/distilled CONFIG --data-dir DATA --out runs/TEACHER/close

Where a teacher is far from every reference, it is more often wrong than free, and its student had better not learn from it.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import sacrebleu
from tqdm import tqdm

from training.config import load_config
from training.corpus import Corpus, Pair, add_arguments, open_corpus, write_lines


def closeness(text: str, references: list[str]) -> float:
    """chrF to the nearest reference, 0 to 100."""
    return max(sacrebleu.sentence_chrf(text, [reference]).score for reference in references)


def close_pairs(translated: list[Pair], originals: list[Pair], least_chrf: float) -> list[Pair]:
    """The translated pairs whose chrF to some reference of their source is `least_chrf` or more."""
    references = defaultdict(list)
    for source, target in originals:  # many a source stands there with several targets
        references[source].append(target)
    return [(a, b) for a, b in tqdm(translated) if references[a] and closeness(b, references[a]) >= least_chrf]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("translated", type=Path, help="what training.distill wrote")
    parser.add_argument("config", help="the config that training.distill was given")
    parser.add_argument("overrides", nargs="*")
    add_arguments(parser)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--least-chrf", type=float, default=50.0, help="0 to 100")
    args = parser.parse_intermixed_args()
    data = load_config(args.config, args.overrides).data
    corpus, translated = open_corpus(args, data), Corpus(args.translated)
    for name in dict.fromkeys(data.train):  # a file may be listed several times
        originals = corpus.pairs([name], data.source, data.target)
        found = translated.pairs([name.removeprefix("./")], data.source, data.target)
        kept = close_pairs(found, originals, args.least_chrf)
        write_lines(args.out / f"{name}.{data.source}", (source for source, _ in kept))
        write_lines(args.out / f"{name}.{data.target}", (target for _, target in kept))


if __name__ == "__main__":
    main()
