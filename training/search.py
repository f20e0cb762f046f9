"""Greedy and beam search over any model's steps, sentence by sentence: the rules that the engine and `decode.py` follow.

Each step looks at the 2 * beam best continuations of a sentence's live hypotheses (of equals the lower hypothesis,
then the lower token first). In that order, an end mark of rank < beam closes its hypothesis with the score
log-probability / length^penalty, and other tokens live on until there are `beam` of them. A sentence is done once
`beam` hypotheses are closed (fairseq's rule), or at its limit, where the live ones are closed as they are. Greedy is a beam of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from training.model import BOS, EOS, PAD, UNK

FORBIDDEN = [PAD, UNK, BOS]
MAX_TARGET_TOKENS = 384


class Steps(Protocol):
    def advance(self, tokens: Tensor) -> Tensor: ...

    def keep(self, sentences: Tensor, parents: Tensor) -> None: ...


@dataclass(frozen=True)
class SearchConfig:
    beam_size: int = 4
    length_penalty: float = 1.0
    max_target_tokens: int = MAX_TARGET_TOKENS


@dataclass(frozen=True)
class Hypothesis:
    tokens: list[int]
    """The end mark not included."""
    score: float
    truncated: bool
    """Closed by the limit, without an end mark."""


@dataclass
class _Sentence:
    index: int
    limit: int
    live: list[list[int]] = field(default_factory=lambda: [[]])
    closed: list[Hypothesis] = field(default_factory=list)


def target_limit(source_tokens: int, most: int) -> int:
    """Most target tokens, end mark included, for so many source tokens, end mark included."""
    return min(most, 2 * source_tokens + 16)


def search(steps: Steps, limits: Sequence[int], config: SearchConfig, device: torch.device) -> list[list[Hypothesis]]:
    """For each sentence the closed hypotheses, the best first."""
    beam = config.beam_size
    active = [_Sentence(i, limit) for i, limit in enumerate(limits)]
    results: list[list[Hypothesis]] = [[] for _ in limits]
    tokens = torch.full((len(active), beam), BOS, device=device)
    sums = torch.full((len(active), beam), -torch.inf, device=device)
    sums[:, 0] = 0
    length = 0
    while active:
        length += 1
        scores = steps.advance(tokens)
        scores[:, :, FORBIDDEN] = -torch.inf
        best, parent, token = _best(scores + sums[:, :, None], 2 * beam)
        rows, kept_parents, kept_tokens, kept_sums, staying = [], [], [], [], []
        for row, (sentence, candidates) in enumerate(
            zip(active, zip(best.tolist(), parent.tolist(), token.tolist(), strict=True), strict=True)
        ):
            lines = _advance_sentence(sentence, list(zip(*candidates, strict=True)), length, config)
            if len(sentence.closed) >= beam or length >= sentence.limit or not lines:
                results[sentence.index] = _finish(sentence, lines, length, config)
                continue
            lines += [(-torch.inf, 0, PAD)] * (beam - len(lines))
            staying.append(sentence)
            rows.append(row)
            kept_sums.append([s for s, _, _ in lines])
            kept_parents.append([p for _, p, _ in lines])
            kept_tokens.append([t for _, _, t in lines])
        active = staying
        if active:
            steps.keep(torch.tensor(rows, device=device), torch.tensor(kept_parents, device=device))
            tokens = torch.tensor(kept_tokens, device=device)
            sums = torch.tensor(kept_sums, dtype=sums.dtype, device=device)
    return results


def _best(sums: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """The best continuations of each sentence in falling order, ties in rising order of place; sums, parents, tokens."""
    vocabulary = sums.shape[-1]
    flat = sums.flatten(1)
    count = min(count, flat.shape[1])
    values, places = flat.topk(count)
    tied = (flat >= values[:, -1:]).sum(1) > count
    for row in (tied & (values[:, -1] > -torch.inf)).nonzero()[:, 0].tolist():
        order = flat[row].sort(descending=True, stable=True)
        values[row], places[row] = order.values[:count], order.indices[:count]
    places, order = places.sort(dim=1)
    values, again = values.gather(1, order).sort(dim=1, descending=True, stable=True)
    places = places.gather(1, again)
    return values, places // vocabulary, places % vocabulary


Line = tuple[float, int, int]


def _advance_sentence(sentence: _Sentence, candidates: list[Line], length: int, config: SearchConfig) -> list[Line]:
    """Closes what ended, and returns what lives on as (sum, parent, token); `sentence.live` follows."""
    lines: list[Line] = []
    for rank, (total, parent, token) in enumerate(candidates):
        if total == -torch.inf:
            break
        if token == EOS:
            if rank < config.beam_size and len(sentence.closed) < config.beam_size:
                score = total / length**config.length_penalty
                sentence.closed.append(Hypothesis(sentence.live[parent], score, False))
        elif len(lines) < config.beam_size:
            lines.append((total, parent, token))
    sentence.live = [[*sentence.live[parent], token] for _, parent, token in lines]
    return lines


def _finish(sentence: _Sentence, lines: list[Line], length: int, config: SearchConfig) -> list[Hypothesis]:
    closed = list(sentence.closed)
    if len(closed) < config.beam_size:
        scores = [total / length**config.length_penalty for total, _, _ in lines]
        closed += [Hypothesis(t, s, True) for t, s in zip(sentence.live, scores, strict=True)]
    return sorted(closed, key=lambda h: -h.score)  # stable: of equals the one closed first
