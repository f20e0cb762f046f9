"""Beam search over many sentences at once: `translate(model, rows of ids)`, for validation, test sets and whole corpora.

The search is that of `search.py` (fairseq's rule; the tests hold one against the other), with all its bookkeeping in tensors and
caches of a fixed length. On a GPU, where a model of this size would wait for the next kernel most of the time, a step is recorded once
as a CUDA graph and replayed; nothing comes back to the host before a batch is nearly done. On a CPU only the part of the caches
that is in use is touched, and sentences that are done leave the batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from training.layers import MASKED, Attention
from training.model import BOS, EOS, LiteTransformer, pad
from training.search import Hypothesis, SearchConfig, target_limit
from training.stream import fixed_length, fixed_rows

SLOTS, GPU_SLOTS = 2048, 16384
"""Source positions of a batch."""
BLIND_STEPS = 8
"""Steps on a GPU between two looks at whether all sentences are done."""
LEAVING = 0.25
"""The share of a batch's sentences that must be done for them to leave it: everything that stays is copied then."""


class Decoder:
    """`sentences` sources of up to `length` ids, searched together."""

    def __init__(self, model: LiteTransformer, sentences: int, length: int, config: SearchConfig) -> None:
        self.model, self.sentences, self.length, self.penalty = model, sentences, length, config.length_penalty
        self.beam = beam = config.beam_size
        table = model.embedding.weight
        self.device, kind = table.device, table.dtype
        self.recorded = self.device.type == "cuda"
        self.steps = steps = target_limit(length, config.max_target_tokens)
        rows = sentences * beam

        def new(*shape: int, dtype: torch.dtype = torch.long) -> Tensor:
            return torch.zeros(shape, dtype=dtype, device=self.device)

        self.taken, self.position = 0, new(1)
        self.source, self.tokens = new(sentences, length), new(sentences, beam)
        self.sums = new(sentences, beam, dtype=torch.float32)
        # Of every step, the tokens that lived on and the hypotheses that they continue.
        self.lived, self.parents = new(steps, sentences, beam), new(steps, sentences, beam)
        # One place more than is read: what closes too late is written there.
        self.closed = new(sentences, beam + 1, dtype=torch.float32)
        self.closed_at, self.closed_parent = new(sentences, beam + 1), new(sentences, beam + 1)
        self.count, self.limits = new(sentences), new(sentences)
        self.at = torch.arange(steps, device=self.device)
        self.first = torch.arange(sentences, device=self.device)[:, None] * beam
        self.keys_values: list[tuple[Tensor, Tensor]] = []
        self.scores: Tensor | None = None
        self.caches: list[list[Tensor]] = []
        for layer in model.decoder:
            self.caches.append([])
            for branch, width in zip(layer.branches, layer.widths, strict=True):
                attention = isinstance(branch, Attention)
                shape = (2, rows, branch.heads, steps, width // branch.heads) if attention else (rows, branch.size - 1, width)
                self.caches[-1].append(new(*shape, dtype=kind))
        self.encode, self.step = (self._record(self._encode), self._record(self._step)) if self.recorded else (self._encode, self._step)

    def search(self, sources: Sequence[Sequence[int]]) -> list[list[Hypothesis]]:
        """On a CPU for as many sources as the decoder was made for, and only once: it shrinks on the way."""
        self._begin(sources)
        found: list[list[Hypothesis]] = [[] for _ in sources]
        live = np.arange(len(sources))
        self.encode()
        while self.taken < self.steps:
            for _ in range(min(BLIND_STEPS if self.recorded else 1, self.steps - self.taken)):
                self.step()
                self.taken += 1
            done = ((self.count >= self.beam) | (self.limits <= self.taken))[: len(live)].cpu().numpy()
            if done.all():
                break
            if not self.recorded and done.mean() >= LEAVING:
                for i, hypotheses in zip(live[done], self._hypotheses(done.nonzero()[0]), strict=True):
                    found[i] = hypotheses
                live = live[~done]
                self._keep(torch.from_numpy((~done).nonzero()[0]))
        for i, hypotheses in zip(live, self._hypotheses(np.arange(len(live))), strict=True):
            found[i] = hypotheses
        return found

    def _record(self, what: Callable[[], None]) -> Callable[[], None]:
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            what()
            what()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            what()
        return graph.replay

    def _begin(self, sources: Sequence[Sequence[int]]) -> None:
        self.taken = 0
        filled = [*sources, *[[EOS]] * (self.sentences - len(sources))]
        self.source.copy_(pad(filled, (self.sentences, self.length)))
        self.limits.copy_(torch.tensor([target_limit(len(ids), self.steps) for ids in filled]))
        for zeroed in (self.position, self.count, *(c for caches in self.caches for c in caches)):
            zeroed.zero_()
        self.tokens.fill_(BOS)
        self.sums.fill_(-torch.inf)
        self.sums[:, 0] = 0

    def _encode(self) -> None:
        memory, context = self.model.encode(self.source)
        keys_values = [layer.cross.keys_values(memory) for layer in self.model.decoder]
        if not self.recorded or not self.keys_values:
            self.keys_values, self.scores = keys_values, context.scores
            return
        # The recorded steps read the tensors of the first time.
        for own, made in zip(self.keys_values, keys_values, strict=True):
            own[0].copy_(made[0])
            own[1].copy_(made[1])
        if self.scores is not None and context.scores is not None:
            self.scores.copy_(context.scores)

    def _step(self) -> None:
        model, beam, sentences = self.model, self.beam, self.sentences
        x = model.embedding(self.tokens.reshape(-1, 1)) * math.sqrt(model.config.d_model)
        x = (x + model.positions.index_select(0, self.position)).to(x.dtype)
        future = torch.where(self.at > self.position, MASKED, 0.0).to(x.dtype) if self.recorded else None
        for layer, (k, v), caches in zip(model.decoder, self.keys_values, self.caches, strict=True):
            parts = []
            for branch, part, cache in zip(layer.branches, x.split(layer.widths, -1), caches, strict=True):
                attention = isinstance(branch, Attention)
                parts.append(branch.step(part, self._used(cache), self.position, future) if attention else branch.step(part, cache))
            x = layer.norm1(x + torch.cat(parts, -1))
            # All hypotheses of a sentence look at one copy of its keys and values, as if they were positions.
            cross = layer.cross(x.view(sentences, beam, -1), k, v, self.scores)
            x = layer.norm2(x + cross.view(sentences * beam, 1, -1))
            x = layer.norm3(x + layer.feed_forward(x))
        self._advance(model.project(x.view(sentences, beam, -1)).float())

    def _used(self, cache: Tensor) -> Tensor:
        """Of an attention cache, what is in use after this step: all of it where the step is recorded for every position."""
        return cache if self.recorded or cache.dim() == 3 else cache[:, :, :, : self.taken + 1]

    def _advance(self, logits: Tensor) -> None:
        beam, most = self.beam, min(2 * self.beam, logits.shape[-1])
        normaliser = logits.logsumexp(-1, keepdim=True)
        logits[:, :, :EOS] = -torch.inf  # padding, unknown, begin
        # The best continuations of a sentence are among the best of each of its hypotheses.
        values, token = logits.topk(most)
        scores = values - normaliser + self.sums[:, :, None]
        best, place = scores.flatten(1).topk(min(2 * beam, scores[0].numel()))
        parent, token = place // most, token.flatten(1).gather(1, place)
        is_open = (self.limits > self.position)[:, None]
        ends = (token == EOS) & (best > -torch.inf) & is_open
        closes = ends & (torch.arange(best.shape[1], device=self.device) < beam)
        slot = torch.where(closes, self.count[:, None] + closes.long().cumsum(1) - 1, beam).clamp_max(beam)
        self.closed.scatter_(1, slot, best / (self.position + 1).float() ** self.penalty)
        self.closed_at.scatter_(1, slot, self.position.expand_as(slot))
        self.closed_parent.scatter_(1, slot, parent)
        self.count.copy_((self.count + closes.sum(1)).clamp_max(beam))
        sums, kept = best.masked_fill(token == EOS, -torch.inf).topk(beam)
        parents, tokens = parent.gather(1, kept), token.gather(1, kept)
        self.lived.index_copy_(0, self.position, tokens[None])
        self.parents.index_copy_(0, self.position, parents[None])
        self.sums.copy_(torch.where(is_open, sums, self.sums))
        self.tokens.copy_(tokens)
        self.position += 1
        if beam == 1:
            return  # a greedy search's only hypothesis continues itself
        rows = (self.first + parents).view(-1)
        for caches in self.caches:
            for cache in caches:
                part = self._used(cache)
                part.copy_(part.index_select(1 if cache.dim() == 5 else 0, rows))

    def _keep(self, kept: Tensor) -> None:
        """Goes on with some of the sentences."""
        rows = (self.first[kept] + torch.arange(self.beam)).view(-1)
        self.sentences = len(kept)
        for name in ("tokens", "sums", "closed", "closed_at", "closed_parent", "count", "limits"):
            setattr(self, name, getattr(self, name)[kept])
        self.lived, self.parents = self.lived[:, kept], self.parents[:, kept]
        self.first = self.first[: len(kept)]
        self.keys_values = [(k[kept], v[kept]) for k, v in self.keys_values]
        self.scores = self.scores[kept] if self.scores is not None else None
        self.caches = [[c[:, rows] if c.dim() == 5 else c[rows] for c in caches] for caches in self.caches]

    def _hypotheses(self, which: np.ndarray) -> list[list[Hypothesis]]:
        """Of some sentences the closed hypotheses, the best first; where there are too few, also the live ones, cut off."""
        beam, taken = self.beam, self.taken
        limits = np.minimum(self.limits.cpu().numpy()[which], taken)
        lived, parents = (t[:taken].cpu().numpy()[:, which] for t in (self.lived, self.parents))
        closed, at, parent = (t.cpu().numpy()[which, :beam] for t in (self.closed, self.closed_at, self.closed_parent))
        count, sums = self.count.cpu().numpy()[which], self.sums.cpu().numpy()[which]
        words = _back(lived, parents, at - 1, parent)
        cut = _back(lived, parents, np.broadcast_to(limits[:, None] - 1, at.shape), np.broadcast_to(np.arange(beam), at.shape))
        out = []
        for s in range(len(which)):
            found = [Hypothesis(words[s, i, : at[s, i]].tolist(), float(closed[s, i]), False) for i in range(count[s])]
            if count[s] < beam:
                live = [i for i in range(beam) if sums[s, i] > -np.inf]
                found += [Hypothesis(cut[s, i, : limits[s]].tolist(), float(sums[s, i] / limits[s] ** self.penalty), True) for i in live]
            out.append(sorted(found, key=lambda h: -h.score))
        return out


def _back(tokens: np.ndarray, parents: np.ndarray, last: np.ndarray, place: np.ndarray) -> np.ndarray:
    """[sentences, beam, steps] tokens of the hypotheses whose last token is that of step `last` at `place`."""
    steps, sentences, beam = tokens.shape
    found = np.zeros((sentences, beam, steps), np.int64)
    row = np.arange(sentences)[:, None]
    for t in range(steps - 1, -1, -1):
        active = last >= t
        found[:, :, t] = np.where(active, tokens[t][row, place], 0)
        place = np.where(active, parents[t][row, place], place)
    return found


@torch.no_grad()
def translate(
    model: LiteTransformer, sources: Sequence[Sequence[int]], config: SearchConfig, report: Callable[[int], object] | None = None
) -> list[list[Hypothesis]]:
    """For every row of source ids (end mark included) its hypotheses, the best first; like lengths are searched together."""
    gpu = model.embedding.weight.device.type == "cuda"
    lengths = fixed_length(np.array([len(ids) for ids in sources]))
    out: list[list[Hypothesis]] = [[] for _ in sources]
    for length in np.unique(lengths).tolist():
        members = np.flatnonzero(lengths == length)
        rows = min(len(members), fixed_rows(length, GPU_SLOTS if gpu else SLOTS))
        decoder = None
        for start in range(0, len(members), rows):
            part = members[start : start + rows]
            if decoder is None or not gpu:
                decoder = Decoder(model, rows if gpu else len(part), length, config)
            for i, hypotheses in zip(part, decoder.search([sources[i] for i in part]), strict=True):
                out[i] = hypotheses
            if report:
                report(len(part))
    return out
