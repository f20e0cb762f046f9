"""SentencePiece vocabularies: training one on a run's data, loading one.

python -m training.vocabulary training/configs/NAME.toml --out FILE.model
"""

from __future__ import annotations

import argparse
from pathlib import Path

import sentencepiece

from training.config import ConfigError, DataConfig, load_config
from training.corpus import Corpus, add_arguments, open_corpus
from training.model import BOS, EOS, PAD, UNK


def load_tokenizer(path: str | Path) -> sentencepiece.SentencePieceProcessor:
    if not Path(path).is_file():
        raise ConfigError(f"data.tokenizer: no file {path}; `python -m training.vocabulary` makes one")
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(path))
    ids = (tokenizer.pad_id(), tokenizer.unk_id(), tokenizer.bos_id(), tokenizer.eos_id())
    if ids != (PAD, UNK, BOS, EOS):
        raise ConfigError(f"{path}: pad, unk, bos, eos are {ids}, expected {(PAD, UNK, BOS, EOS)}")
    return tokenizer


def train_tokenizer(data: DataConfig, corpus: Corpus, size: int, out: Path) -> None:
    """A joint unigram vocabulary of both sides of the training files, with byte fallback."""
    pairs = corpus.pairs(data.train, data.source, data.target)
    out.parent.mkdir(parents=True, exist_ok=True)
    prefix = out.with_suffix("")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text for pair in pairs for text in pair]),
        model_prefix=str(prefix),
        model_type="unigram",
        vocab_size=size,
        byte_fallback=True,
        character_coverage=0.9999,
        normalization_rule_name="nmt_nfkc",
        pad_id=PAD,
        unk_id=UNK,
        bos_id=BOS,
        eos_id=EOS,
        minloglevel=1,
    )
    prefix.with_suffix(".vocab").unlink()
    prefix.with_suffix(".model").replace(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config")
    parser.add_argument("overrides", nargs="*")
    add_arguments(parser)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_intermixed_args()
    run = load_config(args.config, args.overrides)
    train_tokenizer(run.data, open_corpus(args, run.data), run.model.vocab_size, args.out)


if __name__ == "__main__":
    main()
