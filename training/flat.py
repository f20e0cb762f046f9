"""All parameters of a model as one vector, and all gradients as another: one optimiser, average and all-reduce call."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class FlatModel:
    """Owns the two vectors; the model's parameters and their gradients become views into them."""

    def __init__(self, model: nn.Module) -> None:
        named = list(model.named_parameters())
        self.names = [name for name, _ in named]
        self.shapes = [p.shape for _, p in named]
        size = sum(p.numel() for _, p in named)
        self.weights = nn.Parameter(torch.cat([p.detach().reshape(-1) for _, p in named]))
        self.weights.grad = torch.zeros_like(self.weights)
        assert self.weights.numel() == size
        grads = self.views(self.weights.grad)
        with torch.no_grad():
            for (name, p), view in zip(named, self.views(self.weights.detach()).values(), strict=True):
                p.data = view
                p.grad = grads[name]

    @property
    def grad(self) -> Tensor:
        assert self.weights.grad is not None
        return self.weights.grad

    def views(self, flat: Tensor) -> dict[str, Tensor]:
        """Named parameters as views into a vector of this layout."""
        out: dict[str, Tensor] = {}
        start = 0
        for name, shape in zip(self.names, self.shapes, strict=True):
            out[name] = flat[start : start + shape.numel()].view(shape)
            start += shape.numel()
        return out
