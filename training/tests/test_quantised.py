"""Quantisation-aware training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training.config import RunConfig
from training.corpus import Corpus
from training.export.quantise import Quantisation, quantise_parameters
from training.flat import FlatModel
from training.model import LiteTransformer
from training.prune import prunable
from training.quantised import CLIP_STEPS, Grid, WeightQuantiser
from training.rarity import coarseness
from training.tests.conftest import small_model
from training.train import Trainer, World


@pytest.mark.parametrize("step", [0.0, 0.8])
@pytest.mark.parametrize("name", ["embedding", "encoder.0.ffn1"])
def test_the_grid_is_the_exporters(name: str, step: float) -> None:
    weight = torch.randn(300, 30)
    exported = quantise_parameters(
        {f"{name}.weight": (weight if name == "embedding" else weight.T).numpy()}, Quantisation(5, CLIP_STEPS, step)
    )
    levels = torch.from_numpy(exported[f"{name}.weight"] if name == "embedding" else exported[f"{name}.weight"].T)
    grid = Grid(5, step)
    ours = grid.quantise(weight, grid.scales(f"{name}.weight", weight))
    assert (levels.max() == 15) == (step == 0)
    close = torch.isclose(ours, levels * torch.from_numpy(exported[f"{name}.scale"])[:, None], atol=1e-5).float().mean()
    assert close > 0.98  # two clipping points may be as good as each other


def test_rows_of_rarer_pieces_are_coarser() -> None:
    factors = coarseness(7000)
    assert (np.diff(factors[260:]) >= 0).all() and factors[260] == factors[:4].max() == 0.3
    assert (factors[4:260] == factors.max()).all() and factors[-1] == pytest.approx(3**0.3, rel=0.02)
    weight, grid = torch.randn(7000, 8), Grid(7, 0.8)
    ratios = grid.scales("embedding.weight", weight) / grid.scales("encoder.0.ffn1.weight", weight)
    torch.testing.assert_close(ratios[:, 0], torch.from_numpy(factors).float(), rtol=2**-7, atol=0)


def test_weights_are_quantised_inside_and_float_outside() -> None:
    flat = FlatModel(LiteTransformer(small_model("lite")))
    before = flat.weights.detach().clone()
    with WeightQuantiser(flat, Grid(4)).on_the_grid(0):
        for name, weight in flat.views(flat.weights.detach()).items():
            if prunable(name, weight):
                assert all(len(row.unique()) <= 15 for row in weight), name
    assert torch.equal(flat.weights.detach(), before)


def test_a_run_learns_on_the_grid(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    """Trained for two bits, the weights lose less by them than weights trained without."""
    losses = []
    for bits in (0, 2):
        train = replace(run_config.train, max_updates=150, weight_bits=bits, weight_bits_from=0.3, ema_decay=0.9)
        trainer = Trainer(replace(run_config, train=train), corpus, tmp_path / str(bits), World(0, 1, torch.device("cpu")))
        trainer.run()
        trainer.quantiser = WeightQuantiser(trainer.flat, Grid(2))
        trainer.config = replace(run_config, train=replace(train, weight_bits=2, weight_bits_from=0.0, peak_lr=1e-9))
        batch = next(trainer._batches())
        sums = trainer._update(batch, 0.0)
        losses.append(float(sums[1] / sums[2]))
    assert losses[1] < losses[0] - 0.3
