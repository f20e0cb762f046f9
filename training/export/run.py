"""Reading a training run's result: the shape of the model and its weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors import safe_open

from training.config import ModelConfig, from_dict
from training.export.architecture import Architecture


def read_run(folder: Path) -> tuple[Architecture, dict[str, np.ndarray]]:
    with safe_open(folder / "model.safetensors", "numpy") as file:
        config = (file.metadata() or {}).get("config")
        if config is None:
            raise ValueError(f"{folder / 'model.safetensors'}: no 'config' in its metadata; expected the trainer's own file")
        model = from_dict(ModelConfig, json.loads(config))
        return Architecture.from_config(model), {name: file.get_tensor(name) for name in file.keys()}
