"""What each trick of the trainer is worth on this machine: python -m training.bench_speed CONFIG --data-dir DATA

Starts from plain PyTorch and switches one trick on after another, then tries bfloat16 autocast and torch.compile. All
variants take the same batches in turns, round after round, so that whatever else the machine does hits them alike; the
figure is the median over the rounds of target tokens per second of this process's CPU time (with several threads: of
wall-clock time, for which the machine should be idle).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from unittest import mock

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from training import products
from training.config import RunConfig, load_config
from training.corpus import add_arguments, open_corpus
from training.dropout import PooledDropout
from training.flat import FlatModel
from training.layers import FixedConv
from training.loss import projected_loss
from training.model import PAD, LiteTransformer
from training.packed import CACHE, load_packed
from training.stream import Batch, Stream


@dataclass(frozen=True)
class Tricks:
    name: str
    sorted_batches: bool = True
    fused_loss: bool = True
    mask_pool: bool = True
    banded: bool = True
    flat: bool = True
    openblas: bool = True
    autocast: bool = False
    compiled: bool = False
    fused_attention: bool = False


VARIANTS = (
    Tricks("plain PyTorch", False, False, False, False, False, False),
    Tricks("+ batches of like lengths on both sides", True, False, False, False, False, False),
    Tricks("+ projection and loss fused", True, True, False, False, False, False),
    Tricks("+ dropout masks from a pool", True, True, True, False, False, False),
    Tricks("+ convolution as a banded product", True, True, True, True, False, False),
    Tricks("+ one flat vector of parameters", True, True, True, True, True, False),
    Tricks("+ products by NumPy's OpenBLAS (the trainer)"),
    Tricks("the trainer with scaled_dot_product_attention", fused_attention=True),
    Tricks("the trainer with bfloat16 autocast", openblas=False, autocast=True),
    Tricks("the trainer with torch.compile of each layer", mask_pool=False, openblas=False, compiled=True),
)


def fresh_dropout(self: PooledDropout, x: Tensor) -> Tensor:
    return F.dropout(x, self.p, self.training)


def conv1d(self: FixedConv, y: Tensor) -> Tensor:
    kernel = F.dropout(self.taps(), self.kernel_dropout, self.training)
    kernel = kernel.repeat_interleave(self.channels // self.groups, 0)[:, None].to(y.dtype)
    padding = (self.padding, self.size - 1 - self.padding)
    return F.conv1d(F.pad(y.transpose(1, 2), padding), kernel, groups=self.channels).transpose(1, 2)


def fused_attend(q: Tensor, k: Tensor, v: Tensor, scores: Tensor | None) -> Tensor:
    out = F.scaled_dot_product_attention(q, k, v, None if scores is None else scores.to(q.dtype))
    return out.transpose(1, 2).flatten(2)


def plain_loss(x: Tensor, table: Tensor, target: Tensor, smoothing: float) -> tuple[Tensor, int]:
    logits = (x @ table.T).flatten(0, 1)
    loss = F.cross_entropy(logits, target.flatten(), ignore_index=PAD, label_smoothing=smoothing, reduction="sum")
    return loss, int((target != PAD).sum())


@dataclass
class Contender:
    tricks: Tricks
    config: RunConfig
    batches: list[Batch]
    speeds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        torch.manual_seed(1)
        self.model = LiteTransformer(self.config.model).train()
        if self.tricks.compiled:
            for side in (self.model.encoder, self.model.decoder):
                for layer in side:
                    layer.compile(dynamic=True)
        flat = FlatModel(self.model) if self.tricks.flat else None
        self.flat = flat
        parameters = [flat.weights] if flat else list(self.model.parameters())
        self.optimiser = torch.optim.Adam(parameters, 1e-4, fused=self.tricks.flat)

    @contextlib.contextmanager
    def patched(self) -> Iterator[None]:
        t = self.tricks
        with contextlib.ExitStack() as stack:
            enter = stack.enter_context
            if not t.mask_pool:
                enter(mock.patch.object(PooledDropout, "forward", fresh_dropout))
            if not t.banded:
                enter(mock.patch.object(FixedConv, "convolve", conv1d))
            if not t.openblas:
                enter(mock.patch.object(products, "numpy_is_faster", lambda: False))
            if t.fused_attention:
                enter(mock.patch("training.layers.attend", fused_attend))
            enter(torch.autocast("cpu", torch.bfloat16, enabled=t.autocast))
            yield

    def update(self, batch: Batch) -> int:
        if self.flat:
            self.flat.grad.zero_()
        else:
            self.optimiser.zero_grad()
        x = self.model(batch.source, batch.target_in)
        table, smoothing = self.model.embedding.weight, self.config.train.label_smoothing
        if self.tricks.fused_loss:
            loss, _, count = projected_loss(x, table, batch.target_out, smoothing)
        else:
            loss, count = plain_loss(x, table, batch.target_out, smoothing)
        (loss / count).backward()
        self.optimiser.step()
        return int(count)

    def run(self, clock: Callable[[], float]) -> float:
        with self.patched():
            start = clock()
            count = sum(self.update(batch) for batch in self.batches)
            return count / (clock() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config")
    parser.add_argument("overrides", nargs="*")
    add_arguments(parser)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batches", type=int, default=8, help="in a round")
    parser.add_argument("--only", nargs="+", type=int, help="numbers of variants, from 0")
    args = parser.parse_intermixed_args()
    config = load_config(args.config, args.overrides)
    stream = Stream(load_packed(config.data, open_corpus(args, config.data), CACHE, torch.device("cpu")), config.data, 1, fixed=False)
    batches = {}
    for in_order in (True, False):
        epoch = stream.epoch(1, in_order)
        batches[in_order] = [stream.batch(epoch, *batch) for batch in epoch.batches[: args.batches]]
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    variants = [VARIANTS[i] for i in args.only] if args.only else VARIANTS
    contenders = [Contender(t, config, batches[t.sorted_batches]) for t in variants]
    for contender in tqdm(contenders, desc="warm-up"):
        contender.run(clock)
    for _ in tqdm(range(args.rounds), desc="rounds"):
        for contender in contenders:
            contender.speeds.append(contender.run(clock))
    for contender in contenders:
        speed = statistics.median(contender.speeds)
        entry = {
            "variant": contender.tricks.name,
            "tokens_per_s": round(speed),
            "lowest": round(min(contender.speeds)),
            "highest": round(max(contender.speeds)),
            "threads": torch.get_num_threads(),
        }
        print(json.dumps(entry), flush=True)


if __name__ == "__main__":
    main()
