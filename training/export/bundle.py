"""A bundle on disk: the graphs, their common weights file, the tokenizer, the manifest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from training.export.architecture import Architecture
from training.export.graph import EXTERNAL_BYTES, GraphBuilder, Parameters
from training.export.graphs import decoder_graph, encoder_graph
from training.export.quantise import Quantisation, quantise_parameters

FORMAT_VERSION = 1
WEIGHTS = "weights.bin"
GRAPHS = {"encoder.onnx": encoder_graph, "decoder.onnx": decoder_graph}
FILES = ["tokenizer.model", *GRAPHS, WEIGHTS]
# Every tensor starts on such a boundary, so that a reader may use it where it lies.
ALIGNMENT = 64


@dataclass(frozen=True)
class Header:
    """What the manifest says beyond the shape and the files."""

    name: str
    source_language: str
    target_language: str
    special_ids: dict[str, int] = field(default_factory=lambda: {"pad": 0, "unk": 1, "bos": 2, "eos": 3})
    limits: dict[str, int] = field(default_factory=lambda: {"max_source_tokens": 256, "max_target_tokens": 384})
    decoding: dict[str, float] = field(default_factory=lambda: {"beam_size": 4, "length_penalty": 1.0})
    licence: str = ""
    training: dict = field(default_factory=dict)
    scores: dict = field(default_factory=dict)


def write_bundle(
    folder: Path,
    header: Header,
    architecture: Architecture,
    parameters: Parameters,
    tokenizer: bytes,
    quantisation: Quantisation | None,
) -> None:
    """Write all files of the bundle; `parameters` are float32, `quantisation` None leaves them so."""
    folder.mkdir(parents=True, exist_ok=True)
    if quantisation:
        parameters = quantise_parameters(parameters, quantisation)
    builders = {file: build(architecture, parameters) for file, build in GRAPHS.items()}
    offsets = _write_weights(folder / WEIGHTS, list(builders.values()))
    for file, builder in builders.items():
        onnx.save(builder.model(WEIGHTS, offsets), folder / file)
        onnx.checker.check_model(str(folder / file), full_check=True)
    (folder / "tokenizer.model").write_bytes(tokenizer)
    manifest = {
        "format_version": FORMAT_VERSION,
        "name": header.name,
        "source_language": header.source_language,
        "target_language": header.target_language,
        "architecture": architecture.to_json(),
        "special_ids": header.special_ids,
        "limits": header.limits,
        "decoding": header.decoding,
        "quantisation": quantisation
        and {"weights": "int8", "bits": quantisation.bits, "activations": "uint8, dynamic, per tensor"}
        | ({"step": quantisation.step} if quantisation.step else {}),
        "files": [_file_entry(folder / file) for file in FILES],
        "licence": header.licence,
        "training": header.training,
        "scores": header.scores,
    }
    write_manifest(folder, manifest)


def write_manifest(folder: Path, manifest: dict) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def read_parameters(folder: Path) -> Parameters:
    """The parameters of both graphs as stored, read back from the ONNX files."""
    out: Parameters = {}
    for file in GRAPHS:
        for tensor in onnx.load(str(folder / file)).graph.initializer:
            out[tensor.name] = numpy_helper.to_array(tensor)
    return out


def _write_weights(path: Path, builders: list[GraphBuilder]) -> dict[str, int]:
    """Store each large initializer once; returns where each starts."""
    offsets: dict[str, int] = {}
    stored: Parameters = {}
    with path.open("wb") as file:
        for builder in builders:
            for name, value in builder.initializers.items():
                if value.nbytes < EXTERNAL_BYTES:
                    continue
                if name in stored:
                    if not np.array_equal(stored[name], value):
                        raise ValueError(f"{name}: the graphs disagree on its value")
                    continue
                file.write(bytes(-file.tell() % ALIGNMENT))
                offsets[name], stored[name] = file.tell(), value
                file.write(np.ascontiguousarray(value).tobytes())
    return offsets


def _file_entry(path: Path) -> dict:
    data = path.read_bytes()
    return {"name": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
