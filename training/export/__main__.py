"""Write the bundle of a trained model: `python -m training.export training/export/de-en.toml --run runs/lite-160-de-en`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from training.export.bundle import write_bundle
from training.export.card import write_card
from training.export.config import read_config
from training.export.parameters import graph_parameters
from training.export.run import read_run, training_record
from training.export.tokenizer import lean_tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("config", type=Path, help="TOML file of the bundle")
    parser.add_argument("--run", type=Path, required=True, help="the trainer's output folder")
    parser.add_argument("--out", type=Path, help="folder of the bundle; models/NAME by default")
    parser.add_argument("--float", action="store_true", help="leave the weights float32")
    arguments = parser.parse_args()

    config = read_config(arguments.config)
    out = arguments.out or config.folder
    architecture, state = read_run(arguments.run)
    header = replace(config.header, training=training_record(arguments.run, config.started_from))
    parameters = graph_parameters(architecture, state)
    quantisation = None if arguments.float else config.quantisation
    write_bundle(out, header, architecture, parameters, lean_tokenizer(arguments.run / "tokenizer.model"), quantisation)
    write_card(out, config.weaknesses)
    for file in sorted(out.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file}")


if __name__ == "__main__":
    main()
