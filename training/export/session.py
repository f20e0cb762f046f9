"""A bundle under onnxruntime, one sentence at a time, as the engine runs it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from training.export.architecture import Architecture
from training.export.bundle import read_manifest

Caches = dict[str, np.ndarray]


class BundleSession:
    """`extra` names of inner tensors become outputs too (the attention maps' values)."""

    def __init__(self, folder: Path, threads: int = 1, extra: tuple[str, ...] = ()):
        self.manifest = read_manifest(folder)
        self.architecture = Architecture.from_json(self.manifest["architecture"])
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads
        self.encoder = self._open(folder / "encoder.onnx", [name for name in extra if name.startswith("encoder.")])
        self.decoder = self._open(folder / "decoder.onnx", [name for name in extra if name.startswith("decoder.")])
        self.decoder_outputs = [output.name for output in self.decoder.get_outputs()]

    def _open(self, path: Path, extra: list[str]) -> onnxruntime.InferenceSession:
        if not extra:
            return onnxruntime.InferenceSession(str(path), self.options, providers=["CPUExecutionProvider"])
        model = onnx.load(str(path))
        model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in extra)
        return onnxruntime.InferenceSession(model.SerializeToString(), self.options, providers=["CPUExecutionProvider"])

    def encode(self, ids: list[int]) -> dict[str, np.ndarray]:
        """`cross_k.l`, `cross_v.l` and the extra outputs for source ids that end in eos."""
        names = [output.name for output in self.encoder.get_outputs()]
        return dict(zip(names, self.encoder.run(names, {"source_ids": np.array([ids], np.int64)})))

    def start(self, beams: int = 1) -> Caches:
        """Empty caches for `beams` hypotheses."""
        caches: Caches = {}
        for index, layer in enumerate(self.architecture.decoder):
            if layer.global_:
                shape = (beams, layer.global_.heads, 0, layer.global_.channels // layer.global_.heads)
                caches[f"self_k.{index}"] = caches[f"self_v.{index}"] = np.zeros(shape, np.float32)
            if layer.local:
                caches[f"conv.{index}"] = np.zeros((beams, layer.local.kernel_size - 1, layer.local.channels), np.float32)
        return caches

    def step(self, encoded: dict[str, np.ndarray], caches: Caches, tokens: list[int], position: int) -> dict[str, np.ndarray]:
        """All outputs of one decoder step; `next_caches` turns them into the next step's caches."""
        cross = {name: value for name, value in encoded.items() if name.startswith("cross_")}
        feeds = {"token": np.array(tokens, np.int64)[:, None], "position": np.array([position], np.int64)}
        return dict(zip(self.decoder_outputs, self.decoder.run(self.decoder_outputs, feeds | cross | caches)))


def next_caches(outputs: dict[str, np.ndarray], parents: list[int] | None = None) -> Caches:
    """The caches after a step, rows picked by `parents`."""
    caches = {name.replace("_out", ""): value for name, value in outputs.items() if "_out." in name}
    return caches if parents is None else {name: value[parents] for name, value in caches.items()}
