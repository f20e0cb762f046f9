"""An epoch's batches, cut from packed corpora: all ids lie on the device, a batch is one gather.

A batch holds pairs of nearly equal length on either side, so that padding costs little; which pairs an epoch holds, which of their
sources are as people type them, which pairs meet and the order of the batches are drawn from the seed and the epoch's number alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training.config import ConfigError, DataConfig
from training.model import BOS
from training.packed import Packed


@dataclass(frozen=True)
class Batch:
    source: Tensor
    target_in: Tensor
    """Target shifted right: BOS first."""
    target_out: Tensor
    """Target, EOS last."""


@dataclass(frozen=True)
class Epoch:
    """Its pairs sorted by length, and where the batches begin and end in them."""

    source: Tensor
    """Rows of `Packed.source`."""
    target: Tensor
    """Rows of `Packed.target`."""
    lengths: tuple[np.ndarray, np.ndarray]
    batches: list[tuple[int, int]]
    """In random order."""


class Stream:
    """One process's batches, epoch after epoch without end, each with its epoch and how many of it all processes have used then.

    Every process gets as many. `fixed` batches have few shapes, for recorded passes: both sides are padded to one `fixed_length`, and
    rows of padding fill them up.
    """

    def __init__(self, packed: Packed, data: DataConfig, seed: int, fixed: bool, rank: int = 0, processes: int = 1) -> None:
        self.packed, self.seed, self.fixed = packed, seed, fixed
        self.slots, self.noise = data.batch_slots, data.augment.noise
        self.rank, self.processes = rank, processes
        self.start = 1, 0

    def __iter__(self) -> Iterator[tuple[int, int, Batch]]:
        number, used = self.start
        while True:
            epoch = self.epoch(number)
            if len(epoch.batches) < self.processes:
                raise ConfigError(f"data.files: {len(epoch.batches)} batches an epoch are too few for {self.processes} processes")
            for i in range(used, len(epoch.batches) - self.processes + 1, self.processes):
                yield number, i + self.processes, self.batch(epoch, *epoch.batches[i + self.rank])
            number, used = number + 1, 0

    def epoch(self, number: int, in_order: bool = True) -> Epoch:
        """Without `in_order`, pairs meet as they come (for bench_speed)."""
        random = np.random.default_rng([self.seed, number])
        times, pairs = self.packed.times, len(self.packed.times)
        count = np.floor(times).astype(np.int64) + (random.random(pairs) < times % 1)
        target = np.repeat(np.arange(pairs), count)
        random.shuffle(target)
        source = target + pairs * (random.random(len(target)) < self.noise)
        a, b = self.packed.source.lengths[source], self.packed.target.lengths[target]
        if self.fixed:
            a = b = fixed_length(np.maximum(a, b))
        if in_order:
            order = np.lexsort((a, b))
            source, target, a, b = source[order], target[order], a[order], b[order]
        batches = cut(np.maximum(a, b), self.slots)
        random.shuffle(batches)
        device = self.packed.source.flat.device
        return Epoch(torch.from_numpy(source).to(device), torch.from_numpy(target).to(device), (a, b), batches)

    def batch(self, epoch: Epoch, start: int, end: int) -> Batch:
        source, target = epoch.source[start:end], epoch.target[start:end]
        a, b = (int(side[start:end].max()) for side in epoch.lengths)
        if self.fixed:
            missing = fixed_rows(a, self.slots) - len(source)
            source, target = (torch.cat([side, side.new_full((missing,), -1)]) for side in (source, target))
        return shifted(self.packed.source.padded(source, a), self.packed.target.padded(target, b))


def shifted(source: Tensor, target: Tensor) -> Batch:
    start = torch.full((len(target), 1), BOS, device=target.device)
    return Batch(source, torch.cat([start, target[:, :-1]], 1), target)


def cut(longest: np.ndarray, slots: int) -> list[tuple[int, int]]:
    """Where batches begin and end: as many pairs as fit into `slots` when all are padded to the longest side among them."""
    batches, start = [], 0
    while start < len(longest):
        widest = np.maximum.accumulate(longest[start : start + max(1, slots // int(longest[start]))])
        fitting = int((widest * np.arange(1, len(widest) + 1) <= slots).sum())
        batches.append((start, start + max(1, fitting)))
        start = batches[-1][1]
    return batches


def fixed_length(length: np.ndarray) -> np.ndarray:
    """The next of the few lengths that batches of fixed shapes have: 4, 8 … 32, 40 … 64, 96, 128, 160 …"""
    step = np.where(length <= 32, 4, np.where(length <= 64, 8, 32))
    return -(-length // step) * step


def fixed_rows(length: int, slots: int) -> int:
    return max(1, slots // length)
