"""python -m training.export CONFIG [--float --out FOLDER]: write the bundle that a TOML file describes."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from safetensors.numpy import load_file

from training.export.architecture import Architecture
from training.export.bundle import Header, write_bundle
from training.export.parameters import graph_parameters
from training.export.quantise import Quantisation


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("config", type=Path, help="TOML file: [header], [architecture], [quantisation]")
    parser.add_argument("--checkpoint", type=Path, required=True, help="safetensors file")
    parser.add_argument("--tokenizer", type=Path, required=True, help="SentencePiece model")
    parser.add_argument("--out", type=Path, required=True, help="folder of the bundle")
    parser.add_argument("--float", action="store_true", help="leave the weights float32")
    arguments = parser.parse_args()

    config = tomllib.loads(arguments.config.read_text(encoding="utf-8"))
    architecture = Architecture.from_json(config["architecture"])
    quantisation = None if arguments.float else Quantisation(**config["quantisation"])
    parameters = graph_parameters(architecture, load_file(arguments.checkpoint))
    write_bundle(arguments.out, Header(**config["header"]), architecture, parameters, arguments.tokenizer, quantisation)
    for file in sorted(arguments.out.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file}")


if __name__ == "__main__":
    main()
