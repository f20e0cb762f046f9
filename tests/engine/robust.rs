//! The shipped small models on `tests/data/robust.tsv`.

#[path = "../support/robust/mod.rs"]
mod support;

use std::collections::BTreeMap;

use lite_transformer::{Bundle, Translator};

use crate::path;
use support::Case;

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(path("tests/data/robust.tsv")).expect("the cases");
    support::read(&text).unwrap_or_else(|error| panic!("tests/data/robust.tsv: {error}"))
}

#[test]
fn every_kind_has_a_dozen_cases_in_each_direction() {
    let cases = cases();
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for case in &cases {
        let direction = match case.direction.as_str() {
            "de-en" => 0,
            "en-de" => 1,
            other => panic!("{other} is no direction"),
        };
        counts.entry(&case.kind).or_default()[direction] += 1;
    }
    for (kind, counts) in counts {
        assert!(
            counts.iter().all(|&count| count >= 12),
            "{kind}: {counts:?}"
        );
    }
}

/// All of what is to be copied, at least three quarters of every other kind and 93 % of all cases. (The aim is 90 % of every
/// kind: what the small models miss of it are words that they don't know.)
fn holds(model: &str) {
    let bundle = Bundle::from_dir(path("models").join(model)).expect("a shipped bundle");
    let translator = Translator::new(bundle).expect("a shipped bundle");
    let cases = cases();
    let mut wrong = String::new();
    let (mut passed, mut total) = (0, 0);
    for (name, kind) in support::run(&translator, &cases).expect("translations") {
        let needed = match name.starts_with("copy-") {
            true => kind.total,
            false => (kind.total * 3).div_ceil(4),
        };
        passed += kind.passed();
        total += kind.total;
        if kind.passed() < needed {
            wrong += &format!("{name}: {} of {}\n", kind.passed(), kind.total);
            for failure in &kind.failures {
                let (source, output) = (&failure.case.source, &failure.output);
                wrong += &format!(
                    "  {source:?} -> {output:?}: {}\n",
                    failure.failed.join(" ; ")
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{model}:\n{wrong}");
    assert!(passed * 100 >= total * 93, "{model}: {passed} of {total}");
}

#[test]
fn de_en_holds() {
    holds("de-en");
}

#[test]
fn en_de_holds() {
    holds("en-de");
}
