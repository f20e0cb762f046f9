"""The IWSLT'14 German-English training set, read from its official archive as fairseq's prepare-iwslt14.sh does.

The same lines are kept and split the same way: address, talk id and keyword lines out, title and description tags
stripped, pairs of 1 to 175 tokens with a length ratio up to 1.5, every 23rd pair for validation. Unlike there, the text
stays untokenised and in true case, so that tokens are counted as words and marks, close to but not exactly Moses'.
"""

from __future__ import annotations

import re
from pathlib import Path

from training.config import ConfigError

SPLITS = ("iwslt14/train", "iwslt14/valid")
LANGUAGES = ("de", "en")
MAX_TOKENS, MAX_RATIO, VALID_EVERY = 175, 1.5, 23

_SKIPPED = re.compile(r"<url>|<talkid>|<keywords>")
_TAGS = re.compile(r"</?(?:title|description)>")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def read_split(folder: Path, name: str, source: str, target: str) -> list[tuple[str, str]]:
    """The pairs of `iwslt14/train` or `iwslt14/valid`."""
    if {source, target} != set(LANGUAGES):
        raise ConfigError(f"iwslt14: the pair is de-en or en-de, not {source}-{target}")
    sides = {language: _lines(folder, language) for language in LANGUAGES}
    a, b = sides[source], sides[target]
    if len(a) != len(b):
        raise ConfigError(f"{folder}: {len(a)} {source} lines, {len(b)} {target} lines")
    kept = [(x, y) for x, y in zip(a, b, strict=True) if is_clean(x, y)]
    valid = name == "iwslt14/valid"
    return [pair for number, pair in enumerate(kept, 1) if (number % VALID_EVERY == 0) == valid]


def is_clean(a: str, b: str) -> bool:
    x, y = len(_TOKEN.findall(a)), len(_TOKEN.findall(b))
    return 1 <= min(x, y) and max(x, y) <= MAX_TOKENS and max(x, y) <= MAX_RATIO * min(x, y)


def _lines(folder: Path, language: str) -> list[str]:
    name = f"train.tags.de-en.{language}"
    for path in (folder / name, folder / "de-en" / name):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            lines = text.removesuffix("\n").split("\n")
            return [_TAGS.sub("", line).strip() for line in lines if not _SKIPPED.search(line)]
    raise ConfigError(f"--iwslt14 {folder}: no {name}; unpack the official archive's de-en.tgz there")
