//! The layer as a whole, with a translation that changes nothing.

use super::{Language, Placeholders, Preparation, Prepared, is_reserved, prepare};

fn how(from: Language, to: Language) -> Preparation<'static> {
    Preparation {
        from,
        to,
        placeholders: Placeholders::all(),
        all_numbers: false,
        likeliness: &|word| {
            if word.starts_with(char::is_lowercase) {
                1.0
            } else {
                0.0
            }
        },
    }
}

fn german(sentence: &str) -> Prepared {
    prepare(sentence, &how(Language::German, Language::English))
}

fn english(sentence: &str) -> Prepared {
    prepare(sentence, &how(Language::English, Language::German))
}

/// The model's text with placeholders as `<c>`, `<n>`, `<d>`, `<t>`.
fn seen(prepared: &Prepared) -> String {
    let name = |c: char| match c {
        '\u{E000}'..='\u{E007}' => "<c>".to_owned(),
        '\u{E010}'..='\u{E017}' => "<n>".to_owned(),
        '\u{E020}'..='\u{E023}' => "<d>".to_owned(),
        '\u{E030}'..='\u{E033}' => "<t>".to_owned(),
        c => c.to_string(),
    };
    prepared.text().chars().map(name).collect()
}

#[test]
fn what_the_model_sees_of_german() {
    for (sentence, expected) in [
        (
            "Der Bä\u{ad}cker ver\u{ad}kauft fri\u{ad}sches Brot.",
            "Der Bäcker verkauft frisches Brot.",
        ),
        (
            "Der T\u{2011}Shirt\u{2011}Laden ist zu.",
            "Der T-Shirt-Laden ist zu.",
        ),
        (
            "Die Karte kostet um 17:45 Uhr 23,50 Euro.",
            "Die Karte kostet um <t> <n> Euro.",
        ),
        ("IBAN: DE02 1203 0000 0000 2020 51", "IBAN: <c>"),
        (
            "Frag doch @jonas.k oder @tine_w!",
            "Frag doch <c> oder <c>!",
        ),
        ("Am 3. März 2027 um 21 Uhr.", "Am <d> um <t>."),
        ("1. Fenster schließen", "Fenster schließen"),
        ("(Bitte nicht stören.)", "Bitte nicht stören."),
        ("»Komm rein«, sagte Oma.", "\"Komm rein\", sagte Oma."),
        (
            "Im Sommer gibt es viel Obst, z. B. Kirschen.",
            "Im Sommer gibt es viel Obst, zum Beispiel Kirschen.",
        ),
        ("Die Ärzt:innen streiken.", "Die Ärzte streiken."),
        ("Frau Kurz wohnt in Singen.", "Frau <c> wohnt in <c>."),
        ("RASEN BITTE NICHT BETRETEN", "Rasen bitte nicht betreten"),
        ("Nachts sind es −12 °C.", "Nachts sind es <n>."),
        ("Das ist toll!!!", "Das ist toll!"),
        ("W i l l k o m m e n !", "Willkommen!"),
        ("Ich habe 12 Äpfel.", "Ich habe 12 Äpfel."),
    ] {
        assert_eq!(seen(&german(sentence)), expected);
    }
}

#[test]
fn what_comes_back() {
    for (prepared, translation, expected) in [
        (german("• Der Apfel"), "The apple.", "• The apple"),
        (german("„Komm rein!!!“"), "Come in!", "“Come in!!!”"),
        (
            german("RASEN NICHT BETRETEN!"),
            "Keep off the grass!",
            "KEEP OFF THE GRASS!",
        ),
        (
            german("»Komm«, sagte Oma."),
            "\"Come,\" said Grandma.",
            "“Come,” said Grandma.",
        ),
        (
            english("“Don’t go,” he said."),
            "\"Geh nicht\", sagte er.",
            "„Geh nicht“, sagte er.",
        ),
        (
            german("Wir kommen um 21 Uhr."),
            "We come at \u{E030}.",
            "We come at 9 p.m.",
        ),
        (
            english("We come at 9 p.m."),
            "Wir kommen um \u{E030}.",
            "Wir kommen um 21 Uhr.",
        ),
        (
            english("MEET US MARCH 3!"),
            "Triff uns am \u{E020}!",
            "TRIFF UNS AM 3. MÄRZ!",
        ),
        (german("Na ja …"), "Well...", "Well…"),
    ] {
        assert_eq!(prepared.restore(translation).text, expected);
    }
}

