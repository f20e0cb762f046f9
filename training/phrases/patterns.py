"""Names, places, dates, times, numbers and prices in plain sentences, which the corpora hold too few of.

python -m training.phrases.patterns runs/phrases/patterns --pairs 6000

writes `patterns.de` and `patterns.en`: sentence patterns, filled from the lists below by a seeded draw. Names are
copied, places have their English names, and numbers keep their digits; that is what the pairs are to teach.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path

FIRST_NAMES = """Anna Ben Clara David Elias Emma Felix Finn Hannah Ida Jakob Johanna Jonas Julia Karl Katharina Klara Lea Lena
Leon Lina Lisa Lukas Luisa Maja Marie Markus Martin Mia Michael Moritz Nele Nico Noah Oskar Paul Paula Philipp Sabine Sandra
Sophie Stefan Susanne Theo Thomas Tim Ursula Uwe Vera Wolfgang Aisha Ali Ahmed Amir Carlos Chen Diego Elena Fatima Giulia
Hiroshi Ivan Jean John Juan Kenji Leila Luca Mary Mehmet Mohammed Natasha Olga Pablo Pierre Priya Rosa Sara Yuki Emily James
Jack Olivia William Charlotte George Kate Nick Alice Bob Jürgen Jörg Björn Käthe Günter Zoë René Chloé""".split()
LAST_NAMES = """Müller Schmidt Schneider Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz
Braun Zimmermann Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier Huber Kaiser Fuchs Vogel Jung Hahn Keller
Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Böhm Winter Kraus Schumacher Krämer Vogt Stein
Jäger Otto Sommer Groß Seidel Brandt Haas Schreiber Graf Dietrich Ziegler Kuhn Pohl Engel Horn Busch Bergmann Smith Jones
Brown Johnson Williams Garcia Rossi Kowalski Novak Yilmaz Nguyen Kim Tanaka Singh Petrov Dubois Silva""".split()
CITIES = dict(
    pair.split("=")
    for pair in """Berlin=Berlin Hamburg=Hamburg München=Munich Köln=Cologne Frankfurt=Frankfurt Stuttgart=Stuttgart Düsseldorf=Düsseldorf
Leipzig=Leipzig Dresden=Dresden Hannover=Hanover Nürnberg=Nuremberg Bremen=Bremen Bonn=Bonn Freiburg=Freiburg Heidelberg=Heidelberg
Wien=Vienna Salzburg=Salzburg Graz=Graz Innsbruck=Innsbruck Zürich=Zurich Genf=Geneva Basel=Basel Bern=Bern Luzern=Lucerne Paris=Paris
London=London Rom=Rome Mailand=Milan Venedig=Venice Florenz=Florence Neapel=Naples Prag=Prague Warschau=Warsaw Krakau=Krakow
Budapest=Budapest Moskau=Moscow Athen=Athens Lissabon=Lisbon Madrid=Madrid Barcelona=Barcelona Brüssel=Brussels Amsterdam=Amsterdam
Kopenhagen=Copenhagen Stockholm=Stockholm Oslo=Oslo Helsinki=Helsinki Dublin=Dublin Istanbul=Istanbul Kairo=Cairo Peking=Beijing
Tokio=Tokyo Kyoto=Kyoto Boston=Boston Chicago=Chicago Sydney=Sydney Toronto=Toronto Jerusalem=Jerusalem Straßburg=Strasbourg""".split()
)
COUNTRIES = dict(
    pair.split("=")
    for pair in """Deutschland=Germany Österreich=Austria Frankreich=France Italien=Italy Spanien=Spain Portugal=Portugal Polen=Poland
