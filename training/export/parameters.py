"""From a state dict to the parameters of the graphs: folded, transposed to [in,out], named as the graphs name them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from training.export.architecture import Architecture, Layer, LocalBranch
from training.export.graph import Parameters


def graph_parameters(architecture: Architecture, state: dict[str, np.ndarray]) -> Parameters:
    """Float32 parameters of both graphs.

    Folded in: the attention scale into the queries, the softmax into the kernels, all layers' cross keys and values into one linear.
    """
    state = {name: np.asarray(value, np.float32) for name, value in state.items()}
    d, table = architecture.d_model, state["embedding.weight"]
    if table.shape != (architecture.vocab_size, d):
        raise ValueError(f"embedding.weight has shape {table.shape}, the architecture says {(architecture.vocab_size, d)}")
    out: Parameters = {
        "embedding.weight": table,
        "embedding.factor": np.float32(math.sqrt(d)).reshape(()),
        "position.frequencies": _frequencies(d),
    }

    for linear in linears(architecture):
        out[linear.graph + ".weight"] = np.ascontiguousarray(state[linear.trained + ".weight"].T)
        out[linear.graph + ".bias"] = state[linear.trained + ".bias"]
        if linear.queries:
            _scale_queries(out, linear.graph, linear.queries, linear.heads)

    for side, p, layer in layers(architecture):
        if layer.local:
            branch = local_branch(p, layer)
            if layer.local.kind == "dynamic":
                out[f"{p}.local.kernel.weight"] = np.ascontiguousarray(state[f"{branch}.kernel.weight"].T)
                if side == "encoder":
                    out[unfold_name(layer.local)] = _unfold(layer.local)
            else:
                out[f"{p}.local.kernel"] = _kernel(state[f"{branch}.kernel"], layer.local, side)
        for name in norms(side, p):
            out[name] = state[name]

    joint = [f"decoder.{index}.cross.kv" for index in range(len(architecture.decoder))]
    out["cross_kv.weight"] = np.ascontiguousarray(np.concatenate([state[name + ".weight"] for name in joint]).T)
    out["cross_kv.bias"] = np.concatenate([state[name + ".bias"] for name in joint])
    return out


def layers(architecture: Architecture) -> Iterator[tuple[str, str, Layer]]:
    """Every layer with its side and the prefix of its parameters, which the graphs and the state dict share."""
    for side in ("encoder", "decoder"):
        for index, layer in enumerate(getattr(architecture, side)):
            yield side, f"{side}.{index}", layer


@dataclass(frozen=True)
class Linear:
    """A linear's name in the graphs and in the state dict."""

    graph: str
    trained: str
    queries: int = 0
    """Its first channels that are queries, into which the attention scale is folded."""
    heads: int = 1


def linears(architecture: Architecture) -> Iterator[Linear]:
    """Every linear but the cross keys and values, which the graphs have as one."""
    for _, p, layer in layers(architecture):
        if layer.global_:
            branch = f"{p}.branches.0"  # the attention is always the first
            yield Linear(f"{p}.global.qkv", f"{branch}.qkv", layer.global_.channels, layer.global_.heads)
            yield Linear(f"{p}.global.out", f"{branch}.out")
        if layer.local:
            branch = local_branch(p, layer)
            yield Linear(f"{p}.local.in", f"{branch}.inp")
            yield Linear(f"{p}.local.out", f"{branch}.out")
        yield Linear(f"{p}.ffn1", f"{p}.ffn1")
        yield Linear(f"{p}.ffn2", f"{p}.ffn2")
    for index in range(len(architecture.decoder)):
        p = f"decoder.{index}.cross"
        yield Linear(f"{p}.q", f"{p}.q", architecture.d_model, architecture.cross_heads)
        yield Linear(f"{p}.out", f"{p}.out")


def local_branch(prefix: str, layer: Layer) -> str:
    """The state dict's name of a layer's convolution branch: after the attention, if there is one."""
    return f"{prefix}.branches.{1 if layer.global_ else 0}"


def norms(side: str, prefix: str) -> list[str]:
    """The norms' parameters, named and stored alike on both sides."""
    names = ("norm1", "norm2", "norm3") if side == "decoder" else ("norm1", "norm3")
    return [f"{prefix}.{norm}.{part}" for norm in names for part in ("weight", "bias")]


def _frequencies(d: int) -> np.ndarray:
    half = d // 2
    return np.exp(np.arange(half) * -(math.log(10000) / (half - 1))).astype(np.float32)


def _scale_queries(out: Parameters, name: str, channels: int, heads: int) -> None:
    factor = np.float32((channels // heads) ** -0.5)
    out[name + ".weight"][:, :channels] *= factor
    out[name + ".bias"] = np.concatenate([out[name + ".bias"][:channels] * factor, out[name + ".bias"][channels:]])


def _kernel(kernel: np.ndarray, local: LocalBranch, side: str) -> np.ndarray:
    """Stored kernels [groups,k] -> one per channel: [channels,1,k] for the encoder's Conv, [k,channels] for the decoder's window."""
    if kernel.shape != (local.groups, local.kernel_size):
        raise ValueError(f"a kernel has shape {kernel.shape}, the architecture says {(local.groups, local.kernel_size)}")
    if local.kind == "lightweight":
        kernel = np.exp(kernel - kernel.max(-1, keepdims=True))
        kernel = kernel / kernel.sum(-1, keepdims=True)
        kernel = np.repeat(kernel, local.channels // local.groups, 0)
    return np.ascontiguousarray(kernel[:, None, :] if side == "encoder" else kernel.T).astype(np.float32)


def unfold_name(local: LocalBranch) -> str:
    return f"unfold.{local.channels}.{local.kernel_size}"


def _unfold(local: LocalBranch) -> np.ndarray:
    """[channels*k,1,k]: a depthwise Conv that lays the k neighbours of every position side by side."""
    return np.tile(np.eye(local.kernel_size, dtype=np.float32)[:, None], (local.channels, 1, 1))
