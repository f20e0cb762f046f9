"""Searching for the best translation."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from training.data import pad
from training.model import BOS, EOS, PAD, UNK, LiteTransformer


@torch.no_grad()
def greedy(model: LiteTransformer, sources: Sequence[list[int]]) -> list[list[int]]:
    device = model.embedding.weight.device
    ids = pad(sources).to(device)
    memory, context = model.encode(ids)
    limit = 2 * ids.shape[1] + 16
    target = torch.full((len(sources), 1), BOS, device=device)
    done = torch.zeros(len(sources), dtype=torch.bool, device=device)
    for _ in range(limit):
        logits = model.project(model.decode(target, memory, context)[:, -1])
        logits[:, [PAD, UNK, BOS]] = -torch.inf
        token = logits.argmax(-1).masked_fill(done, PAD)
        target, done = torch.cat([target, token[:, None]], 1), done | (token == EOS)
        if bool(done.all()):
            break
    return [[t for t in row if t not in (PAD, EOS)] for row in target[:, 1:].tolist()]


def translate_greedily(model: LiteTransformer, sources: Sequence[list[int]], batch: int = 64) -> list[list[int]]:
    """Sentences of like length together; results in the order given."""
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    out: list[list[int]] = [[] for _ in sources]
    for k in range(0, len(order), batch):
        part = order[k : k + batch]
        for i, ids in zip(part, greedy(model, [sources[j] for j in part]), strict=True):
            out[i] = ids
    return out
