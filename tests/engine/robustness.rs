//! Odd texts and options.

use lite_transformer::bundle::TOKENIZER;
use lite_transformer::candidates::CANDIDATES;
use lite_transformer::tokenizer::Tokenizer;
use lite_transformer::{Error, ErrorKind, LineBreaks, Options, SegmentKind, VisualizeOptions};

use crate::{TRANSLATOR, bundle};

fn greedy() -> Options {
    Options {
        beam_size: Some(1),
        ..Options::default()
    }
}

#[test]
fn nothing_to_translate_comes_back_unchanged() {
    for text in [
        "",
        " ",
        " \r\n\t\u{c}",
        "\u{0}",
        "\u{1}\u{2}\u{1e}",
        "...",
        "😀",
        "125\n- -",
    ] {
        let found = TRANSLATOR
            .translate(text, &greedy())
            .expect("a translation");
        assert_eq!(found.text, text);
        assert!(found.sentences.is_empty());
        assert_eq!(TRANSLATOR.measure(text), 0);
        let sentence = TRANSLATOR
            .translate_sentence(text, &greedy())
            .expect("a translation");
        assert_eq!((sentence.text.as_str(), sentence.tokens), (text, 0));
    }
}

#[test]
fn layout_between_sentences_is_kept() {
    let text = "  Guten Morgen!\u{0}  Wie geht es dir?\r\n\r\n\tDanke. ";
    let found = TRANSLATOR
        .translate(text, &greedy())
        .expect("a translation");
    assert_eq!(found.sentences.len(), 3);
    let mut rebuilt = String::new();
    let (mut source, mut target) = (0, 0);
    for sentence in &found.sentences {
        let before = &text[source..sentence.source.start];
        assert_eq!(&found.text[target..sentence.target.start], before);
        assert_eq!(found.text[sentence.target.clone()], sentence.text);
        assert_eq!(sentence.alternatives[0].text, sentence.text);
        rebuilt.push_str(before);
        rebuilt.push_str(&sentence.text);
        (source, target) = (sentence.source.end, sentence.target.end);
    }
    rebuilt.push_str(&text[source..]);
    assert_eq!(rebuilt, found.text);
}

#[test]
fn segments_cover_the_text() {
    let long = "Er ging, und sie kam; ".repeat(100);
    for text in ["a", " Hallo! 😀 Was? ", "x\u{0}y\nz", long.as_str()] {
        let mut end = 0;
        for segment in TRANSLATOR.segments(text, LineBreaks::Keep) {
            assert_eq!(segment.range.start, end, "{text:?}");
            assert!(!segment.range.is_empty(), "{text:?}");
            end = segment.range.end;
        }
        assert_eq!(end, text.len(), "{text:?}");
    }
    let limit = TRANSLATOR.manifest().limits.max_source_tokens;
    let parts = TRANSLATOR.segments(&long, LineBreaks::Keep);
    let sentences = parts
        .iter()
        .filter(|segment| segment.kind != SegmentKind::Layout);
    for segment in sentences.clone() {
        assert_eq!(segment.kind, SegmentKind::Sentence { split: true });
        assert!(TRANSLATOR.measure(&long[segment.range.clone()]) <= limit);
    }
    assert!(sentences.count() > 1);
}

#[test]
fn odd_texts_translate() {
    for text in [
        "Das ist 😀 schön 👨‍👩‍👧.",
        "Он живёт в Москве.",
        "東京はどこですか。",
        "مرحبا بالعالم",
        "Ein\u{0}Hund\u{1}läuft.",
        "ÄÖÜ ẞ ﬁ ① Ａ",
        "<s> </s> <unk> <0x41> ▁▁",
        "a\u{301}\u{301}\u{301}\u{301}",
        "\u{feff}Hallo\u{200b}Welt",
    ] {
        let found = TRANSLATOR
            .translate(text, &greedy())
            .expect("a translation");
        assert!(!found.text.is_empty(), "{text:?}");
    }
}

