"""Quantisation-aware training: forward and backward passes see the weights that the bundle will hold.

The gradient with respect to a quantised weight is applied to the float32 weight behind it (the straight-through estimator,
Bengio et al. 2013). Levels and scales are the exporter's (export/quantise.py): symmetric, one scale per output channel or row
of the embedding, of bfloat16's precision, as a `Grid` says. The scales are chosen anew every `EVERY` updates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.flat import FlatModel
from training.prune import prunable as quantisable
from training.rarity import coarseness

EVERY = 100
CLIP_STEPS = 40


@dataclass(frozen=True)
class Grid:
    bits: int
    step: float = 0.0
    """Between two levels, in root mean squares of the row (times `coarseness` in the embedding), so that an entropy coder has little
    to do; 0: the scale of least squared error."""

    @property
    def limit(self) -> int:
        """The greatest level."""
        return 2 ** (self.bits - 1) - 1

    def scales(self, name: str, weight: Tensor) -> Tensor:
        """[rows, 1] for a matrix."""
        full = weight.abs().amax(1, keepdim=True).clamp(min=1e-12) / self.limit
        if self.step:
            step = self.step * weight.square().mean(1, keepdim=True).sqrt()
            if name == "embedding.weight":
                step *= torch.from_numpy(coarseness(len(weight))).to(step)[:, None]
            return torch.maximum(step, full).bfloat16().float()
        best, best_error = full.clone(), torch.full_like(full, torch.inf)
        for step in range(CLIP_STEPS + 1):
            scale = (full * (1 - 0.5 * step / CLIP_STEPS)).bfloat16().float()
            error = (self.quantise(weight, scale) - weight).square_().sum(1, keepdim=True)
            better = error < best_error
            best, best_error = torch.where(better, scale, best), torch.where(better, error, best_error)
        return best

    def quantise(self, weight: Tensor, scale: Tensor) -> Tensor:
        """The values that the levels stand for."""
        return (weight / scale).round_().clamp_(-self.limit, self.limit).mul_(scale)

    @torch.no_grad()
    def put(self, model: nn.Module) -> None:
        """Leaves a model with the weights that its bundle would hold."""
        for name, weight in model.named_parameters():
            if quantisable(name, weight):
                weight.copy_(self.quantise(weight, self.scales(name, weight)))


class WeightQuantiser:
    def __init__(self, flat: FlatModel, grid: Grid) -> None:
        self.flat, self.grid = flat, grid
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
                self.scales[name] = self.grid.scales(name, weight)
            weight.copy_(self.grid.quantise(weight, self.scales[name]))
        try:
            yield
        finally:
            self.flat.weights.detach().copy_(master)
