"""The bundle's smaller tokenizer.model."""

from __future__ import annotations

from pathlib import Path

import pytest
import sentencepiece

from training.export.tokenizer import lean_tokenizer


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer with all rules of nmt_nfkc."""
    prefix = tmp_path_factory.mktemp("tokenizer") / "whole"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["Der Hund läuft über die Straße.", "The dog runs across the street.", "™"]),
        model_prefix=str(prefix),
        model_type="unigram",
        vocab_size=285,
        byte_fallback=True,
        normalization_rule_name="nmt_nfkc",
        minloglevel=1,
    )
    return prefix.with_suffix(".model")


@pytest.fixture(scope="module")
def lean(whole: Path) -> Path:
    path = whole.with_name("lean.model")
    path.write_bytes(lean_tokenizer(whole))
    return path


def rules_of(path: Path) -> set[tuple[str, str]]:
    return set(sentencepiece.SentencePieceNormalizer(model_file=str(path)).Decompile())


@pytest.mark.parametrize(
    "text",
    [
        "Der Hund läuft über die Straße.",
        "u\u0308ber Stra\u00dfe, A\u030angström, ﬁnden, Ⅻ, ½, ㎏, Ｆｕｌｌｗｉｄｔｈ！",
        " \t zwei\u00a0\u2003Leerzeichen\u200b\u3000\ufeff und\x07 Steuerzeichen\r\n",
        "“Anführung” „so“ – … ™ € ₤",
        "Привет, Ελλάδα, и\u0306, ά",
        "漢字 😀 한국어 עברית",
    ],
)
def test_texts_of_its_languages_become_the_same_pieces(whole: Path, lean: Path, text: str) -> None:
    before, after = (sentencepiece.SentencePieceProcessor(model_file=str(path)) for path in (whole, lean))
    assert after.encode(text) == before.encode(text)
    assert after.decode(after.encode(text)) == before.decode(before.encode(text))


def test_only_rules_to_other_scripts_are_left_out(whole: Path, lean: Path) -> None:
    kept, left_out = rules_of(lean), rules_of(whole) - rules_of(lean)
    assert kept < rules_of(whole)
    assert {("ﬁ", "fi"), ("a\u0308", "ä"), ("\x07", ""), ("\u3000", " ")} <= kept
    assert {("\u1112\u1161\u11ab", "한"), ("㍿", "株式会社")} <= left_out
    assert lean.stat().st_size < whole.stat().st_size - 200_000
    assert lean_tokenizer(lean) == lean.read_bytes()
