from __future__ import annotations

import pytest
import torch

from training.config import BranchConfig, ConfigError, ModelConfig
from training.cost import summary
from training.layers import FixedConv, make_branch
from training.layers import Context
from training.model import BOS, LiteTransformer, pad

SOURCE = [[5, 9, 11, 30, 3], [8, 3], [7, 7, 12, 13, 14, 15, 16, 17, 3]]
TARGET = [[BOS, 6, 20, 21], [BOS, 33], [BOS, 10, 11, 12, 13, 14]]


def close(a: torch.Tensor, b: torch.Tensor) -> None:
    torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def test_shapes(variant: ModelConfig) -> None:
    model = LiteTransformer(variant).eval()
    x = model(pad(SOURCE), pad(TARGET))
    assert x.shape == (3, 6, 32)
    assert model.project(x).shape == (3, 6, 40)


def test_later_target_tokens_do_not_reach_earlier_positions(variant: ModelConfig) -> None:
    model = LiteTransformer(variant).eval()
    source, target = torch.tensor([SOURCE[2]]), torch.tensor([TARGET[2]])
    before = model(source, target)
    for t in range(1, target.shape[1]):
        changed = target.clone()
        changed[0, t] = 39
        after = model(source, changed)
        close(after[:, :t], before[:, :t])
        assert not torch.allclose(after[:, t], before[:, t], atol=1e-3)


def test_every_source_token_matters(variant: ModelConfig) -> None:
    model = LiteTransformer(variant).eval()
    source, target = torch.tensor([SOURCE[2]]), torch.tensor([TARGET[2]])
    before = model(source, target)
    for s in range(source.shape[1]):
        changed = source.clone()
        changed[0, s] = 39
        assert not torch.allclose(model(changed, target), before, atol=1e-4)


def test_padding_changes_nothing(variant: ModelConfig) -> None:
    model = LiteTransformer(variant).eval()
    # Biases at their initial zero would hide a convolution that sees them in the padding.
    with torch.no_grad():
        for p in model.parameters():
            p.add_(torch.randn_like(p) * 0.1)
    together = model(pad(SOURCE), pad(TARGET))
    for i, (source, target) in enumerate(zip(SOURCE, TARGET, strict=True)):
        alone = model(torch.tensor([source]), torch.tensor([target]))
        close(together[i : i + 1, : len(target)], alone)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kind", ["lightweight", "depthwise"])
@pytest.mark.parametrize("length", [1, 2, 5, 40])
def test_banded_product_is_a_depthwise_convolution(kind: str, causal: bool, length: int) -> None:
    conv = make_branch(BranchConfig(kind, 8, groups=2, kernel_sizes=(7,)), 0, causal, 0.0)
    assert isinstance(conv, FixedConv)
    y = torch.randn(3, length, 8)
    kernel = conv.taps().repeat_interleave(8 // conv.groups, 0)[:, None]
    padded = torch.nn.functional.pad(y.transpose(1, 2), (6, 0) if causal else (3, 3))
    close(conv.convolve(y), torch.nn.functional.conv1d(padded, kernel, groups=8).transpose(1, 2))


def test_dynamic_kernels_follow_the_definition() -> None:
    conv = make_branch(BranchConfig("dynamic", 8, groups=2, kernel_sizes=(3,)), 0, False, 0.0)
    y = torch.randn(2, 5, 8)
    w = (y @ conv.kernel.weight.T).view(2, 5, 2, 3).softmax(-1)
    expected = torch.zeros(2, 5, 8)
    for i in range(5):
        for j in range(3):
            if 0 <= i + j - 1 < 5:
                for c in range(8):
                    expected[:, i, c] += w[:, i, c // 4, j] * y[:, i + j - 1, c]
    close(conv.convolve(y), expected)
    close(conv(y, Context(None, None)), conv.out(conv.convolve(conv.inp(y))))


def test_cost_counts_the_parameters_that_there_are(variant: ModelConfig) -> None:
    model = LiteTransformer(variant)
    assert summary(variant).parameters == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"d_model": 30}, "add up to 32"),
        ({"cross_heads": 5}, "cross_heads 5"),
        ({"layers": 3}, "2 sizes for 3 layers"),
        ({"branches": (BranchConfig("attention", 32, heads=5),)}, "heads: 5"),
        ({"branches": (BranchConfig("fourier", 32),)}, "'fourier', expected one of"),
        ({"branches": (BranchConfig("dynamic", 32, groups=4, kernel_sizes=(3, 4)),)}, "must be odd"),
        ({"branches": (BranchConfig("lightweight", 32, groups=3, kernel_sizes=(3, 5)),)}, "groups: 3"),
    ],
)
def test_bad_shapes_are_named(change: dict, message: str) -> None:
    from dataclasses import replace

    from training.tests.conftest import small_model

    with pytest.raises(ConfigError, match=message):
        replace(small_model("lite"), **change)
