"""All parameters of a model as one vector, and all gradients as another: one optimiser, average and all-reduce call."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class FlatModel:
    """Owns the float32 vectors that the optimiser works on.

    The model's parameters and their gradients become views into them or, where the model is to compute in another type, into
    copies of that type: `publish` brings the weights there, `collect` the gradients back.
    """

    def __init__(self, model: nn.Module, kind: torch.dtype = torch.float32) -> None:
        named = list(model.named_parameters())
        self.names = [name for name, _ in named]
        self.shapes = [p.shape for _, p in named]
        self.weights = nn.Parameter(torch.cat([p.detach().reshape(-1) for _, p in named]).float())
        self.weights.grad = torch.zeros_like(self.weights)
        own = kind == torch.float32
        self.seen = self.weights.detach() if own else self.weights.detach().to(kind)
        self.seen_grad = self.weights.grad if own else torch.zeros_like(self.seen)
        grads = self.views(self.seen_grad)
        with torch.no_grad():
            for (name, p), view in zip(named, self.views(self.seen).values(), strict=True):
                p.data = view
                p.grad = grads[name]

    @property
    def grad(self) -> Tensor:
        assert self.weights.grad is not None
        return self.weights.grad

    def publish(self) -> None:
        """Shows the model the weights as they are now."""
        if self.seen.dtype != torch.float32:
            self.seen.copy_(self.weights.detach())

    def collect(self) -> None:
        """Brings the gradients that the model has found into `grad`."""
        if self.seen.dtype != torch.float32:
            self.grad.copy_(self.seen_grad)

    def views(self, flat: Tensor) -> dict[str, Tensor]:
        """Named parameters as views into a vector of this layout."""
        out: dict[str, Tensor] = {}
        start = 0
        for name, shape in zip(self.names, self.shapes, strict=True):
            out[name] = flat[start : start + shape.numel()].view(shape)
            start += shape.numel()
        return out