Ungarn=Hungary Griechenland=Greece England=England Schottland=Scotland Irland=Ireland Dänemark=Denmark Schweden=Sweden Norwegen=Norway
Finnland=Finland Russland=Russia Japan=Japan China=China Indien=India Ägypten=Egypt Marokko=Morocco Brasilien=Brazil
Mexiko=Mexico Kanada=Canada Australien=Australia Belgien=Belgium Kroatien=Croatia Rumänien=Romania Vietnam=Vietnam""".split()
)
MONTHS = list(
    zip(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
        "January February March April May June July August September October November December".split(),
        strict=True,
    )
)
DAYS = list(
    zip(
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
        strict=True,
    )
)
HOURS = list(
    zip(
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(),
        "one two three four five six seven eight nine ten eleven twelve".split(),
        strict=True,
    )
)
COMPANIES = "Siemens Bosch Volkswagen BMW Lufthansa SAP Google Microsoft Apple Samsung Sony Nokia Airbus Ikea Aldi Lidl Bayer Adidas".split()
RIVERS = {"der Rhein": "the Rhine", "die Donau": "the Danube", "die Elbe": "the Elbe", "der Main": "the Main", "die Themse": "the Thames",
          "der Nil": "the Nile", "die Seine": "the Seine", "die Mosel": "the Moselle", "die Weser": "the Weser"}  # fmt: skip
THINGS = [("Brot", "bread", 6), ("Eis", "ice cream", 5), ("Buch", "book", 40), ("Ticket", "ticket", 90), ("Hemd", "shirt", 80),
          ("Fahrrad", "bicycle", 900), ("Handy", "cell phone", 900), ("Bier", "beer", 6), ("Zimmer", "room", 200)]  # fmt: skip

EVERYDAY_TEST = Path(__file__).parents[2] / "tests/data/everyday.tsv"

Draw = random.Random
Pair = tuple[str, str]


def ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def first(r: Draw) -> str:
    return r.choice(FIRST_NAMES)


def full(r: Draw) -> str:
    return f"{first(r)} {r.choice(LAST_NAMES)}"


def titled(r: Draw) -> Pair:
    """Herr or Frau, with and without a doctor's title."""
    name = r.choice(LAST_NAMES)
    de, en = r.choice(
        [("Herr", "Mr."), ("Herr", "Mr."), ("Frau", "Mrs."), ("Frau", "Mrs."), ("Frau", "Ms."), ("Herr Dr.", "Dr."), ("Frau Dr.", "Dr."),
         ("Herr Professor", "Professor"), ("Frau Professor", "Professor")]  # fmt: skip
    )
    return f"{de} {name}", f"{en} {name}"


def place(r: Draw) -> Pair:
    return r.choice(list((CITIES if r.random() < 0.65 else COUNTRIES).items()))


def date(r: Draw) -> Pair:
    """The 5th of March in the dative, as after `am`; with a year in a third of the draws."""
    day, (month_de, month_en) = r.randint(1, 28), r.choice(MONTHS)
    if r.random() < 0.35:
        year = r.randint(1920, 2030)
        return f"{day}. {month_de} {year}", f"{month_en} {day}, {year}"
    return f"{day}. {month_de}", f"{month_en} {ordinal(day)}"


def clock(r: Draw) -> Pair:
    """14:35 Uhr or neun Uhr."""
    if r.random() < 0.5:
        hour, minute = r.randint(0, 23), r.randint(0, 59)
        half = "a.m." if hour < 12 else "p.m."
        return f"{hour}:{minute:02} Uhr", f"{(hour - 1) % 12 + 1}:{minute:02} {half}"
    de, en = r.choice(HOURS)
    return ("ein Uhr" if de == "eins" else f"{de} Uhr"), f"{en} o'clock"


def with_name(de: str, en: str) -> Callable[[Draw], Pair]:
    def fill(r: Draw) -> Pair:
        name = full(r) if r.random() < 0.35 else first(r)
        return de.format(name), en.format(name)

    return fill


def with_two_names(de: str, en: str) -> Callable[[Draw], Pair]:
    def fill(r: Draw) -> Pair:
        a, b = r.sample(FIRST_NAMES, 2)
        return de.format(a, b), en.format(a, b)

    return fill


def with_drawn(draw: Callable[[Draw], Pair], de: str, en: str) -> Callable[[Draw], Pair]:
    def fill(r: Draw) -> Pair:
        x, y = draw(r)
        return capital(de.format(x)), capital(en.format(y))

    return fill


def with_number(low: int, high: int, de: str, en: str) -> Callable[[Draw], Pair]:
    def fill(r: Draw) -> Pair:
        n = str(r.randint(low, high))
        return de.format(n), en.format(n)

    return fill


def price(r: Draw) -> Pair:
    de, en, most = r.choice(THINGS)
    cents = r.choice([None, None, r.randint(1, 99)])
    euros = r.randint(2, most)
    if cents is None:
        return f"Das {de} kostet {euros} Euro.", f"The {en} costs {euros} euros."
    return f"Das {de} kostet {euros},{cents:02} Euro.", f"The {en} costs {euros}.{cents:02} euros."


