"""Sentence pairs in files: one sentence a line, line n of `NAME.de` with line n of `NAME.en`, plain or gzipped."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from pathlib import Path

from training.config import ConfigError, DataConfig

Pair = tuple[str, str]


def data_folder(data: DataConfig, given: str = "") -> Path:
    """The folder of the data files: the command line's, the environment's (TRAINING_DATA), or the config's."""
    name = given or os.environ.get("TRAINING_DATA", "") or data.data_dir
    if not name:
        raise ConfigError("no data folder: give --data-dir, set TRAINING_DATA, or data.data_dir in the config")
    if not Path(name).is_dir():
        raise ConfigError(f"data folder {name}: no such folder")
    return Path(name)


def read_lines(path: Path) -> list[str]:
    """The lines of a file, or of the gzipped file beside its name."""
    zipped = path.with_name(path.name + ".gz")
    if path.is_file():
        text = path.read_text(encoding="utf-8")
    elif zipped.is_file():
        with gzip.open(zipped, "rt", encoding="utf-8") as f:
            text = f.read()
    else:
        raise ConfigError(f"no file {path} or {zipped.name} beside it")
    return text.removesuffix("\n").split("\n")


def read_pairs(folder: Path, names: Sequence[str], source: str, target: str) -> list[Pair]:
    pairs: list[Pair] = []
    for name in names:
        a, b = read_lines(folder / f"{name}.{source}"), read_lines(folder / f"{name}.{target}")
        if len(a) != len(b):
            raise ConfigError(f"{folder / name}: {len(a)} {source} lines, {len(b)} {target} lines")
        pairs += [(x, y) for x, y in zip(a, b, strict=True) if x.strip() and y.strip()]
    return pairs
