//! Cutting a text into sentences.

use lite_transformer::LineBreaks;
use lite_transformer::sentences::{sentences, split_long};

fn cut(text: &str) -> Vec<&str> {
    cut_as(text, LineBreaks::Keep)
}

fn cut_as(text: &str, line_breaks: LineBreaks) -> Vec<&str> {
    sentences(text, line_breaks)
        .into_iter()
        .map(|range| &text[range])
        .collect()
}

#[test]
fn boundaries() {
    let cases: &[&[&str]] = &[
        &["Guten Morgen!", "Wie geht es dir?"],
        &["Ich habe z. B. keine Zeit.", "Er schon."],
        &[
            "Dr. Müller kam am 3. Mai um 5 Uhr.",
            "Er blieb bis zum 19. Juni.",
        ],
        &[
            "Das steht auf S. 12, Nr. 3, und zwar d. h. oben.",
            "Schau nach.",
        ],
        &["Es kostet 3.50 Euro bzw. 4.000 Dollar.", "Das ist viel."],
        &["Im 19. Jahrhundert war das so.", "Heute nicht."],
        &["Das war 1999.", "Danach kam nichts."],
        &["Ich kam auf Platz 3.", "Er auf Platz 4."],
        &["„Komm!“ rief er.", "Sie kam."],
        &["„Komm!“, rief er.", "Sie kam."],
        &["Er sagte: „Ich gehe.“", "Dann ging er."],
        &["Ich weiß nicht... vielleicht morgen.", "Oder nie."],
        &["Was?!", "Nein."],
        &[
            "Mr. Smith met Mrs. Jones at 5 p.m. on Monday.",
            "It rained.",
        ],
        &["I said no.", "He left."],
        &["See No. 5 for more."],
        &["J. S. Bach wurde 1685 geboren.", "Er starb 1750."],
        &["Siehe www.example.org/a.b?c=d für mehr.", "Danke."],
        &["日本語です。", "はい。"],
    ];
    for case in cases {
        assert_eq!(cut(&case.join(" ")), *case);
    }
}

#[test]
fn line_breaks_end_sentences_unless_one_goes_on() {
    for (text, kept, joined) in [
        (
            "Erste Zeile\nzweite Zeile\r\n\r\n dritte",
            &["Erste Zeile\nzweite Zeile", "dritte"][..],
            &["Erste Zeile\nzweite Zeile", "dritte"][..],
        ),
        ("Am 3.\nMai", &["Am 3.", "Mai"], &["Am 3.", "Mai"]),
        (
            "Der Hund\nBello bellt.\nEr ist laut.",
            &["Der Hund", "Bello bellt.", "Er ist laut."],
            &["Der Hund\nBello bellt.", "Er ist laut."],
        ),
        (
            "Wenn du kommst,\nbleibe ich.",
            &["Wenn du kommst,", "bleibe ich."],
            &["Wenn du kommst,\nbleibe ich."],
        ),
        (
            "milch\nbrot\neier",
            &["milch", "brot", "eier"],
            &["milch\nbrot\neier"],
        ),
        (
            "Wir haben\n- Milch\n- Brot",
            &["Wir haben", "- Milch", "- Brot"],
            &["Wir haben", "- Milch", "- Brot"],
        ),
        (
            "Es gibt\na) Tee\nb) Saft",
            &["Es gibt", "a) Tee", "b) Saft"],
            &["Es gibt", "a) Tee", "b) Saft"],
        ),
    ] {
        assert_eq!(cut_as(text, LineBreaks::Keep), kept, "{text:?}");
        assert_eq!(cut_as(text, LineBreaks::Join), joined, "{text:?}");
    }
}

#[test]
fn layout_is_left_out() {
    assert_eq!(cut(""), [""; 0]);
    assert_eq!(cut(" \t\r\n\u{0}\u{1f} -- 123 ... 😀"), [""; 0]);
    assert_eq!(
        cut("\u{0}  Hallo \u{7} Welt.\u{1} \n"),
        ["Hallo \u{7} Welt."]
    );
}

fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    for word in text.split_inclusive(' ') {
        let start = words
            .last()
            .map_or(0, |range: &std::ops::Range<usize>| range.end);
        words.push(start..start + word.len());
    }
    words
}

#[test]
fn long_sentences_are_split_at_clauses_then_spaces() {
    let text = "eins zwei drei, vier fünf sechs sieben acht";
    let parts = |limit| -> Vec<&str> {
        let parts = split_long(text, 0..text.len(), limit, words);
        parts.into_iter().map(|range| &text[range]).collect()
    };
    assert_eq!(parts(8), [text]);
    assert_eq!(parts(5), ["eins zwei drei,", "vier fünf sechs sieben acht"]);
    assert_eq!(
        parts(2),
        ["eins zwei", "drei,", "vier fünf", "sechs sieben", "acht"]
    );
    assert_eq!(parts(1).len(), 8);
}

#[test]
fn text_without_spaces_is_split_anywhere() {
    let characters = |text: &str| -> Vec<std::ops::Range<usize>> {
        text.char_indices()
            .map(|(i, c)| i..i + c.len_utf8())
            .collect()
    };
    let text = "ä".repeat(100);
    let parts = split_long(&text, 0..text.len(), 7, characters);
    assert_eq!(parts.len(), 15);
    assert_eq!(
        parts.iter().map(|range| range.len()).sum::<usize>(),
        text.len()
    );
}
