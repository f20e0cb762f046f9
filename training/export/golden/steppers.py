"""Three programs that know the model: onnxruntime with the bundle's files, the simulation, the trainer's PyTorch model."""

from __future__ import annotations

import numpy as np
import torch

from training.export.session import BundleSession, Caches, next_caches
from training.export.simulate import Encoded, Simulation
from training.model import LiteTransformer


class OnnxStepper:
    def __init__(self, session: BundleSession):
        self.session = session
        self.encoded: dict[str, np.ndarray] = {}
        self.caches: Caches = {}

    def start(self, ids: list[int]) -> None:
        self.encoded, self.caches = self.session.encode(ids), self.session.start()

    def step(self, parents: list[int], tokens: list[int], position: int) -> np.ndarray:
        caches = {name: value[parents] for name, value in self.caches.items()}
        outputs = self.session.step(self.encoded, caches, tokens, position)
        self.caches = next_caches(outputs)
        return outputs["logits"]


class SimulationStepper:
    def __init__(self, simulation: Simulation):
        self.simulation = simulation
        self.encoded: Encoded
        self.caches: dict[str, torch.Tensor] = {}

    def start(self, ids: list[int]) -> None:
        self.encoded, self.caches = self.simulation.encode(torch.tensor([ids])), self.simulation.start(1)

    def step(self, parents: list[int], tokens: list[int], position: int) -> np.ndarray:
        caches = {name: value[parents] for name, value in self.caches.items()}
        rows = self.encoded.select(torch.zeros(len(tokens), dtype=torch.long))
        logits, self.caches = self.simulation.step(rows, caches, torch.tensor(tokens), position, sentences=1)
        return logits.numpy()


class TrainedStepper:
    """No caches: every step decodes all that was written so far."""

    def __init__(self, model: LiteTransformer):
        self.model = model
        self.histories: list[list[int]] = [[]]

    @torch.inference_mode()
    def start(self, ids: list[int]) -> None:
        self.memory, self.context = self.model.encode(torch.tensor([ids]))
        self.histories = [[]]

    @torch.inference_mode()
    def step(self, parents: list[int], tokens: list[int], position: int) -> np.ndarray:
        self.histories = [self.histories[parent] + [token] for parent, token in zip(parents, tokens)]
        memory = self.memory.expand(len(tokens), -1, -1)
        decoded = self.model.decode(torch.tensor(self.histories), memory, self.context)
        return self.model.project(decoded[:, -1]).numpy()