def digits(r: Draw) -> Pair:
    number = "".join(r.choice("0123456789") for _ in range(r.randint(4, 10)))
    return r.choice(
        [
            (f"Meine Nummer ist {number}.", f"My number is {number}."),
            (f"Die Telefonnummer lautet {number}.", f"The phone number is {number}."),
            (f"Rufen Sie bitte {number} an.", f"Please call {number}."),
            (f"Der Code ist {number}.", f"The code is {number}."),
            (f"Ihre Bestellnummer ist {number}.", f"Your order number is {number}."),
        ]
    )


def weekday(r: Draw) -> Pair:
    (de, en), (time_de, time_en) = r.choice(DAYS), clock(r)
    return r.choice(
        [
            (f"Wir treffen uns am {de} um {time_de}.", f"We are meeting on {en} at {time_en}."),
            (f"Der Kurs beginnt am {de} um {time_de}.", f"The course starts on {en} at {time_en}."),
            (f"Am {de} habe ich keine Zeit.", f"I don't have time on {en}."),
            (f"Kommst du am {de}?", f"Are you coming on {en}?"),
            (f"Bis {de}!", f"See you on {en}!"),
            (f"Nächsten {de} fahren wir weg.", f"Next {en} we are going away."),
            (f"Heute ist {de}.", f"Today is {en}."),
            (f"Jeden {de} gehe ich schwimmen.", f"Every {en} I go swimming."),
            (f"Das Museum ist {de.lower()}s geschlossen.", f"The museum is closed on {en}s."),
        ]
    )


def lives(r: Draw) -> Pair:
    name, (de, en), year = full(r) if r.random() < 0.5 else first(r), place(r), r.randint(1980, 2025)
    return r.choice(
        [
            (f"{name} wohnt in {de}.", f"{name} lives in {en}."),
            (f"{name} kommt aus {de}.", f"{name} comes from {en}."),
            (f"{name} wurde in {de} geboren.", f"{name} was born in {en}."),
            (f"{name} ist nach {de} gezogen.", f"{name} moved to {en}."),
            (f"Seit {year} lebt {name} in {de}.", f"{name} has lived in {en} since {year}."),
            (f"Ich bin {name} und komme aus {de}.", f"I'm {name} and I come from {en}."),
            (f"Im Jahr {year} war {name} in {de}.", f"In {year}, {name} was in {en}."),
        ]
    )


def capital_city(r: Draw) -> Pair:
    de, en, land_de, land_en = r.choice(
        [("Berlin", "Berlin", "Deutschland", "Germany"), ("Paris", "Paris", "Frankreich", "France"), ("Rom", "Rome", "Italien", "Italy"),
         ("Warschau", "Warsaw", "Polen", "Poland"), ("Lissabon", "Lisbon", "Portugal", "Portugal"), ("Kairo", "Cairo", "Ägypten", "Egypt"),
         ("Athen", "Athens", "Griechenland", "Greece"), ("Oslo", "Oslo", "Norwegen", "Norway"), ("Tokio", "Tokyo", "Japan", "Japan")]  # fmt: skip
    )
    return r.choice(
        [
            (f"{de} ist die Hauptstadt von {land_de}.", f"{en} is the capital of {land_en}."),
            (f"Die Hauptstadt von {land_de} heißt {de}.", f"The capital of {land_en} is called {en}."),
        ]
    )


