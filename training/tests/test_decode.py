"""The search in tensors, held against the search by the rules over a model without any cache."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from training import decode
from training.config import ModelConfig
from training.decode import translate
from training.model import EOS, Layer, LiteTransformer, pad
from training.search import Hypothesis, SearchConfig, search, target_limit
from training.tests.conftest import small_model


class WholePasses:
    """A model's steps, each a pass over the whole prefix."""

    def __init__(self, model: LiteTransformer, source: list[int], beam: int) -> None:
        self.model, self.beam = model, beam
        self.memory, self.context = model.encode(torch.tensor([source] * beam))
        self.prefixes = torch.empty(beam, 0, dtype=torch.long)

    def advance(self, tokens: Tensor) -> Tensor:
        self.prefixes = torch.cat([self.prefixes, tokens.T], 1)
        return self.model.project(self.model.decode(self.prefixes, self.memory, self.context)[:, -1]).log_softmax(-1)[None]

    def keep(self, sentences: Tensor, parents: Tensor) -> None:
        self.prefixes = self.prefixes[parents[0]]


@torch.no_grad()
def by_the_rules(model: LiteTransformer, source: list[int], config: SearchConfig) -> list[Hypothesis]:
    limit = target_limit(len(source), config.max_target_tokens)
    return search(WholePasses(model, source, config.beam_size), [limit], config, torch.device("cpu"))[0]


def talkative(config: ModelConfig, ending: float = 0.5) -> LiteTransformer:
    """A random model that is sure of its words, and the likelier to end a sentence."""
    model = LiteTransformer(config).eval()
    with torch.no_grad():
        model.embedding.weight.mul_(4)
        last = model.decoder[-1]
        assert isinstance(last, Layer)
        last.norm3.bias.add_(ending * model.embedding.weight[EOS])
    return model


def sources(count: int) -> list[list[int]]:
    rng = torch.Generator().manual_seed(1)
    return [[*torch.randint(4, 40, (int(n),), generator=rng).tolist(), EOS] for n in torch.randint(1, 12, (count,), generator=rng)]


def same(found: list[Hypothesis], expected: list[Hypothesis]) -> None:
    assert [(h.tokens, h.truncated) for h in found] == [(h.tokens, h.truncated) for h in expected]
    assert [h.score for h in found] == pytest.approx([h.score for h in expected], abs=1e-4)


@pytest.mark.parametrize("penalty", [0.0, 1.0])
@pytest.mark.parametrize("beam", [1, 2, 4])
def test_the_hypotheses_are_those_of_the_rules(variant: ModelConfig, beam: int, penalty: float) -> None:
    config, kinds = SearchConfig(beam, penalty), set()
    for ending in (0.2, 0.8):
        model = talkative(variant, ending)
        for source, hypotheses in zip(sources(10), translate(model, sources(10), config), strict=True):
            same(hypotheses, by_the_rules(model, source, config))
            kinds |= {h.truncated for h in hypotheses}
    assert kinds == {True, False}  # cut off and ended ones have been compared


def test_a_limit_cuts_off() -> None:
    model, config = talkative(small_model("lite")), SearchConfig(3, 1.0, 5)
    for source, hypotheses in zip(sources(6), translate(model, sources(6), config), strict=True):
        same(hypotheses, by_the_rules(model, source, config))
        assert max(len(h.tokens) for h in hypotheses) <= 5


@pytest.mark.parametrize("leaving", [0.01, 2.0])
def test_the_batch_does_not_matter(leaving: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor whether sentences that are done leave it at once or stay."""
    monkeypatch.setattr(decode, "LEAVING", leaving)
    model, config = talkative(small_model("lite")), SearchConfig(3)
    together = translate(model, sources(40), config)
    for source, hypotheses in zip(sources(40), together, strict=True):
        same(hypotheses, translate(model, [source], config)[0])


def test_every_sentence_is_reported() -> None:
    counts: list[int] = []
    translate(LiteTransformer(small_model("lite")).eval(), sources(30), SearchConfig(1), counts.append)
    assert sum(counts) == 30
    assert translate(LiteTransformer(small_model("lite")).eval(), [], SearchConfig(1)) == []


def test_padding_a_batch() -> None:
    assert pad([[5, EOS], [6]]).tolist() == [[5, EOS], [6, 0]]
    assert pad([[5, EOS]], (2, 3)).tolist() == [[5, EOS, 0], [0, 0, 0]]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("beam", [1, 4])
def test_recorded_steps_are_steps(variant: ModelConfig, beam: int) -> None:
    model, config = talkative(variant), SearchConfig(beam)
    expected = translate(model, sources(50), config)
    for found, hypotheses in zip(translate(model.cuda(), sources(50), config), expected, strict=True):
        assert found[0].tokens == hypotheses[0].tokens
        assert found[0].score == pytest.approx(hypotheses[0].score, abs=1e-3)
