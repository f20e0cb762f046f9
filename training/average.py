"""Averages a run's kept checkpoints: python -m training.average runs/NAME --last 5 --out runs/NAME/averaged.safetensors"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from training.checkpoint import average, read_weights, save_model
from training.config import ConfigError, ModelConfig, from_dict


def average_run(run: Path, last: int, out: Path) -> list[Path]:
    paths = sorted(run.glob("update-*.safetensors"))[-last:]
    if len(paths) < last:
        raise ConfigError(f"{run}: {len(paths)} checkpoints, {last} asked for")
    _, metadata = read_weights(paths[-1])
    config = from_dict(ModelConfig, json.loads(metadata["config"]))
    save_model(out, average(paths), config, {"averaged": [p.name for p in paths]})
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--last", type=int, default=5)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    for path in average_run(args.run, args.last, args.out):
        print(path)


if __name__ == "__main__":
    main()
