"""From a bundle back to weights that the trainer can start from: python -m training.export.restore models/en-de CONFIG --out runs/NAME

Undoes `parameters.py` as far as the levels of the quantised weights allow, and writes `model.safetensors` and `tokenizer.model`,
so that someone who has a bundle but not its run can train on (`train.init_from`).
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch

from training.checkpoint import save_model
from training.config import ModelConfig, load_config
from training.export.architecture import Architecture
from training.export.bundle import read_parameters
from training.export.graph import Parameters
from training.export.parameters import layers, linears, local_branch, norms
from training.export.quantise import dequantise_parameters


def state_dict(architecture: Architecture, parameters: Parameters) -> Parameters:
    """The inverse of `parameters.graph_parameters`."""
    out: Parameters = {"embedding.weight": parameters["embedding.weight"]}

    for linear in linears(architecture):
        weight, bias = parameters[linear.graph + ".weight"].T.copy(), parameters[linear.graph + ".bias"].copy()
        if linear.queries:
            factor = np.float32((linear.queries // linear.heads) ** 0.5)
            weight[: linear.queries] *= factor
            bias[: linear.queries] *= factor
        out[linear.trained + ".weight"], out[linear.trained + ".bias"] = weight, bias

    for side, p, layer in layers(architecture):
        if layer.local:
            branch = local_branch(p, layer)
            if layer.local.kind == "dynamic":
                out[f"{branch}.kernel.weight"] = parameters[f"{p}.local.kernel.weight"].T.copy()
            else:
                kernel = parameters[f"{p}.local.kernel"]  # one per channel; a group's channels have the same
                taps = kernel[:, 0] if side == "encoder" else kernel.T
                taps = taps[:: layer.local.channels // layer.local.groups]
                out[f"{branch}.kernel"] = np.log(taps.clip(1e-12)) if layer.local.kind == "lightweight" else taps
        for name in norms(side, p):
            out[name] = parameters[name]

    for index in range(len(architecture.decoder)):
        p = f"decoder.{index}.cross"
        rows = slice(index * 2 * architecture.d_model, (index + 1) * 2 * architecture.d_model)
        out[f"{p}.kv.weight"] = parameters["cross_kv.weight"].T[rows].copy()
        out[f"{p}.kv.bias"] = parameters["cross_kv.bias"][rows].copy()
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("config", help="a run's config with the model's shape")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    args = parser.parse_args()
    model: ModelConfig = load_config(args.config).model
    state = state_dict(Architecture.from_config(model), dequantise_parameters(read_parameters(args.bundle)))
    args.out.mkdir(parents=True, exist_ok=True)
    weights = {name: torch.tensor(value) for name, value in state.items()}
    save_model(args.out / "model.safetensors", weights, model, {"restored_from": args.bundle.name})
    shutil.copyfile(args.bundle / "tokenizer.model", args.out / "tokenizer.model")
    print(json.dumps({"parameters": sum(v.size for v in state.values())}))


if __name__ == "__main__":
    main()
