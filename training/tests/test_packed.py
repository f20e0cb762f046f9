from __future__ import annotations

import gzip
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training import packed
from training.config import AugmentConfig, ConfigError, DataConfig
from training.corpus import Corpus
from training.model import EOS, PAD
from training.packed import Packed, Rows, Store, load_packed, pack, rows_of, with_taught
from training.vocabulary import load_tokenizer

CPU = torch.device("cpu")


@pytest.fixture
def data(tokenizer_file: Path) -> DataConfig:
    return DataConfig("de", "en", {"train": 1.0, "valid": 0.5}, ("valid",), str(tokenizer_file), augment=AugmentConfig(0.2))


def test_rows_come_back_as_they_were_packed(corpus: Corpus, tokenizer_file: Path) -> None:
    tokenizer = load_tokenizer(tokenizer_file)
    pairs = corpus.pairs(["train"], "de", "en")
    arrays = pack(pairs, ("de", "en"), AugmentConfig(), tokenizer, random.Random(1))
    plain = arrays["share"] == 1
    assert [row.tolist() for row in rows_of(arrays, "target")][: len(pairs)] == [[*tokenizer.encode(b), EOS] for _, b in pairs][: len(plain)]
    sides = Packed.of(arrays | {"times": arrays["share"]}, 100, CPU)
    count = len(arrays["share"])
    index = torch.tensor([3, 0, -1, count - 1])
    length = int(sides.source.lengths.max())
    for side, name, first in ((sides.source, "source", 0), (sides.source, "typed", count), (sides.target, "target", 0)):
        rows = list(rows_of(arrays, name))
        found = side.padded(torch.where(index < 0, index, index + first), length)
        for row, i in zip(found.tolist(), index.tolist(), strict=True):
            expected = rows[i].tolist() if i >= 0 else []
            assert row == expected + [PAD] * (length - len(expected))


def test_rows_of_nothing() -> None:
    rows = Rows.of(np.array([5, EOS], np.int16), np.array([2], np.uint16), CPU)
    assert rows.padded(torch.tensor([-1]), 3).tolist() == [[PAD] * 3]


