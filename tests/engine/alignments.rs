//! Which words belong together, against alignments made by hand.

#[path = "../support/aligned/mod.rs"]
#[allow(dead_code, reason = "examples/aligned.rs tells more of it")]
mod support;

use lite_transformer::{Bundle, Translator};

use crate::path;
use support::{Agreement, Case};

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(path("tests/data/aligned.tsv")).expect("the cases");
    support::read(&text).unwrap_or_else(|error| panic!("tests/data/aligned.tsv: {error}"))
}

/// The error rate of a shipped model stays under a bound; the last figures are in `src/translator/words.rs`.
fn aligns(model: &str, bound: f64) {
    let bundle = Bundle::from_dir(path("models").join(model)).expect("a shipped bundle");
    let translator = Translator::new(bundle).expect("a shipped bundle");
    let mut agreement = Agreement::default();
    let cases = cases();
    let cases: Vec<&Case> = cases
        .iter()
        .filter(|case| case.direction == model)
        .collect();
    assert!(cases.len() >= 30, "{model}: {} cases", cases.len());
    for case in cases {
        let shown = support::show(&translator, case).expect("a translation");
        assert!(
            shown.translation.starts_with(&case.target),
            "{}",
            shown.translation
        );
        agreement.add(case, &shown.words.alignments);
    }
    let found = agreement.error_rate();
    assert!(found <= bound, "{model}: an error rate of {found:.3}");
}

#[test]
fn de_en_aligns() {
    aligns("de-en", 0.08);
}

#[test]
fn en_de_aligns() {
    aligns("en-de", 0.08);
}
