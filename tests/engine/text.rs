//! The text layer around the shipped models.

use std::sync::LazyLock;

use lite_transformer::{Bundle, Language, LineBreaks, Options, Translator, VisualizeOptions};

use crate::{TRANSLATOR, path};

static ENGLISH: LazyLock<Translator> = LazyLock::new(|| {
    let bundle = Bundle::from_dir(path("models/en-de")).expect("the shipped bundle");
    Translator::new(bundle).expect("the shipped bundle")
});

#[test]
fn copies_come_back_once() {
    for (translator, text, kept) in [
        (
            &TRANSLATOR,
            "Schreib an max.muster@example.com oder @tine_w!",
            &["max.muster@example.com", "@tine_w"][..],
        ),
        (
            &TRANSLATOR,
            "Die Karte kostet um 17:45 Uhr 23,50 Euro.",
            &["5:45 p.m.", "23.50"],
        ),
        (
            &TRANSLATOR,
            "Am 3. März 2027 lese ich `a b` und {{x}}.",
            &["March 3, 2027", "`a b`", "{{x}}"],
        ),
        (
            &TRANSLATOR,
            "IBAN: DE02 1203 0000 0000 2020 51",
            &["DE02 1203 0000 0000 2020 51"],
        ),
        (&TRANSLATOR, "Das 👨‍👩‍👧 ist schön, Frau Kurz.", &["👨‍👩‍👧", "Kurz"]),
        (
            &ENGLISH,
            "We met on May 9, 2028 at 9 p.m. in foo.md.",
            &["9. Mai 2028", "21 Uhr", "foo.md"],
        ),
        (
            &ENGLISH,
            "It costs $1,200.50 or 5%.",
            &["1.200,50 $", "5 %"],
        ),
    ] {
        let found = translator
            .translate(text, &Options::default())
            .expect("a translation");
        for kept in kept {
            assert_eq!(
                found.text.matches(kept).count(),
                1,
                "{text}: {kept} in {}",
                found.text
            );
        }
        for alternative in &found.sentences[0].alternatives {
            assert!(
                kept.iter().all(|kept| alternative.text.contains(kept)),
                "{}",
                alternative.text
            );
        }
    }
}

#[test]
fn signs_around_a_sentence_stay_where_they_are() {
    let translator = &*TRANSLATOR;
    for (text, start, end) in [
        ("1. Fenster schließen\n2. Licht ausmachen", "1. ", ""),
        ("(Bitte nicht stören.)", "(", ")"),
        ("• „Komm rein!!!“ 😀", "• “", "!!!” 😀"),
        ("# RASEN NICHT BETRETEN", "# ", ""),
    ] {
        let found = translator
            .translate(text, &Options::default())
            .expect("a translation");
        assert!(
            found.text.starts_with(start) && found.text.ends_with(end),
            "{}",
            found.text
        );
    }
    let loud = translator.translate("WIR HABEN GESCHLOSSEN", &Options::default());
    let loud = loud.expect("a translation").text;
    assert_eq!(loud, loud.to_uppercase());
}

#[test]
fn what_needs_no_model_is_known() {
    for (text, expected) in [
        ("12:10 Uhr", "12:10 p.m."),
        ("5. Juni 2028", "June 5, 2028"),
        ("23,50 €", "€23.50"),
        ("Привет, мир!", "Привет, мир!"),
        ("x ≥ 3", "x ≥ 3"),
    ] {
        let found = TRANSLATOR
            .translate(text, &Options::default())
            .expect("a translation");
        assert_eq!(
            (found.text.as_str(), found.sentences[0].tokens),
            (expected, 0)
        );
        let shown = TRANSLATOR.visualize_sentence(text, &VisualizeOptions::default());
        let shown = shown.expect("a visualization");
        assert_eq!(
            (
                shown.translation.as_str(),
                shown.source.len(),
                shown.target.len()
            ),
            (expected, 1, 1)
        );
        assert_eq!(shown.target[0].range, expected.len()..expected.len());
    }
}

#[test]
fn the_target_language_stays() {
    let text = "Das Wetter ist schön. This is already in English. Danke!";
    let found = TRANSLATOR
        .translate(text, &Options::default())
        .expect("a translation");
    let detected: Vec<_> = found
        .sentences
        .iter()
        .map(|one| one.detected_language)
        .collect();
    assert_eq!(detected, [None, Some(Language::English), None]);
    assert!(
        found.text.contains("This is already in English."),
        "{}",
        found.text
    );
}

#[test]
fn line_breaks_are_joined_or_kept() {
    let text = "Der alte Mann geht\nim Park. Er ist\nBauer.";
    let breaks = |line_breaks: LineBreaks| {
        let options = Options {
            line_breaks,
            ..Options::default()
        };
        let found = TRANSLATOR.translate(text, &options).expect("a translation");
        found.text.matches('\n').count()
    };
    assert_eq!((breaks(LineBreaks::Keep), breaks(LineBreaks::Join)), (1, 0));
}

#[test]
fn tokens_point_at_the_text_as_typed() {
    let text = "• Am 3. März schreibt der Bä\u{ad}cker, z. B. an a.b@example.org!!!";
    let shown = TRANSLATOR.visualize_sentence(text, &VisualizeOptions::default());
    let shown = shown.expect("a visualization");
    let sources: Vec<&str> = shown
        .source
        .iter()
        .map(|token| token.text.as_str())
        .collect();
    for whole in ["3. März", "a.b@example.org"] {
        assert!(sources.contains(&whole), "{sources:?}");
    }
    let targets: Vec<&str> = shown
        .target
        .iter()
        .map(|token| token.text.as_str())
        .collect();
    for whole in ["March 3", "a.b@example.org"] {
        assert!(shown.translation.contains(whole), "{}", shown.translation);
        assert!(targets.contains(&whole), "{targets:?}");
    }
    for (text, tokens) in [
        (text, &shown.source),
        (shown.translation.as_str(), &shown.target),
    ] {
        for token in tokens {
            assert_eq!(text[token.range.clone()], token.text);
        }
    }
}
