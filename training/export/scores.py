"""Measure a bundle as it is shipped, by the engine (engine.py), and write the scores into its manifest and model card.

`python -m training.export.scores training/export/de-en.toml --data-dir DATA`
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from training.corpus import add_arguments, open_corpus
from training.evaluate import score_texts, test_sets
from training.export.bundle import read_manifest, write_manifest
from training.export.card import write_card
from training.export.config import read_config
from training.export.engine import add_program, translate


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export.scores", description=__doc__)
    parser.add_argument("config", type=Path)
    add_arguments(parser)
    add_program(parser)
    parser.add_argument("--bundle", type=Path, help="models/NAME by default")
    parser.add_argument("--sets", nargs="+", help="by default all that the source language has")
    parser.add_argument("--limit", type=int, help="only so many lines of each set")
    arguments = parser.parse_args()

    config = read_config(arguments.config)
    folder = arguments.bundle or config.folder
    manifest = read_manifest(folder)
    corpus, scores = open_corpus(arguments), {}
    for name in arguments.sets or test_sets(manifest["source_language"]):
        pairs = corpus.pairs([name], manifest["source_language"], manifest["target_language"])[: arguments.limit]
        start = time.perf_counter()
        texts = translate(arguments.program, folder, [source for source, _ in pairs])
        bleu, chrf, bleu_signature, chrf_signature = score_texts(texts, [target for _, target in pairs])
        scores[name] = {
            "bleu": round(bleu, 2),
            "chrf": round(chrf, 2),
            "lines": len(pairs),
            **manifest["decoding"],
            "bleu_signature": bleu_signature,
            "chrf_signature": chrf_signature,
        }
        print(f"{name}: BLEU {bleu:.2f}, chrF {chrf:.2f}, {time.perf_counter() - start:.0f} s", flush=True)
    write_manifest(folder, manifest | {"scores": scores})
    limits = [limit.text for limit in config.weaknesses.limits]
    write_card(folder, config.weaknesses, translate(arguments.program, folder, limits, split=True))


if __name__ == "__main__":
    main()
