"""maps.json: attention of both branches, what each entry carries, and each branch's share in the update.

`contributions` weigh an entry by the norm of what it carries through its head's or group's rows of the output
projection, |w| * ||v_j W_o|| (Kobayashi et al. 2020, eq. 4); biases are attributed to nobody.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from training.export.architecture import Architecture
from training.export.golden.files import numbers
from training.export.simulate import Record, Simulation
from training.model import BOS

DIGITS = 5


def map_entry(simulation: Simulation, dequantised: Simulation, ids: list[int], target: list[int]) -> dict:
    """Maps along a given translation; `target` ends in eos. Step t reads target token t-1 (bos first), one hypothesis at a time.

    `dequantised` holds the float32 output projections that belong to `simulation`.
    """
    architecture = simulation.architecture
    source, steps = records(simulation, ids, target)
    sides = {"encoder": [], "decoder": []}
    for index in range(len(architecture.encoder)):
        sides["encoder"].append(_encoder_layer(source, dequantised, architecture, index))
    for index in range(len(architecture.decoder)):
        sides["decoder"].append(_decoder_layer(steps, source, dequantised, architecture, index))
    return sides


def records(simulation: Simulation, ids: list[int], target: list[int]) -> tuple[Record, list[Record]]:
    """The named tensors of the encoder, and of each decoder step."""
    source: Record = {}
    encoded, caches, steps = simulation.encode(torch.tensor([ids]), source), simulation.start(1), []
    source |= {f"cross_v.{index}": values for index, values in enumerate(encoded.values)}
    for position, token in enumerate([BOS, *target[:-1]]):
        steps.append({})
        _, caches = simulation.step(encoded, caches, torch.tensor([token]), position, 1, steps[-1])
    return source, steps


def _encoder_layer(record: Record, weights: Simulation, architecture: Architecture, index: int) -> dict:
    p, layer, out = f"encoder.{index}", architecture.encoder[index], {}
    if layer.global_:
        out["global"] = _attention(record[f"{p}.global.weights"][0], record[f"{p}.global.values"][0], weights, f"{p}.global.out")
    if layer.local:
        kernel = weights.tensors[f"{p}.local.kernel"][:, 0]
        out["local"] = _convolution(record[f"{p}.local.values"][0], kernel, layer.local.groups, weights, p, causal=False)
    return out | _shares(record, p)


def _decoder_layer(steps: list[Record], source: Record, weights: Simulation, architecture: Architecture, index: int) -> dict:
    p, layer, out = f"decoder.{index}", architecture.decoder[index], {}
    if layer.global_:
        rows = [step[f"{p}.global.weights"][0, :, 0] for step in steps]
        alpha = torch.stack([torch.nn.functional.pad(row, (0, len(steps) - row.shape[-1])) for row in rows], 1)
        values = torch.cat([step[f"{p}.global.values"][0] for step in steps], 1)
        out["global"] = _attention(alpha, values, weights, f"{p}.global.out")
    if layer.local:
        kernel = weights.tensors[f"{p}.local.kernel"].T
        values = torch.cat([step[f"{p}.local.values"][0] for step in steps])
        out["local"] = _convolution(values, kernel, layer.local.groups, weights, p, causal=True)
    alpha = torch.cat([step[f"{p}.cross.weights"][0] for step in steps], 1)
    out["cross"] = _attention(alpha, source[f"cross_v.{index}"][0], weights, f"{p}.cross.out")
    joint = {name: torch.cat([step[name] for step in steps], 1) for name in steps[0] if name.endswith(".update")}
    return out | _shares(joint, p)


def _attention(alpha: Tensor, values: Tensor, weights: Simulation, out: str) -> dict:
    """alpha [H,T,U], values [H,U,dh]."""
    projection = weights.tensors[out + ".weight"].view(values.shape[0], values.shape[2], -1)
    norms = (values @ projection).norm(dim=-1)
    return _numbers(weights=alpha, value_norms=norms, contributions=alpha * norms[:, None])


def _convolution(values: Tensor, kernel: Tensor, groups: int, weights: Simulation, p: str, causal: bool) -> dict:
    """values [T,c], kernel [c,k] with equal rows inside a group; the maps are bands [groups,T,T]."""
    length, size = len(values), kernel.shape[1]
    kernel = kernel.view(groups, -1, size)[:, 0]
    projection = weights.tensors[f"{p}.local.out.weight"].view(groups, values.shape[1] // groups, -1)
    norms = (values.view(length, groups, -1).transpose(0, 1) @ projection).norm(dim=-1)
    band = torch.zeros(groups, length, length)
    for i in range(length):
        for j in range(length):
            tap = j - i + (size - 1 if causal else size // 2)
            if 0 <= tap < size:
                band[:, i, j] = kernel[:, tap]
    return {"kernel": numbers(kernel.numpy(), DIGITS)} | _numbers(
        weights=band, value_norms=norms, contributions=band.abs() * norms[:, None]
    )


def _shares(record: Record, p: str) -> dict:
    parts = {side: record[f"{p}.{side}.update"][0].norm(dim=-1) for side in ("global", "local") if f"{p}.{side}.update" in record}
    total = sum(parts.values())
    return {"share": {side: numbers((part / total).numpy(), DIGITS) for side, part in parts.items()}}


def _numbers(**tensors: Tensor) -> dict:
    return {name: numbers(tensor.numpy(), DIGITS) for name, tensor in tensors.items()}


def spread(a: dict, b: dict) -> dict[str, float]:
    """The largest difference of each kind of value between two entries of one sentence."""
    found: dict[str, float] = {}

    def compare(name: str, one: dict | list, other: dict | list) -> None:
        if isinstance(one, dict):
            for key in one:
                compare(name if name == "share" else key, one[key], other[key])
        else:
            found[name] = max(found.get(name, 0.0), float(np.abs(np.subtract(one, other)).max()))

    for side in a:
        for one, other in zip(a[side], b[side], strict=True):
            compare(side, one, other)
    return found


def largest_difference(record: Record, outputs: dict[str, np.ndarray]) -> float:
    """Between the simulation's tensors and onnxruntime's of the same names."""
    return max(float(np.abs(record[name].numpy() - outputs[name]).max()) for name in record if name in outputs)
