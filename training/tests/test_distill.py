from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from training import distill
from training.config import DataConfig
from training.corpus import Corpus
from training.distill import Ids, Teacher, chunks_of, distil, grams, nearness, sources_of
from training.model import EOS, LiteTransformer
from training.packed import Store
from training.placeholders import COPY
from training.search import Hypothesis, SearchConfig
from training.tests.conftest import PIECES, small_model
from training.vocabulary import load_tokenizer


@pytest.fixture
def store(corpus: Corpus, tokenizer_file: Path, tmp_path: Path) -> Store:
    return Store(tmp_path / "packed", corpus, DataConfig("de", "en", {"train": 1.0, "valid": 0.3}, (), str(tokenizer_file)))


@pytest.fixture
def references(store: Store) -> dict[Ids, list[Ids]]:
    return sources_of(store, store.data, ["train"], 100)


class Counting:
    """Stands in for a teacher: every translation is the number of its source's ids."""

    def __init__(self, tokenizer_file: Path, fail_after: int = 1 << 30) -> None:
        self.tokenizer, self.left = load_tokenizer(tokenizer_file), fail_after

    def translate(self, sources: Sequence[Ids], _: dict[Ids, list[Ids]]) -> list[tuple[str, float]]:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return [(str(len(ids)), 0.5) for ids in sources]


def run(teacher: Counting, references: dict[Ids, list[Ids]], out: Path, part: tuple[int, int] = (1, 1)) -> int:
    return sum(distil(teacher, references, out, part, 7, float("inf")))  # type: ignore[arg-type]


def test_every_source_is_translated_once(references: dict[Ids, list[Ids]], tokenizer_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.tsv"
    assert run(Counting(tokenizer_file), references, out) == len(references)
    rows = [line.split("\t") for line in out.read_text().splitlines()]
    tokenizer = load_tokenizer(tokenizer_file)
    assert {row[0] for row in rows} == {tokenizer.decode(list(ids[:-1])) for ids in references} and len(rows) == len(references)
    assert all(row[1] == str(len(tokenizer.encode(row[0])) + 1) and row[2] == "0.500" for row in rows)
    assert run(Counting(tokenizer_file), references, out) == 0


def test_a_stopped_run_goes_on(references: dict[Ids, list[Ids]], tokenizer_file: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole.tsv", tmp_path / "parts.tsv"
    run(Counting(tokenizer_file), references, whole)
    with pytest.raises(KeyboardInterrupt):
        run(Counting(tokenizer_file, 3), references, parts)
    assert len(parts.read_text().splitlines()) == 21
    parts.write_bytes(whole.read_bytes()[: parts.stat().st_size + 50])  # part of a chunk, ending within a line
    run(Counting(tokenizer_file), references, parts)
    assert parts.read_bytes() == whole.read_bytes()


def test_time_ends_a_run(references: dict[Ids, list[Ids]], tokenizer_file: Path, tmp_path: Path) -> None:
    assert sum(distil(Counting(tokenizer_file), references, tmp_path / "out.tsv", (1, 1), 7, 0.0)) == 0  # type: ignore[arg-type]


def test_parts_share_the_sources(references: dict[Ids, list[Ids]], tokenizer_file: Path, tmp_path: Path) -> None:
    lines = []
    for n in (1, 2, 3):
        run(Counting(tokenizer_file), references, tmp_path / f"{n}.tsv", (n, 3))
        lines += (tmp_path / f"{n}.tsv").read_text().splitlines()
    run(Counting(tokenizer_file), references, tmp_path / "whole.tsv")
    assert sorted(lines) == sorted((tmp_path / "whole.tsv").read_text().splitlines())


def test_chunks_hold_like_lengths(references: dict[Ids, list[Ids]]) -> None:
    chunks = chunks_of(list(references), 7)
    assert sorted(ids for chunk in chunks for ids in chunk) == sorted(references)
    spans = sorted((len(chunk[0]), len(chunk[-1])) for chunk in chunks)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))


def test_which_sources(store: Store, references: dict[Ids, list[Ids]]) -> None:
    assert all(references.values())
    most = sorted(map(len, references))[len(references) // 2]
    assert max(map(len, sources_of(store, store.data, ["train"], most))) <= most
    few = sources_of(store, store.data, ["val*"], 100)  # 12 pairs, 0.3 times: one in nine
    assert len(few) < 7


def test_nearness() -> None:
    a = grams([1, 2, 3])
    assert nearness(a, a) == 1 and nearness(a, grams([4, 5])) == 0
    assert nearness(a, grams([1, 2])) == 2 * 3 / (5 + 3)
    assert nearness(a, grams([3, 2, 1])) == 2 * 3 / 10


def test_the_hypothesis_nearest_to_a_reference_is_kept(tokenizer_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = load_tokenizer(tokenizer_file)
    teacher = Teacher(LiteTransformer(small_model("lite", PIECES)).eval(), tokenizer, SearchConfig(4))
    texts = ["The dog hears the dog.", "The bear seeks the table.", "The bear sees the key."]
    found = [Hypothesis(tokenizer.encode(text), -float(i), False) for i, text in enumerate(texts)]
    monkeypatch.setattr(distill, "translate", lambda *_: [found, [Hypothesis(found[0].tokens, 0.0, True)]])
    source, other = (5, EOS), (6, EOS)
    references = {source: [(9, EOS), (*tokenizer.encode("A bear seeks the table."), EOS)], other: [(9, EOS)]}
    (text, near), nothing = teacher.translate([source, other], references)
    assert text == texts[1] and 0.5 < near < 1
    assert nothing == ("", 0.0)
    copy = tokenizer.piece_to_id(COPY[0])
    marked = (5, copy, EOS)
    carried = [Hypothesis([*found[1].tokens, copy], -1.0, False), Hypothesis([copy, *found[0].tokens, copy], 0.0, False)]
    monkeypatch.setattr(distill, "translate", lambda *_: [[*found, *carried]])
    ((text, _),) = teacher.translate([marked], {marked: references[source]})
    assert text == texts[1] + f" {COPY[0]}" or text == texts[1] + COPY[0]


def test_the_command(corpus: Corpus, tokenizer_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.checkpoint import save_model

    model = LiteTransformer(small_model("lite", PIECES))
    save_model(tmp_path / "model.safetensors", model.state_dict(), model.config, {})
    config = tmp_path / "run.toml"
    config.write_text(
        '[model]\nvocab_size = 324\nd_model = 32\nffn = 48\nlayers = 2\ncross_heads = 4\n'
        'branches = [{ kind = "attention", channels = 32, heads = 4 }]\n[data]\nsource = "de"\ntarget = "en"\nvalid = []\n'
        f'files = {{ valid = 1.0 }}\ntokenizer = "{tokenizer_file}"\n[train]\nmax_updates = 1\n'
    )
    monkeypatch.chdir(tmp_path)
    words = [tmp_path / "model.safetensors", config, "--data-dir", corpus.folder, "--out", tmp_path / "taught/de-en", "--part", "2/2"]
    monkeypatch.setattr("sys.argv", ["distill", *map(str, words)])
    distill.main()
    assert torch.get_default_dtype() == torch.float32
    lines = (tmp_path / "taught/de-en-2.tsv").read_text().splitlines()
    assert lines and all(line.count("\t") == 2 for line in lines)
    assert isinstance(Corpus(tmp_path).translated(["./taught/de-en-*"], 0.0), dict)
