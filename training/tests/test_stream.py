from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
import torch

from training.config import AugmentConfig, DataConfig
from training.model import BOS, EOS, PAD
from training.packed import Packed, Rows
from training.stream import Stream, cut, fixed_length, fixed_rows, shifted

CPU = torch.device("cpu")
PAIRS = 400
FIRST, TYPED = 100, 20_000
"""Pair i has the source [FIRST + i, ...], as typed [TYPED + i, ...], and the target [FIRST + i, ...]."""


def packed(times: np.ndarray, longest: int = 50) -> Packed:
    rng = np.random.default_rng(5)
    lengths = rng.integers(1, longest, (3, len(times)))

    def flat(first: int, lengths: np.ndarray) -> np.ndarray:
        return np.repeat(first + np.arange(len(lengths)), lengths).astype(np.int16)

    sources = np.concatenate([flat(FIRST, lengths[0]), flat(TYPED, lengths[1])])
    return Packed(Rows.of(sources, np.concatenate(lengths[:2]), CPU), Rows.of(flat(FIRST, lengths[2]), lengths[2], CPU), times, 0)


def stream(times: np.ndarray | None = None, fixed: bool = False, noise: float = 0.25, slots: int = 300, seed: int = 1, longest: int = 50, **world: int) -> Stream:
    data = DataConfig("de", "en", {"train": 1.0}, (), "", batch_slots=slots, augment=AugmentConfig(noise))
    return Stream(packed(np.ones(PAIRS) if times is None else times, longest), data, seed, fixed, **world)


def epochs(made: Stream, count: int) -> list[list]:
    batches = itertools.takewhile(lambda b: b[0] <= count, made)
    return [list(group) for _, group in itertools.groupby(batches, key=lambda b: b[0])]


@pytest.mark.parametrize("fixed", [False, True])
def test_every_pair_stands_as_often_as_it_should(fixed: bool) -> None:
    times = np.tile([1.0, 2.0, 0.0, 2.25], PAIRS // 4)
    seen: Counter[int] = Counter()
    for epoch in epochs(stream(times, fixed), 40):
        count: Counter[int] = Counter()
        for _, _, batch in epoch:
            for source, target in zip(batch.source.tolist(), batch.target_out.tolist(), strict=True):
                if target[0] != PAD:
                    pair = target[0] - FIRST
                    assert source[0] in (FIRST + pair, TYPED + pair)
                    count[pair] += 1
        assert all(times[i] // 1 <= count[i] <= -(-times[i] // 1) for i in range(PAIRS))
        seen += count
    assert sum(seen[i] for i in range(3, PAIRS, 4)) / (40 * PAIRS / 4) == pytest.approx(2.25, abs=0.05)


def test_as_many_sources_as_typed_as_the_noise_says() -> None:
    typed = Counter(row[0] >= TYPED for epoch in epochs(stream(), 20) for _, _, batch in epoch for row in batch.source.tolist())
    assert typed[True] / typed.total() == pytest.approx(0.25, abs=0.02)
    assert not any(row[0] >= TYPED for _, _, batch in epochs(stream(noise=0.0), 1)[0] for row in batch.source.tolist())


def test_batches_are_the_rows_padded() -> None:
    made = stream()
    for _, _, batch in epochs(made, 1)[0]:
        assert len(batch.source) * max(batch.source.shape[1], batch.target_out.shape[1]) <= 300
        for side, rows in ((batch.source, made.packed.source), (batch.target_out, made.packed.target)):
            assert int((side != PAD).sum(1).max()) == side.shape[1]
            for row in side.tolist():
                index = row[0] - FIRST if row[0] < TYPED else row[0] - TYPED + PAIRS
                assert row == [row[0]] * int(rows.lengths[index]) + [PAD] * (side.shape[1] - int(rows.lengths[index]))


def test_batches_waste_little_and_follow_the_seed() -> None:
    made = stream(np.ones(6000), slots=600, longest=30)
    # Lengths of the two sides are independent here, so that only the target's fit well together.
    batches = [b for _, _, b in epochs(made, 1)[0]]
    assert sum(int((b.target_out != PAD).sum()) for b in batches) > 0.97 * sum(b.target_out.numel() for b in batches)
    for other, equal in ((stream(), True), (stream(seed=2), False)):
        pairs = zip(epochs(stream(), 1)[0], epochs(other, 1)[0], strict=False)
        assert all(torch.equal(a.source, b.source) for (_, _, a), (_, _, b) in pairs) == equal
    first, second = epochs(stream(), 2)
    assert not all(torch.equal(a.source, b.source) for (_, _, a), (_, _, b) in zip(first, second, strict=False))


def test_fixed_batches_have_few_shapes() -> None:
    made = stream(fixed=True, slots=512, longest=90)
    shapes = set()
    for _, _, batch in epochs(made, 1)[0]:
        assert batch.source.shape == batch.target_in.shape == batch.target_out.shape
        rows, length = batch.source.shape
        assert rows == fixed_rows(length, 512) and length == fixed_length(np.array(length))
        assert torch.equal((batch.source != PAD).any(1), (batch.target_out != PAD).any(1))
        shapes.add(batch.source.shape)
    assert len(shapes) <= 13


@pytest.mark.parametrize(("length", "expected"), [(1, 4), (4, 4), (5, 8), (32, 32), (33, 40), (64, 64), (65, 96), (129, 160)])
def test_fixed_lengths(length: int, expected: int) -> None:
    assert fixed_length(np.array([length])).tolist() == [expected]


def test_a_pair_longer_than_a_batch_stands_alone() -> None:
    assert cut(np.array([500, 3]), 300) == [(0, 1), (1, 2)]
    assert cut(np.array([3, 500]), 300) == [(0, 1), (1, 2)]
    assert cut(np.array([4, 6, 5]), 18) == [(0, 3)]
    assert cut(np.array([4, 6, 5]), 17) == [(0, 2), (2, 3)]


def test_targets_are_shifted() -> None:
    batch = shifted(torch.tensor([[5, EOS]]), torch.tensor([[6, 7, EOS], [8, EOS, PAD]]))
    assert batch.target_in.tolist() == [[BOS, 6, 7], [BOS, 8, EOS]]
    assert batch.target_out.tolist() == [[6, 7, EOS], [8, EOS, PAD]]


@pytest.mark.parametrize("fixed", [False, True])
def test_a_stream_goes_on_where_it_was(fixed: bool) -> None:
    whole = list(itertools.islice(stream(fixed=fixed), 80))
    assert whole[0][:2] == (1, 1) and whole[-1][0] > 1
    for stop in (9, 60):
        again = stream(fixed=fixed)
        again.start = whole[stop][:2]
        epoch, used, batch = next(iter(again))
        assert (epoch, used) == whole[stop + 1][:2] and torch.equal(batch.source, whole[stop + 1][2].source)


def test_processes_share_an_epoch() -> None:
    alone = [b.source for _, _, b in epochs(stream(), 1)[0]]
    two = [epochs(stream(rank=rank, processes=2), 1)[0] for rank in (0, 1)]
    assert [used for _, used, _ in two[0]] == [used for _, used, _ in two[1]]
    shared = [b.source for pair in zip(*two, strict=True) for _, _, b in pair]
    assert all(torch.equal(a, b) for a, b in zip(alone[: len(shared)], shared, strict=True)) and len(alone) - len(shared) < 2
