"""Source sentences the way people type them, so that a model trained on edited text survives a text box.

The target stays as it is: "wo ist der bahnhof" is to become "Where is the train station?".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from training.config import AugmentConfig

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


def augment(
    pairs: Sequence[tuple[str, str]], config: AugmentConfig, rng: random.Random
) -> tuple[dict[int, tuple[str, str]], set[int]]:
    """An epoch's changes: new texts by pair index, and the indices that another pair has swallowed."""
    changed: dict[int, tuple[str, str]] = {}
    swallowed: set[int] = set()
    waiting: int | None = None
    order = list(range(len(pairs)))
    rng.shuffle(order)
    for i in order:
        source, target = pairs[i]
        if len(source) <= JOIN_CHARACTERS and rng.random() < 2 * config.join:
            if waiting is None:
                waiting = i
            else:
                first = changed.get(waiting, pairs[waiting])
                changed[i] = source, target = f"{first[0]} {source}", f"{first[1]} {target}"
                swallowed.add(waiting)
                changed.pop(waiting, None)
                waiting = None
        if rng.random() < config.noise:
            changed[i] = as_typed(source, rng), target
    return changed, swallowed
