"""The TOML file that describes a bundle."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from training.export.bundle import Header
from training.export.card import Limit
from training.export.quantise import Quantisation


@dataclass(frozen=True)
class ExportConfig:
    header: Header
    quantisation: Quantisation
    started_from: str
    """What the run's train.init_from was, in words."""
    limits: list[Limit]

    @property
    def folder(self) -> Path:
        return Path("models") / self.header.name


def _tables(path: Path) -> dict:
    """The file's tables over those of the file that it `extends`: keys of a table one by one, lists as a whole."""
    own = tomllib.loads(path.read_text(encoding="utf-8"))
    if "extends" not in own:
        return own
    base = _tables(path.parent / own.pop("extends"))
    return base | {key: base.get(key, {}) | value if isinstance(value, dict) else value for key, value in own.items()}


def read_config(path: Path) -> ExportConfig:
    data = _tables(path)
    try:
        return ExportConfig(
            Header(**data["header"]),
            Quantisation(**data["quantisation"]),
            data.get("training", {}).get("started_from", ""),
            [Limit(**entry) for entry in data["limits"]],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error
