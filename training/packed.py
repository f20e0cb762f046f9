"""Corpora as ids: each file is encoded once, kept on disk under the hash of what it was made from, and held as flat tensors.

python -m training.packed CONFIG --data-dir DATA

packs every file of a config, as `training.train` does by itself, and lists them: pairs in all their forms (augment.py), times and
target ids in an epoch.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from torch import Tensor
from tqdm import tqdm

from training.augment import as_typed, forms
from training.config import AugmentConfig, DataConfig, load_config
from training.corpus import Corpus, Pair, add_arguments, open_corpus
from training.model import EOS, PAD
from training.normalise import normalise, one_line
from training.placeholders import marks
from training.vocabulary import has_reserved, load_tokenizer

FORMAT = "2"
"""Part of every hash: raised when the same text is packed otherwise."""
CACHE = Path("runs/packed")
CHUNK = 4000
"""Pairs that one process packs at a time."""

Arrays = dict[str, np.ndarray]
SIDES = ("source", "typed", "target")


def pack(
    pairs: Sequence[Pair], languages: tuple[str, str], augment: AugmentConfig, tokenizer: sentencepiece.SentencePieceProcessor, rng: random.Random
) -> Arrays:
    """Of every form of every pair the ids of both sides with their end marks, those of the source as people type it, and its share."""
    made = forms(pairs, languages, augment, has_reserved(tokenizer), rng)
    sources, targets = [form.source for form in made], [form.target for form in made]
    arrays: Arrays = {"share": np.array([form.share for form in made], np.float32)}
    for side, texts in zip(SIDES, (sources, [as_typed(text, rng) for text in sources], targets), strict=True):
        rows = [[*ids, EOS] for ids in tokenizer.encode(texts)]
        arrays[f"{side}.lengths"] = np.fromiter(map(len, rows), np.uint16, len(rows))
        arrays[side] = np.fromiter(chain.from_iterable(rows), np.int16)
    return arrays


def rows_of(arrays: Arrays, side: str) -> Iterator[np.ndarray]:
    yield from np.split(arrays[side], arrays[f"{side}.lengths"].cumsum(dtype=np.int64)[:-1]) if len(arrays["share"]) else ()


@dataclass(frozen=True)
class Store:
    """Packed files in a folder."""

    folder: Path
    corpus: Corpus
    data: DataConfig

    @property
    def languages(self) -> tuple[str, str]:
        return self.data.source, self.data.target

    def files(self) -> dict[str, Arrays]:
        """Every file of the config, from disk if the same text was packed before."""
        found: dict[str, Arrays] = {}
        missing: dict[str, tuple[str, list[Pair]]] = {}
        model = load_tokenizer(self.data.tokenizer).serialized_model_proto()
        for name in self.data.files_in_use:
            pairs = self.corpus.pairs([name], *self.languages)
            key = self._hash(pairs, model)
            if (self.folder / f"{key}.npz").is_file():
                with np.load(self.folder / f"{key}.npz") as arrays:
                    found[name] = dict(arrays)
            else:
                missing[name] = key, pairs
        jobs = [
            (pairs[i : i + CHUNK], self.languages, self.data.augment, f"{key}/{i}") for key, pairs in missing.values() for i in _chunks(pairs)
        ]
        packed = iter(tqdm(_pack_all(jobs, self.data.tokenizer), desc="packing", total=len(jobs), leave=False, disable=not jobs))
        for name, (key, pairs) in missing.items():
            found[name] = _joined([next(packed) for _ in _chunks(pairs)])
            self._write(key, found[name])
        return {name: found[name] for name in self.data.files_in_use}

    def _hash(self, pairs: Sequence[Pair], tokenizer: bytes) -> str:
        augment = replace(self.data.augment, noise=0.0)  # drawn by the epoch
        found = hashlib.sha256(f"{FORMAT} {self.languages} {augment} ".encode() + tokenizer)
        for pair in pairs:
            found.update("\t".join(pair).encode() + b"\n")
        return found.hexdigest()[:32]

    def _write(self, key: str, arrays: Arrays) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{key}.{os.getpid()}.npz"  # several runs may pack side by side
        np.savez(partial, **arrays)
        os.replace(partial, self.folder / f"{key}.npz")


def _chunks(pairs: Sequence[Pair]) -> range:
    return range(0, max(1, len(pairs)), CHUNK)


Job = tuple[list[Pair], tuple[str, str], AugmentConfig, str]
_tokenizer: sentencepiece.SentencePieceProcessor


def _start(path: str) -> None:
    """A packing process has its tokenizer once."""
    global _tokenizer
    _tokenizer = load_tokenizer(path)


def _pack_job(job: Job) -> Arrays:
    pairs, languages, augment, seed = job
    return pack(pairs, languages, augment, _tokenizer, random.Random(seed))


def _pack_all(jobs: list[Job], tokenizer: str) -> Iterator[Arrays]:
    """By as many processes as there are cores, if that is worth starting them; the result does not depend on it."""
    processes = min(len(os.sched_getaffinity(0)), len(jobs) // 8)
    if processes < 2:
        _start(tokenizer)
        yield from map(_pack_job, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(processes, _start, (tokenizer,)) as pool:
        yield from pool.imap(_pack_job, jobs)


def _joined(parts: Sequence[Arrays]) -> Arrays:
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


@dataclass
class Rows:
    """Rows of ids of many lengths, one after the other in one tensor."""

    flat: Tensor
    lengths: np.ndarray
    ends: Tensor

    @classmethod
    def of(cls, flat: np.ndarray, lengths: np.ndarray, device: torch.device) -> Rows:
        lengths = lengths.astype(np.int64)
        return cls(torch.from_numpy(flat).to(device), lengths, torch.from_numpy(lengths.cumsum()).to(device))

    def padded(self, index: Tensor, length: int) -> Tensor:
        """[rows, length] ids of the rows `index` (-1: a row of padding)."""
        row = index.clamp_min(0)
        start = torch.where(row > 0, self.ends[row - 1], 0)
        place = start[:, None] + torch.arange(length, device=index.device)
        inside = (place < self.ends[row][:, None]) & (index >= 0)[:, None]
        return torch.where(inside, self.flat[place.clamp_max(len(self.flat) - 1)].long(), PAD)


@dataclass
class Packed:
    """All training pairs of a run, on its device."""

    source: Rows
    """Of the n pairs, then their sources as people type them: row n + i beside row i."""
    target: Rows
    times: np.ndarray
    """How often each pair stands in an epoch."""
    left_out: int
    """Pairs with a side of more than `max_tokens`."""

    @classmethod
    def of(cls, arrays: Arrays, max_tokens: int, device: torch.device) -> Packed:
        """From `pack`'s arrays with `times`."""
        short = np.all([arrays[f"{side}.lengths"] <= max_tokens for side in SIDES], axis=0)
        source, typed, target = ((arrays[side], arrays[f"{side}.lengths"]) for side in SIDES)
        sources = Rows.of(np.concatenate([source[0], typed[0]]), np.concatenate([source[1], typed[1]]), device)
        return cls(sources, Rows.of(*target, device), np.where(short, arrays["times"], 0.0), int((~short).sum()))


