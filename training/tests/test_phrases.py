"""The filled sentence patterns."""

from __future__ import annotations

import random
import re

from training.phrases.marked import LINES, marked
from training.phrases.patterns import everyday_lines, ordinal, patterns
from training.placeholders import RESERVED, marks


def test_pairs_are_distinct_and_repeat() -> None:
    pairs = patterns(500, set())
    assert len(pairs) == len({de for de, _ in pairs}) == 500
    assert pairs == patterns(500, set())
    assert pairs != patterns(500, set(), seed=2)


def test_numbers_survive() -> None:
    for de, en in patterns(2000, set()):
        if not re.search(r"\d:\d", de):  # the clock: 14:35 is 2:35 p.m.
            assert sorted(re.findall(r"\d+", de)) == sorted(re.findall(r"\d+", en)), (de, en)
        assert ".." not in en


def test_nothing_of_the_everyday_test_set_is_trained_on() -> None:
    kept_out = everyday_lines()
    assert len(kept_out) == 100
    assert not kept_out & {de for de, _ in patterns(6000, kept_out)}


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22)] == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd"]


def test_marked_lines_carry_each_mark_once() -> None:
    pairs = marked(random.Random(1))
    assert len(pairs) > 400
    for de, en in pairs:
        assert marks(de) and marks(de) == marks(en) and len(set(marks(de))) == len(marks(de)), (de, en)
        assert "{" not in de + en
    assert {mark for de, _ in pairs for mark in marks(de)} == set(RESERVED)


def test_interface_words_are_pairs() -> None:
    de, en = ((LINES.parent / f"interface.{language}").read_text(encoding="utf-8").splitlines() for language in ("de", "en"))
    assert len(de) == len(en) > 200 and all(de) and all(en)
    assert ("Löschen", "Delete") in set(zip(de, en, strict=True))
