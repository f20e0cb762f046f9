"""The branches that can stand in a layer's self-attention place, and attention to the source.

Every branch maps [batch, length, channels] to the same shape. In the decoder all are causal. `Context` carries what
depends on the batch alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.config import BranchConfig
from training.products import Linear

MASKED = -1e4


@dataclass
class Context:
    """Masks of one batch. `scores` is added to attention scores; `keep` is 0 at padding (None: no padding)."""

    scores: Tensor | None
    keep: Tensor | None


class Attention(nn.Module):
    """Multi-head self-attention; the branch's own output projection, no mixing with other branches."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out = Linear(channels, 3 * channels), Linear(channels, channels)

    def forward(self, x: Tensor, context: Context) -> Tensor:
        b, s, c = x.shape
        q, k, v = self.qkv(x).view(b, s, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        return self.out(attend(q, k, v, context.scores))

    def step(self, x: Tensor, cache: Tensor, position: Tensor, scores: Tensor | None) -> Tensor:
        """One position [rows, 1, channels]; `cache` [2, rows, heads, length, dh] holds those before it and is written at `position`."""
        rows, _, c = x.shape
        q, k, v = self.qkv(x).view(rows, 1, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        cache[0].index_copy_(2, position, k)
        cache[1].index_copy_(2, position, v)
        return self.out(attend(q, cache[0], cache[1], scores))


class CrossAttention(nn.Module):
    """Multi-head attention of the target to the encoder's output."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.kv = Linear(channels, channels), Linear(channels, 2 * channels)
        self.out = Linear(channels, channels)

    def keys_values(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        b, s, c = memory.shape
        k, v = self.kv(memory).view(b, s, 2, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        return k, v

    def forward(self, x: Tensor, k: Tensor, v: Tensor, scores: Tensor | None) -> Tensor:
        b, t, c = x.shape
        q = self.q(x).view(b, t, self.heads, c // self.heads).transpose(1, 2)
        return self.out(attend(q, k, v, scores))


def attend(q: Tensor, k: Tensor, v: Tensor, scores: Tensor | None) -> Tensor:
    """[batch, heads, length, dh] each -> [batch, length, heads * dh].

    Written out: at these lengths it beats scaled_dot_product_attention on CPU (see bench_speed).
    """
    b, h, t, dh = q.shape
    a = (q * dh**-0.5) @ k.transpose(-1, -2)
    if scores is not None:
        a = a + scores
    return (a.softmax(-1) @ v).transpose(1, 2).reshape(b, t, h * dh)


class Convolution(nn.Module):
    """What the convolution branches share: linear in, depthwise convolution over time, linear out."""

    def __init__(self, channels: int, groups: int, size: int, causal: bool, kernel_dropout: float) -> None:
        super().__init__()
        self.channels, self.groups, self.size = channels, groups, size
        self.causal, self.kernel_dropout = causal, kernel_dropout
        self.inp, self.out = Linear(channels, channels), Linear(channels, channels)

    @property
    def padding(self) -> int:
        return self.size - 1 if self.causal else self.size // 2

    def forward(self, x: Tensor, context: Context) -> Tensor:
        y = self.inp(x)
        if context.keep is not None:
            y = y * context.keep  # after the bias: outside a sentence there are zeros, whatever its batch
        return self.out(self.convolve(y))

    def convolve(self, y: Tensor) -> Tensor:
        raise NotImplementedError

    def step(self, x: Tensor, cache: Tensor) -> Tensor:
        """One position [rows, 1, channels]; `cache` [rows, size - 1, channels] holds the inputs before it and takes it in."""
        y = self.inp(x)
        window = torch.cat([cache, y], 1)
        cache.copy_(window[:, 1:])
        return self.out((window * self.spread(y).to(y.dtype)).sum(1, keepdim=True))

    def spread(self, y: Tensor) -> Tensor:
        """The kernel of one step for every channel: [rows or 1, size, channels]."""
        raise NotImplementedError

    def offsets(self, length: int, device: torch.device) -> tuple[Tensor, Tensor]:
        """[length, length]: the kernel tap that output i puts on input j, and whether there is one."""
        i = torch.arange(length, device=device)
        tap = i[None] - i[:, None] + self.padding
        return tap.clamp(0, self.size - 1), (tap >= 0) & (tap < self.size)


class FixedConv(Convolution):
    """Convolution with one kernel per channel group, the same at every position.

    Sentences are short, so that the kernels are laid out as banded matrices [groups, length, length] and the
    convolution is one matrix product a group; autograd through F.conv1d is several times slower (see bench_speed).
    """

    def __init__(self, channels: int, groups: int, size: int, causal: bool, kernel_dropout: float) -> None:
        super().__init__(channels, groups, size, causal, kernel_dropout)
        self.kernel = nn.Parameter(torch.empty(groups, size))
        nn.init.xavier_uniform_(self.kernel)

    def taps(self) -> Tensor:
        """[groups, size], as applied."""
        raise NotImplementedError

    def convolve(self, y: Tensor) -> Tensor:
        b, s, c = y.shape
        w = F.dropout(self.taps(), self.kernel_dropout, self.training)
        tap, inside = self.offsets(s, y.device)
        band = (w.index_select(1, tap.flatten()).view(self.groups, s, s) * inside).to(y.dtype)
        y = y.view(b, s, self.groups, -1).permute(2, 1, 0, 3).reshape(self.groups, s, -1)
        return (band @ y).view(self.groups, s, b, -1).permute(2, 1, 0, 3).reshape(b, s, c)

    def spread(self, y: Tensor) -> Tensor:
        return self.taps().T.repeat_interleave(self.channels // self.groups, 1)[None]


class LightweightConv(FixedConv):
    """Kernels normalised by softmax and shared within channel groups (Wu et al. 2019, eq. 4)."""

    def taps(self) -> Tensor:
        return self.kernel.float().softmax(-1)


class DepthwiseConv(FixedConv):
    """A free kernel for every channel."""

    def taps(self) -> Tensor:
        return self.kernel.float()


class DynamicConv(Convolution):
    """Kernels predicted from the token at hand, normalised by softmax, shared within groups (Wu et al. 2019, eq. 5)."""

    def __init__(self, channels: int, groups: int, size: int, causal: bool, kernel_dropout: float) -> None:
        super().__init__(channels, groups, size, causal, kernel_dropout)
        self.kernel = Linear(channels, groups * size, bias=False)

    def taps(self, y: Tensor) -> Tensor:
        """[batch, length, groups, size], as applied."""
        return self.kernel(y).view(*y.shape[:2], self.groups, self.size).softmax(-1)

    def convolve(self, y: Tensor) -> Tensor:
        b, s, c = y.shape
        w = F.dropout(self.taps(y), self.kernel_dropout, self.training).transpose(1, 2)
        tap, inside = self.offsets(s, y.device)
        band = w.gather(-1, tap.expand(b, self.groups, s, s)) * inside
        y = y.view(b, s, self.groups, -1).transpose(1, 2)
        return (band.to(y.dtype) @ y).transpose(1, 2).reshape(b, s, c)

    def spread(self, y: Tensor) -> Tensor:
        return self.taps(y)[:, 0].transpose(1, 2).repeat_interleave(self.channels // self.groups, 2)


def make_branch(config: BranchConfig, layer: int, causal: bool, kernel_dropout: float) -> nn.Module:
    if config.kind == "attention":
        return Attention(config.channels, config.heads)
    size = config.kernel_sizes[layer]
    match config.kind:
        case "lightweight":
            return LightweightConv(config.channels, config.groups, size, causal, kernel_dropout)
        case "dynamic":
            return DynamicConv(config.channels, config.groups, size, causal, kernel_dropout)
        case _:
            return DepthwiseConv(config.channels, config.channels, size, causal, kernel_dropout)
