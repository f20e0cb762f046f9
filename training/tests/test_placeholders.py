"""Spans in both languages, and their replacement in a pair."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from training.normalise import normalise
from training.placeholders import COPY, DATE, NUMBER, RESERVED, TIME, marks, replace, spans


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Schreib an anna@web.de oder geh auf https://www.web.de/hilfe.", ["anna@web.de", "https://www.web.de/hilfe"]),
        ("de", "Öffne plan_mai.xlsx und ruf main() in setName auf.", ["plan_mai.xlsx", "main()", "setName"]),
        ("de", "Hallo {name}, noch %d von {{total}} und %1$s!", ["{name}", "%d", "{{total}}", "%1$s"]),
        ("de", "Frag @jonas.k nach #Waldlauf.", ["@jonas.k", "#Waldlauf"]),
        ("de", "IBAN DE02 1203 0000 0000 2020 51", ["DE02 1203 0000 0000 2020 51"]),
        ("en", "Call +44 20 7946 0018 now.", ["+44 20 7946 0018"]),
        ("en", "Version 1.2.3 is out.", ["1.2.3"]),
        ("de", "Das kostet 23,50 € statt 1.200 Euro.", ["23,50 €", "1.200"]),
        ("en", "It costs €23.50, not 1,200 euros.", ["€23.50", "1,200"]),
        ("de", "Nachts sind es -12 °C.", ["-12 °C"]),
        ("de", "Am 3. März 2027 um 17:45 Uhr.", ["3. März 2027", "17:45 Uhr"]),
        ("en", "On March 3, 2027 at 5:45 p.m.", ["March 3, 2027", "5:45 p.m"]),
        ("de", "Um 21 Uhr, am 03.05.2024.", ["21 Uhr", "03.05.2024"]),
    ],
)
def test_what_the_text_layer_always_replaces(language: str, text: str, expected: list[str]) -> None:
    assert [text[s.start : s.end] for s in spans(text, language) if s.strong] == expected


@pytest.mark.parametrize("text", ["12 Äpfel", "Im Jahr 2019 war das so.", "Der 40. Februar", "Anna kommt.", ""])
def test_what_it_does_not(text: str) -> None:
    assert not [s for s in spans(text, "de") if s.strong]


def test_spans_are_in_order_and_do_not_overlap() -> None:
    text = "Am 3. März 2027 zahlt max@web.de um 9:30 Uhr 1.250,00 € an Firma_X GmbH, siehe a.b.de/c_d."
    found = spans(text, "de")
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    ("de", "en", "marked"),
    [
        ("Preis: 23,50 Euro", "Price: 23.50 euros", (f"Preis: {NUMBER[0]} Euro", f"Price: {NUMBER[0]} euros")),
        ("Er kam am 3. März 2027.", "He came on March 3, 2027.", (f"Er kam am {DATE[0]}.", f"He came on {DATE[0]}.")),
        ("Um 17:45 Uhr ist Schluss.", "It ends at 5:45 p.m.", (f"Um {TIME[0]} ist Schluss.", f"It ends at {TIME[0]}.")),
        ("Um 21 Uhr.", "At 9 p.m.", (f"Um {TIME[0]}.", f"At {TIME[0]}.")),
        ("Kopiere a_b nach c_d.", "Into c_d, copy a_b.", (f"Kopiere {COPY[0]} nach {COPY[1]}.", f"Into {COPY[1]}, copy {COPY[0]}.")),
    ],
)
def test_both_sides_carry_the_same_marks(de: str, en: str, marked: tuple[str, str]) -> None:
    found = [replace(de, en, ("de", "en"), random.Random(seed)) for seed in range(40)]
    assert (*marked, True) in found
    for made in found:
        assert made and marks(made[0]) == marks(made[1]) and len(set(marks(made[0]))) == len(marks(made[0]))
    back = [replace(en, de, ("en", "de"), random.Random(seed)) for seed in range(40)]
    assert any(made and marks(made[0]) == marks(made[1]) for made in back)


@pytest.mark.parametrize(
    ("de", "en"),
    [
        ("Das kostet 20,50 Euro.", "It costs 20.60 euros."),
        ("Um 17:45 Uhr.", "At 5:40 p.m."),
        ("Hier steht nichts davon.", "There is nothing of it here."),
        ("a_b und a_b", "a_b"),
    ],
)
def test_what_the_sides_do_not_share_stays(de: str, en: str) -> None:
    assert replace(de, en, ("de", "en"), random.Random(1)) is None


def test_names_are_replaced_now_and_then() -> None:
    found = [replace("Frau Klein lacht.", "Ms. Klein laughs.", ("de", "en"), random.Random(seed)) for seed in range(600)]
    names = [made for made in found if made]
    assert 0.2 < len(names) / 600 < 0.4
    assert not any(strong for *_, strong in names)
    assert {marks(source)[0] for source, *_ in names} == set(COPY)


def test_there_is_a_mark_of_every_class_for_several_spans() -> None:
    assert len(RESERVED) == len(set(RESERVED)) == 24
    many = " ".join(f"x_{i}" for i in range(12))
    made = replace(many, many, ("de", "en"), random.Random(1))
    assert made and len(marks(made[0])) == len(COPY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der Bä\u00adcker ver\u00adkauft.", "Der Bäcker verkauft."),
        ("Der T\u2011Shirt\u2011Laden", "Der T-Shirt-Laden"),
        ("„So“, »so« und “so”", '"So", "so" und "so"'),
        ("Wie geht’s ‚dir‘?", "Wie geht's 'dir'?"),
        ("\u22125\u00a0°C  und\u2009mehr\u200b\ufeff ", "-5 °C und mehr"),
        (f"a{COPY[0]}b", "ab"),
    ],
)
def test_normalised_text(text: str, expected: str) -> None:
    assert normalise(text) == expected
    assert normalise(expected) == expected


def test_the_same_seed_draws_the_same_spans_in_every_process() -> None:
    script = (
        "import random; from training.placeholders import replace; rng = random.Random(1)\n"
        "for _ in range(30): print(ascii(replace('Anna Ben Clara David Elias', 'Anna Ben Clara David Elias', ('de', 'en'), rng)))"
    )

    def drawn(hashing: str) -> bytes:
        return subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONHASHSEED": hashing}, stdout=subprocess.PIPE, check=True).stdout

    assert len({drawn(hashing) for hashing in ("1", "2", "3")}) == 1
