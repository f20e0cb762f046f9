"""Gradual magnitude pruning while training (Han et al. 2015; Zhu and Gupta 2018), as in section 5.5 of the paper.

The sparsity grows as `final * (1 - (1 - t)^3)`, t running from 0 to 1 over the first part of the budget; what is left
then learns to do without. Every weight matrix loses the same share of its smallest entries; biases, norms and the few
convolution kernels stay whole.
"""

from __future__ import annotations

import torch
from torch import Tensor

from training.flat import FlatModel

GROWING = 0.6
"""The part of the budget in which the sparsity grows."""
EVERY = 100
"""Updates between two looks at which weights are small: a weight that grows meanwhile may come back."""


def sparsity(final: float, used: float) -> float:
    """The sparsity when the part `used` of the budget is."""
    return final * (1 - (1 - min(1.0, used / GROWING)) ** 3)


def prunable(name: str, weight: Tensor) -> bool:
    return weight.dim() == 2 and "kernel" not in name and min(weight.shape) > 1


class Pruner:
    """Keeps the mask of the weights that are left, in the layout of the flat vector."""

    def __init__(self, flat: FlatModel, final: float) -> None:
        self.flat, self.final = flat, final
        self.mask = torch.ones_like(flat.weights.detach())

    @torch.no_grad()
    def look(self, used: float) -> None:
        """Chooses anew which weights are left: those of greatest magnitude in each matrix."""
        share = sparsity(self.final, used)
        masks = self.flat.views(self.mask)
        for name, weight in self.flat.views(self.flat.weights.detach()).items():
            if prunable(name, weight):
                count = int(share * weight.numel())
                masks[name].fill_(1)
                if count:
                    smallest = weight.abs().view(-1).topk(count, largest=False).indices
                    masks[name].view(-1)[smallest] = 0

    @torch.no_grad()
    def apply(self, *vectors: Tensor) -> None:
        for vector in vectors:
            vector.mul_(self.mask)
