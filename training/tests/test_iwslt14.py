from __future__ import annotations

from pathlib import Path

import pytest

from training.config import ConfigError
from training.corpus import Corpus
from training.iwslt14 import is_clean, read_split

HEAD = {
    "de": "<url>http://example.org/1</url>\n<keywords>Probe</keywords>\n<speaker>N. N.</speaker>\n<talkid>1</talkid>\n",
    "en": "<url>http://example.org/1</url>\n<keywords>sample</keywords>\n<speaker>N. N.</speaker>\n<talkid>1</talkid>\n",
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One made-up talk of 50 numbered pairs, the 5th with an empty side, the 9th of unequal lengths."""
    folder = tmp_path / "de-en"
    folder.mkdir()
    de = ["<title>Ein Titel</title>", "<description>Worum es geht</description>"]
    en = ["<title>A title</title>", "<description>What it is about</description>"]
    for i in range(3, 51):
        de.append("" if i == 5 else f" Das ist Satz {i}. ")
        en.append("Short" if i == 9 else f"This is sentence {i}.")
    for language, lines in (("de", de), ("en", en)):
        text = HEAD[language] + "".join(line + "\n" for line in lines)
        (folder / f"train.tags.de-en.{language}").write_text(text, encoding="utf-8")
    return tmp_path


def test_tags_go_and_every_23rd_pair_is_for_validation(archive: Path) -> None:
    train = read_split(archive, "iwslt14/train", "de", "en")
    valid = read_split(archive, "iwslt14/valid", "de", "en")
    # The speaker line is no pair tag of the original script's, so it stays, as it does there.
    assert train[:3] == [
        ("<speaker>N. N.</speaker>", "<speaker>N. N.</speaker>"),
        ("Ein Titel", "A title"),
        ("Worum es geht", "What it is about"),
    ]
    assert len(train) + len(valid) == 1 + 50 - 2
    assert not any("Satz 5." in a or "Satz 9." in a for a, _ in train + valid)
    # Of the kept pairs number 23 and 46: the speaker line counts, numbers 5 and 9 do not.
    assert valid == [("Das ist Satz 24.", "This is sentence 24."), ("Das ist Satz 47.", "This is sentence 47.")]


def test_either_direction_through_the_corpus(archive: Path, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, archive / "de-en")
    assert corpus.pairs(["iwslt14/valid"], "en", "de")[0] == ("This is sentence 24.", "Das ist Satz 24.")


@pytest.mark.parametrize(
    ("a", "b", "clean"),
    [
        ("ein Wort", "a word", True),
        ("", "a word", False),
        ("eins zwei drei", "one two", True),
        ("eins zwei drei vier", "one two", False),
        ("one two", "eins zwei drei vier", False),
        ("x " * 175, "y " * 175, True),
        ("x " * 176, "y " * 176, False),
    ],
)
def test_lengths(a: str, b: str, clean: bool) -> None:
    assert is_clean(a, b) == clean


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no train.tags.de-en.de"):
        read_split(tmp_path, "iwslt14/train", "de", "en")
    with pytest.raises(ConfigError, match="not fr-en"):
        read_split(tmp_path, "iwslt14/train", "fr", "en")
