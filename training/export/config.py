"""The TOML file that describes a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.config import read_tables
from training.export.bundle import Header
from training.export.card import Limit, Weaknesses
from training.export.quantise import Quantisation


@dataclass(frozen=True)
class ExportConfig:
    header: Header
    quantisation: Quantisation
    started_from: str
    """What the run's train.init_from was, in words."""
    weaknesses: Weaknesses

    @property
    def folder(self) -> Path:
        return Path("models") / self.header.name


def read_config(path: Path) -> ExportConfig:
    data = read_tables(path)
    try:
        return ExportConfig(
            Header(**data["header"]),
            Quantisation(**data["quantisation"]),
            data.get("training", {}).get("started_from", ""),
            Weaknesses(data["card"]["weak"], [Limit(**entry) for entry in data["limits"]]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error
