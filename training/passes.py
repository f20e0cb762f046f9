"""The forward and backward pass of an update: at once, or on a GPU as CUDA graphs.

A model of this size keeps a GPU waiting for the next kernel launch most of the time. Recorded once for every shape of batch and
replayed, a pass costs one launch; for that, batches come in few shapes (stream.py) and nothing in a pass may
depend on what the ids are.
"""

from __future__ import annotations

import torch
from torch import Tensor

from training.stream import Batch
from training.flat import FlatModel
from training.loss import Lesson, projected_loss
from training.model import LiteTransformer

WARM_UP = 2
"""Passes before recording: libraries choose their kernels and take their workspace in the first."""


class Passes:
    """Called with a batch, leaves its gradients in `flat.seen_grad` and returns its [loss, negative log-likelihood, targets]."""

    def __init__(
        self,
        model: LiteTransformer,
        flat: FlatModel,
        smoothing: float,
        fixed: bool,
        teacher: LiteTransformer | None = None,
        teacher_weight: float = 0.0,
    ) -> None:
        self.model, self.flat, self.smoothing, self.fixed = model, flat, smoothing, fixed
        self.teacher, self.teacher_weight = teacher, teacher_weight

    def __call__(self, batch: Batch) -> Tensor:
        self.flat.seen_grad.zero_()
        x = self.model(batch.source, batch.target_in)
        table, lesson = self.model.embedding.weight, self._lesson(batch)
        loss, nll, count = projected_loss(x, table, batch.target_out, self.smoothing, self.fixed, lesson)
        loss.backward()
        return torch.stack([loss.detach().double(), nll.double(), count.double()])

    @torch.no_grad()
    def _lesson(self, batch: Batch) -> Lesson | None:
        if self.teacher is None:
            return None
        return Lesson(self.teacher(batch.source, batch.target_in), self.teacher.embedding.weight, self.teacher_weight)


class RecordedPasses:
    """The same, recorded at each shape's first batch. The returned sums are overwritten by the next call."""

    def __init__(self, passes: Passes) -> None:
        self.passes = passes
        self.recorded: dict[torch.Size, tuple[Batch, torch.cuda.CUDAGraph, Tensor]] = {}
        self.memory = torch.cuda.graph_pool_handle()

    def __call__(self, batch: Batch) -> Tensor:
        shape = batch.source.shape
        if shape not in self.recorded:
            self.recorded[shape] = self._record(batch)
        inputs, graph, sums = self.recorded[shape]
        for own, given in ((inputs.source, batch.source), (inputs.target_in, batch.target_in), (inputs.target_out, batch.target_out)):
            own.copy_(given, non_blocking=True)
        graph.replay()
        return sums

    def _record(self, batch: Batch) -> tuple[Batch, torch.cuda.CUDAGraph, Tensor]:
        inputs = Batch(batch.source.clone(), batch.target_in.clone(), batch.target_out.clone())
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UP):
                self.passes(inputs)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        # Other threads of this process (those that fetch batches) may call CUDA meanwhile.
        with torch.cuda.graph(graph, pool=self.memory, capture_error_mode="thread_local"):
            sums = self.passes(inputs)
        return inputs, graph, sums
