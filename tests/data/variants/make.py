"""Tiny bundles of random weights, one of each kind of model, with what onnxruntime makes of them.

From the repository's root: `python tests/data/variants/make.py`. The tests hold the engine against them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from training.config import BranchConfig, ModelConfig  # noqa: E402
from training.export.quantise import Quantisation  # noqa: E402
from training.export.session import BundleSession, next_caches  # noqa: E402
from training.tests.tiny import random_model, write  # noqa: E402



@dataclass(frozen=True)
class Variant:
    kinds: list[str]
    """Of the branches."""
    bits: int | None
    """Of the weights; None for float32."""
    channels: int = 12
    heads: int = 2
    """Of either attention, and groups of the convolution."""


VARIANTS = {
    "lite-float": Variant(["attention", "lightweight"], None),
    "lite": Variant(["attention", "lightweight"], 7),
    "lite-heads": Variant(["attention", "lightweight"], 6, channels=32, heads=8),
    "attention": Variant(["attention"], 6),
    "lightweight": Variant(["lightweight"], 6),
    "dynamic": Variant(["dynamic"], 6),
    "dynamic-float": Variant(["dynamic"], None),
    "lite-dynamic": Variant(["attention", "dynamic"], 7),
    "lite-depthwise": Variant(["attention", "depthwise"], 5),
}
SOURCE = [7, 23, 5, 11, 30, 18, 3]
# Hypotheses that go apart and change places: for each step which of the step before they continue, and their tokens.
STEPS = [([0], [2]), ([0, 0], [9, 31]), ([1, 0], [14, 9]), ([0, 0], [33, 20]), ([1, 1], [5, 21]), ([0], [17])]


def config(variant: Variant) -> ModelConfig:
    channels, heads = variant.channels // len(variant.kinds), variant.heads
    groups = {"attention": 0, "lightweight": heads, "dynamic": heads, "depthwise": 0}
    branches = tuple(
        BranchConfig(kind, channels, heads=heads) if kind == "attention"
        else BranchConfig(kind, channels, groups=groups[kind], kernel_sizes=(3,))
        for kind in variant.kinds
    )
    return ModelConfig(34, variant.channels, 10, 1, heads, branches)


def rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 5) for value in values.flatten()]


def golden(folder: Path) -> dict:
    layer = BundleSession(folder).architecture.encoder[0]
    names = ["global.weights"] if layer.global_ else []
    names += ["local.kernels"] if layer.local and layer.local.kind == "dynamic" else []
    session = BundleSession(folder, extra=("encoder.output", *(f"{side}.0.{name}" for side in ("encoder", "decoder") for name in names)))
    encoded = session.encode(SOURCE)
    caches = session.start()
    steps = []
    for position, (parents, tokens) in enumerate(STEPS):
        caches = {name: value[parents] for name, value in caches.items()}
        outputs = session.step(encoded, caches, tokens, position)
        caches = next_caches(outputs)
        steps.append({"parents": parents, "tokens": tokens, "logits": rounded(outputs["logits"])})
    kept = ["encoder.output", *(f"encoder.0.{name}" for name in names)]
    return {"source": SOURCE, "encoder": {name: rounded(encoded[name]) for name in kept}, "steps": steps}


def main() -> None:
    for name, variant in VARIANTS.items():
        folder = HERE / name
        write(folder, name, random_model(config(variant)), Quantisation(variant.bits) if variant.bits else None)
        (folder / "golden.json").write_text(json.dumps(golden(folder)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