/// Each part is short enough for the model, so that the time grows with the length and no faster.
#[test]
fn ten_thousand_characters_are_cut_into_parts() {
    let limit = TRANSLATOR.manifest().limits.max_source_tokens;
    for unit in ["a", "ich gehe ", "東", "wort,"] {
        let text: String = unit.chars().cycle().take(10_000).collect();
        let mut parts = 0;
        for segment in TRANSLATOR.segments(&text, LineBreaks::Keep) {
            if segment.kind != SegmentKind::Layout {
                let part = &text[segment.range];
                assert!(TRANSLATOR.measure(part) <= limit, "{unit:?}: {part:?}");
                parts += 1;
            }
        }
        assert!((2..=160).contains(&parts), "{unit:?}: {parts} parts");
    }
    let options = Options {
        max_length: Some(2),
        ..greedy()
    };
    let text: String = "ich gehe heim ".chars().cycle().take(10_000).collect();
    let found = TRANSLATOR
        .translate(&text, &options)
        .expect("a translation");
    assert!(found.sentences.len() > 1 && found.sentences.iter().all(|sentence| sentence.split));
}

#[test]
fn long_sentence_is_translated_in_parts() {
    let text = "Er ging nach Hause, und sie blieb dort. ".repeat(60);
    let options = Options {
        max_length: Some(8),
        ..greedy()
    };
    let found = TRANSLATOR
        .translate_sentence(&text, &options)
        .expect("a translation");
    assert!(found.split && found.truncated && found.alternatives.is_empty());
    assert_eq!(found.source, 0..text.len());
    let error = TRANSLATOR.visualize_sentence(&text, &VisualizeOptions::default());
    let error = error.expect_err("too long for one run");
    assert!(matches!(error, Error::SentenceTooLong { .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Input);
}

#[test]
fn max_length_truncates() {
    let options = Options {
        max_length: Some(2),
        ..Options::default()
    };
    let found = TRANSLATOR.translate_sentence("Ich habe heute keine Zeit.", &options);
    let found = found.expect("a translation");
    assert!(found.truncated && found.tokens == 2);
}

#[test]
fn options_out_of_range_are_errors() {
    let with = |change: fn(&mut Options)| {
        let mut options = Options::default();
        change(&mut options);
        options
    };
    let cases = [
        ("beam_size", with(|options| options.beam_size = Some(0))),
        ("beam_size", with(|options| options.beam_size = Some(17))),
        (
            "length_penalty",
            with(|options| options.length_penalty = Some(-0.1)),
        ),
        (
            "length_penalty",
            with(|options| options.length_penalty = Some(4.1)),
        ),
        (
            "length_penalty",
            with(|options| options.length_penalty = Some(f32::NAN)),
        ),
        ("max_length", with(|options| options.max_length = Some(0))),
    ];
    for (name, options) in cases {
        // Even where there is nothing to translate.
        for text in ["Hallo Welt", ""] {
            for error in [
                TRANSLATOR.translate(text, &options).err(),
                TRANSLATOR.translate_sentence(text, &options).err(),
            ] {
                let error = error.unwrap_or_else(|| panic!("{options:?} was taken"));
                assert_eq!(error.kind(), ErrorKind::Option);
                assert!(error.to_string().starts_with(name), "{error}");
            }
        }
    }
}

#[test]
fn tokens_know_where_they_stand() {
    let text = "Ein Hund läuft 😀.";
    let found = TRANSLATOR.visualize_sentence(text, &VisualizeOptions::default());
    let found = found.expect("a visualization");
    for (text, tokens) in [
        (text, &found.source),
        (found.translation.as_str(), &found.target),
    ] {
        for token in tokens {
            assert_eq!(text[token.range.clone()], token.text);
            assert!(!token.text.starts_with(' '));
        }
        let end = tokens.last().expect("tokens");
        assert_eq!(
            (end.piece.as_str(), end.range.clone()),
            ("</s>", text.len()..text.len())
        );
    }
    let (s, t) = (found.source.len(), found.target.len());
    for layer in &found.encoder {
        assert!(
            layer
                .global
                .iter()
                .chain(&layer.local)
                .all(|map| (map.rows, map.cols) == (s, s))
        );
        for row in layer.global.iter().flat_map(|map| map.data.chunks_exact(s)) {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        }
    }
    for layer in &found.decoder {
        assert!(
            layer
                .global
                .iter()
                .chain(&layer.local)
                .all(|map| (map.rows, map.cols) == (t, t))
        );
        for map in layer.global.iter().chain(&layer.local) {
            for (row, entries) in map.data.chunks_exact(t).enumerate() {
                assert!(
                    entries[row + 1..].iter().all(|&entry| entry == 0.0),
                    "it looks ahead"
                );
            }
        }
        let cross = layer.cross.as_ref().expect("a decoder layer");
        for row in cross.iter().flat_map(|map| map.data.chunks_exact(s)) {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        }
    }
    for layer in found.encoder.iter().chain(&found.decoder) {
        for (global, local) in layer.share.global.iter().zip(&layer.share.local) {
            assert!((global + local - 1.0).abs() < 1e-5);
        }
    }
}

/// Every token's stretch of the source says what its piece says, whatever stands around it.
#[test]
fn tokens_stand_for_what_they_say() {
    let parts = [
        "Guten",
        "Tag",
        "Haus",
        "über",
        "läuft",
        "a",
        "Xqz",
        " ",
        " ",
        "  ",
        "\t",
        "\u{FFFD}",
        "\u{FFFD} ",
        "😀",
        "\u{200B}",
        "\u{AD}",
        "\u{301}",
        "ﬁ",
        "Ａ",
        "Д",
        "жук",
        "漢",
        "字",
        ".",
        ",",
        "!",
        "–",
        "\u{1}",
        "\u{FEFF}",
    ];
    let mut state = 7u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let tokenizer = Tokenizer::new(bundle().file(TOKENIZER).expect("a tokenizer"));
    let tokenizer = tokenizer.expect("the shipped tokenizer");
    // As pieces spell it, in small letters, without spaces and signs: the text layer may change those.
    let said = |text: &str| -> String {
        let (spelt, _) = tokenizer.spell(text);
        let letters = spelt.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let options = VisualizeOptions {
        decoding: greedy(),
        ..VisualizeOptions::default()
    };
    for _ in 0..300 {
        let text: String = (0..2 + random(8))
            .map(|_| parts[random(parts.len())])
            .collect();
        let found = TRANSLATOR.visualize_sentence(&text, &options);
        let found = found.expect("a visualization");
        for (text, tokens) in [(&text, &found.source), (&found.translation, &found.target)] {
            let mut before = 0;
            for token in tokens {
                let case = format!("{token:?} of {text:?}");
                assert_eq!(
                    text.get(token.range.clone()),
                    Some(token.text.as_str()),
                    "{case}"
                );
                assert!(token.range.start >= before, "{case}");
                before = token.range.start;
                assert!(!token.text.starts_with(char::is_whitespace), "{case}");
            }
        }
        for token in &found.source {
            let case = format!("{token:?} of {text:?}");
            let byte = token.piece.starts_with("<0x");
            if byte {
                assert!(!token.text.is_empty(), "{case}");
            } else if token.piece.contains(char::is_alphanumeric) && token.piece != "</s>" {
                let (piece, text) = (said(&token.piece.replace('▁', "")), said(&token.text));
                assert!(!text.is_empty() && text.contains(&piece), "{case}");
                assert!(!token.text.contains(char::is_whitespace), "{case}");
                assert!(!token.text.contains('\u{FFFD}'), "{case}");
            }
        }
    }
}

#[test]
fn candidates_explain_the_score() {
    let decoding = Options {
        beam_size: Some(1),
        length_penalty: Some(1.0),
        ..Options::default()
    };
    let options = VisualizeOptions {
        decoding,
        ..VisualizeOptions::default()
    };
    let found = TRANSLATOR.visualize_sentence("Wir gehen heute ins Kino.", &options);
    let found = found.expect("a visualization");
    assert_eq!(found.candidates.len(), found.target.len());
    let mut sum = 0.0;
    for (token, candidates) in found.target.iter().zip(&found.candidates) {
        assert_eq!(candidates.len(), CANDIDATES);
        assert!(candidates.is_sorted_by(|a, b| a.probability >= b.probability));
        // Greedy: the likeliest that may be chosen at all, and none of the special tokens is likely here.
        assert_eq!(candidates[0].id, token.id);
        assert_eq!(candidates[0].piece, token.piece);
        sum += candidates[0].probability.ln();
    }
    let score = sum / found.target.len() as f32;
    assert!(
        (score - found.score).abs() < 1e-4,
        "{score} {}",
        found.score
    );
    assert_eq!(found.alternatives.len(), 1);
    assert_eq!(found.alternatives[0].text, found.translation);
}
