"""The graphs' arithmetic in PyTorch, batched: what an engine computes from the parameters of a bundle, f32 or int8.

Written independently of the graph builder and of training.model. Activations of one sentence share a scale (the engine
runs the encoder a sentence at a time, the decoder with a sentence's live hypotheses as one batch), so every tensor here
has the sentences in front and each gets a scale of its own, padding left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from training.export.architecture import Architecture, Layer
from training.export.graph import LAYER_NORM_EPSILON, Parameters

Record = dict[str, Tensor]
Caches = dict[str, Tensor]


def dynamic_quantise(x: Tensor, sentences: int) -> tuple[Tensor, Tensor]:
    """ONNX DynamicQuantizeLinear for each sentence: (levels minus zero point, scale), the scale shaped to multiply x."""
    rows = x.reshape(sentences, -1)
    low, high = rows.amin(1).clamp(max=0), rows.amax(1).clamp(min=0)
    scale = (high - low) / 255
    scale = torch.where(scale == 0, torch.ones_like(scale), scale)
    zero_point = (-low / scale).clamp(0, 255).round()
    levels = (rows / scale[:, None]).round().add(zero_point[:, None]).clamp(0, 255) - zero_point[:, None]
    per_row = scale.repeat_interleave(x.shape[0] // sentences)
    return levels.view(x.shape), per_row.view(-1, *[1] * (x.dim() - 1))


@dataclass
class Encoded:
    """Cross keys and values [N,H,S,dh] of each decoder layer, and the mask [N,1,1,S] that hides padding."""

    keys: list[Tensor]
    values: list[Tensor]
    mask: Tensor

    def select(self, rows: Tensor) -> Encoded:
        return Encoded([k[rows] for k in self.keys], [v[rows] for v in self.values], self.mask[rows])


class Simulation:
    """`noise` > 0 jitters what is quantised by that relative amount: how far apart may two right engines end up?"""

    def __init__(self, architecture: Architecture, parameters: Parameters, device: str = "cpu", noise: float = 0.0):
        self.architecture = architecture
        self.noise = noise
        self.device = device
        self.tensors = {name: torch.tensor(value, dtype=torch.float32, device=device) for name, value in parameters.items()}
        self.int8 = "embedding.scale" in parameters
        self.sentences = 1
        self.keep: Tensor | None = None

    # Modules

    def linear(self, x: Tensor, name: str) -> Tensor:
        y = self._product(x, self.tensors[name + ".weight"], self.tensors.get(name + ".scale"))
        bias = self.tensors.get(name + ".bias")
        return y if bias is None else y + bias

    def _product(self, x: Tensor, weight: Tensor, scale: Tensor | None) -> Tensor:
        if scale is None:
            return x @ weight
        if self.keep is not None:
            x = x * self.keep
        if self.noise:
            x = x * (1 + self.noise * torch.randn_like(x))
        levels, x_scale = dynamic_quantise(x, self.sentences)
        # Integers below 2^24 in float32: the product is exact.
        return (levels @ weight) * (x_scale * scale)

    def embed(self, ids: Tensor, start: int) -> Tensor:
        rows = self.tensors["embedding.weight"][ids]
        if self.int8:
            rows = rows * self.tensors["embedding.scale"][ids][..., None]
        position = torch.arange(start, start + ids.shape[1], device=self.device).float()[:, None]
        angles = position * self.tensors["position.frequencies"]
        return rows * self.tensors["embedding.factor"] + torch.cat([angles.sin(), angles.cos()], 1)

    def norm(self, x: Tensor, name: str) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.tensors[name + ".weight"], self.tensors[name + ".bias"], LAYER_NORM_EPSILON)

    def feed_forward(self, x: Tensor, p: str) -> Tensor:
        return self.norm(x + self.linear(F.relu(self.linear(x, p + ".ffn1")), p + ".ffn2"), p + ".norm3")

    def _heads(self, x: Tensor, heads: int) -> Tensor:
        return x.view(*x.shape[:2], heads, -1).transpose(1, 2)

    def _attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        scores = q @ k.transpose(-1, -2)
        weights = (scores if mask is None else scores + mask).softmax(-1)
        mixed = (weights @ v).transpose(1, 2)
        return mixed.reshape(*mixed.shape[:2], -1), weights

    def _qkv(self, x: Tensor, p: str, heads: int) -> list[Tensor]:
        return [self._heads(part, heads) for part in self.linear(x, p + ".qkv").chunk(3, -1)]

    # Encoder

    @torch.inference_mode()
    def encode(self, ids: Tensor, record: Record | None = None) -> Encoded:
        """ids [N,S], padded with 0 behind; `record` receives the tensors that the graph names."""
        pad = ids == 0
        self.sentences, self.keep = len(ids), (~pad)[..., None].float()
        mask = torch.zeros(pad.shape, device=self.device).masked_fill(pad, -torch.inf)[:, None, None]
        record = {} if record is None else record
        x = self.embed(ids, 0)
        for index, layer in enumerate(self.architecture.encoder):
            p = f"encoder.{index}"
            parts, updates = self._split(x, layer), []
            if layer.global_:
                q, k, v = self._qkv(parts.pop(0), p + ".global", layer.global_.heads)
                mixed, weights = self._attend(q, k, v, mask)
                updates.append(self.linear(mixed, p + ".global.out"))
                record |= {f"{p}.global.weights": weights, f"{p}.global.values": v, f"{p}.global.update": updates[-1]}
            if layer.local:
                values = self.linear(parts.pop(0), p + ".local.in") * self.keep
                mixed = self._convolve(values, p, layer)
                updates.append(self.linear(mixed, p + ".local.out"))
                record |= {f"{p}.local.values": values, f"{p}.local.update": updates[-1]}
            x = self.feed_forward(self.norm(x + torch.cat(updates, -1), p + ".norm1"), p)
        record["encoder.output"] = x
        flat = self.linear(x, "cross_kv").chunk(2 * len(self.architecture.decoder), -1)
        heads = [self._heads(part, self.architecture.cross_heads) for part in flat]
        return Encoded(heads[0::2], heads[1::2], mask)

    def _split(self, x: Tensor, layer: Layer) -> list[Tensor]:
        return list(x.split([branch.channels for branch in layer.branches], -1))

    def _convolve(self, values: Tensor, p: str, layer: Layer) -> Tensor:
        k = layer.local.kernel_size
        padded = F.pad(values, (0, 0, k // 2, k // 2))
        windows = padded.unfold(1, k, 1)  # [N,S,channels,k]
        if layer.local.kind == "dynamic":
            return (windows * self._dynamic_kernels(values, p, layer)).sum(-1)
        return (windows * self.tensors[p + ".local.kernel"][:, 0]).sum(-1)

    def _dynamic_kernels(self, values: Tensor, p: str, layer: Layer) -> Tensor:
        logits = self.linear(values, p + ".local.kernel").unflatten(-1, (layer.local.groups, layer.local.kernel_size))
        return logits.softmax(-1).repeat_interleave(layer.local.channels // layer.local.groups, 2)

    # Decoder

    def start(self, rows: int) -> Caches:
        caches: Caches = {}
        for index, layer in enumerate(self.architecture.decoder):
            if layer.global_:
                size = layer.global_.channels // layer.global_.heads
                for part in "kv":
                    caches[f"self_{part}.{index}"] = torch.zeros(rows, layer.global_.heads, 0, size, device=self.device)
            if layer.local:
                shape = (rows, layer.local.kernel_size - 1, layer.local.channels)
                caches[f"conv.{index}"] = torch.zeros(shape, device=self.device)
        return caches

    @torch.inference_mode()
    def step(
        self, encoded: Encoded, caches: Caches, tokens: Tensor, position: int, sentences: int, record: Record | None = None
    ) -> tuple[Tensor, Caches]:
        """Logits [R,V] and the next caches. tokens [R]: R/sentences hypotheses of each sentence, `encoded` with R rows too."""
        self.sentences, self.keep = sentences, None
        record = {} if record is None else record
        after: Caches = {}
        x = self.embed(tokens[:, None], position)
        for index, layer in enumerate(self.architecture.decoder):
            p = f"decoder.{index}"
            parts, updates = self._split(x, layer), []
            if layer.global_:
                q, k, v = self._qkv(parts.pop(0), p + ".global", layer.global_.heads)
                record[f"{p}.global.values"] = v
                k, v = torch.cat([caches[f"self_k.{index}"], k], 2), torch.cat([caches[f"self_v.{index}"], v], 2)
                after |= {f"self_k.{index}": k, f"self_v.{index}": v}
                mixed, record[f"{p}.global.weights"] = self._attend(q, k, v, None)
                updates.append(self.linear(mixed, p + ".global.out"))
                record[f"{p}.global.update"] = updates[-1]
            if layer.local:
                values = self.linear(parts.pop(0), p + ".local.in")
                window = torch.cat([caches[f"conv.{index}"], values], 1)
                after[f"conv.{index}"] = window[:, 1:]
                if layer.local.kind == "dynamic":
                    mixed = (window * self._dynamic_kernels(values, p, layer)[:, 0].transpose(1, 2)).sum(1, keepdim=True)
                else:
                    mixed = (window * self.tensors[p + ".local.kernel"]).sum(1, keepdim=True)
                updates.append(self.linear(mixed, p + ".local.out"))
                record |= {f"{p}.local.values": values, f"{p}.local.update": updates[-1]}
            x = self.norm(x + torch.cat(updates, -1), p + ".norm1")
            q = self._heads(self.linear(x, p + ".cross.q"), self.architecture.cross_heads)
            mixed, record[f"{p}.cross.weights"] = self._attend(q, encoded.keys[index], encoded.values[index], encoded.mask)
            record[f"{p}.cross.update"] = self.linear(mixed, p + ".cross.out")
            x = self.feed_forward(self.norm(x + record[f"{p}.cross.update"], p + ".norm2"), p)
        table, scale = self.tensors["embedding.weight"], self.tensors.get("embedding.scale")
        return self._product(x[:, 0], table.T, scale), after