def load_packed(data: DataConfig, corpus: Corpus, folder: Path, device: torch.device) -> Packed:
    """The training pairs of a config in all their forms, and both directions of them if it says so."""
    ways = [data, replace(data, source=data.target, target=data.source)] if data.both_ways else [data]
    parts = []
    for way in ways:
        files = Store(folder, corpus, way).files()
        parts += [arrays | {"times": data.files[name] * arrays["share"]} for name, arrays in files.items()]
    arrays = _joined(parts)
    if data.taught:
        arrays = with_taught(arrays, corpus.translated(data.taught, data.nearness), data, load_tokenizer(data.tokenizer))
    return Packed.of(arrays, data.max_tokens, device)


def with_taught(arrays: Arrays, translations: dict[str, str], data: DataConfig, tokenizer: sentencepiece.SentencePieceProcessor) -> Arrays:
    """The pairs whose sources a teacher has translated once more with its translations; the references then stand less often."""
    sources = tokenizer.encode([one_line(text) if marks(text) else normalise(text) for text in translations])
    rows = {np.array([*ids, EOS], np.int16).tobytes(): target for ids, target in zip(sources, translations.values(), strict=True)}
    found = [(i, rows[row.tobytes()]) for i, row in enumerate(rows_of(arrays, "source")) if row.tobytes() in rows]
    if not found:
        return arrays
    index = np.array([i for i, _ in found])
    targets = [[*ids, EOS] for ids in tokenizer.encode([target for _, target in found])]
    taught = _taken(arrays, index) | {
        "times": arrays["times"][index] * data.taught_times,
        "target": np.fromiter(chain.from_iterable(targets), np.int16),
        "target.lengths": np.fromiter(map(len, targets), np.uint16, len(targets)),
    }
    times = arrays["times"].copy()
    times[index] *= data.reference_times
    return _joined([arrays | {"times": times}, taught])


def _taken(arrays: Arrays, index: np.ndarray) -> Arrays:
    """Some of the pairs."""
    out = {key: arrays[key][index] for key in ("share", "times")}
    for side in SIDES:
        lengths = arrays[f"{side}.lengths"].astype(np.int64)
        taken = lengths[index]
        starts = (lengths.cumsum() - lengths)[index] - (taken.cumsum() - taken)
        out[side] = arrays[side][np.repeat(starts, taken) + np.arange(taken.sum())]
        out[f"{side}.lengths"] = arrays[f"{side}.lengths"][index]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config")
    parser.add_argument("overrides", nargs="*")
    add_arguments(parser)
    args = parser.parse_intermixed_args()
    data = load_config(args.config, args.overrides).data
    total = np.zeros(3)
    for name, arrays in Store(CACHE, open_corpus(args, data), data).files().items():
        times = arrays["share"] * data.files[name]
        figures = np.array([len(times), times.sum(), (arrays["target.lengths"] * times).sum()])
        total += figures
        print(f"{name:<45}{data.files[name]:>6g} times{figures[0]:>12,.0f} pairs{figures[2]:>12,.0f} target ids")
    print(f"{'an epoch':<45}{'':>12}{total[1]:>12,.0f} pairs{total[2]:>12,.0f} target ids")


if __name__ == "__main__":
    main()
