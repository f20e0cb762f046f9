"""Weights on disk: safetensors with the model's config inside; whole training states beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from training.config import ConfigError, ModelConfig, from_dict, to_dict
from training.model import LiteTransformer


NEW_PIECES = 0.5
"""Of the embedding's standard deviation, that of rows that start anew."""


def save_model(path: Path, weights: Mapping[str, Tensor], config: ModelConfig, notes: Mapping[str, Any]) -> None:
    metadata = {"config": json.dumps(to_dict(config)), "notes": json.dumps(notes)}
    partial = path.with_suffix(".partial")
    save_file({k: v.detach().float().contiguous().cpu() for k, v in weights.items()}, str(partial), metadata)
    os.replace(partial, path)


def read_weights(path: str | Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    if not Path(path).is_file():
        raise ConfigError(f"no weights file {path}")
    with safe_open(str(path), "pt") as f:
        return {k: f.get_tensor(k).float() for k in f.keys()}, f.metadata() or {}  # noqa: SIM118


def load_model(path: str | Path) -> LiteTransformer:
    """A model in evaluation mode from a file that `save_model` wrote."""
    weights, metadata = read_weights(path)
    if "config" not in metadata:
        raise ConfigError(f"{path}: no model config in the metadata")
    model = LiteTransformer(from_dict(ModelConfig, json.loads(metadata["config"])))
    model.load_state_dict(weights)
    return model.eval()


def initialise(model: LiteTransformer, path: str, tokenizer: sentencepiece.SentencePieceProcessor) -> None:
    """Starts a model from the weights of another run, or of the prototype (whose branches have fixed names).

    Pieces that the vocabulary beside those weights does not have at the same place start anew.
    """
    weights, _ = read_weights(path)
    weights = {k.replace(".global_.", ".branches.0.").replace(".local.", ".branches.1."): v for k, v in weights.items()}
    try:
        model.load_state_dict(weights)
    except RuntimeError as e:
        raise ConfigError(f"train.init_from {path}: {e}") from e
    beside = Path(path).parent / "tokenizer.model"
    if beside.is_file():
        before = sentencepiece.SentencePieceProcessor(model_file=str(beside))
        size = min(before.vocab_size(), tokenizer.vocab_size())
        new = [i for i in range(size) if before.id_to_piece(i) != tokenizer.id_to_piece(i)]
        table = model.embedding.weight
        with torch.no_grad():
            table[new] = torch.randn(len(new), table.shape[1]) * table.std() * NEW_PIECES


def average(paths: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of several checkpoints' weights."""
    if not paths:
        raise ConfigError("no checkpoints to average")
    total: dict[str, Tensor] = {}
    for path in paths:
        weights, _ = read_weights(path)
        if total and weights.keys() != total.keys():
            raise ConfigError(f"{path}: not the same model as {paths[0]}")
        for k, v in weights.items():
            total[k] = total[k] + v.double() if k in total else v.double()
    return {k: (v / len(paths)).float() for k, v in total.items()}


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    torch.save(dict(state), partial)
    os.replace(partial, path)


def load_state(path: Path) -> dict[str, Any]:
    return torch.load(path, map_location="cpu", weights_only=True)
