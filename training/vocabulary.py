"""SentencePiece vocabularies: training one on a run's data, loading one.

python -m training.vocabulary training/configs/NAME.toml --out FILE.model [--from OTHER.model]

The reserved pieces (placeholders.py) come last. `--from` puts them into a vocabulary that there is, so that a model trained with it can
go on: they, and the characters that the data hold most of and no piece is, take the place of the pieces that the data need least, and
the trainer starts the embeddings of those anew (checkpoint.py).
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from training.config import ConfigError, DataConfig, load_config
from training.corpus import Corpus, add_arguments, open_corpus
from training.model import BOS, EOS, PAD, UNK
from training.normalise import normalise
from training.placeholders import RESERVED

CHARACTERS = 16
"""Common characters that get a piece of their own beside the reserved ones, in a vocabulary that has none for them."""


SCORE = -10.0
"""Log-probability of added pieces; nothing else could stand for these characters, but bytes."""


def load_tokenizer(path: str | Path) -> sentencepiece.SentencePieceProcessor:
    if not Path(path).is_file():
        raise ConfigError(f"data.tokenizer: no file {path}; `python -m training.vocabulary` makes one")
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(path))
    ids = (tokenizer.pad_id(), tokenizer.unk_id(), tokenizer.bos_id(), tokenizer.eos_id())
    if ids != (PAD, UNK, BOS, EOS):
        raise ConfigError(f"{path}: pad, unk, bos, eos are {ids}, expected {(PAD, UNK, BOS, EOS)}")
    return tokenizer


def has_reserved(tokenizer: sentencepiece.SentencePieceProcessor) -> bool:
    """Whether a vocabulary has the reserved pieces; the first ones did not."""
    return all(tokenizer.piece_to_id(character) != UNK for character in RESERVED)


def texts_of(data: DataConfig, corpus: Corpus) -> list[str]:
    return [normalise(text) for pair in corpus.pairs(list(data.files_in_use), data.source, data.target) for text in pair]


def with_replaced(model: bytes, texts: list[str]) -> bytes:
    """A vocabulary with the reserved pieces and common characters in the place of the pieces that the texts need least."""
    tokenizer = sentencepiece.SentencePieceProcessor(model_proto=model)
    counts = np.bincount([i for ids in tokenizer.encode(texts) for i in ids], minlength=tokenizer.vocab_size())
    characters = Counter(c for text in texts for c in tokenizer.normalize(text) if tokenizer.piece_to_id(c) == UNK)
    new = [(c, SCORE) for c in RESERVED] + [(c, SCORE) for c, _ in characters.most_common(CHARACTERS)]
    proto = sentencepiece_model_pb2.ModelProto.FromString(model)
    ordinary = [i for i, piece in enumerate(proto.pieces) if piece.type == piece.NORMAL and len(piece.piece) > 1]
    for i, (piece, score) in zip(sorted(ordinary, key=lambda i: (counts[i], -i)), new, strict=False):
        proto.pieces[i].piece, proto.pieces[i].score = piece, score
    return proto.SerializeToString()


def train_tokenizer(data: DataConfig, corpus: Corpus, size: int, out: Path) -> None:
    """A joint unigram vocabulary of both sides of the training files, with byte fallback; the reserved pieces come last."""
    out.parent.mkdir(parents=True, exist_ok=True)
    prefix = out.with_suffix("")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts_of(data, corpus)),
        model_prefix=str(prefix),
        model_type="unigram",
        vocab_size=size - len(RESERVED),
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
    proto = sentencepiece_model_pb2.ModelProto.FromString(prefix.with_suffix(".model").read_bytes())
    for character in RESERVED:
        proto.pieces.add(piece=character, score=SCORE)
    proto.trainer_spec.vocab_size = size
    prefix.with_suffix(".model").unlink()
    out.write_bytes(proto.SerializeToString())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config")
    parser.add_argument("overrides", nargs="*")
    add_arguments(parser)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from", dest="given", type=Path, help="a vocabulary to put the reserved pieces into")
    args = parser.parse_intermixed_args()
    run = load_config(args.config, args.overrides)
    corpus = open_corpus(args, run.data)
    if args.given:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_bytes(with_replaced(args.given.read_bytes(), texts_of(run.data, corpus)))
    else:
        train_tokenizer(run.data, corpus, run.model.vocab_size, args.out)


if __name__ == "__main__":
    main()
