from __future__ import annotations

from pathlib import Path

import pytest

from training import distill, keep_close
from training.corpus import Corpus
from training.distill import distil


class Shouting:
    """Stands in for a teacher: upper case, and a cut-off translation for every source with a key in it."""

    def __init__(self, fail_after: int = 1 << 30) -> None:
        self.left = fail_after

    class tokenizer:  # noqa: N801
        @staticmethod
        def encode(text: str) -> list[str]:
            return text.split()

    def translate(self, texts: list[str]) -> list[str | None]:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return [None if "Schlüssel" in t else t.upper() for t in texts]


def test_every_source_is_translated_once(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distill, "CHUNK", 7)
    sources = {a for a, _ in corpus.pairs(["train"], "de", "en")}
    distil(Shouting(), corpus, "train", ("de", "en"), tmp_path, 100)  # type: ignore[arg-type]
    pairs = Corpus(tmp_path).pairs(["train"], "de", "en")
    assert sorted(a for a, _ in pairs) == sorted(s for s in sources if "Schlüssel" not in s)
    assert all(b == a.upper() for a, b in pairs)
    assert distil(Shouting(), corpus, "train", ("de", "en"), tmp_path, 100) == 0  # type: ignore[arg-type]
    assert Corpus(tmp_path).pairs(["train"], "de", "en") == pairs


def test_a_stopped_run_goes_on(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distill, "CHUNK", 7)
    distil(Shouting(), corpus, "train", ("de", "en"), tmp_path / "whole", 100)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        distil(Shouting(3), corpus, "train", ("de", "en"), tmp_path / "parts", 100)  # type: ignore[arg-type]
    with (tmp_path / "parts/train.de").open("a", encoding="utf-8") as f:
        f.write("half a chu")  # written, but not noted as done
    distil(Shouting(), corpus, "train", ("de", "en"), tmp_path / "parts", 100)  # type: ignore[arg-type]
    for side in ("de", "en"):
        assert (tmp_path / f"parts/train.{side}").read_bytes() == (tmp_path / f"whole/train.{side}").read_bytes()


def test_long_sources_are_left_out(corpus: Corpus, tmp_path: Path) -> None:
    distil(Shouting(), corpus, "train", ("de", "en"), tmp_path, 5)  # type: ignore[arg-type]
    assert Corpus(tmp_path).pairs(["train"], "de", "en") == []


def test_parts_share_the_sources(corpus: Corpus, tmp_path: Path) -> None:
    distil(Shouting(), corpus, "train", ("de", "en"), tmp_path / "whole", 100)  # type: ignore[arg-type]
    parts = []
    for n in (1, 2, 3):
        distil(Shouting(), corpus, "train", ("de", "en"), tmp_path / str(n), 100, (n, 3))  # type: ignore[arg-type]
        parts += Corpus(tmp_path / str(n)).pairs(["train"], "de", "en")
    assert sorted(parts) == sorted(Corpus(tmp_path / "whole").pairs(["train"], "de", "en"))


def test_translations_far_from_every_reference_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    originals = [("der Hund", "the dog"), ("ein Hund", "a dog"), ("die Katze", "a feline"), ("die Katze", "the cat!")]
    translated = [("der Hund", "the dog"), ("ein Hund", "some car"), ("die Katze", "the cat"), ("unbekannt", "unknown")]
    for folder, pairs in (("data", originals), ("distilled", translated), ("work/own", originals), ("distilled/own", translated)):
        (tmp_path / folder).mkdir(parents=True)
        for side, language in enumerate(("de", "en")):
            text = "".join(f"{pair[side]}\n" for pair in pairs)
            (tmp_path / folder / f"train.{language}").write_text(text, encoding="utf-8")
    config = Path(__file__).parent.parent / "configs/lite-160.toml"
    monkeypatch.chdir(tmp_path / "work")  # where "./own/train" lies
    names = 'data.train=["train", "./own/train"]'
    folders = [str(tmp_path / "distilled"), str(config), names, "--data-dir", str(tmp_path / "data")]
    monkeypatch.setattr("sys.argv", ["keep_close", *folders, "--out", str(tmp_path / "close")])
    keep_close.main()
    for name in ("train", "own/train"):
        assert Corpus(tmp_path / "close").pairs([name], "de", "en") == [translated[0], translated[2]]
