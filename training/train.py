"""Trains a model from a config: python -m training.train training/configs/NAME.toml [section.key=value ...]

Run again with the same output folder, it goes on from the last checkpoint; SIGTERM makes it write one and leave.
`torchrun --nproc-per-node N -m training.train ...` trains data-parallel over gloo (CPU) or nccl (GPU).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sacrebleu
import torch
import torch.distributed as dist
from torch import Tensor
from tqdm import tqdm

from training.checkpoint import average, initialise, load_model, load_state, save_model, save_state
from training.config import ConfigError, RunConfig, load_config, to_dict
from training.corpus import Corpus, Pair, add_arguments, open_corpus
from training.decode import translate
from training.flat import FlatModel
from training.model import EOS, LiteTransformer
from training.normalise import normalise
from training.packed import CACHE, load_packed
from training.passes import Passes, RecordedPasses
from training.prune import EVERY, Pruner
from training.quantised import Grid, WeightQuantiser
from training.schedule import learning_rate, progress
from training.search import SearchConfig
from training.stream import Batch, Stream
from training.vocabulary import load_tokenizer


@dataclass(frozen=True)
class World:
    """This process among those that train together."""

    rank: int
    size: int
    device: torch.device

    @classmethod
    def join(cls) -> World:
        cuda = torch.cuda.is_available()
        size = int(os.environ.get("WORLD_SIZE", "1"))
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if cuda else torch.device("cpu")
        if cuda:
            torch.cuda.set_device(device)
        if size > 1:
            dist.init_process_group("nccl" if cuda else "gloo")
        return cls(int(os.environ.get("RANK", "0")), size, device)

    @property
    def first(self) -> bool:
        return self.rank == 0

    def add_up(self, tensor: Tensor) -> None:
        if self.size > 1:
            dist.all_reduce(tensor)


@dataclass
class Position:
    """Where a run stands."""

    update: int = 0
    epoch: int = 1
    batch: int = 0
    """Batches of this epoch already used, by all processes together."""
    minutes: float = 0.0


class Trainer:
    def __init__(self, config: RunConfig, corpus: Corpus, out: Path, world: World) -> None:
        self.config, self.out, self.world = config, out, world
        out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(config.train.seed)
        data = config.data
        self.tokenizer = load_tokenizer(data.tokenizer)
        self.packed = load_packed(data, corpus, out.parent / CACHE.name, world.device)
        self.valid = {name: corpus.pairs([name], data.source, data.target)[: data.valid_lines] for name in data.valid}
        self.model = LiteTransformer(config.model)
        if config.train.init_from:
            initialise(self.model, config.train.init_from, self.tokenizer)
        self.model.to(world.device)
        gpu = world.device.type == "cuda"
        self.flat = FlatModel(self.model, torch.bfloat16 if gpu else torch.float32)
        passes = Passes(
            self.model, self.flat, config.train.label_smoothing, gpu, self._teacher(), config.train.teacher_weight
        )
        self.passes = RecordedPasses(passes) if gpu and config.train.cuda_graphs else passes
        self.stream = Stream(self.packed, data, config.train.seed, gpu, world.rank, world.size)
        self.ema = self.flat.weights.detach().clone()
        self.optimiser = torch.optim.Adam(
            [self.flat.weights], betas=(0.9, 0.98), weight_decay=config.train.weight_decay, fused=True
        )
        self.pruner = Pruner(self.flat, config.train.prune) if config.train.prune else None
        grid = Grid(config.train.weight_bits, config.train.weight_step)
        self.quantiser = WeightQuantiser(self.flat, grid) if grid.bits else None
        self.at = Position()
        self.stop = False
        self.state_path = out / "state.pt"
        if self.state_path.is_file():
            self._resume()

    def _teacher(self) -> LiteTransformer | None:
        if not self.config.train.teacher:
            return None
        teacher, vocabulary = load_model(self.config.train.teacher), self.config.model.vocab_size
        if teacher.config.vocab_size != vocabulary:
            raise ConfigError(f"train.teacher: {teacher.config.vocab_size} pieces, expected {vocabulary} as in model.vocab_size")
        return teacher.to(self.world.device, self.model.embedding.weight.dtype).requires_grad_(False)

    # The run

    def run(self) -> None:
        train = self.config.train
        if progress(train, self.at.update, self.at.minutes) >= 1:
            raise ConfigError(f"{self.out}: this run has used up its budget; raise train.max_updates or train.max_minutes")
        started, before = time.monotonic(), self.at.minutes
        checked = validated = self.at.minutes
        if self.world.first:
            self._begin()
        bar = tqdm(total=train.max_updates or None, initial=self.at.update, disable=not self.world.first, unit="update")
        totals, tick = torch.zeros(3, dtype=torch.float64, device=self.world.device), time.monotonic()
        for batch in self._batches():
            sums = self._update(batch, before + (time.monotonic() - started) / 60)
            totals += sums
            bar.update()
            used = progress(train, self.at.update, self.at.minutes)
            if self.at.update % train.log_updates == 0 and self.world.first:
                self._log_training(totals, time.monotonic() - tick, bar)
                totals.zero_()
                tick = time.monotonic()
            if used >= 1:
                break
            if self.stop:
                bar.close()
                self._save()
                return
            if self.at.minutes - checked >= train.checkpoint_minutes:
                checked = self.at.minutes
                self._save()
            if self.at.minutes - validated >= train.valid_minutes:
                validated = self.at.minutes
                pause = time.monotonic()
                self._validate()
                tick += time.monotonic() - pause
        bar.close()
        self._save()
        self._finish()

    def _batches(self) -> Iterator[Batch]:
        """Batches from where the run stands, epoch after epoch."""
        self.stream.start = self.at.epoch, self.at.batch
        for self.at.epoch, self.at.batch, batch in self.stream:
            yield batch

    def _update(self, batch: Batch, minutes: float) -> Tensor:
        """One update; [loss, negative log-likelihood, targets] summed over the batch and the processes."""
        train = self.config.train
        seed = (train.seed * 1_000_003 + self.at.update) * self.world.size + self.world.rank
        torch.manual_seed(seed)
        self.model.mask_pool.reseed(seed)
        self.model.train()
        with self._weights_seen(progress(train, self.at.update, minutes)):
            self.flat.publish()
            sums = self.passes(batch)
        self.flat.collect()
        if self.world.size > 1:
            sums = self._add_up(sums, minutes)
        else:
            self.at.minutes = minutes
        self.flat.grad.div_(sums[2])
        if train.clip_norm:
            torch.nn.utils.clip_grad_norm_([self.flat.weights], train.clip_norm)
        used = progress(train, self.at.update, self.at.minutes)
        self.optimiser.param_groups[0]["lr"] = learning_rate(train, self.at.update, used)
        self.optimiser.step()
        if self.pruner:
            if self.at.update % EVERY == 0:
                self.pruner.look(used)
            self.pruner.apply(self.flat.weights)
        self.at.update += 1
        if train.ema_decay:
            decay = min(train.ema_decay, (self.at.update + 1) / (self.at.update + 10))
            self.ema.lerp_(self.flat.weights.detach(), 1 - decay)
            if self.pruner:
                self.pruner.apply(self.ema)
        return sums

    def _add_up(self, sums: Tensor, minutes: float) -> Tensor:
        """Sums and gradients over the processes, which also agree on the time (the first's) and on whether to stop."""
        agreed = sums.new_tensor([minutes if self.world.first else 0.0, float(self.stop)])
        both = torch.cat([sums, agreed])
        self.world.add_up(both)
        self.world.add_up(self.flat.grad)
        self.at.minutes, self.stop = float(both[3]), bool(both[4])
        return both[:3]

    def _weights_seen(self, used: float) -> AbstractContextManager[None]:
        """What forward and backward pass see: the weights themselves, or the quantised ones late in a run that trains for them."""
        quantiser = self._quantiser(used)
        return quantiser.on_the_grid(self.at.update) if quantiser else nullcontext()

    def _quantiser(self, used: float) -> WeightQuantiser | None:
        """The quantiser, once it has set in."""
        return self.quantiser if used >= self.config.train.weight_bits_from else None

    def stop_soon(self, *_: object) -> None:
        """After the update at hand, all processes save and leave. A signal handler."""
        self.stop = True

    # Weights, log, checkpoints

    def _begin(self) -> None:
        tokenizer = self.out / "tokenizer.model"
        if not tokenizer.is_file():
            shutil.copyfile(self.config.data.tokenizer, tokenizer)
        (self.out / "config.json").write_text(json.dumps(to_dict(self.config), indent=1) + "\n", encoding="utf-8")
        self._log(
            {
                "event": "start",
                "pairs": len(self.packed.times) - self.packed.left_out,
                "left_out": self.packed.left_out,
                "pairs_an_epoch": round(float(self.packed.times.sum())),
                "parameters": self.flat.weights.numel(),
                "processes": self.world.size,
                "device": str(self.world.device),
                "threads": torch.get_num_threads(),
            }
        )

    def _log(self, entry: dict[str, Any]) -> None:
        at = {"update": self.at.update, "epoch": self.at.epoch, "minutes": round(self.at.minutes, 2)}
        with (self.out / "log.jsonl").open("a", encoding="utf-8") as f:
            f.write(json.dumps(at | entry, ensure_ascii=False) + "\n")

    def _log_training(self, totals: Tensor, seconds: float, bar: tqdm) -> None:
        loss, nll, targets = totals.tolist()
        rate = self.optimiser.param_groups[0]["lr"]
        speed = targets / seconds
        self._log(
            {
                "event": "train",
                "loss": round(loss / targets, 4),
                "nll": round(nll / targets, 4),
                "lr": float(f"{rate:.3g}"),
                "tokens_per_s": round(speed),
            }
        )
        bar.set_postfix(nll=f"{nll / targets:.3f}", tokens_per_s=f"{speed:.0f}", epoch=self.at.epoch)

    def _shipped(self) -> dict[str, Tensor]:
        """The weights to validate and ship: the running average, or the mean of the last checkpoints."""
        if self.config.train.ema_decay:
            return self.flat.views(self.ema)
        return average(self._kept()) if self._kept() else self.flat.views(self.flat.weights.detach())

    def _kept(self) -> list[Path]:
        return sorted(self.out.glob("update-*.safetensors"))

    def _save(self) -> None:
        if self.world.first:
            weights = self.flat.views(self.flat.weights.detach())
            notes = {"run": self.config.name, "update": self.at.update}
            save_model(self.out / f"update-{self.at.update:07d}.safetensors", weights, self.config.model, notes)
            for old in self._kept()[: -self.config.train.keep]:
                old.unlink()
            save_model(self.out / "model.safetensors", self._shipped(), self.config.model, notes)
            save_state(
                self.state_path,
                {
                    "weights": self.flat.weights.detach(),
                    "ema": self.ema,
                    "optimiser": self.optimiser.state_dict(),
                    "at": vars(self.at),
                }
                | ({"mask": self.pruner.mask} if self.pruner else {}),
            )
        if self.world.size > 1:
            dist.barrier()

    def _resume(self) -> None:
        state = load_state(self.state_path)
        with torch.no_grad():
            self.flat.weights.copy_(state["weights"])
            self.ema.copy_(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        if self.pruner:
            self.pruner.mask.copy_(state["mask"])
        self.at = Position(**state["at"])

    def _validate(self) -> None:
        if self.world.first:
            model = LiteTransformer(self.config.model).to(self.world.device)
            model.load_state_dict(self._shipped())
            model.eval()
            if quantiser := self._quantiser(progress(self.config.train, self.at.update, self.at.minutes)):
                quantiser.grid.put(model)
            scores = {}
            for name, pairs in self.valid.items():
                scores[name], examples = self._bleu(model, pairs)
                tqdm.write(f"update {self.at.update}: {name} greedy BLEU {scores[name]:.2f}; {' | '.join(examples[:3])}")
            self._log({"event": "valid", "bleu": {k: round(v, 2) for k, v in scores.items()}})
        if self.world.size > 1:
            dist.barrier()

    def _bleu(self, model: LiteTransformer, pairs: list[Pair]) -> tuple[float, list[str]]:
        ids = [x + [EOS] for x in self.tokenizer.encode([normalise(a) for a, _ in pairs])]
        found = translate(model, ids, SearchConfig(beam_size=1))
        texts = self.tokenizer.decode([hypotheses[0].tokens for hypotheses in found])
        return sacrebleu.corpus_bleu(texts, [[b for _, b in pairs]]).score, texts

    def _finish(self) -> None:
        self._validate()
        if self.world.first:
            self._log({"event": "end", "model": str(self.out / "model.safetensors")})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config")
    parser.add_argument("overrides", nargs="*", help="section.key=value")
    add_arguments(parser)
    parser.add_argument("--out", type=Path, help="default: runs/NAME")
    args = parser.parse_intermixed_args()
    config = load_config(args.config, args.overrides)
    world = World.join()
    out = args.out or Path("runs") / config.name
    trainer = Trainer(config, open_corpus(args, config.data), out, world)
    signal.signal(signal.SIGTERM, trainer.stop_soon)
    trainer.run()
    if world.size > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
