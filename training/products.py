"""Matrix products by whichever library is faster on this machine.

PyTorch's CPU products are MKL's, which on AMD processors reach about three quarters of what the OpenBLAS inside NumPy
does (README, Speed). Both see the same memory.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


@functools.cache
def numpy_is_faster() -> bool:
    """Measured once a process, at the shape that the model's layers have most."""
    a, b, out = torch.ones(2048, 160), torch.ones(160, 160), torch.empty(2048, 160)
    na, nb, nout = a.numpy(), b.numpy(), out.numpy()
    return _seconds(lambda: np.matmul(na, nb.T, out=nout)) < _seconds(lambda: torch.mm(a, b.T, out=out))


def _seconds(run: Callable[[], Any], times: int = 20) -> float:
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        measured.append(time.perf_counter() - start)
    return sorted(measured)[times // 4]


def by_numpy(x: Tensor) -> bool:
    return x.device.type == "cpu" and x.dtype == torch.float32 and numpy_is_faster()


def multiply(a: Tensor, b: Tensor, out: Tensor) -> Tensor:
    """out = a @ b, outside autograd."""
    if by_numpy(out):
        np.matmul(a.detach().numpy(), b.detach().numpy(), out=out.numpy())
        return out
    return torch.mm(a, b, out=out)


class Linear(nn.Linear):
    def forward(self, x: Tensor) -> Tensor:
        if not by_numpy(x):
            return super().forward(x)
        return _NumpyLinear.apply(x, self.weight, self.bias)


class _NumpyLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        rows = x.detach().reshape(-1, x.shape[-1])
        y = multiply(rows, weight.T, torch.empty(len(rows), len(weight)))
        if bias is not None:
            y += bias
        ctx.save_for_backward(rows, weight)
        ctx.shape, ctx.biased = x.shape, bias is not None
        return y.view(*x.shape[:-1], len(weight))

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor, Tensor | None]:  # type: ignore[override]
        rows, weight = ctx.saved_tensors
        g = grad.reshape(-1, grad.shape[-1])
        dx = None
        if ctx.needs_input_grad[0]:
            dx = multiply(g, weight, torch.empty(len(g), weight.shape[1])).view(ctx.shape)
        dweight = multiply(g.T, rows, torch.empty_like(weight))
        return dx, dweight, g.sum(0) if ctx.biased else None