PATTERNS: tuple[Callable[[Draw], Pair], ...] = (
    lives, lives, lives, weekday, weekday, price, digits, capital_city,
    with_name("Das ist {}.", "This is {}."),
    with_name("Ich heiße {}.", "My name is {}."),
    with_name("Mein Name ist {}.", "My name is {}."),
    with_name("Wer ist {}?", "Who is {}?"),
    with_name("Wo ist {}?", "Where is {}?"),
    with_name("Hast du {} gesehen?", "Have you seen {}?"),
    with_name("Ich habe {} gestern getroffen.", "I met {} yesterday."),
    with_name("{} ist meine beste Freundin.", "{} is my best friend."),
    with_name("{} ist heute krank.", "{} is sick today."),
    with_name("Hallo {}, wie war dein Tag?", "Hello {}, how was your day?"),
    with_name("Danke, {}!", "Thank you, {}!"),
    with_name("Kannst du {} bitte anrufen?", "Can you call {}, please?"),
    with_two_names("{} und {} sind Geschwister.", "{} and {} are siblings."),
    with_two_names("{} liebt {}.", "{} loves {}."),
    with_two_names("{} und {} kommen morgen.", "{} and {} are coming tomorrow."),
    with_two_names("{} hat {} ein Buch geschenkt.", "{} gave {} a book."),
    with_drawn(titled, "Guten Tag, {}.", "Good afternoon, {}."),
    with_drawn(titled, "Guten Morgen, {}!", "Good morning, {}!"),
    with_drawn(titled, "Auf Wiedersehen, {}.", "Goodbye, {}."),
    with_drawn(titled, "{} ist im Urlaub.", "{} is on vacation."),
    with_drawn(titled, "{} hat angerufen.", "{} called."),
    with_drawn(titled, "Ist {} zu sprechen?", "May I speak to {}?"),
    with_drawn(titled, "Vielen Dank, {}.", "Thank you very much, {}."),
    with_drawn(titled, "{} wartet im Büro.", "{} is waiting in the office."),
    with_drawn(place, "Wir fahren nach {}.", "We are going to {}."),
    with_drawn(place, "Warst du schon einmal in {}?", "Have you ever been to {}?"),
    with_drawn(place, "Letztes Jahr waren wir in {}.", "Last year we were in {}."),
    with_drawn(place, "Viele Grüße aus {}!", "Best wishes from {}!"),
    with_drawn(place, "Willkommen in {}!", "Welcome to {}!"),
    with_drawn(place, "Wie ist das Wetter in {}?", "What's the weather like in {}?"),
    with_drawn(place, "Meine Eltern leben in {}.", "My parents live in {}."),
    with_drawn(place, "Der Flug nach {} hat Verspätung.", "The flight to {} is delayed."),
    with_drawn(lambda r: r.choice(list(RIVERS.items())), "{} ist ein langer Fluss.", "{} is a long river."),
    with_drawn(lambda r: (lambda c: (c, c))(r.choice(COMPANIES)), "Sie arbeitet seit Jahren bei {}.", "She has worked at {} for years."),
    with_drawn(lambda r: (lambda c: (c, c))(r.choice(COMPANIES)), "Mein Vater arbeitet bei {}.", "My father works at {}."),
    with_drawn(date, "Wir sehen uns am {}.", "See you on {}."),
    with_drawn(date, "Sie hat am {} Geburtstag.", "Her birthday is on {}."),
    with_drawn(date, "Gestern war der {}.", "Yesterday was {}."),
    with_drawn(date, "Morgen ist der {}.", "Tomorrow is {}."),
    with_drawn(date, "Er wurde am {} geboren.", "He was born on {}."),
    with_drawn(date, "Das Konzert ist am {}.", "The concert is on {}."),
    with_drawn(clock, "Der Film beginnt um {}.", "The movie starts at {}."),
    with_drawn(clock, "Der Bus kommt um {}.", "The bus comes at {}."),
    with_drawn(clock, "Ich bin um {} aufgestanden.", "I got up at {}."),
    with_drawn(clock, "Unser Zug kommt um {} an.", "Our train arrives at {}."),
    with_number(18, 99, "Mein Großvater ist {} Jahre alt.", "My grandfather is {} years old."),
    with_number(2, 60, "In {} Minuten sind wir da.", "We'll be there in {} minutes."),
    with_number(2, 99, "Etwa {} Prozent der Leute waren dafür.", "About {} percent of the people were in favor."),
    with_number(2, 900, "Bis zum Meer sind es noch {} Kilometer.", "It's another {} kilometers to the sea."),
    with_number(100, 999, "Sie haben Zimmer {}.", "You have room {}."),
    with_number(100, 2000, "Ich brauche {} Gramm Zucker.", "I need {} grams of sugar."),
    with_number(5, 38, "Heute sind es {} Grad.", "It is {} degrees today."),
    with_number(3, 40, "In meiner Klasse sind {} Schüler.", "There are {} students in my class."),
)  # fmt: skip


def everyday_lines() -> set[str]:
    """The German of the everyday test lines: nothing of it may be trained on."""
    rows = EVERYDAY_TEST.read_text(encoding="utf-8").splitlines()[1:]
    return {row.split("\t")[1] for row in rows}


def patterns(pairs: int, kept_out: set[str], seed: int = 1) -> list[Pair]:
    """Distinct pairs, each pattern as often as another, without those of `kept_out`."""
    r, found = random.Random(seed), dict[str, str]()
    while len(found) < pairs:
        de, en = r.choice(PATTERNS)(r)
        if de not in kept_out:
            found.setdefault(de, en.replace("..", "."))  # after p.m.
    return list(found.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="path without the language's ending")
    parser.add_argument("--pairs", type=int, default=6000)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    for side, language in enumerate(("de", "en")):
        text = "".join(pair[side] + "\n" for pair in patterns(args.pairs, everyday_lines()))
        args.out.with_name(f"{args.out.name}.{language}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
