"""Small models, a small vocabulary and a small corpus, made up for the tests."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from training.config import AugmentConfig, BranchConfig, DataConfig, ModelConfig, RunConfig, TrainConfig
from training.corpus import Corpus
from training.vocabulary import train_tokenizer

NOUNS = {"Hund": "dog", "Vogel": "bird", "Bär": "bear", "Schlüssel": "key", "Tisch": "table", "Fluss": "river"}
VERBS = {"sieht": "sees", "hört": "hears", "sucht": "seeks", "findet": "finds"}

ATTENTION = BranchConfig("attention", 16, heads=4)
LIGHT = BranchConfig("lightweight", 16, groups=4, kernel_sizes=(3, 7))
BRANCHES = {
    "lite": (ATTENTION, LIGHT),
    "transformer": (BranchConfig("attention", 32, heads=4),),
    "lightconv": (BranchConfig("lightweight", 32, groups=4, kernel_sizes=(3, 7)),),
    "dynamicconv": (BranchConfig("dynamic", 32, groups=4, kernel_sizes=(3, 7)),),
    "depthwise": (ATTENTION, BranchConfig("depthwise", 16, kernel_sizes=(1, 5))),
}


PIECES = 324
"""Of the tests' vocabulary, the reserved ones among them."""


def small_model(variant: str, vocab_size: int = 40) -> ModelConfig:
    return ModelConfig(vocab_size, 32, 48, 2, 4, BRANCHES[variant])


@pytest.fixture(params=sorted(BRANCHES))
def variant(request: pytest.FixtureRequest) -> ModelConfig:
    return small_model(request.param)


@pytest.fixture(autouse=True)
def _one_seed() -> None:
    torch.manual_seed(7)


def sentences(count: int) -> list[tuple[str, str]]:
    rng = random.Random(3)
    pairs = []
    for _ in range(count):
        a, b, verb = rng.choice(list(NOUNS)), rng.choice(list(NOUNS)), rng.choice(list(VERBS))
        pairs.append((f"Der {a} {verb} den {b}.", f"The {NOUNS[a]} {VERBS[verb]} the {NOUNS[b]}."))
    return pairs


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("data")
    for name, count in (("train", 300), ("valid", 12)):
        pairs = sentences(count)
        (folder / f"{name}.de").write_text("".join(a + "\n" for a, _ in pairs), encoding="utf-8")
        (folder / f"{name}.en").write_text("".join(b + "\n" for _, b in pairs), encoding="utf-8")
    return Corpus(folder)


@pytest.fixture(scope="session")
def tokenizer_file(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("vocabulary") / "tokenizer.model"
    train_tokenizer(DataConfig("de", "en", {"train": 1.0}, ("valid",), ""), corpus, PIECES, out)
    return out


@pytest.fixture
def run_config(tokenizer_file: Path) -> RunConfig:
    data = DataConfig(
        "de", "en", {"train": 1.0}, ("valid",), str(tokenizer_file), batch_slots=600, augment=AugmentConfig(0.2, 0.05)
    )
    train = TrainConfig(max_updates=24, warmup_updates=4, peak_lr=3e-3, checkpoint_minutes=1e9, valid_minutes=1e9, log_updates=6)
    return RunConfig("small", small_model("lite", PIECES), data, train)
