"""From sentence pairs to an epoch's batches of ids.

A batch holds pairs of nearly equal length on either side, so that padding costs little; which pairs meet, what noise
the sources get and the order of the batches are drawn from the seed and the epoch's number alone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sentencepiece
import torch
from torch import Tensor

from training.augment import augment
from training.config import AugmentConfig
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


def collate(examples: Sequence[Ids]) -> Batch:
    source, target = pad([a for a, _ in examples]), pad([b for _, b in examples])
    start = torch.full((len(examples), 1), BOS)
    return Batch(source, torch.cat([start, target[:, :-1]], 1), target)


def pad(rows: Sequence[Sequence[int]]) -> Tensor:
    out = np.full((len(rows), max(map(len, rows))), PAD, dtype=np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return torch.from_numpy(out)
