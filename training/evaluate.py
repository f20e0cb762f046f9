"""Scores a model on test sets: sacreBLEU (detokenised, case-sensitive) and chrF, with their signatures, as JSON.

python -m training.evaluate runs/NAME/model.safetensors --data-dir DATA [--sets ...] [--beam 1 4] [--length-penalty 0.6 1.0]

The search itself does not depend on the length penalty, so that each beam is searched once and ranked for every penalty.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu
import sentencepiece
import torch
from tqdm import tqdm

from training.checkpoint import load_model
from training.config import ConfigError
from training.corpus import add_arguments, open_corpus, write_lines
from training.decode import translate
from training.model import EOS, LiteTransformer
from training.normalise import normalise
from training.search import Hypothesis, SearchConfig
from training.vocabulary import load_tokenizer

TEST_SETS = ("tatoeba/test", "multi30k/test_2016", "news/newstest2014", "iwslt14/test", "general/flores200_devtest")
FROM_GERMAN = ("general/wmt21_deen",)
"""Written in German and translated into English: a test of that direction alone."""


def test_sets(source: str) -> tuple[str, ...]:
    return TEST_SETS + (FROM_GERMAN if source == "de" else ())


@dataclass(frozen=True)
class Score:
    set: str
    lines: int
    beam_size: int
    length_penalty: float
    bleu: float
    chrf: float
    truncated: int
    """Translations that the length limit cut off."""
    seconds: float
    bleu_signature: str
    chrf_signature: str


def rank(hypotheses: Sequence[Hypothesis], searched_with: float, length_penalty: float) -> Hypothesis:
    """The best hypothesis under another length penalty than the search's."""

    def score(h: Hypothesis) -> float:
        length = len(h.tokens) + (not h.truncated)
        return h.score * length ** (searched_with - length_penalty)

    return max(hypotheses, key=score)


def score_texts(texts: list[str], references: list[str]) -> tuple[float, float, str, str]:
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    b, c = bleu.corpus_score(texts, [references]).score, chrf.corpus_score(texts, [references]).score
    return b, c, str(bleu.get_signature()), str(chrf.get_signature())


def evaluate_set(
    model: LiteTransformer,
    tokenizer: sentencepiece.SentencePieceProcessor,
    name: str,
    pairs: Sequence[tuple[str, str]],
    beam: int,
    penalties: Sequence[float],
) -> list[tuple[Score, list[str]]]:
    ids = [x + [EOS] for x in tokenizer.encode([normalise(a) for a, _ in pairs])]
    config = SearchConfig(beam, penalties[0])
    start = time.perf_counter()
    with tqdm(total=len(ids), desc=f"{name} beam {beam}") as bar:
        found = translate(model, ids, config, report=bar.update)
    seconds = time.perf_counter() - start
    out = []
    for penalty in penalties:
        best = [rank(h, penalties[0], penalty) for h in found]
        texts = tokenizer.decode([h.tokens for h in best])
        bleu, chrf, bleu_signature, chrf_signature = score_texts(texts, [b for _, b in pairs])
        cut = sum(h.truncated for h in best)
        rounded = round(bleu, 2), round(chrf, 2)
        score = Score(name, len(pairs), beam, penalty, *rounded, cut, round(seconds, 1), bleu_signature, chrf_signature)
        out.append((score, texts))
    return out


def languages(model: Path, given: str) -> tuple[str, str]:
    """Source and target: given as `de-en`, or from the run's config beside the model."""
    config = model.parent / "config.json"
    if given:
        source, _, target = given.partition("-")
        return source, target
    if not config.is_file():
        raise ConfigError(f"no {config}: give --pair, such as de-en")
    data = json.loads(config.read_text(encoding="utf-8"))["data"]
    return data["source"], data["target"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    add_arguments(parser)
    parser.add_argument("--tokenizer", type=Path, help="default: tokenizer.model beside the model")
    parser.add_argument("--pair", default="", help="languages, default: from config.json beside the model")
    parser.add_argument("--sets", nargs="+", help="by default all that the source language has")
    parser.add_argument("--beam", nargs="+", type=int, default=[4])
    parser.add_argument("--length-penalty", nargs="+", type=float, default=[1.0])
    parser.add_argument("--limit", type=int, help="only the first lines of each set")
    parser.add_argument("--out", type=Path, help="JSON file of the scores")
    parser.add_argument("--texts", type=Path, help="folder for the translations")
    args = parser.parse_args()
    model = load_model(args.model)
    if torch.cuda.is_available():
        model = model.cuda()
    tokenizer = load_tokenizer(args.tokenizer or args.model.parent / "tokenizer.model")
    source, target = languages(args.model, args.pair)
    corpus = open_corpus(args)
    scores = []
    for name in args.sets or test_sets(source):
        pairs = corpus.pairs([name], source, target)[: args.limit]
        for beam in args.beam:
            for score, texts in evaluate_set(model, tokenizer, name, pairs, beam, args.length_penalty):
                scores.append(asdict(score))
                print(json.dumps(asdict(score)), flush=True)
                if args.texts:
                    file = args.texts / f"{name.replace('/', '-')}.beam{beam}.lp{score.length_penalty}.{target}"
                    write_lines(file, texts)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps({"model": args.model.name, "scores": scores}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
