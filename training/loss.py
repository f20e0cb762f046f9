"""Output projection and label-smoothed cross-entropy in one step, in row chunks, the gradient made in the forward pass.

The logits of a batch (positions x vocabulary) are the largest thing in training. Here only a chunk of them exists at a
time, and each chunk is passed over as rarely as can be: with softmax p, target t, smoothing e and V pieces,

    loss = -log p_t + e (z_t - mean z)        dz = p - (1 - e) onehot(t) - e / V

so that z_t and mean z come from [positions, d] products, and of dz only p has to be multiplied out. With a teacher's distribution
q (word-level distillation, Hinton et al. 2015, Kim and Rush 2016) and its weight w,

    loss = (1 - w) (the above) - w sum q log p        dz = p - w q - (1 - w) ((1 - e) onehot(t) + e / V)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from training.model import PAD
from training.products import multiply

CHUNK, GPU_CHUNK = 512, 8192


@dataclass(frozen=True)
class Lesson:
    """What a teacher makes of the same batch."""

    x: Tensor
    """Its decoder's output [..., d of the teacher]."""
    table: Tensor
    """Its output projection [V, d of the teacher]."""
    weight: float
    """Of its distribution in the loss, 0 to 1."""


def projected_loss(
    x: Tensor, table: Tensor, target: Tensor, smoothing: float, fixed: bool = False, lesson: Lesson | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """x [..., d], table [V, d], target [...] -> summed loss, summed negative log-likelihood, number of real targets.

    Padding is cut away first; or, if `fixed`, computed and left out of the sums, so that no shape depends on what the ids are.
    """
    target = target.reshape(-1)
    x = x.reshape(-1, x.shape[-1])
    if lesson:
        lesson = replace(lesson, x=lesson.x.reshape(-1, lesson.x.shape[-1]))
    real = target != PAD
    count = real.sum()
    if not fixed and count < len(target):
        rows = real.nonzero()[:, 0]
        x, target = x.index_select(0, rows), target[rows]
        if lesson:
            lesson = replace(lesson, x=lesson.x.index_select(0, rows))
    loss, nll = _ProjectedLoss.apply(x, table, target, smoothing, real[:, None] if fixed else None, lesson)
    return loss, nll, count


class _ProjectedLoss(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, table: Tensor, target: Tensor, smoothing: float, real: Tensor | None, lesson: Lesson | None
    ) -> tuple[Tensor, Tensor]:
        autocast = torch.is_autocast_enabled(x.device.type)
        kind = torch.get_autocast_dtype(x.device.type) if autocast else x.dtype
        with torch.autocast(x.device.type, enabled=False):
            own, own_table = x.dtype, table.dtype
            table, x = table.to(kind), x.to(kind)
            vocabulary = len(table)
            of_target, mean_row = table[target], table.float().mean(0)
            z_target = (x.float() * of_target.float()).sum(-1)
            z_mean = x.float() @ mean_row
            chunk = CHUNK if x.device.type == "cpu" else GPU_CHUNK
            logits = torch.empty(min(chunk, len(x)), vocabulary, dtype=kind, device=x.device)
            probability = torch.empty_like(logits)
            dx, part = torch.empty_like(x), torch.empty_like(table)
            dtable = torch.zeros(table.shape, device=x.device)
            of_rows = torch.empty(len(x), device=x.device)
            taught, own_share = torch.zeros(len(x), device=x.device), 1.0
            if lesson:
                teacher_x, teacher_table, own_share = lesson.x.to(kind), lesson.table.to(kind), 1 - lesson.weight
                of_teacher = torch.empty_like(logits)
            counted = x if real is None else x * real
            for i in range(0, len(x), chunk):
                xc, tc = x[i : i + chunk], target[i : i + chunk]
                z, p = logits[: len(xc)], probability[: len(xc)]
                multiply(xc, table.T, z)
                torch.softmax(z, -1, out=p)
                of_rows[i : i + chunk] = p.gather(1, tc[:, None])[:, 0].float().clamp_min_(1e-30).log_()
                if lesson:
                    multiply(teacher_x[i : i + chunk], teacher_table.T, z)
                    q = of_teacher[: len(xc)]
                    torch.softmax(z, -1, out=q)
                    torch.log(p.clamp_min(1e-30), out=z)
                    taught[i : i + chunk] = -(z * q).sum(-1, dtype=torch.float32)
                    p.sub_(q, alpha=lesson.weight)
                multiply(p, table, dx[i : i + chunk])
                multiply(p.T, counted[i : i + chunk], part)
                dtable += part
            smoothed = z_target - z_mean
            if real is not None:
                of_rows, smoothed, taught = of_rows * real[:, 0], smoothed * real[:, 0], taught * real[:, 0]
            nll = -of_rows.sum()
            loss = own_share * (nll + smoothing * smoothed.sum()) + (1 - own_share) * taught.sum()
            dx.sub_(of_target, alpha=own_share * (1 - smoothing)).sub_(mean_row.to(kind), alpha=own_share * smoothing)
            if real is not None:
                dx *= real
            dtable.index_add_(0, target, counted.float(), alpha=own_share * (smoothing - 1))
            dtable.sub_(counted.float().sum(0), alpha=own_share * smoothing / vocabulary)
            ctx.save_for_backward(dx.to(own), dtable.to(own_table))
            ctx.mark_non_differentiable(nll)
        return loss, nll

    @staticmethod
    def backward(ctx: Any, grad: Tensor, _: Tensor) -> tuple[Tensor, Tensor, None, None, None, None]:  # type: ignore[override]
        dx, dtable = ctx.saved_tensors
        return dx * grad.to(dx.dtype), dtable * grad.to(dtable.dtype), None, None, None, None
