from __future__ import annotations

import gzip
import itertools
import random
from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader

from training.augment import as_typed, augment, without_final_mark, without_umlauts
from training.config import AugmentConfig, ConfigError, DataConfig
from training.corpus import Corpus
from training.data import (
    EpochStream,
    Examples,
    collate,
    collate_fixed,
    fixed_length,
    fixed_rows,
    make_batches,
    make_fixed_batches,
    repeat_short,
)
from training.model import BOS, EOS, PAD
from training.vocabulary import load_tokenizer


def some_ids(count: int, longest: int) -> list[tuple[list[int], list[int]]]:
    rng = random.Random(5)
    return [([7] * rng.randint(1, longest), [8] * rng.randint(1, longest)) for _ in range(count)]


def test_batches_hold_every_example_once() -> None:
    examples = some_ids(1000, 50)
    batches = make_batches(examples, 300, random.Random(1))
    assert sorted(i for batch in batches for i in batch) == list(range(1000))


def test_batches_keep_to_their_size() -> None:
    examples = some_ids(1000, 50)
    for batch in make_batches(examples, 300, random.Random(1)):
        for side in (0, 1):
            assert len(batch) * max(len(examples[i][side]) for i in batch) <= 300


def test_batches_waste_little_and_follow_the_seed() -> None:
    rng = random.Random(5)
    lengths = [(n, max(1, n + rng.randint(-3, 3))) for n in (rng.randint(1, 30) for _ in range(5000))]
    examples = [([7] * a, [8] * b) for a, b in lengths]
    batches = make_batches(examples, 400, random.Random(1))
    for side in (0, 1):
        slots = sum(len(b) * max(len(examples[i][side]) for i in b) for b in batches)
        assert sum(len(e[side]) for e in examples) > 0.9 * slots
    assert batches == make_batches(examples, 400, random.Random(1))
    assert batches != make_batches(examples, 400, random.Random(2))


def test_an_example_longer_than_a_batch_stands_alone() -> None:
    assert make_batches([([7] * 500, [8] * 3)], 300, random.Random(1)) == [[0]]


def test_collated_targets_are_shifted() -> None:
    batch = collate([([5, EOS], [6, 7, EOS]), ([5, 6, EOS], [8, EOS])])
    assert batch.source.tolist() == [[5, EOS, PAD], [5, 6, EOS]]
    assert batch.target_in.tolist() == [[BOS, 6, 7], [BOS, 8, EOS]]
    assert batch.target_out.tolist() == [[6, 7, EOS], [8, EOS, PAD]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Schön!", "Schoen!"), ("Größe", "Groesse"), ("Übel", "Uebel"), ("naïve", "naïve")],
)
def test_umlauts(text: str, expected: str) -> None:
    assert without_umlauts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Wo?", "Wo"), ("Nein!!!", "Nein"), ("Hm...", "Hm"), ("...", "..."), ("z. B. so", "z. B. so")]
)
def test_final_marks(text: str, expected: str) -> None:
    assert without_final_mark(text) == expected


def test_typed_text_takes_every_form() -> None:
    rng = random.Random(1)
    forms = {as_typed("Größe?", rng) for _ in range(500)}
    assert forms == {"größe?", "Größe", "größe", "Groesse?", "groesse?", "Groesse", "groesse"}


def test_noise_leaves_targets_alone_and_joins_lose_nothing() -> None:
    pairs = [(f"Satz Nummer {i}.", f"Sentence number {i}.") for i in range(2000)]
    changed, swallowed = augment(pairs, AugmentConfig(0.2, 0.05), random.Random(1))
    kept = [changed.get(i, pair)[1] for i, pair in enumerate(pairs) if i not in swallowed]
    parts = sorted(part.strip(". ") for target in kept for part in target.split("Sentence") if part)
    assert parts == sorted(str(f"number {i}") for i in range(2000))
    assert not swallowed & changed.keys()
    joined = [i for i in changed if changed[i][1].count("Sentence") > 1]
    assert 0.03 < (len(swallowed) + len(joined)) / 2000 < 0.17
    noisy = [i for i in changed if changed[i][1] == pairs[i][1]]
    assert 0.15 < len(noisy) / 2000 < 0.25
    assert all(changed[i][0] != pairs[i][0] for i in noisy if "." not in changed[i][0])