#[test]
fn what_needs_no_model() {
    for (sentence, expected) in [
        ("12:10 Uhr", "12:10 p.m."),
        ("22 Uhr", "10 p.m."),
        ("5. Juni 2028", "June 5, 2028"),
        ("max@example.com", "max@example.com"),
        ("„Привет!“", "“Привет!”"),
        ("x ≥ 3", "x ≥ 3"),
        ("- 23,50 €", "- €23.50"),
        ("+44 20 7946 0018", "+44 20 7946 0018"),
        ("", ""),
    ] {
        let none = Preparation {
            placeholders: Placeholders::default(),
            ..how(Language::German, Language::English)
        };
        assert_eq!(german(sentence).settled(), Some(expected));
        assert_eq!(prepare(sentence, &none).settled(), Some(expected));
    }
    assert_eq!(german("Der Hund").settled(), None);
}

#[test]
fn tokens_are_shown_in_the_text_as_typed() {
    let sentence = "• Der Bä\u{ad}cker kommt um 17:45 Uhr, z. B. heute!!!";
    let prepared = german(sentence);
    let shown = |part: &str| {
        let start = prepared.text().find(part).expect(part);
        &sentence[prepared.source(start..start + part.len())]
    };
    assert_eq!(shown("Bäcker"), "Bä\u{ad}cker");
    assert_eq!(shown("\u{E030}"), "17:45 Uhr");
    assert_eq!(shown("zum Beispiel"), "z. B.");
    assert_eq!(shown("heute"), "heute");
    let end = prepared.text().len();
    let last = prepared.source(end..end);
    assert!(last.start <= sentence.len());
}

#[test]
fn numbers_are_checked() {
    let prepared = german("Ich habe 12 Äpfel und 3 Birnen.");
    assert!(prepared.keeps_numbers("I have 3 pears and 12 apples."));
    assert!(!prepared.keeps_numbers("I have 12 apples and 13 pears."));
    assert!(!prepared.keeps_numbers("I have 12 apples."));
    let all = Preparation {
        all_numbers: true,
        ..how(Language::German, Language::English)
    };
    let prepared = prepare("Ich habe 12 Äpfel und 3 Birnen.", &all);
    assert_eq!(seen(&prepared), "Ich habe <n> Äpfel und <n> Birnen.");
}

#[test]
fn private_characters_of_the_user_are_no_placeholders() {
    let sentence = "Das \u{E000} ist \u{E030} gut \u{F8FF} da.";
    let prepared = german(sentence);
    assert_eq!(seen(&prepared), "Das <c> ist <c> gut <c> da.");
    assert_eq!(prepared.restore(prepared.text()).text, sentence);
}

/// Numbers that look random, the same at each run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

