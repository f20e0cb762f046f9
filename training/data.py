"""From sentence pairs to an epoch's batches of ids.

A batch holds pairs of nearly equal length on either side, so that padding costs little; which pairs meet, what noise
the sources get and the order of the batches are drawn from the seed and the epoch's number alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import sentencepiece
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from training.augment import augment
from training.config import AugmentConfig, ConfigError, DataConfig
from training.corpus import Pair
from training.model import BOS, EOS, PAD

Ids = tuple[list[int], list[int]]


@dataclass(frozen=True)
class Batch:
    source: Tensor
    target_in: Tensor
    """Target shifted right: BOS first."""
    target_out: Tensor
    """Target, EOS last."""


class Examples:
    """The training pairs, encoded once; an epoch's noise is encoded when the epoch begins."""

    def __init__(self, pairs: Sequence[Pair], tokenizer: sentencepiece.SentencePieceProcessor, max_tokens: int) -> None:
        ids = list(zip(_encode(tokenizer, [a for a, _ in pairs]), _encode(tokenizer, [b for _, b in pairs]), strict=True))
        kept = [i for i, (a, b) in enumerate(ids) if max(len(a), len(b)) <= max_tokens]
        self.pairs, self.ids = [pairs[i] for i in kept], [ids[i] for i in kept]
        self.left_out = len(pairs) - len(kept)
        self.tokenizer, self.max_tokens = tokenizer, max_tokens

    def epoch(self, config: AugmentConfig, rng: random.Random) -> list[Ids]:
        changed, swallowed = augment(self.pairs, config, rng)
        order = sorted(changed)
        sources = _encode(self.tokenizer, [changed[i][0] for i in order])
        targets = _encode(self.tokenizer, [changed[i][1] for i in order])
        new = {i: (a, b) for i, a, b in zip(order, sources, targets, strict=True)}
        examples = [new.get(i, ids) for i, ids in enumerate(self.ids) if i not in swallowed]
        return [e for e in examples if max(map(len, e)) <= self.max_tokens]


def _encode(tokenizer: sentencepiece.SentencePieceProcessor, texts: list[str]) -> list[list[int]]:
    return [ids + [EOS] for ids in tokenizer.encode(texts)]


def repeat_short(pairs: Sequence[Pair], words: int, times: int) -> list[Pair]:
    """Pairs of at most so many source words several times, each copy to get its own noise."""
    short = [pair for pair in pairs if len(pair[0].split()) <= words]
    return [*pairs, *short * (times - 1)]


def make_batches(examples: Sequence[Ids], slots: int, rng: random.Random) -> list[list[int]]:
    """Indices of the examples of each batch, at most `slots` padded positions on either side, in random order."""
    order = list(range(len(examples)))
    rng.shuffle(order)
    order.sort(key=lambda i: (len(examples[i][1]), len(examples[i][0])))
    batches: list[list[int]] = []
    batch: list[int] = []
    longest = 0
    for i in order:
        longest_with = max(longest, *map(len, examples[i]))
        if batch and longest_with * (len(batch) + 1) > slots:
            batches.append(batch)
            batch, longest_with = [], max(map(len, examples[i]))
        batch.append(i)
        longest = longest_with
    if batch:
        batches.append(batch)
    rng.shuffle(batches)
    return batches


def make_fixed_batches(examples: Sequence[Ids], slots: int, rng: random.Random) -> list[list[int]]:
    """Like `make_batches`, but with few shapes: both sides of a batch are to be padded to one `fixed_length`."""
    by_length: dict[int, list[int]] = {}
    for i, example in enumerate(examples):
        by_length.setdefault(fixed_length(max(map(len, example))), []).append(i)
    batches: list[list[int]] = []
    for length, members in sorted(by_length.items()):
        rng.shuffle(members)
        rows = fixed_rows(length, slots)
        batches += [members[i : i + rows] for i in range(0, len(members), rows)]
    rng.shuffle(batches)
    return batches


def fixed_length(length: int) -> int:
    """The next of the few lengths that batches of fixed shapes have: 4, 8 … 32, 40 … 64, 96, 128, 160 …"""
    step = 4 if length <= 32 else 8 if length <= 64 else 32
    return -(-length // step) * step


def fixed_rows(length: int, slots: int) -> int:
    return max(1, slots // length)


def collate(examples: Sequence[Ids]) -> Batch:
    return _batch(pad([a for a, _ in examples]), pad([b for _, b in examples]))


def collate_fixed(examples: Sequence[Ids], slots: int) -> Batch:
    """A batch of the one shape that its length has, filled up with rows of padding."""
    length = fixed_length(max(max(map(len, e)) for e in examples))
    shape = fixed_rows(length, slots), length
    return _batch(pad([a for a, _ in examples], shape), pad([b for _, b in examples], shape))


def _batch(source: Tensor, target: Tensor) -> Batch:
    start = torch.full((len(target), 1), BOS)
    return Batch(source, torch.cat([start, target[:, :-1]], 1), target)


def pad(rows: Sequence[Sequence[int]], shape: tuple[int, int] | None = None) -> Tensor:
    out = np.full(shape or (len(rows), max(map(len, rows))), PAD, dtype=np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return torch.from_numpy(out)


class EpochStream(IterableDataset[tuple[int, int, Batch]]):
    """One process's batches, epoch after epoch without end, each with its epoch and how many of it all processes have used then.

    Every process gets as many. A dataset in torch's sense, so that a DataLoader can make the batches in a process of its own.
    """

    def __init__(self, examples: Examples, config: DataConfig, seed: int, fixed: bool, rank: int = 0, processes: int = 1) -> None:
        self.examples, self.config, self.seed, self.fixed = examples, config, seed, fixed
        self.rank, self.processes = rank, processes
        self.start = 1, 0

    def __iter__(self) -> Iterator[tuple[int, int, Batch]]:
        epoch, used = self.start
        slots = self.config.batch_slots
        while True:
            rng = random.Random(f"{self.seed}/{epoch}")
            examples = self.examples.epoch(self.config.augment, rng)
            batches = (make_fixed_batches if self.fixed else make_batches)(examples, slots, rng)
            if len(batches) < self.processes:
                raise ConfigError(f"data.train: {len(batches)} batches an epoch are too few for {self.processes} processes")
            for i in range(used, len(batches) - self.processes + 1, self.processes):
                chosen = [examples[j] for j in batches[i + self.rank]]
                yield epoch, i + self.processes, collate_fixed(chosen, slots) if self.fixed else collate(chosen)
            epoch, used = epoch + 1, 0
