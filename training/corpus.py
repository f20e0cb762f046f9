"""Sentence pairs in files: one sentence a line, line n of `NAME.de` with line n of `NAME.en`, plain or gzipped.

A teacher's translations (distill.py) stand in `NAME.tsv`: source, translation, nearness to a reference.
"""

from __future__ import annotations

import argparse
import gzip
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import iwslt14
from training.config import ConfigError, DataConfig

Pair = tuple[str, str]


@dataclass(frozen=True)
class Corpus:
    """Where pairs come from: files below a folder, or below the working directory if their name starts with `./`.

    `iwslt14/train` and `iwslt14/valid` are read from the official archive if it is given.
    """

    folder: Path
    iwslt14: Path | None = None

    def pairs(self, names: Sequence[str], source: str, target: str) -> list[Pair]:
        """The pairs of several files in their order, without those that have an empty side."""
        found: list[Pair] = []
        for name in names:
            found += [(a, b) for a, b in self._file(name, source, target) if a.strip() and b.strip()]
        return found

    def translated(self, names: Sequence[str], nearness: float) -> dict[str, str]:
        """A teacher's translations that are at least so near to a reference, by their sources."""
        found: dict[str, str] = {}
        for name in names:
            pattern = self._path(name, "tsv")
            paths = sorted([*pattern.parent.glob(pattern.name), *pattern.parent.glob(pattern.name + ".gz")])
            if not paths:
                raise ConfigError(f"no file {pattern} or {pattern.name}.gz beside it")
            for path in paths:
                found |= read_translated(path, nearness)
        return found

    def _path(self, name: str, ending: str) -> Path:
        return (Path() if name.startswith("./") else self.folder) / f"{name}.{ending}"

    def _file(self, name: str, source: str, target: str) -> list[Pair]:
        if self.iwslt14 and name in iwslt14.SPLITS:
            return iwslt14.read_split(self.iwslt14, name, source, target)
        a, b = read_lines(self._path(name, source)), read_lines(self._path(name, target))
        if len(a) != len(b):
            raise ConfigError(f"{name}: {len(a)} {source} lines, {len(b)} {target} lines")
        return list(zip(a, b, strict=True))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", default="", help="folder of the data files (or TRAINING_DATA, or data.data_dir)")
    parser.add_argument("--iwslt14", type=Path, help="the unpacked official IWSLT'14 de-en archive")


def open_corpus(args: argparse.Namespace, data: DataConfig | None = None) -> Corpus:
    """The folder of the data files: the command line's, the environment's, or the config's."""
    name = args.data_dir or os.environ.get("TRAINING_DATA", "") or (data.data_dir if data else "")
    if not name:
        raise ConfigError("no data folder: give --data-dir, set TRAINING_DATA, or data.data_dir in the config")
    if not Path(name).is_dir():
        raise ConfigError(f"data folder {name}: no such folder")
    return Corpus(Path(name), args.iwslt14)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_lines(path: Path) -> list[str]:
    """The lines of a file, or of the gzipped file beside its name."""
    found = next((p for p in (path, path.with_name(path.name + ".gz")) if p.is_file()), None)
    if not found:
        raise ConfigError(f"no file {path} or {path.name}.gz beside it")
    with gzip.open(found, "rt", encoding="utf-8") if found.suffix == ".gz" else found.open(encoding="utf-8") as f:
        return f.read().removesuffix("\n").split("\n")


def read_translated(path: Path, nearness: float) -> dict[str, str]:
    rows = [line.split("\t") for line in read_lines(path)]
    for number, row in enumerate(rows, 1):
        if len(row) != 3:
            raise ConfigError(f"{path}: line {number} has {len(row)} columns, expected source, translation and nearness")
    return {source: target for source, target, near in rows if target and float(near) >= nearness}
