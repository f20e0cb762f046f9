"""Beam search over one step function, written to be obviously right; greedy is a beam of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

PAD, UNK, BOS, EOS = 0, 1, 2, 3


class Stepper(Protocol):
    def start(self, ids: list[int]) -> None:
        """Begin a sentence: source ids that end in eos."""

    def step(self, parents: list[int], tokens: list[int], position: int) -> np.ndarray:
        """Logits [B,V] after `tokens[i]` continues hypothesis `parents[i]` of the step before."""


@dataclass(frozen=True)
class Hypothesis:
    ids: list[int]
    """Without eos."""
    score: float
    truncated: bool


def limit(source_length: int, max_target_tokens: int) -> int:
    """Most target tokens, eos included, for a source of that many ids, eos included."""
    return min(max_target_tokens, 2 * source_length + 16)


def log_probabilities(logits: np.ndarray) -> np.ndarray:
    x = logits.astype(np.float64)
    x = x - x.max(-1, keepdims=True)
    x = x - np.log(np.exp(x).sum(-1, keepdims=True))
    x[:, [PAD, UNK, BOS]] = -np.inf
    return x


def search(model: Stepper, ids: list[int], beam: int, length_penalty: float, max_tokens: int) -> list[Hypothesis]:
    """Finished hypotheses, the best first."""
    model.start(ids)
    live: list[tuple[list[int], float]] = [([], 0.0)]
    parents, tokens, finished = [0], [BOS], []
    for position in range(max_tokens):
        length = position + 1
        sums = log_probabilities(model.step(parents, tokens, position)) + np.array([total for _, total in live])[:, None]
        # Stable: of equals the lower hypothesis, then the lower token.
        ranked = np.argsort(-sums, axis=None, kind="stable")[: 2 * beam]
        following, parents, tokens = [], [], []
        for rank, place in enumerate(ranked.tolist()):
            parent, token = divmod(place, sums.shape[1])
            total = float(sums[parent, token])
            if token == EOS:
                if rank < beam and len(finished) < beam:
                    finished.append(Hypothesis(live[parent][0], total / length**length_penalty, False))
            elif len(following) < beam:
                following.append((live[parent][0] + [token], total))
                parents.append(parent)
                tokens.append(token)
        live = following
        if len(finished) == beam:
            break
    else:
        finished += [Hypothesis(ids, total / len(ids) ** length_penalty, True) for ids, total in live]
    return sorted(finished, key=lambda hypothesis: -hypothesis.score)
