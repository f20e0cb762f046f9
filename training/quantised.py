"""Quantisation-aware training: forward and backward passes see the weights that the bundle will hold.

The gradient with respect to a quantised weight is applied to the float32 weight behind it (the straight-through estimator,
Bengio et al. 2013). Levels and scales are the exporter's (export/quantise.py): symmetric, one scale per output channel or row
of the embedding, of bfloat16's precision, its clipping point the one of least squared error. The scales are searched every
`EVERY` updates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from training.flat import FlatModel
from training.prune import prunable as quantisable

EVERY = 100
CLIP_STEPS = 40


def limit_of(bits: int) -> int:
    """The greatest level."""
    return 2 ** (bits - 1) - 1


def search_scales(weight: Tensor, bits: int) -> Tensor:
    """The scale [rows, 1] of least squared error for each row."""
    limit = limit_of(bits)
    full = weight.abs().amax(1, keepdim=True).clamp(min=1e-12) / limit
    best, best_error = full.clone(), torch.full_like(full, torch.inf)
    for step in range(CLIP_STEPS + 1):
        scale = (full * (1 - 0.5 * step / CLIP_STEPS)).bfloat16().float()
        error = (quantise(weight, scale, limit) - weight).square_().sum(1, keepdim=True)
        better = error < best_error
        best, best_error = torch.where(better, scale, best), torch.where(better, error, best_error)
    return best


def quantise(weight: Tensor, scale: Tensor, limit: int) -> Tensor:
    """The values that the levels stand for."""
    return (weight / scale).round_().clamp_(-limit, limit).mul_(scale)


@torch.no_grad()
def put_on_the_grid(model: nn.Module, bits: int) -> None:
    """Leaves a model with the weights that its bundle would hold."""
    for name, weight in model.named_parameters():
        if quantisable(name, weight):
            weight.copy_(quantise(weight, search_scales(weight, bits), limit_of(bits)))


class WeightQuantiser:
    def __init__(self, flat: FlatModel, bits: int) -> None:
        self.flat, self.bits = flat, bits
        self.scales: dict[str, Tensor] = {}

    def _matrices(self) -> Iterator[tuple[str, Tensor]]:
        for name, weight in self.flat.views(self.flat.weights.detach()).items():
            if quantisable(name, weight):
                yield name, weight

    @contextmanager
    def on_the_grid(self, update: int) -> Iterator[None]:
        """Inside, the model's weights are the quantised ones; afterwards the float32 ones are back."""
        master = self.flat.weights.detach().clone()
        for name, weight in self._matrices():
            if name not in self.scales or update % EVERY == 0:
                self.scales[name] = search_scales(weight, self.bits)
            weight.copy_(quantise(weight, self.scales[name], limit_of(self.bits)))
        try:
            yield
        finally:
            self.flat.weights.detach().copy_(master)
