"""The reserved pieces in a vocabulary made anew, and in one that there is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import sentencepiece

from training import vocabulary
from training.corpus import Corpus
from training.model import EOS, UNK
from training.placeholders import RESERVED
from training.tests.conftest import PIECES
from training.vocabulary import has_reserved, load_tokenizer, with_replaced


@pytest.fixture
def without(tmp_path: Path, corpus: Corpus) -> Path:
    """A vocabulary as they were before there were reserved pieces."""
    texts = [text for pair in corpus.pairs(["train"], "de", "en") for text in pair]
    prefix = tmp_path / "without"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*texts, "Nirgends mehr vorkommende Wörter stehen hier allein nebeneinander herum."] * 2),
        model_prefix=str(prefix), model_type="unigram", vocab_size=340, byte_fallback=True, hard_vocab_limit=False,
        pad_id=0, unk_id=UNK, bos_id=2, eos_id=EOS, minloglevel=2,
    )  # fmt: skip
    return prefix.with_suffix(".model")


def test_a_new_vocabulary_has_them_last(tokenizer_file: Path) -> None:
    tokenizer = load_tokenizer(tokenizer_file)
    assert has_reserved(tokenizer) and tokenizer.vocab_size() == PIECES
    assert [tokenizer.id_to_piece(i) for i in range(PIECES - len(RESERVED), PIECES)] == RESERVED
    ids = tokenizer.encode(f"Der Hund {RESERVED[9]}.")
    assert ids.count(tokenizer.piece_to_id(RESERVED[9])) == 1 and tokenizer.decode(ids) == f"Der Hund {RESERVED[9]}."


def test_they_take_the_place_of_what_the_texts_need_least(without: Path) -> None:
    before = load_tokenizer(without)
    assert not has_reserved(before)
    # A character that no piece is, and texts that need few of the pieces.
    texts = ["Der Hund sieht den Vogel. ☃"] * 20
    after = sentencepiece.SentencePieceProcessor(model_proto=with_replaced(without.read_bytes(), texts))
    assert after.vocab_size() == before.vocab_size() and has_reserved(after)
    assert before.piece_to_id("☃") == UNK != after.piece_to_id("☃")
    changed = {i for i in range(after.vocab_size()) if before.id_to_piece(i) != after.id_to_piece(i)}
    assert len(changed) >= len(RESERVED) + 1
    assert not changed & set(before.encode(texts[0])) and all(len(before.id_to_piece(i)) > 1 for i in changed)
    assert not any(before.is_byte(i) or before.is_control(i) for i in changed)


def test_the_command_takes_either_way(
    without: Path, corpus: Corpus, tokenizer_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "run.toml"
    config.write_text(
        f"[model]\nvocab_size = {PIECES}\nd_model = 32\nffn = 48\nlayers = 2\ncross_heads = 4\n"
        'branches = [{ kind = "attention", channels = 32, heads = 4 }]\n[data]\nsource = "de"\ntarget = "en"\nvalid = []\n'
        'files = { train = 1.0 }\ntokenizer = ""\n[train]\nmax_updates = 1\n'
    )
    for words, size in (([], PIECES), (["--from", without], load_tokenizer(without).vocab_size())):
        out = tmp_path / f"made-{size}/tokenizer.model"
        words = [config, "--data-dir", corpus.folder, "--out", out, *words]
        monkeypatch.setattr(sys, "argv", ["vocabulary", *map(str, words)])
        vocabulary.main()
        assert has_reserved(load_tokenizer(out)) and load_tokenizer(out).vocab_size() == size
    made, expected = load_tokenizer(tmp_path / f"made-{PIECES}/tokenizer.model"), load_tokenizer(tokenizer_file)
    assert [made.id_to_piece(i) for i in range(PIECES)] == [expected.id_to_piece(i) for i in range(PIECES)]
