"""Gradual magnitude pruning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from training.checkpoint import read_weights
from training.config import RunConfig
from training.corpus import Corpus
from training.flat import FlatModel
from training.model import LiteTransformer
from training.prune import GROWING, Pruner, prunable, sparsity
from training.tests.conftest import small_model
from training.train import Trainer, World


def test_the_sparsity_grows_and_stays() -> None:
    assert sparsity(0.5, 0) == 0
    assert sparsity(0.5, GROWING) == sparsity(0.5, 1) == 0.5
    steps = [sparsity(0.5, i / 20) for i in range(21)]
    assert steps == sorted(steps)
    assert sparsity(0.5, GROWING / 2) == pytest.approx(0.4375)


def test_the_smallest_weights_go_and_may_come_back() -> None:
    flat = FlatModel(LiteTransformer(small_model("lite")))
    pruner = Pruner(flat, 0.4)
    pruner.look(1)
    pruner.apply(flat.weights.detach())
    for name, weight in flat.views(flat.weights.detach()).items():
        zeros = int((weight == 0).sum())
        if prunable(name, weight):
            assert zeros == int(0.4 * weight.numel()), name
            assert float(weight[weight != 0].abs().min()) > 0
    name = next(n for n, w in flat.views(flat.weights.detach()).items() if prunable(n, w))
    gone = (flat.views(pruner.mask)[name] == 0).nonzero()[0]
    with torch.no_grad():
        flat.views(flat.weights.detach())[name][tuple(gone)] = 100.0
    pruner.look(1)
    assert flat.views(pruner.mask)[name][tuple(gone)] == 1


def test_a_run_ends_at_its_sparsity_and_resumes(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    config = replace(run_config, train=replace(run_config.train, prune=0.5, max_updates=130))
    trainer = Trainer(config, corpus, tmp_path, World(0, 1, torch.device("cpu")))
    batches = trainer._batches()
    for _ in range(105):
        trainer._update(next(batches), 0.0)
    trainer._save()
    resumed = Trainer(config, corpus, tmp_path, World(0, 1, torch.device("cpu")))
    assert trainer.pruner and resumed.pruner and torch.equal(trainer.pruner.mask, resumed.pruner.mask)
    resumed.run()
    for name, weight in read_weights(tmp_path / "model.safetensors")[0].items():
        if prunable(name, weight):
            share = float((weight == 0).float().mean())
            assert 0.49 < share <= 0.51, name
