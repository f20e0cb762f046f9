"""Models small enough for tests, and their bundles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from training.config import ModelConfig
from training.export.architecture import Architecture
from training.export.bundle import Header, write_bundle
from training.export.parameters import graph_parameters
from training.export.quantise import Quantisation
from training.model import LiteTransformer


def random_model(config: ModelConfig) -> LiteTransformer:
    """No parameter is left at a value that would hide an error, as biases of 0 and gains of 1 do."""
    torch.manual_seed(5)
    model = LiteTransformer(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1:
                parameter += 0.1 * torch.randn_like(parameter)
            elif "kernel" in name:
                parameter.copy_(torch.randn_like(parameter))
    return model


def parameters_of(model: LiteTransformer) -> tuple[Architecture, dict[str, np.ndarray]]:
    architecture = Architecture.from_config(model.config)
    return architecture, graph_parameters(architecture, {name: value.numpy() for name, value in model.state_dict().items()})


def write(folder: Path, name: str, model: LiteTransformer, quantisation: Quantisation | None) -> None:
    """A bundle whose tokenizer is none: no graph reads it."""
    write_bundle(folder, Header(name, "de", "en"), *parameters_of(model), b"no graph reads it", quantisation)
