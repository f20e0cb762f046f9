"""Symmetric int8 weights with one scale per output channel (per row of the embedding).

Scales are float32 in the file, of bfloat16's precision: their two low bytes are zero and cost nothing on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ml_dtypes import bfloat16

from training.export.graph import Parameters


@dataclass(frozen=True)
class Quantisation:
    """`bits` 8 or 7: levels -127..127 or -63..63. Seven keep every u8*i8 pair sum inside i16, so that no engine saturates.

    `clip_steps` > 0 searches each channel's clipping point for the least squared error in that many steps.
    """

    bits: int = 7
    clip_steps: int = 0

    @property
    def limit(self) -> int:
        return 2 ** (self.bits - 1) - 1


def quantise_channels(weight: np.ndarray, quantisation: Quantisation, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """(int8 weight, scale per index of `axis`) of a matrix."""
    rows = weight.astype(np.float64) if axis == 0 else weight.T.astype(np.float64)
    limit = quantisation.limit
    full = np.maximum(np.abs(rows).max(1), 1e-12) / limit
    best, best_error = full.copy(), np.full(len(rows), np.inf)
    for step in range(quantisation.clip_steps + 1):
        scale = (full * (1 - 0.5 * step / max(quantisation.clip_steps, 1))).astype(bfloat16).astype(np.float64)
        levels = np.clip(np.rint(rows / scale[:, None]), -limit, limit)
        error = ((levels * scale[:, None] - rows) ** 2).sum(1)
        better = error < best_error
        best[better], best_error[better] = scale[better], error[better]
    scale = best.astype(np.float32)
    levels = np.clip(np.rint(rows / scale[:, None].astype(np.float64)), -limit, limit).astype(np.int8)
    return np.ascontiguousarray(levels if axis == 0 else levels.T), scale


def quantise_parameters(parameters: Parameters, quantisation: Quantisation) -> Parameters:
    """Every linear and the embedding in int8; norms, biases, kernels stay float32."""
    out: Parameters = {}
    for name, value in parameters.items():
        module = name.removesuffix(".weight")
        if name == module or value.ndim != 2:
            out[name] = value
            continue
        axis = 0 if module == "embedding" else 1
        out[name], out[module + ".scale"] = quantise_channels(value, quantisation, axis)
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
