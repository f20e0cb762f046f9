"""The forms in which a pair is trained on: with placeholders, with something copied, beside another pair, and as people type.

Of what people type only the source changes: "wo ist der bahnhof" is to become "Where is the train station?".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.config import AugmentConfig
from training.normalise import normalise, one_line
from training.placeholders import COPY, marks, replace

MOST_CHARACTERS = 600
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
FINAL_MARKS = ".!?…"
JOIN_CHARACTERS = 60
"""Only sentences up to this length are joined."""


def without_final_mark(text: str) -> str:
    bare = text.rstrip(FINAL_MARKS)
    return bare if bare else text


def without_umlauts(text: str) -> str:
    return text.translate(UMLAUTS)


WAYS: tuple[tuple[float, Callable[[str], str]], ...] = (
    (0.6, str.lower),
    (0.6, without_final_mark),
    (0.45, without_umlauts),
)
"""Ways of typing, and the chance of each once a sentence is picked; they combine."""


def as_typed(text: str, rng: random.Random) -> str:
    """One or more of the ways, at random. `lower` first: "Ä" must not become "Ae" in a lower-cased sentence."""
    picked: list[Callable[[str], str]] = []
    while not picked:
        picked = [way for chance, way in WAYS if rng.random() < chance]
    for way in picked:
        text = way(text)
    return text


@dataclass(frozen=True)
class Form:
    source: str
    target: str
    share: float
    """Of the times that its pair stands in an epoch."""


def forms(pairs: Sequence[tuple[str, str]], languages: tuple[str, str], config: AugmentConfig, placeholders: bool, rng: random.Random) -> list[Form]:
    """The normalised pairs in their forms. Those that hold the same reserved characters on both sides stay as they are."""
    out: list[Form] = []
    waiting: Form | None = None
    for raw in pairs:
        if placeholders and _is_marked(*raw):
            out.append(Form(one_line(raw[0]), one_line(raw[1]), 1.0))
            continue
        form = Form(normalise(raw[0]), normalise(raw[1]), 1.0)
        if not form.source or not form.target or max(len(form.source), len(form.target)) > MOST_CHARACTERS:
            continue
        if placeholders and (replaced := replace(form.source, form.target, languages, rng)):
            source, target, strong = replaced
            # What the text layer always replaces, a model sees rarely.
            out.append(Form(source, target, 0.7 if strong else 0.6))
            out.append(Form(form.source, form.target, 0.4 if strong else 0.7))
        else:
            out.append(form)
        if placeholders and rng.random() < config.insert:
            out.append(Form(*inserted(form.source, form.target, rng), 1.0))
        if len(form.source) <= JOIN_CHARACTERS and rng.random() < 2 * config.join:
            if waiting:
                out.append(Form(f"{waiting.source} {form.source}", f"{waiting.target} {form.target}", 1.0))
            waiting = None if waiting else form
    return out


def _is_marked(source: str, target: str) -> bool:
    found = marks(source)
    return bool(found) and found == marks(target) and len(set(found)) == len(found)


def inserted(source: str, target: str, rng: random.Random) -> tuple[str, str]:
    """A copied span where there was none: an emoji, an address at the edge, between clauses or in brackets."""
    mark = rng.choice(COPY) if rng.random() < 0.3 else COPY[0]
    ends = source[-1] == target[-1] and source[-1] in FINAL_MARKS
    for _ in range(4):
        way = rng.randrange(7)
        if way == 0:
            return f"{source} {mark}", f"{target} {mark}"
        if way == 1:
            return f"{mark} {source}", f"{mark} {target}"
        if way == 2 and ends:
            return f"{source[:-1]} {mark}{source[-1]}", f"{target[:-1]} {mark}{target[-1]}"
        if way == 3 and ends:
            return f"{source[:-1]} ({mark}){source[-1]}", f"{target[:-1]} ({mark}){target[-1]}"
        if way == 4:
            return f"{mark}: {source}", f"{mark}: {target}"
        if way == 5 and ends:
            return f"{source[:-1]}: {mark}", f"{target[:-1]}: {mark}"
        if way == 6 and source.count(", ") == target.count(", ") == 1:
            return source.replace(", ", f" {mark}, "), target.replace(", ", f" {mark}, ")
    return f"{source} {mark}", f"{target} {mark}"
