"""Dropout whose masks are cut from a pool drawn once: on CPU, drawing fresh bits costs more than many a layer."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class MaskPool:
    """Pre-drawn masks. `reseed` fixes which ones the next forward pass takes, so that a resumed run repeats them."""

    SIZE = 1 << 22
    ALIGNMENT = 16  # floats in a cache line

    def __init__(self) -> None:
        self._pools: dict[float, Tensor] = {}
        self._offsets = random.Random(0)

    def reseed(self, seed: int) -> None:
        self._offsets.seed(seed)

    def cut(self, shape: torch.Size, p: float, dtype: torch.dtype) -> Tensor:
        n = shape.numel()
        pool = self._pools.get(p)
        if pool is None or pool.numel() < 2 * n or pool.dtype != dtype:
            size = max(self.SIZE, 4 * n)
            draw = torch.Generator().manual_seed(size)
            pool = self._pools[p] = (torch.rand(size, generator=draw) >= p).to(dtype) / (1 - p)
        start = self._offsets.randrange((pool.numel() - n) // self.ALIGNMENT) * self.ALIGNMENT
        return pool[start : start + n].view(shape)


class PooledDropout(nn.Module):
    def __init__(self, p: float, pool: MaskPool) -> None:
        super().__init__()
        self.p, self.pool = p, pool

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.p:
            return x
        if x.device.type != "cpu":
            return F.dropout(x, self.p)
        return x * self.pool.cut(x.shape, self.p, x.dtype)
