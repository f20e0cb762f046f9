"""Write the bundle of a trained model: `python -m training.export training/export/de-en.toml --run runs/lite-160`."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from training.export.bundle import Header, write_bundle
from training.export.parameters import graph_parameters
from training.export.quantise import Quantisation
from training.export.run import read_run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("config", type=Path, help="TOML file with [header] and [quantisation]")
    parser.add_argument("--run", type=Path, required=True, help="folder with model.safetensors and tokenizer.model")
    parser.add_argument("--out", type=Path, help="folder of the bundle; models/NAME by default")
    parser.add_argument("--float", action="store_true", help="leave the weights float32")
    arguments = parser.parse_args()

    config = tomllib.loads(arguments.config.read_text(encoding="utf-8"))
    header = Header(**config["header"])
    out = arguments.out or Path("models") / header.name
    quantisation = None if arguments.float else Quantisation(**config["quantisation"])
    architecture, state = read_run(arguments.run)
    write_bundle(out, header, architecture, graph_parameters(architecture, state), arguments.run / "tokenizer.model", quantisation)
    for file in sorted(out.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file}")


if __name__ == "__main__":
    main()