def test_no_noise_changes_nothing() -> None:
    assert augment([("A.", "B.")] * 50, AugmentConfig(), random.Random(1)) == ({}, set())


def test_an_epoch_draws_its_own_noise(corpus: Corpus, tokenizer_file: Path) -> None:
    tokenizer = load_tokenizer(tokenizer_file)
    examples = Examples(corpus.pairs(["train"], "de", "en"), tokenizer, 60)
    config = AugmentConfig(0.3, 0.0)
    first, again, other = (examples.epoch(config, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert [b for _, b in first] == [b for _, b in examples.ids]


def test_short_pairs_are_repeated() -> None:
    pairs = [("Hallo!", "Hello!"), ("Wie geht es dir heute?", "How are you today?"), ("Guten Morgen!", "Good morning!")]
    assert repeat_short(pairs, 2, 1) == pairs
    assert repeat_short(pairs, 0, 5) == pairs
    assert sorted(repeat_short(pairs, 2, 3)) == sorted([pairs[0], pairs[2]] * 3 + [pairs[1]])


def test_long_pairs_are_left_out(corpus: Corpus, tokenizer_file: Path) -> None:
    pairs = corpus.pairs(["train"], "de", "en")
    tokenizer = load_tokenizer(tokenizer_file)
    lengths = sorted(max(map(len, ids)) for ids in Examples(pairs, tokenizer, 100).ids)
    most = lengths[150]
    examples = Examples(pairs, tokenizer, most)
    assert 0 < examples.left_out < len(pairs)
    assert max(max(map(len, ids)) for ids in examples.ids) <= most


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


def test_fixed_batches_hold_every_example_once_in_few_shapes() -> None:
    rng = random.Random(2)
    examples = [([7] * rng.randint(1, 90), [8] * rng.randint(1, 90)) for _ in range(900)]
    batches = make_fixed_batches(examples, 512, random.Random(1))
    assert sorted(i for batch in batches for i in batch) == list(range(900))
    shapes = set()
    for batch in batches:
        made = collate_fixed([examples[i] for i in batch], 512)
        assert made.source.shape == made.target_in.shape == made.target_out.shape
        assert made.source.numel() <= 512
        assert int((made.source == 7).sum()) == sum(len(examples[i][0]) for i in batch)
        assert int((made.target_out == 8).sum()) == sum(len(examples[i][1]) for i in batch)
        shapes.add(made.source.shape)
    lengths = {fixed_length(max(map(len, e))) for e in examples}
    assert shapes == {(fixed_rows(length, 512), length) for length in lengths}
    assert len(shapes) <= 13


@pytest.mark.parametrize(("length", "expected"), [(1, 4), (4, 4), (5, 8), (32, 32), (33, 40), (64, 64), (65, 96), (129, 160)])
def test_fixed_lengths(length: int, expected: int) -> None:
    assert fixed_length(length) == expected


def test_a_sentence_longer_than_a_batch_stands_alone() -> None:
    assert collate_fixed([([7] * 500, [8] * 3)], 300).source.shape == (1, 512)


@pytest.mark.parametrize("fixed", [False, True])
def test_a_process_of_its_own_makes_the_same_batches(corpus: Corpus, tokenizer_file: Path, fixed: bool) -> None:
    examples = Examples(corpus.pairs(["train"], "de", "en"), load_tokenizer(tokenizer_file), 60)
    config = DataConfig("de", "en", ("train",), ("valid",), "", batch_slots=600, augment=AugmentConfig(0.2, 0.05))
    stream = EpochStream(examples, config, 1, fixed)
    here = list(itertools.islice(stream, 25))
    assert here[0][:2] == (1, 1) and here[-1][0] > 1
    there = list(itertools.islice(DataLoader(stream, batch_size=None, num_workers=1), 25))
    for (epoch, used, batch), (epoch_there, used_there, batch_there) in zip(here, there, strict=True):
        assert (epoch, used) == (epoch_there, used_there)
        assert torch.equal(batch.source, batch_there.source) and torch.equal(batch.target_out, batch_there.target_out)
    stream.start = here[9][:2]
    epoch, used, batch = next(iter(stream))
    assert (epoch, used) == here[10][:2] and torch.equal(batch.source, here[10][2].source)
