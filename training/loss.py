"""Output projection and label-smoothed cross-entropy in one step, in row chunks, the gradient made in the forward pass.

The logits of a batch (positions x vocabulary) are the largest thing in training. Here only a chunk of them exists at a
time, and each chunk is passed over as rarely as can be: with softmax p, target t, smoothing e and V pieces,

    loss = -log p_t + e (z_t - mean z)        dz = p - (1 - e) onehot(t) - e / V

so that z_t and mean z come from [positions, d] products, and of dz only p has to be multiplied out.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from training.model import PAD
from training.products import multiply

CHUNK = 512


def projected_loss(x: Tensor, table: Tensor, target: Tensor, smoothing: float) -> tuple[Tensor, Tensor, int]:
    """x [..., d], table [V, d], target [...] -> summed loss, summed negative log-likelihood, number of real targets."""
    target = target.reshape(-1)
    x = x.reshape(-1, x.shape[-1])
    rows = (target != PAD).nonzero()[:, 0]
    if len(rows) < len(target):
        x, target = x.index_select(0, rows), target[rows]
    loss, nll = _ProjectedLoss.apply(x, table, target, smoothing)
    return loss, nll, len(rows)


class _ProjectedLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, table: Tensor, target: Tensor, smoothing: float) -> tuple[Tensor, Tensor]:
        half = torch.is_autocast_enabled(x.device.type)
        kind = torch.get_autocast_dtype(x.device.type) if half else torch.float32
        with torch.autocast(x.device.type, enabled=False):
            full_table, table = table, table.to(kind)
            own, x = x.dtype, x.to(kind)
            vocabulary = len(table)
            of_target, mean_row = table[target], full_table.mean(0)
            z_target = (x.float() * of_target.float()).sum(-1)
            z_mean = x.float() @ mean_row
            chunk = CHUNK if x.device.type == "cpu" else 8192
            logits = torch.empty(min(chunk, len(x)), vocabulary, dtype=kind, device=x.device)
            probability = torch.empty_like(logits)
            dx, part = torch.empty_like(x), torch.empty_like(table)
            dtable = torch.zeros_like(full_table)
            nll = torch.zeros((), device=x.device)
            for i in range(0, len(x), chunk):
                xc, tc = x[i : i + chunk], target[i : i + chunk]
                z, p = logits[: len(xc)], probability[: len(xc)]
                multiply(xc, table.T, z)
                torch.softmax(z, -1, out=p)
                nll -= p.gather(1, tc[:, None]).float().clamp_min_(1e-30).log_().sum()
                multiply(p, table, dx[i : i + chunk])
                multiply(p.T, xc, part)
                dtable += part
            loss = nll + smoothing * (z_target - z_mean).sum()
            dx.sub_(of_target, alpha=1 - smoothing).sub_(mean_row.to(kind), alpha=smoothing)
            dtable.index_add_(0, target, x.to(dtable.dtype), alpha=smoothing - 1)
            dtable.sub_(x.float().sum(0), alpha=smoothing / vocabulary)
            ctx.save_for_backward(dx.to(own), dtable)
            ctx.mark_non_differentiable(nll)
        return loss, nll

    @staticmethod
    def backward(ctx: Any, grad: Tensor, _: Tensor) -> tuple[Tensor, Tensor, None, None]:  # type: ignore[override]
        dx, dtable = ctx.saved_tensors
        return dx * grad, dtable * grad, None, None
