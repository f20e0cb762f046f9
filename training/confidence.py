"""Measures the engine's confidence, and fits its constants (src/confidence.rs) anew, on translations that are good and on guesses.

cargo build --release --example translate
python -m training.confidence models/de-en models/en-de --data-dir DATA [--fit]

Good is a translation of the valid sets or of the news whose chrF is 40 or more, a guess one whose chrF is below 25; those between
are either. Guesses are, besides, all translations of what is in another language (tests/data/foreign.txt) or in none: words of the
valid set with their letters shuffled, letters at random, words at random.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sacrebleu
import sentencepiece as spm

from training.corpus import Corpus, add_arguments, open_corpus
from training.export.bundle import read_manifest
from training.export.engine import add_program, translate

SETS = ["tatoeba/valid", "multi30k/valid", "news/newstest2013"]
LINES = 1000
FOREIGN = Path(__file__).parents[1] / "tests/data/foreign.txt"
GOOD, GUESS = 40.0, 25.0
# With a length penalty of 1 a score is the mean log-probability.
OPTIONS = ["--json", "--length-penalty", "1"]
# As in src/confidence.rs.
ORDINARY, PRIOR = 2.5, 3.0


@dataclass
class Case:
    """A translated line."""

    kind: str
    good: bool
    confidence: float
    features: tuple[float, float]


def nonsense(lines: Sequence[str], seed: int = 1) -> Iterable[tuple[str, str]]:
    """Kinds and texts."""
    rng = random.Random(seed)
    words = [word.strip(".,!?") for line in lines for word in line.split()]

    def shuffled(word: str) -> str:
        return "".join(rng.sample(word, len(word))) if len(word) > 3 else word

    def letters(low: int, high: int) -> str:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(low, high)))

    for line in rng.sample(list(lines), 150):
        yield "letters shuffled", " ".join(shuffled(word) for word in line.split())
    for _ in range(150):
        yield "letters at random", " ".join(letters(3, 10) for _ in range(rng.randint(1, 7)))
    for _ in range(100):
        yield "words at random", " ".join(rng.choices(words, k=rng.randint(3, 9))) + "."
    for line in FOREIGN.read_text(encoding="utf-8").splitlines():
        yield "another language", line


def measure(program: Path, bundle: Path, corpus: Corpus) -> list[Case]:
    manifest = read_manifest(bundle)
    source, target = manifest["source_language"], manifest["target_language"]
    pieces = spm.SentencePieceProcessor(model_file=str(bundle / "tokenizer.model"))
    texts: list[tuple[str, str, str | None]] = []
    for name in SETS:
        texts += [(name, a, b) for a, b in corpus.pairs([name], source, target)[:LINES]]
    texts += [(kind, text, None) for kind, text in nonsense([a for name, a, _ in texts if name == SETS[0]])]

    cases = []
    lines = translate(program, bundle, [a for _, a, _ in texts], options=OPTIONS)
    for (kind, text, reference), found in zip(texts, map(json.loads, lines), strict=True):
        chrf = 0.0 if reference is None else sacrebleu.sentence_chrf(found["text"], [reference]).score
        if not found["sentences"] or GUESS <= chrf < GOOD:
            continue
        spelt = [i for i in pieces.encode(text) if pieces.is_byte(i) or any(c.isalpha() for c in pieces.id_to_piece(i))]
        in_piece = (sum(c.isalpha() for c in text) + PRIOR) / (len(spelt) + 1)
        sentence = found["sentences"][0]
        features = (sentence["score"], min(in_piece, ORDINARY))
        cases.append(Case(kind, chrf >= GOOD, sentence["confidence"], features))
    return cases


def fit(cases: Sequence[Case]) -> np.ndarray:
    """Logistic regression, good ones and guesses weighing the same: bias, per log-probability, per letter."""
    good = np.array([case.good for case in cases], float)
    weights = np.where(good == 1, 0.5 / good.mean(), 0.5 / (1 - good.mean()))
    x = np.c_[np.ones(len(cases)), [case.features for case in cases]]
    found = np.zeros(3)
    for _ in range(50):  # Newton's method
        p = 1 / (1 + np.exp(-x @ found))
        hessian = (x * (weights * p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(3)
        found += np.linalg.solve(hessian, x.T @ (weights * (good - p)))
    return found


def table(cases: Sequence[Case]) -> str:
    out = "| lines | good | below 0.5 | guesses | below 0.5 |\n|---|---:|---:|---:|---:|\n"
    for kind in [*dict.fromkeys(case.kind for case in cases), "all"]:
        out += f"| {kind} |"
        for good in (True, False):
            picked = [case.confidence < 0.5 for case in cases if kind in (case.kind, "all") and case.good == good]
            out += f" {len(picked)} | {100 * np.mean(picked):.0f} % |" if picked else " | |"
        out += "\n"
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", type=Path, nargs="+")
    parser.add_argument("--fit", action="store_true", help="fit the constants on all of it, and print them")
    add_arguments(parser)
    add_program(parser)
    args = parser.parse_args()
    corpus = open_corpus(args)
    every: list[Case] = []
    for bundle in args.bundles:
        cases = measure(args.program, bundle, corpus)
        print(f"{bundle.name}\n\n{table(cases)}", flush=True)
        every += cases
    if args.fit:
        bias, per_log_probability, per_letter = fit(every)
        print(f"BIAS {bias:.1f}, PER_LOG_PROBABILITY {per_log_probability:.1f}, PER_LETTER {per_letter:.1f}")


if __name__ == "__main__":
    main()
