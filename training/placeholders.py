"""Reserved pieces: what stands for a span that is carried from the source to the target as it is or written anew by rule.

A span is found on both sides of a pair by what it means (a number's value, a date, a time, the very characters), and replaced by the
same private-use character on both, so that a model learns to carry it. The engine's text layer (`src/text/`) does so to what is typed
and writes the spans back as the target language does.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass

COPY = [chr(0xE000 + i) for i in range(8)]
NUMBER = [chr(0xE010 + i) for i in range(8)]
DATE = [chr(0xE020 + i) for i in range(4)]
TIME = [chr(0xE030 + i) for i in range(4)]
CLASSES = {"copy": COPY, "number": NUMBER, "date": DATE, "time": TIME}
RESERVED = [*COPY, *NUMBER, *DATE, *TIME]
_RESERVED = frozenset(RESERVED)

Replaced = tuple[str, str, bool]
"""Source, target, and whether the text layer would always replace something in it."""

DE_MONTHS = ["januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"]
EN_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
MONTH = {m: i + 1 for names in (DE_MONTHS, EN_MONTHS) for i, m in enumerate(names)}
MONTH |= {"jänner": 1, "jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "oct": 10,
          "nov": 11, "dez": 12, "dec": 12}
_DE = "|".join([m.capitalize() for m in DE_MONTHS] + ["Jänner", r"Jan\.", r"Feb\.", r"Mär\.", r"Apr\.", r"Jun\.", r"Jul\.", r"Aug\.", r"Sept?\.", r"Okt\.", r"Nov\.", r"Dez\."])
_EN = "|".join([m.capitalize() for m in EN_MONTHS] + [r"Jan\.?", r"Feb\.?", r"Mar\.", r"Apr\.?", r"Jun\.", r"Jul\.", r"Aug\.?", r"Sept?\.?", r"Oct\.?", r"Nov\.?", r"Dec\.?"])

CODE = re.compile(
    r"(?:https?://|www\.)[^\s\"'<>()\[\]]*[^\s\"'<>()\[\].,;:!?]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.])(?:[\w-]+\.)+(?:com|org|net|de|eu|io|info|dev|uk|at|ch)(?:/[^\s\"'()<>]*[\w/])?(?![\w])"
    r"|\$\{[^}\s]*\}|\{\{[^}]*\}\}|\{\w*\}|%\(\w+\)[sd]|%\d+\$[sdif]|%[-\d.]*l?[sdiuxf](?!\w)|&\w+;"
    r"|</?\w[^<>]*>"
    r"|(?<!\w)[@#]\w[\w.-]*\w"
    r"|(?<![\w-])--?[a-z][\w-]+(?![\w])"
    r"|(?<!\w)(?:~|\.{1,2})?/[\w.~-]+(?:/[\w.~*-]*)*[\w/]"
    r"|\b[\w-]+\.(?:md|txt|pdf|xlsx?|docx?|png|jpe?g|gif|svg|html?|json|xml|ya?ml|toml|ini|conf|cfg|sh|py|rs|js|ts|css|csv|zip|tar|gz|exe|deb|iso|log|lua|php|cpp|h|c)\b"
    r"|\b[A-Za-z]\w*(?:_\w+)+\b|\b[a-z]+[a-z0-9]*[A-Z]\w*\b|\b\w+\(\)"
    r"|\bv\d+(?:\.\d+)+\b"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}(?: ?[A-Z0-9]{1,3})?\b|\+\d{2,3}[\d /()-]{6,}\d|\b0\d{2,5}[ /-]\d[\d -]{3,}\d|\b[A-Z]{1,5}-?\d[\dA-Z-]*\b"
)
VERSION = re.compile(r"\b\d+(?:\.\d+){2,}\b")
UNIT = r"%|‰|°C|°F|°|€|\$|£|¥|EUR\b|USD\b"
NUM = {
    "de": re.compile(rf"(?P<pre>[€$£¥] ?)?(?<![\w,.])(?P<num>[-+±]?\d{{1,3}}(?:[. ]\d{{3}})+(?:,\d+)?|[-+±]?\d+(?:,\d+)?)(?![\w]|[.,:]\d)(?P<post> ?(?:{UNIT}))?"),
    "en": re.compile(rf"(?P<pre>[€$£¥] ?)?(?<![\w,.])(?P<num>[-+±]?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|[-+±]?\d+(?:\.\d+)?)(?![\w]|[.,:]\d)(?P<post> ?(?:{UNIT}))?"),
}
DATES = {
    "de": re.compile(rf"\b(?P<d>\d{{1,2}})\. ?(?P<m>{_DE})(?: (?P<y>\d{{4}})\b)?|\b(?P<d2>\d{{1,2}})\. ?(?P<m2>\d{{1,2}})\. ?(?P<y2>\d{{4}}|\d{{2}}\b)?|\b(?P<y3>\d{{4}})-(?P<m3>\d\d)-(?P<d3>\d\d)\b"),
    "en": re.compile(rf"\b(?P<m>{_EN}) (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y>\d{{4}})\b)?|\b(?:[Tt]he )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m2>{_EN})(?:,? (?P<y2>\d{{4}})\b)?"
                     r"|\b(?P<m4>\d{1,2})/(?P<d4>\d{1,2})/(?P<y4>\d{4}|\d{2})\b|\b(?P<y3>\d{4})-(?P<m3>\d\d)-(?P<d3>\d\d)\b"),
}
TIMES = {
    "de": re.compile(r"(?<![\d.,:])(?P<h>[01]?\d|2[0-4])(?:(?:[:.](?P<m>[0-5]\d)) Uhr|: ?(?P<m2>[0-5]\d)| Uhr(?: (?P<m3>[0-5]\d)\b)?)(?![\w:])"),
    "en": re.compile(r"(?<![\d.,:])(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?(?: ?(?P<half>[ap])(?:\.m\.|\.m\b|m\b)| ?(?P<half2>[AP])(?:\.M\.|M\b)| (?P<oclock>o'clock))|(?<![\d.,:])(?P<h2>[01]?\d|2[0-4]):(?P<m2>[0-5]\d)(?![\w:])"),
}
WEAK = 0.3
"""The chance of replacing spans that the text layer replaces only at need, which are names mostly."""
SHIFTED = 0.3
"""The chance of marks that do not begin with their class's first, so that all of them are learned."""
WORD = re.compile(r"\w[\w'-]*\w|\w")


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    kind: str
    key: object
    strong: bool
    """What the text layer always takes out of a sentence; the others only at need."""


