from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from training.model import BOS, EOS
from training.search import Hypothesis, SearchConfig, search, target_limit
from training.evaluate import rank

VOCABULARY = 7
CPU = torch.device("cpu")


class Table:
    """A model whose next-token log-probabilities are a made-up function of the whole prefix, sentence by sentence."""

    def __init__(self, sentences: int, beam: int, ties: bool = False) -> None:
        self.prefixes: list[list[tuple[int, ...]]] = [[()] * beam for _ in range(sentences)]
        self.names, self.beam, self.ties = list(range(sentences)), beam, ties

    def log_probabilities(self, name: int, prefix: tuple[int, ...]) -> Tensor:
        seed = 1 + name
        for token in prefix:
            seed = (seed * 31 + token * 17 + 5) % 1_000_003
        logits = torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(seed)) * 2
        return (logits.round() if self.ties else logits).double().log_softmax(-1)

    def advance(self, tokens: Tensor) -> Tensor:
        out = []
        for row, name in enumerate(self.names):
            self.prefixes[row] = [(*p, int(t)) for p, t in zip(self.prefixes[row], tokens[row], strict=True)]
            out.append(torch.stack([self.log_probabilities(name, p) for p in self.prefixes[row]]))
        return torch.stack(out)

    def keep(self, sentences: Tensor, parents: Tensor) -> None:
        kept = [
            [self.prefixes[s][p] for p in row] for s, row in zip(sentences.tolist(), parents.tolist(), strict=True)
        ]
        self.names, self.prefixes = [self.names[s] for s in sentences.tolist()], kept


def by_the_rules(table: Table, name: int, limit: int, config: SearchConfig) -> list[Hypothesis]:
    """The search written down naively, for one sentence."""
    live: list[tuple[tuple[int, ...], float]] = [((), 0.0)]
    closed: list[Hypothesis] = []
    for length in range(1, limit + 1):
        candidates = []
        for h, (prefix, total) in enumerate(live):
            scores = table.log_probabilities(name, (BOS, *prefix)).tolist()
            candidates += [(total + s, h, t) for t, s in enumerate(scores) if t >= EOS]
        candidates.sort(key=lambda c: (-c[0], c[1], c[2]))
        following = []
        for place, (total, h, t) in enumerate(candidates[: 2 * config.beam_size]):
            if t == EOS:
                if place < config.beam_size and len(closed) < config.beam_size:
                    closed.append(Hypothesis(list(live[h][0]), total / length**config.length_penalty, False))
            elif len(following) < config.beam_size:
                following.append(((*live[h][0], t), total))
        live = following
        if len(closed) >= config.beam_size:
            break
    else:
        closed += [Hypothesis(list(p), s / limit**config.length_penalty, True) for p, s in live]
    return sorted(closed, key=lambda h: -h.score)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("penalty", [0.0, 1.0, 1.7])
@pytest.mark.parametrize("beam", [1, 2, 4, 5])
def test_search_follows_the_rules(beam: int, penalty: float, ties: bool) -> None:
    config = SearchConfig(beam, penalty)
    limits = [1, 2, 5, 9, 9, 14, 3, 6] * 3
    found = search(Table(len(limits), beam, ties), limits, config, CPU)
    for name, (limit, hypotheses) in enumerate(zip(limits, found, strict=True)):
        expected = by_the_rules(Table(1, 1, ties), name, limit, config)
        assert [(h.tokens, h.truncated) for h in hypotheses] == [(h.tokens, h.truncated) for h in expected]
        assert [h.score for h in hypotheses] == pytest.approx([h.score for h in expected], abs=1e-5)


def test_a_wide_beam_finds_the_best_of_all() -> None:
    """With room for every prefix, the search must find the best sequence there is."""
    limit, words = 4, list(range(EOS + 1, VOCABULARY))
    config = SearchConfig(beam_size=len(words) ** limit, length_penalty=0.0)
    for name in range(6):
        table = Table(1, 1)
        best = -math.inf
        for length in range(limit + 1):
            for tokens in itertools.product(words, repeat=length):
                ended = (*tokens, EOS) if length < limit else tokens
                total = sum(
                    float(table.log_probabilities(name, (BOS, *ended[:i]))[t]) for i, t in enumerate(ended)
                )
                best = max(best, total)
        wide = Table(1, config.beam_size)
        wide.names = [name]
        found = search(wide, [limit], config, CPU)[0]
        assert found[0].score == pytest.approx(best, abs=1e-5)


def test_ranking_for_another_penalty_is_searching_with_it() -> None:
    config = SearchConfig(4, 0.3)
    limits = [6, 9, 12, 4]
    searched = search(Table(4, 4), limits, config, CPU)
    for penalty in (0.0, 0.3, 1.0, 2.0):
        expected = search(Table(4, 4), limits, replace(config, length_penalty=penalty), CPU)
        for a, b in zip(searched, expected, strict=True):
            assert rank(a, 0.3, penalty).tokens == b[0].tokens


def test_limits() -> None:
    assert target_limit(1, 384) == 18
    assert target_limit(500, 384) == 384
