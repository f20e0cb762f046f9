from __future__ import annotations

import random

import pytest

from training.augment import Form, as_typed, forms, inserted, without_final_mark, without_umlauts
from training.config import AugmentConfig
from training.placeholders import COPY, NUMBER, TIME, marks

WAYS = ("de", "en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Schön!", "Schoen!"), ("Größe", "Groesse"), ("Übel", "Uebel"), ("naïve", "naïve")],
)
def test_umlauts(text: str, expected: str) -> None:
    assert without_umlauts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Wo?", "Wo"), ("Nein!!!", "Nein"), ("Hm...", "Hm"), ("...", "..."), ("z. B. so", "z. B. so")]
)
def test_final_marks(text: str, expected: str) -> None:
    assert without_final_mark(text) == expected


def test_typed_text_takes_every_form() -> None:
    rng = random.Random(1)
    typed = {as_typed("Größe?", rng) for _ in range(500)}
    assert typed == {"größe?", "Größe", "größe", "Groesse?", "groesse?", "Groesse", "groesse"}


def test_pairs_are_normalised_and_none_is_lost() -> None:
    pairs = [("»Wo?«,  fragte er.", "“Where?” he asked."), ("\u00ad", "nothing"), ("A.", "B.")]
    made = forms(pairs, WAYS, AugmentConfig(), True, random.Random(1))
    assert made == [Form('"Wo?", fragte er.', '"Where?" he asked.', 1.0), Form("A.", "B.", 1.0)]


def test_what_both_sides_share_stands_there_as_a_placeholder_too() -> None:
    pair = ("Das kostet um 17:45 Uhr 23,50 Euro.", "At 5:45 p.m. it costs 23.50 euros.")
    made = forms([pair], WAYS, AugmentConfig(), True, random.Random(1))
    assert [form.share for form in made] == [0.7, 0.4]
    assert (made[1].source, made[1].target) == pair
    assert made[0].source[len("Das kostet um ")] in TIME and marks(made[0].source) == marks(made[0].target)
    (plain,) = forms([pair], WAYS, AugmentConfig(), False, random.Random(1))
    assert (plain.source, plain.target, plain.share) == (*pair, 1.0)


def test_reserved_characters_stay_only_where_both_sides_have_them() -> None:
    marked = (f"Mehr unter {COPY[0]}.", f"More at {COPY[0]}.")
    stray = (f"Mehr {COPY[1]} dazu.", "More about it.")
    twice = (f"{NUMBER[0]} {NUMBER[0]} Uhr", f"{NUMBER[0]} {NUMBER[0]} hours")
    made = forms([marked, stray, twice], WAYS, AugmentConfig(), True, random.Random(1))
    assert [(f.source, f.target) for f in made] == [marked, ("Mehr dazu.", "More about it."), ("Uhr", "hours")]
    assert all(not marks(f.source + f.target) for f in forms([marked, stray], WAYS, AugmentConfig(), False, random.Random(1)))


def test_pairs_of_two_and_pairs_with_something_copied_come_beside_the_others() -> None:
    pairs = [(f"Satz Nummer {'abcdefghij'[i % 10]}.", f"Sentence number {'abcdefghij'[i % 10]}.") for i in range(2000)]
    made = forms(pairs, WAYS, AugmentConfig(join=0.05, insert=0.03), True, random.Random(1))
    joined = [f for f in made if f.source.count("Satz") == 2]
    copied = [f for f in made if marks(f.source) and f.source.count("Satz") == 1]
    assert all(f.target.count("Sentence") == 2 for f in joined) and all(marks(f.source) == marks(f.target) for f in copied)
    assert 0.03 < len(joined) / 2000 < 0.07 and 0.015 < len(copied) / 2000 < 0.05
    plain = [(f.source, f.target) for f in made if not marks(f.source) and f.source.count("Satz") == 1]
    assert plain == pairs


def test_something_copied_is_in_its_place_on_both_sides() -> None:
    rng = random.Random(1)
    made = {inserted("Ja, gern!", "Yes, please!", rng) for _ in range(300)}
    assert (f"Ja, gern {COPY[0]}!", f"Yes, please {COPY[0]}!") in made
    assert (f"Ja {COPY[0]}, gern!", f"Yes {COPY[0]}, please!") in made
    assert {len(marks(source)) for source, _ in made} == {1}
    ends = {inserted("Ja", "Yes!", rng) for _ in range(300)}
    assert all(mark in (source[0], source[-1]) for source, _ in ends for mark in marks(source))
