"""Symmetric int8 weights with one scale per output channel (per row of the embedding).

Scales, biases, norms and kernels are float32 in the file, of bfloat16's precision: their two low bytes are zero and cost nothing on the
wire.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ml_dtypes import bfloat16

from training.export.graph import Parameters
from training.rarity import coarseness


@dataclass(frozen=True)
class Quantisation:
    """`bits` 8 or 7: levels -127..127 or -63..63. Seven keep every u8*i8 pair sum inside i16, so that no engine saturates.

    `clip_steps` > 0 searches each channel's clipping point for the least squared error in that many steps. `step` > 0 puts the
    levels so many root mean squares of the channel apart instead (times `coarseness` in the embedding), so that most weights share
    a few levels and compress well.
    """

    bits: int = 7
    clip_steps: int = 0
    step: float = 0.0

    @property
    def limit(self) -> int:
        return 2 ** (self.bits - 1) - 1


def quantise_channels(
    weight: np.ndarray, quantisation: Quantisation, axis: int, coarser: np.ndarray | float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """(int8 weight, scale per index of `axis`) of a matrix; `coarser` multiplies the step of each index."""
    rows = weight.astype(np.float64) if axis == 0 else weight.T.astype(np.float64)
    full = np.maximum(np.abs(rows).max(1), 1e-12) / quantisation.limit
    if quantisation.step:
        scale = _short(np.maximum(quantisation.step * coarser * np.sqrt((rows**2).mean(1)), full))
    else:
        scale, best_error = full, np.full(len(rows), np.inf)
        for step in range(quantisation.clip_steps + 1):
            tried = _short(full * (1 - 0.5 * step / max(quantisation.clip_steps, 1)))
            error = ((_levels(rows, tried, quantisation.limit) * tried[:, None] - rows) ** 2).sum(1)
            better = error < best_error
            scale, best_error = np.where(better, tried, scale), np.where(better, error, best_error)
    levels = _levels(rows, scale, quantisation.limit).astype(np.int8)
    return np.ascontiguousarray(levels if axis == 0 else levels.T), scale.astype(np.float32)


def _levels(rows: np.ndarray, scale: np.ndarray, limit: int) -> np.ndarray:
    return np.clip(np.rint(rows / scale[:, None]), -limit, limit)


def _short(values: np.ndarray) -> np.ndarray:
    """The values in bfloat16's precision, in their own type."""
    return values.astype(bfloat16).astype(values.dtype)


def quantise_parameters(parameters: Parameters, quantisation: Quantisation) -> Parameters:
    """Every linear and the embedding in int8; norms, biases, kernels in bfloat16's precision; what positions need as it is."""
    out: Parameters = {}
    for name, value in parameters.items():
        module = name.removesuffix(".weight")
        if name == module or value.ndim != 2:
            out[name] = _short(value) if name.startswith(("encoder.", "decoder.", "cross_kv.")) else value
            continue
        axis, coarser = (0, coarseness(len(value))) if module == "embedding" else (1, 1.0)
        out[name], out[module + ".scale"] = quantise_channels(value, quantisation, axis, coarser)
    return out


def dequantise_parameters(parameters: Parameters) -> Parameters:
    """The float32 parameters that int8 ones stand for."""
    out: Parameters = {}
    for name, value in parameters.items():
        module = name.removesuffix(".weight")
        if name.endswith(".scale"):
            continue
        if value.dtype == np.int8:
            scale = parameters[module + ".scale"]
            out[name] = value * (scale[:, None] if module == "embedding" else scale)
        else:
            out[name] = value
    return out