const BITS: &[&str] = &[
    "Hund",
    "der",
    "DIE",
    "Frau ",
    "Dr. ",
    "Mr. ",
    "März",
    " May ",
    "Uhr",
    "p.m.",
    " ",
    " ",
    "  ",
    "\n",
    "\u{a0}",
    "1",
    "23",
    "456",
    "3.",
    ",",
    ".",
    "…",
    ":",
    ";",
    "!",
    "?",
    "-",
    "–",
    "−",
    "+",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "}}",
    "\"",
    "„",
    "“",
    "”",
    "‚",
    "‘",
    "’",
    "'",
    "»",
    "«",
    "`",
    "@",
    "#",
    "%s",
    "%",
    "$",
    "€",
    "°C",
    "/",
    "\\",
    "_",
    "*",
    "innen",
    "Innen",
    ":in",
    "a@b.de",
    "https://x.de/",
    ".md",
    "snake_case",
    "DE02 1203 0000 0000 2020 51",
    "+49 30 1234567",
    "😀",
    "👨\u{200D}👩",
    "\u{FE0F}",
    "\u{20E3}",
    "\u{ad}",
    "\u{200b}",
    "東京",
    "мир",
    "مرحبا",
    "\u{E000}",
    "\u{E030}",
    "\u{F8FF}",
    "\u{0}",
    "\u{301}",
    "ﬁ",
    "Ａ",
    "ß",
    "İ",
    "z. B.",
    "usw.",
    "x ≥ 3",
    "²",
    "½",
    ":-)",
    "• ",
    "1. ",
    "a) ",
    "# ",
    "> ",
    "→",
    "©",
    "&amp;",
    "<b>",
    "<",
    ">",
    "=",
    "~",
    "|",
    "^",
];

#[test]
fn no_text_is_too_odd() {
    let mut random = Random(1);
    for _ in 0..4_000 {
        let count = random.below(24);
        let text: String = (0..count).map(|_| BITS[random.below(BITS.len())]).collect();
        for (from, to) in [
            (Language::German, Language::English),
            (Language::English, Language::German),
        ] {
            for placeholders in [
                Placeholders::all(),
                Placeholders::default(),
                Placeholders::of(|c| c <= '\u{E010}'),
            ] {
                let how = Preparation {
                    placeholders,
                    all_numbers: random.below(2) == 0,
                    ..how(from, to)
                };
                let prepared = prepare(&text, &how);
                let restored = prepared.restore(prepared.text());
                for one in &prepared.copied {
                    let capitals = prepared.style.capitals && one.shouts;
                    let target = if capitals {
                        one.target.to_uppercase()
                    } else {
                        one.target.clone()
                    };
                    let target = target.trim_end_matches('.');
                    assert!(
                        restored.text.contains(target),
                        "{text:?}: {target:?} is not in {:?}",
                        restored.text
                    );
                    assert!(!text[one.source.clone()].is_empty(), "{text:?}");
                }
                for (at, c) in prepared.text().char_indices() {
                    let source = prepared.source(at..at + c.len_utf8());
                    assert!(text.get(source.clone()).is_some(), "{text:?}: {source:?}");
                    assert!(
                        restored
                            .text
                            .get(restored.range(at..at + c.len_utf8()))
                            .is_some()
                    );
                }
                // What a model may do to it: nothing, everything twice, backwards.
                let twice = prepared.text().repeat(2);
                let backwards: String = prepared.text().chars().rev().collect();
                for translation in ["", ".", "\u{E007}", twice.as_str(), backwards.as_str()] {
                    let restored = prepared.restore(translation);
                    let user = text.chars().any(is_reserved);
                    assert!(user || !restored.text.chars().any(is_reserved), "{text:?}");
                    let range = restored.range(0..translation.len());
                    assert!(restored.text.get(range).is_some());
                }
            }
        }
    }
}

#[test]
fn time_grows_with_the_length_and_no_faster() {
    for bit in BITS.iter().chain(&[
        "((((", "a(", "\"a\" ", "1.2.3 ", "`a", "{a", "A B ", "a@", "1 000 ", "@a ", "1-",
    ]) {
        let text = bit.repeat(30_000);
        let started = std::time::Instant::now();
        let prepared = german(&text);
        prepared.restore(prepared.text());
        let taken = started.elapsed();
        // It takes a tenth of a second; with the square of the length it would be 15 seconds and more.
        assert!(taken.as_secs() < 8, "{bit:?}: {taken:?}");
    }
}
