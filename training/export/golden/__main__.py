"""Make tests/golden/*.json anew from a bundle: `python -m training.export.golden models/de-en --run runs/lite-160-de-en`."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
import sentencepiece
import torch

from training.checkpoint import load_model
from training.export.architecture import Architecture
from training.export.bundle import read_manifest, read_parameters
from training.export.golden.files import numbers, read_lines, round_up, write_golden
from training.export.golden.maps import largest_difference, map_entry, records, spread
from training.export.golden.tokenizer import decoding_entries, tokenizer_entries
from training.export.golden.translations import JITTER, JITTERED_RUNS, Programs, translation_entries
from training.export.parameters import graph_parameters
from training.export.quantise import dequantise_parameters
from training.export.run import read_run
from training.export.session import BundleSession, next_caches
from training.export.simulate import Simulation
from training.model import BOS, EOS

MAP_SENTENCES = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export.golden", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--run", type=Path, help="the run that the bundle was exported from; without it no float32 values")
    parser.add_argument("--out", type=Path, default=Path("tests/golden"))
    arguments = parser.parse_args()

    lines = read_lines()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(arguments.bundle / "tokenizer.model"))
    write_golden(
        arguments.out / "tokenizer.json",
        {"made_with": f"sentencepiece {sentencepiece.__version__}", "ranges": "bytes of the text in UTF-8"},
        encoding=tokenizer_entries(pieces, lines["tokenizer"]),
        decoding=decoding_entries(pieces),
    )

    manifest = read_manifest(arguments.bundle)
    architecture = Architecture.from_json(manifest["architecture"])
    stored = read_parameters(arguments.bundle)
    programs = Programs(
        BundleSession(arguments.bundle, extra=("encoder.output",)),
        Simulation(architecture, stored),
        Simulation(architecture, stored, noise=JITTER),
        load_model(arguments.run / "model.safetensors") if arguments.run else None,
    )
    made_with = {"made_with": f"onnxruntime {onnxruntime.__version__}, torch {torch.__version__}"}
    header, entries = translation_entries(programs, pieces, lines["sentences"], manifest)
    write_golden(arguments.out / "translations.json", made_with | header, entries=entries)

    variants = {"int8": (programs.simulation, Simulation(architecture, dequantise_parameters(stored)))}
    if arguments.run:
        trained = Simulation(architecture, graph_parameters(*read_run(arguments.run)))
        variants["f32"] = (trained, trained)
    greedy = {entry["text"]: entry for entry in entries if entry["greedy_is_stable"]}
    entries, difference, measured = [], 0.0, {}
    for text in [text for text in lines["maps"] if text in greedy][:MAP_SENTENCES]:
        ids, target = greedy[text]["ids"], [*greedy[text]["int8"]["greedy"]["ids"], EOS]
        maps = {name: map_entry(simulation, floats, ids, target) for name, (simulation, floats) in variants.items()}
        entries.append({"text": text, "ids": ids, "target_ids": target, "target": pieces.decode(target)} | maps)
        difference = max(difference, _difference_from_onnx(arguments.bundle, programs.simulation, ids, target))
        for _ in range(JITTERED_RUNS):
            jittered = map_entry(programs.jittered, variants["int8"][1], ids, target)
            for name, value in spread(maps["int8"], jittered).items():
                measured[name] = max(measured.get(name, 0.0), value)
    header = {
        "note": (
            "greedy translations; rows attend to columns; decoder row t is the step that reads target token t-1 (bos first), one hypothesis at a time. "
            f"tolerance: three times the largest difference of {JITTERED_RUNS} runs with activations jittered by {JITTER} relative."
        ),
        "tolerance": {name: round_up(max(3 * value, 1e-4)) for name, value in measured.items()},
        "difference_of_simulation_and_onnxruntime": numbers(np.array(difference), 3),
    }
    write_golden(arguments.out / "maps.json", made_with | header, entries=entries)


def _difference_from_onnx(bundle: Path, simulation: Simulation, ids: list[int], target: list[int]) -> float:
    source, steps = records(simulation, ids, target)
    session = BundleSession(bundle, extra=(*source, *steps[0]))
    encoded, caches = session.encode(ids), session.start()
    difference = largest_difference(source, encoded)
    for position, (token, step) in enumerate(zip([BOS, *target[:-1]], steps)):
        outputs = session.step(encoded, caches, [token], position)
        caches, difference = next_caches(outputs), max(difference, largest_difference(step, outputs))
    return difference

if __name__ == "__main__":
    main()
