"""The bundle's two executions, onnxruntime and the simulation, as steps of training.search."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from training.export.session import BundleSession, next_caches
from training.export.simulate import Simulation
from training.model import pad
from training.search import Hypothesis, SearchConfig, search, target_limit

# Source positions times hypotheses of one batch.
BATCH_SLOTS = 4096


class OnnxSteps:
    """One sentence."""

    def __init__(self, session: BundleSession, ids: list[int], beam: int) -> None:
        self.session, self.position = session, 0
        self.encoded, self.caches = session.encode(ids), session.start(beam)

    def advance(self, tokens: Tensor) -> Tensor:
        outputs = self.session.step(self.encoded, self.caches, tokens[0].tolist(), self.position)
        self.caches, self.position = next_caches(outputs), self.position + 1
        return torch.from_numpy(outputs["logits"])[None].log_softmax(-1)

    def keep(self, sentences: Tensor, parents: Tensor) -> None:
        self.caches = {name: value[parents[0].numpy()] for name, value in self.caches.items()}


class SimulationSteps:
    """Many sentences at once (rows of the padded ids `source`)."""

    def __init__(self, simulation: Simulation, source: Tensor, beam: int) -> None:
        self.simulation, self.beam, self.position = simulation, beam, 0
        self.encoded = simulation.encode(source).select(torch.arange(len(source)).repeat_interleave(beam))
        self.caches = simulation.start(len(source) * beam)

    def advance(self, tokens: Tensor) -> Tensor:
        logits, self.caches = self.simulation.step(self.encoded, self.caches, tokens.flatten(), self.position, len(tokens))
        self.position += 1
        return logits.view(*tokens.shape, -1).log_softmax(-1)

    def keep(self, sentences: Tensor, parents: Tensor) -> None:
        rows = (sentences[:, None] * self.beam + parents).flatten()
        if len(rows) < len(self.encoded.mask):
            self.encoded = self.encoded.select(rows)
        self.caches = {name: value[rows] for name, value in self.caches.items()}


@torch.inference_mode()
def translate_onnx(session: BundleSession, ids: list[int], config: SearchConfig) -> list[Hypothesis]:
    """Hypotheses of a source that ends in eos, the best first."""
    limit = target_limit(len(ids), config.max_target_tokens)
    return search(OnnxSteps(session, ids, config.beam_size), [limit], config, torch.device("cpu"))[0]


@torch.inference_mode()
def translate_simulated(simulation: Simulation, sources: Sequence[list[int]], config: SearchConfig) -> list[list[Hypothesis]]:
    """The same for many sources, like lengths together."""
    order = sorted(range(len(sources)), key=lambda i: -len(sources[i]))
    out: list[list[Hypothesis]] = [[] for _ in sources]
    while order:
        count = max(1, BATCH_SLOTS // (len(sources[order[0]]) * config.beam_size))
        part, order = order[:count], order[count:]
        steps = SimulationSteps(simulation, pad([sources[i] for i in part]), config.beam_size)
        limits = [target_limit(len(sources[i]), config.max_target_tokens) for i in part]
        for i, hypotheses in zip(part, search(steps, limits, config, torch.device("cpu")), strict=True):
            out[i] = hypotheses
    return out