def _number(match: re.Match, language: str) -> tuple[object, bool]:
    num = match["num"].replace("±", "+")
    thousands, point = (".", ",") if language == "de" else (",", ".")
    value = num.replace(thousands, "").replace(" ", "").replace(point, ".")
    unit = (match["pre"] or match["post"] or "").strip().replace("EUR", "€").replace("USD", "$")
    strong = bool(unit) or not num.isdigit() or len(num) > 4
    return (value.lstrip("+"), unit), strong


def _first(match: re.Match, name: str) -> str | None:
    """The group of this name, or the first of those with a number behind it, that has matched."""
    groups = match.groupdict()
    return next((groups[name + n] for n in ("", "2", "3", "4") if groups.get(name + n)), None)


def _date(match: re.Match) -> tuple[int, int, int | None] | None:
    """Day, month and the last two digits of the year; None if there is no such day."""
    day, month, year = (_first(match, name) for name in "dmy")
    assert day and month  # every alternative has both
    number = int(month) if month.isdigit() else MONTH[month.lower().rstrip(".")]
    return (int(day), number, int(year[-2:]) if year else None) if 1 <= int(day) <= 31 and 1 <= number <= 12 else None


def _time(match: re.Match) -> tuple[int, int]:
    """The hour of twelve, as one language counts to 12 and the other to 24, and the minute."""
    return int(_first(match, "h") or 0) % 12, int(_first(match, "m") or 0)


def spans(text: str, language: str) -> list[Span]:
    """Spans that could be placeholders, in order, none overlapping; the surest kinds first."""
    found: list[Span] = []
    taken = bytearray(len(text) + 1)

    def take(start: int, end: int, kind: str, key: object, strong: bool) -> None:
        if end > start and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(Span(start, end, kind, key, strong))

    for m in CODE.finditer(text):
        take(m.start(), m.end(), "copy", m[0], True)
    if any(c.isdigit() for c in text):
        for m in DATES[language].finditer(text):
            if date := _date(m):
                take(m.start(), m.end(), "date", date, True)
        for m in TIMES[language].finditer(text):
            end = m.end()
            if language == "en" and text[end - 1] == "." and not text[end:].strip(" \"')"):
                end -= 1  # the sentence's own stop
            take(m.start(), end, "time", _time(m), True)
        for m in NUM[language].finditer(text):
            key, strong = _number(m, language)
            take(m.start(), m.end(), "number", key, strong)
        for m in VERSION.finditer(text):
            take(m.start(), m.end(), "copy", m[0], True)
    for m in WORD.finditer(text):
        w = m[0]
        if len(w) > 2 and not w.islower() and not w.isdigit():
            take(m.start(), m.end(), "copy", w, False)
    return sorted(found, key=lambda s: s.start)


def _unique(found: list[Span]) -> dict[tuple[str, object], Span]:
    count = Counter((s.kind, s.key) for s in found)
    return {(s.kind, s.key): s for s in found if count[s.kind, s.key] == 1}


def replace(source: str, target: str, languages: tuple[str, str], rng: random.Random) -> Replaced | None:
    """The pair with what both sides share as placeholders: all strong spans, weak ones by chance; None if there are none."""
    a, b = _unique(spans(source, languages[0])), _unique(spans(target, languages[1]))
    # In the order of the source: a set has another in each process, and the same seed would draw other spans.
    shared = [(a[k], b[k]) for k in a if k in b]
    picked = [p for p in shared if p[0].strong or p[1].strong]
    strong = bool(picked)
    others = [p for p in shared if not (p[0].strong or p[1].strong)]
    if others and rng.random() < WEAK:
        picked += rng.sample(others, rng.randint(1, min(3, len(others))))
    if not picked:
        return None
    picked.sort(key=lambda p: p[0].start)
    used: Counter = Counter()
    left, right = [], []
    shift = {k: rng.randrange(len(c)) if rng.random() < SHIFTED else 0 for k, c in CLASSES.items()}
    for s, t in picked:
        characters = CLASSES[s.kind]
        if used[s.kind] >= len(characters):
            continue
        mark = characters[(used[s.kind] + shift[s.kind]) % len(characters)]
        used[s.kind] += 1
        left.append((s, mark))
        right.append((t, mark))
    return _put(source, left), _put(target, right), strong


def _put(text: str, marks: list[tuple[Span, str]]) -> str:
    for span, mark in sorted(marks, key=lambda m: -m[0].start):
        text = text[: span.start] + mark + text[span.end :]
    return text


def marks(text: str) -> list[str]:
    """The reserved characters in a text, sorted."""
    return sorted(c for c in text if c in _RESERVED)