def test_a_file_is_packed_once(corpus: Corpus, data: DataConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Store(tmp_path, corpus, data).files()
    assert len(list(tmp_path.glob("*.npz"))) == 2

    def refuse(*_: object) -> None:
        raise AssertionError("packed again")

    monkeypatch.setattr(packed, "pack", refuse)
    again = Store(tmp_path, corpus, replace(data, files={"valid": 3.0, "train": 1.0}, augment=AugmentConfig(0.9))).files()
    assert list(again) == ["valid", "train"]
    assert all(np.array_equal(again[name][key], first[name][key]) for name in first for key in first[name])
    with pytest.raises(AssertionError, match="packed again"):
        Store(tmp_path, corpus, replace(data, augment=AugmentConfig(join=0.1))).files()
    with pytest.raises(AssertionError, match="packed again"):
        Store(tmp_path, corpus, replace(data, source="en", target="de")).files()


def test_several_processes_pack_the_same(corpus: Corpus, data: DataConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "CHUNK", 10)
    alone = Store(tmp_path / "alone", corpus, data)
    with monkeypatch.context() as patch:
        patch.setattr(packed.os, "sched_getaffinity", lambda _: {0})
        found = alone.files()
    monkeypatch.setattr(packed.os, "sched_getaffinity", lambda _: {0, 1})
    together = Store(tmp_path / "together", corpus, data).files()
    for name, arrays in found.items():
        assert all(np.array_equal(arrays[key], together[name][key]) for key in arrays)


def test_times_and_lengths(corpus: Corpus, data: DataConfig, tmp_path: Path) -> None:
    files = Store(tmp_path, corpus, data).files()
    everything = load_packed(data, corpus, tmp_path, CPU)
    shares = [files[name]["share"].sum() * data.files[name] for name in files]
    assert everything.left_out == 0 and everything.times.sum() == pytest.approx(sum(shares))
    rows = len(everything.times)
    longest = np.max([everything.source.lengths[:rows], everything.source.lengths[rows:], everything.target.lengths], axis=0)
    most = int(np.median(longest))
    short = load_packed(replace(data, max_tokens=most), corpus, tmp_path, CPU)
    assert 0 < short.left_out < len(short.times)
    kept = short.times > 0
    assert short.target.lengths[kept].max() <= most and short.source.lengths[: len(kept)][kept].max() <= most


def test_both_ways(corpus: Corpus, data: DataConfig, tmp_path: Path) -> None:
    one, other = (load_packed(d, corpus, tmp_path, CPU) for d in (data, replace(data, source="en", target="de")))
    both = load_packed(replace(data, both_ways=True), corpus, tmp_path, CPU)
    assert both.times.tolist() == [*one.times, *other.times]
    assert torch.equal(both.target.flat, torch.cat([one.target.flat, other.target.flat]))


def test_a_teachers_translations_stand_beside_the_references(corpus: Corpus, data: DataConfig, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(data.tokenizer)
    arrays = pack([("Der Hund hört.", "The dog hears."), ("Der Bär sucht.", "The bear seeks.")], ("de", "en"), AugmentConfig(), tokenizer, random.Random(1))
    arrays |= {"times": arrays["share"] * 2}
    count = len(arrays["times"])
    plain = [i for i, row in enumerate(rows_of(arrays, "source")) if tokenizer.decode(row[:-1].tolist()) == "Der Bär sucht."]
    taught = with_taught(arrays, {"Der  Bär sucht.": "A bear is looking.", "Unbekannt.": "Unknown."}, data, tokenizer)
    assert len(taught["times"]) == count + len(plain)
    assert taught["times"][plain] == pytest.approx(arrays["times"][plain] * 0.28)
    assert taught["times"][count:] == pytest.approx(arrays["times"][plain] * 0.9)
    for side, text in (("source", "Der Bär sucht."), ("target", "A bear is looking.")):
        assert {tokenizer.decode(row[:-1].tolist()) for row in list(rows_of(taught, side))[count:]} == {text}
    assert with_taught(arrays, {"Unbekannt.": "Unknown."}, data, tokenizer) is arrays


def test_translations_near_enough_are_read(corpus: Corpus, data: DataConfig, tmp_path: Path) -> None:
    (tmp_path / "near-1.tsv").write_text("Der Hund.\tThe dog.\t0.9\nDie Katze.\tA car.\t0.2\nNichts.\t\t0.000\n")
    (tmp_path / "near-2.tsv").write_text("Der Bär.\tThe bear.\t0.4\n")
    found = Corpus(tmp_path).translated(["near-*"], 0.4)
    assert found == {"Der Hund.": "The dog.", "Der Bär.": "The bear."}
    (tmp_path / "bad.tsv").write_text("Der Hund.\tThe dog.\n")
    with pytest.raises(ConfigError, match="line 1 has 2 columns"):
        Corpus(tmp_path).translated(["bad"], 0.4)
    with pytest.raises(ConfigError, match="no file .*far.tsv"):
        Corpus(tmp_path).translated(["far"], 0.4)


@pytest.mark.parametrize("files", [{}, {"train": 0.0}, {"train": 1.0, "valid": -1.0}])
def test_an_epoch_of_nothing_is_refused(files: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="data.files"):
        DataConfig("de", "en", files, (), "")


def test_files_plain_gzipped_and_bad(tmp_path: Path) -> None:
    (tmp_path / "a.de").write_text("eins\n\nzwei\u2028x\n", encoding="utf-8")
    with gzip.open(tmp_path / "a.en.gz", "wt", encoding="utf-8") as f:
        f.write("one\nempty\ntwo\n")
    corpus = Corpus(tmp_path)
    assert corpus.pairs(["a"], "de", "en") == [("eins", "one"), ("zwei\u2028x", "two")]
    (tmp_path / "b.de").write_text("eins\n", encoding="utf-8")
    (tmp_path / "b.en").write_text("one\ntwo\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="1 de lines, 2 en lines"):
        corpus.pairs(["b"], "de", "en")
    with pytest.raises(ConfigError, match="no file .*c.de"):
        corpus.pairs(["c"], "de", "en")
