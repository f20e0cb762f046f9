"""Lite Transformer (Wu et al. 2020, arXiv 2004.11886) and its relatives, behind one config.

A layer's self-attention place holds branches side by side, each on its own slice of the channels: attention and
lightweight convolution make the Lite Transformer, one attention branch the standard Transformer, one convolution
branch LightConv or DynamicConv. Post-norm, ReLU, sinusoidal positions, one embedding table for source, target and
output projection.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.config import ModelConfig
from training.dropout import MaskPool, PooledDropout
from training.layers import MASKED, Context, CrossAttention, make_branch
from training.products import Linear

PAD, UNK, BOS, EOS = 0, 1, 2, 3
MAX_POSITIONS = 1024


def pad(rows: Sequence[Sequence[int]], shape: tuple[int, int] | None = None) -> Tensor:
    """Rows of ids as one tensor, padded to the longest, or to `shape` with rows of padding."""
    out = np.full(shape or (len(rows), max(map(len, rows))), PAD, dtype=np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return torch.from_numpy(out)


def sinusoids(length: int, channels: int) -> Tensor:
    """[length, channels]: sines in the first half of the channels, cosines in the second (fairseq's layout)."""
    half = channels // 2
    rate = torch.exp(torch.arange(half).float() * -(math.log(10000) / (half - 1)))
    angle = torch.arange(length).float()[:, None] * rate
    return torch.cat([angle.sin(), angle.cos()], 1)


class Layer(nn.Module):
    def __init__(self, config: ModelConfig, index: int, decoder: bool, pool: MaskPool) -> None:
        super().__init__()
        d = config.d_model
        self.widths = [b.channels for b in config.branches]
        self.branches = nn.ModuleList(make_branch(b, index, decoder, config.kernel_dropout) for b in config.branches)
        self.norm1, self.norm3 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.ffn1, self.ffn2 = Linear(d, config.ffn), Linear(config.ffn, d)
        self.dropout = PooledDropout(config.dropout, pool)
        if decoder:
            self.cross, self.norm2 = CrossAttention(d, config.cross_heads), nn.LayerNorm(d)

    def mix(self, x: Tensor, context: Context) -> Tensor:
        if len(self.branches) == 1:
            return self.branches[0](x, context)
        parts = x.split(self.widths, -1)
        return torch.cat([branch(part, context) for branch, part in zip(self.branches, parts, strict=True)], -1)

    def feed_forward(self, x: Tensor) -> Tensor:
        return self.ffn2(self.dropout(F.relu(self.ffn1(x))))

    def forward(self, x: Tensor, context: Context, memory: Tensor | None = None, source: Context | None = None) -> Tensor:
        x = self.norm1(x + self.dropout(self.mix(x, context)))
        if memory is not None and source is not None:
            keys, values = self.cross.keys_values(memory)
            x = self.norm2(x + self.dropout(self.cross(x, keys, values, source.scores)))
        return self.norm3(x + self.dropout(self.feed_forward(x)))


class LiteTransformer(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.mask_pool = MaskPool()
        self.embedding = nn.Embedding(config.vocab_size, config.d_model, padding_idx=PAD)
        self.encoder = nn.ModuleList(Layer(config, i, False, self.mask_pool) for i in range(config.layers))
        self.decoder = nn.ModuleList(Layer(config, i, True, self.mask_pool) for i in range(config.layers))
        self.dropout = PooledDropout(config.dropout, self.mask_pool)
        self.register_buffer("positions", sinusoids(MAX_POSITIONS, config.d_model), persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.normal_(self.embedding.weight, 0, self.config.d_model**-0.5)
        with torch.no_grad():
            self.embedding.weight[PAD] = 0

    def embed(self, ids: Tensor, start: int = 0) -> Tensor:
        x = self.embedding(ids) * math.sqrt(self.config.d_model)
        return self.dropout((x + self.positions[start : start + ids.shape[1]]).to(x.dtype))

    def encode(self, source: Tensor) -> tuple[Tensor, Context]:
        """[batch, length] ids, padded with PAD -> encoder output and the masks that the decoder needs with it."""
        x = self.embed(source)
        pad = source == PAD
        context = Context(None, None)
        # On a GPU, asking whether there is padding would cost more than masking none.
        if x.device.type != "cpu" or bool(pad.any()):
            scores = torch.zeros(source.shape, dtype=x.dtype, device=x.device).masked_fill(pad, MASKED)[:, None, None]
            context = Context(scores, (~pad)[..., None].to(x.dtype))
        for layer in self.encoder:
            x = layer(x, context)
        return x, context

    def decode(self, target: Tensor, memory: Tensor, source: Context) -> Tensor:
        """[batch, length] target inputs (BOS first) -> [batch, length, d]; padding at the end needs no mask: causal."""
        x = self.embed(target)
        t = target.shape[1]
        context = Context(torch.full((t, t), MASKED, dtype=x.dtype, device=x.device).triu(1), None)
        for layer in self.decoder:
            x = layer(x, context, memory, source)
        return x

    def project(self, x: Tensor) -> Tensor:
        """Decoder output -> logits over the vocabulary."""
        return x @ self.embedding.weight.T

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        return self.decode(target, *self.encode(source))
