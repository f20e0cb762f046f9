//! The cases of `tests/data/robust.tsv`: read, translated, and judged by what must hold of the translation.
//!
//! Shared by `tests/engine/robust.rs` and `examples/robust.rs`.

pub mod accepted;
pub mod checks;
pub mod repetition;

use std::collections::BTreeMap;

use lite_transformer::{Error, Options, Translator};

use checks::Check;

/// One line of the file.
pub struct Case {
    pub kind: String,
    /// As in `de-en`.
    pub direction: String,
    pub source: String,
    pub checks: Vec<Check>,
}

/// A case whose translation is not as it must be.
pub struct Failure<'a> {
    pub case: &'a Case,
    pub output: String,
    /// The checks that do not hold, in their own words.
    pub failed: Vec<String>,
}

/// How the cases of one kind came out.
#[derive(Default)]
pub struct Kind<'a> {
    pub total: usize,
    pub failures: Vec<Failure<'a>>,
}

impl Kind<'_> {
    pub fn passed(&self) -> usize {
        self.total - self.failures.len()
    }
}

/// The cases of a file; lines that begin with `#` are comments, and the first other line names the columns.
pub fn read(text: &str) -> Result<Vec<Case>, String> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .skip(1)
        .map(|(number, line)| case(line).map_err(|error| format!("line {}: {error}", number + 1)))
        .collect()
}

fn case(line: &str) -> Result<Case, String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [kind, direction, source, checks] = columns[..] else {
        return Err(format!("{} columns, expected 4", columns.len()));
    };
    let checks = checks.split(" ; ").map(Check::parse);
    Ok(Case {
        kind: kind.into(),
        direction: direction.into(),
        source: unescape(source)?,
        checks: checks.collect::<Result<_, _>>()?,
    })
}

/// `\n`, `\t`, `\\` and `\u{…}`.
pub fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        let escaped = rest.next();
        out.push(match escaped {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('\\') => '\\',
            Some('u') => {
                let digits: String = rest.by_ref().skip(1).take_while(|&c| c != '}').collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                code.and_then(char::from_u32)
                    .ok_or(format!("\\u{{{digits}}} is no character"))?
            }
            _ => return Err(format!("unknown escape in {text:?}")),
        });
    }
    Ok(out)
}

/// Translates the cases of the model's direction with the default options and judges them, by kind.
pub fn run<'a>(
    translator: &Translator,
    cases: &'a [Case],
) -> Result<BTreeMap<&'a str, Kind<'a>>, Error> {
    let manifest = translator.manifest();
    let direction = format!("{}-{}", manifest.source_language, manifest.target_language);
    let mut kinds: BTreeMap<&str, Kind> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.direction == direction) {
        let output = translator
            .translate(&case.source, &Options::default())?
            .text;
        let failed = failed(case, &output);
        let kind = kinds.entry(&case.kind).or_default();
        kind.total += 1;
        if !failed.is_empty() {
            kind.failures.push(Failure {
                case,
                output,
                failed,
            });
        }
    }
    Ok(kinds)
}

/// What does not hold: the case's own checks, and that nothing is repeated or invented.
fn failed(case: &Case, output: &str) -> Vec<String> {
    let target = case.direction.split('-').next_back().unwrap_or_default();
    let own = case.checks.iter();
    let own = own.filter(|check| !check.holds(&case.source, output, target));
    let repeated = repetition::excess(&case.source, output);
    own.map(Check::to_string).chain(repeated).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_read_with_their_escapes() {
        let text = "# a comment\nkind\tdirection\tsource\tchecks\n\nedge\tde-en\ta\\nb\\u{AD}\\\\\tlines:2 ; ends:b|c\n";
        let cases = read(text).expect("good lines");
        assert_eq!(cases.len(), 1);
        assert_eq!(
            (&*cases[0].source, cases[0].checks.len()),
            ("a\nb\u{AD}\\", 2)
        );
        for (line, error) in [
            ("edge\tde-en\ta", "3 columns"),
            ("edge\tde-en\ta\tholds:b", "unknown check"),
            ("edge\tde-en\t\\q\tsame", "unknown escape"),
            ("edge\tde-en\t\\u{}\tsame", "no character"),
        ] {
            let found = case(line).err().unwrap_or_default();
            assert!(found.contains(error), "{line:?}: {found:?}");
        }
    }

    #[test]
    fn what_fails_is_named() {
        let case = case("edge\tde-en\tEin Hund.\thas:dog|hound ; ends:.").expect("a case");
        assert_eq!(failed(&case, "A dog."), [""; 0]);
        assert_eq!(failed(&case, "A cat!"), ["has:dog|hound", "ends:."]);
        assert_eq!(
            failed(&case, "A dog dog dog."),
            ["repeats \"dog\" in a row"]
        );
    }
}
