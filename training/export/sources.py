"""Where training data comes from and what its licence asks for: sources.toml, an entry for each file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).parent / "sources.toml"


@dataclass(frozen=True)
class Source:
    what: str
    origin: str
    licence: str
    pairs: int | None
    """None where it depends on who makes the file."""


def source_of(name: str) -> Source:
    """Of a file that a run's config names: below the data folder, or here in the repository."""
    source = _sources().get(name)
    if source is None:
        raise ValueError(f"training data {name}: no licence known; add it to {SOURCES.name}")
    return source


@cache
def _sources() -> dict[str, Source]:
    entries = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
    return {name: Source(entry["what"], entry["from"], entry["licence"], entry.get("pairs")) for name, entry in entries.items()}
