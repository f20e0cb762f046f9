"""Reading a training run's result: the shape of the model, its weights, how it was trained."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors import safe_open

from training.config import ModelConfig, from_dict
from training.export.architecture import Architecture

# Of the run's settings, those that a reader of the model card wants; no paths.
RECIPE = ("schedule", "peak_lr", "warmup_updates", "label_smoothing", "weight_decay", "ema_decay")


def read_run(folder: Path) -> tuple[Architecture, dict[str, np.ndarray]]:
    with safe_open(folder / "model.safetensors", "numpy") as file:
        config = (file.metadata() or {}).get("config")
        if config is None:
            raise ValueError(f"{folder / 'model.safetensors'}: no 'config' in its metadata; expected the trainer's own file")
        model = from_dict(ModelConfig, json.loads(config))
        return Architecture.from_config(model), {name: file.get_tensor(name) for name in file.keys()}


def training_record(folder: Path, started_from: str) -> dict:
    """The manifest's `training`: data, recipe, length of the run. `started_from` says in words what train.init_from was."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    data, train = config["data"], config["train"]
    record = {
        "run": config["name"],
        "config": f"training/configs/{config['name']}.toml",
        "data": [{"files": name.removeprefix("./"), "times": times} for name, times in data["files"].items() if times > 0],
        "valid": data["valid"],
        "batch_slots": data["batch_slots"],
        "augment": data["augment"],
        "recipe": {key: train[key] for key in RECIPE} | {"dropout": config["model"]["dropout"]},
    }
    if not Path(record["config"]).is_file():
        del record["config"]
    if train.get("prune"):
        record["recipe"] |= {"pruned_share": train["prune"]}
    if data.get("taught"):
        record["taught"] = [name.removeprefix("./") for name in data["taught"]]
    if train["init_from"]:
        record["started_from"] = started_from
    log = folder / "log.jsonl"
    if log.is_file():
        last = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
        record |= {key: last[key] for key in ("update", "epoch", "minutes")}
    return record
