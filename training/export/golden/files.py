"""Reading the inputs and writing the golden files: JSON, one entry a line, invisible characters escaped."""

from __future__ import annotations

import json
import math
import unicodedata
from pathlib import Path

import numpy as np

LINES = Path(__file__).with_name("lines.json")


def read_lines() -> dict[str, list[str]]:
    """`tokenizer`, `sentences` and `maps`: the texts written for the golden files; those of `maps` are sentences too."""
    return json.loads(LINES.read_text(encoding="utf-8"))


def write_golden(path: Path, header: dict, **lists: list[dict]) -> None:
    """The header's keys, then each list with one entry a line."""
    parts = [json.dumps(key) + ":" + json.dumps(value, ensure_ascii=False) for key, value in header.items()]
    for name, entries in lists.items():
        rows = [json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries]
        parts.append(json.dumps(name) + ":[\n" + ",\n".join(rows) + "\n]")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_escape("{" + ",\n".join(parts) + "}\n"), encoding="utf-8")
    print(f"{path.stat().st_size:>10,}  {path}")


def numbers(values: np.ndarray, digits: int = 6) -> list:
    """Nested lists of floats, cut to so many significant digits."""
    values = np.asarray(values, np.float64)
    if values.ndim:
        return [numbers(row, digits) for row in values]
    value = float(f"{float(values):.{digits}g}")
    return int(value) if value.is_integer() and abs(value) < 1e6 else value


def round_up(value: float) -> float:
    """To two significant digits."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1) if value > 0 else 1.0
    return float(f"{math.ceil(value / unit) * unit:.2g}")


def _escape(text: str) -> str:
    """As JSON escapes, what an editor could lose or change: controls, marks, odd spaces, compatibility characters."""

    def safe(character: str) -> bool:
        if character in "\n " or character == "\u2581":
            return True
        return unicodedata.category(character)[0] in "LNPS" and unicodedata.normalize("NFC", character) == character

    return "".join(c if safe(c) else json.dumps(c)[1:-1] for c in text)
