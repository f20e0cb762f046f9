//! What must hold of a translation, in a language of a few words: `verb` or `verb:argument`.

use std::fmt;

use super::{accepted, unescape};

/// One check, as it is written and as it is understood.
pub struct Check {
    text: String,
    rule: Rule,
}

/// Explained at the head of `tests/data/robust.tsv`.
enum Rule {
    Copies(String),
    Has(Vec<String>),
    Exact(Vec<String>),
    Not(Vec<String>),
    Is(Vec<String>),
    Starts(Vec<String>),
    Ends(Vec<String>),
    Number(String),
    Date(String),
    Time(String),
    Quotes(usize),
    Lines(usize),
    Digits,
    Upper,
    Same,
    Translated,
}

impl Check {
    pub fn parse(text: &str) -> Result<Check, String> {
        let (verb, argument) = match text.split_once(':') {
            Some((verb, argument)) => (verb, argument),
            None => (text, ""),
        };
        let argument = unescape(argument)?;
        let given = !argument.is_empty();
        let one_of = || argument.split('|').map(String::from).collect();
        let count = || argument.parse::<usize>().map_err(|_| text.to_string());
        let rule = match verb {
            "has" => Rule::Has(one_of()),
            "exact" => Rule::Exact(one_of()),
            "not" => Rule::Not(one_of()),
            "is" => Rule::Is(one_of()),
            "starts" => Rule::Starts(one_of()),
            "ends" => Rule::Ends(one_of()),
            "quotes" => Rule::Quotes(count()?),
            "lines" => Rule::Lines(count()?),
            "digits" => Rule::Digits,
            "upper" => Rule::Upper,
            "same" => Rule::Same,
            "translated" => Rule::Translated,
            "number" if accepted::number(&argument, "en").is_some() => Rule::Number(argument),
            "date" if accepted::date(&argument, "en").is_some() => Rule::Date(argument),
            "time" if accepted::time(&argument, "en").is_some() => Rule::Time(argument),
            "copies" => Rule::Copies(argument),
            _ => return Err(format!("unknown check {text:?}")),
        };
        let bare = matches!(
            rule,
            Rule::Digits | Rule::Upper | Rule::Same | Rule::Translated
        );
        match bare != given && bare != text.contains(':') {
            true => Ok(Check {
                text: text.into(),
                rule,
            }),
            false => Err(format!("unknown check {text:?}")),
        }
    }

    /// Whether it holds of a translation into the language `target`.
    pub fn holds(&self, source: &str, output: &str, target: &str) -> bool {
        let plain = plain(output);
        let has = |one_of: &[String]| one_of.iter().any(|pattern| contains(&plain, pattern));
        // The arguments were read as the notations' own when the check was parsed.
        let notation = |found: Option<accepted::Notations>| {
            found.is_some_and(|it| has(&it.right) && !has(&it.wrong))
        };
        match &self.rule {
            Rule::Copies(text) => {
                output.matches(&**text).count() == source.matches(&**text).count().max(1)
            }
            Rule::Has(one_of) => has(one_of),
            Rule::Exact(one_of) => {
                let found = |pattern: &String| find(&straight(output), &straight(pattern));
                one_of.iter().any(found)
            }
            Rule::Not(one_of) => !has(one_of),
            Rule::Is(one_of) => {
                let marks = self::plain(marks_at_end(source));
                let whole = plain.strip_suffix(&marks);
                one_of.iter().any(|text| whole == Some(&self::plain(text)))
            }
            Rule::Starts(one_of) => one_of.iter().any(|text| output.starts_with(&**text)),
            Rule::Ends(one_of) => one_of.iter().any(|text| output.ends_with(&**text)),
            Rule::Number(value) => notation(accepted::number(value, target)),
            Rule::Date(value) => notation(accepted::date(value, target)),
            Rule::Time(value) => notation(accepted::time(value, target)),
            Rule::Quotes(count) => quotes(output, target) == Some(*count),
            Rule::Lines(count) => output.lines().count() == *count,
            Rule::Digits => digits(source) == digits(output),
            Rule::Upper => {
                let mut letters = output.chars().filter(|c| c.is_alphabetic()).peekable();
                // There is hardly a capital ß.
                letters.peek().is_some() && letters.all(|c| !c.is_lowercase() || c == 'ß')
            }
            Rule::Same => source == output,
            Rule::Translated => source != output,
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Spaces, hyphens, apostrophes and double quotes of one kind each.
fn straight(text: &str) -> String {
    let text = text.chars().map(|c| match c {
        '\u{A0}' | '\u{202F}' | '\u{2009}' => ' ',
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '‘' | '’' | '‚' | '‛' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        other => other,
    });
    text.collect()
}

/// Straight and in small letters.
fn plain(text: &str) -> String {
    straight(text).to_lowercase()
}

fn marks_at_end(text: &str) -> &str {
    &text[text.trim_end_matches(|c: char| !c.is_alphanumeric()).len()..]
}

fn contains(plain_text: &str, pattern: &str) -> bool {
    find(plain_text, &plain(pattern))
}

/// Whether the pattern stands in the text as whole words; `*` in it is any run of letters and digits.
fn find(text: &str, pattern: &str) -> bool {
    let mut starts = text.char_indices().map(|(start, _)| start);
    starts.any(|start| {
        let before = &text[..start];
        (pattern.starts_with('*') || !goes_on(pattern.chars().next(), before.chars().rev()))
            && matches_at(&text[start..], pattern, pattern.chars().next_back())
    })
}

fn matches_at(text: &str, pattern: &str, last: Option<char>) -> bool {
    let mut characters = pattern.chars();
    match characters.next() {
        None => last == Some('*') || !goes_on(last, text.chars()),
        Some('*') => {
            let word = text.find(|c: char| !c.is_alphanumeric());
            let word = word.unwrap_or(text.len());
            let mut ends = (0..=word).filter(|&end| text.is_char_boundary(end));
            ends.any(|end| matches_at(&text[end..], characters.as_str(), last))
        }
        Some(character) => text
            .strip_prefix(character)
            .is_some_and(|text| matches_at(text, characters.as_str(), last)),
    }
}

/// Whether the word or number that ends in `edge` goes on beyond it; a unit may be written close to its number.
fn goes_on(edge: Option<char>, mut beyond: impl Iterator<Item = char>) -> bool {
    let next = beyond.next();
    match edge {
        Some(edge) if edge.is_ascii_digit() => match next {
            Some('.' | ',') => beyond.next().is_some_and(|c| c.is_ascii_digit()),
            Some(next) => next.is_ascii_digit(),
            None => false,
        },
        Some(edge) if edge.is_alphanumeric() => next.is_some_and(char::is_alphanumeric),
        _ => false,
    }
}

fn digits(text: &str) -> Vec<char> {
    let mut digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    digits.sort_unstable();
    digits
}

/// How many double quotation marks there are, unless one is not of the language.
fn quotes(text: &str, language: &str) -> Option<usize> {
    let own = match language {
        "de" => ['"', '„', '“', '»', '«'].as_slice(),
        _ => ['"', '“', '”'].as_slice(),
    };
    let marks = text
        .chars()
        .filter(|c| ['"', '„', '“', '”', '‟', '»', '«'].contains(c));
    let (own, foreign): (Vec<char>, Vec<char>) = marks.partition(|mark| own.contains(mark));
    foreign.is_empty().then_some(own.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(check: &str, source: &str, output: &str, target: &str) -> bool {
        let check = Check::parse(check).unwrap_or_else(|error| panic!("{error}"));
        check.holds(source, output, target)
    }

    #[test]
    fn checks_hold_or_not() {
        let cases = [
            ("copies:@ann", "@ann", "Ask @ann!", true),
            ("copies:@ann", "@ann", "Ask @Ann!", false),
            ("copies:@ann", "@ann", "@ann @ann", false),
            ("copies:@ann", "@ann @ann", "@ann @ann", true),
            ("copies:a\\nb", "", "a\nb", true),
            ("has:dog|hound", "", "A Hound.", true),
            ("has:dog", "", "Hotdogs", false),
            ("has:dog*", "", "Dogs bark", true),
            ("has:*dog", "", "Ein Hotdog!", true),
            ("has:s*t down", "", "He sat down", true),
            ("has:s*t down", "", "He sat up, sit down", true),
            ("has:don't", "", "I don’t know", true),
            ("has:T-shirt", "", "a T‑shirt", true),
            ("has:\"Come", "", "“Come in”", true),
            ("has:5", "", "2.5 or 5.2 or 55", false),
            ("has:5", "", "It is 5.", true),
            ("has:5 kg", "", "5 kg", true),
            ("exact:Klein", "", "Ms. Klein", true),
            ("exact:Klein", "", "klein", false),
            ("not:Uhr|clock", "", "at nine", true),
            ("not:Uhr|clock", "", "nine o'clock", false),
            ("is:Delete|Remove", "Löschen", "remove", true),
            ("is:Delete|Remove", "Löschen", "Remove.", false),
            ("is:Delete|Remove", "Löschen!", "Remove!", true),
            ("is:Delete|Remove", "Löschen", "remove it", false),
            ("starts:• |- ", "", "• Apples", true),
            ("starts:• |- ", "", "Apples", false),
            ("ends:).|.)", "", "(Not now.)", true),
            ("lines:2", "", "a\nb", true),
            ("lines:2", "", "a b", false),
            ("digits", "12 und 3", "3 and 21", true),
            ("digits", "12", "1", false),
            ("upper", "", "WE ARE CLOSED", true),
            ("upper", "", "We ARE", false),
            ("upper", "", "...", false),
            ("same", "It is.", "It is.", true),
            ("same", "It is.", "It's.", false),
            ("translated", "Es ist.", "It is.", true),
            ("translated", "Es ist.", "Es ist.", false),
            ("quotes:2", "", "“Yes,” he said", true),
            ("quotes:2", "", "\"Yes,\" he said", true),
            ("quotes:2", "", "„Yes“, he said", false),
            ("quotes:2", "", "“Yes, he said", false),
        ];
        for (check, source, output, expected) in cases {
            let found = holds(check, source, output, "en");
            assert_eq!(found, expected, "{check} of {output:?}");
        }
        assert!(holds("quotes:2", "", "„Ja“, sagte er", "de"));
        assert!(holds("quotes:2", "", "»Ja«, sagte er", "de"));
        assert!(!holds("quotes:2", "", "“Ja”, sagte er", "de"));
        assert!(holds("upper", "", "GROSSE STRAßE", "de"));
    }

    #[test]
    fn what_is_no_check_is_an_error() {
        for text in [
            "",
            "holds:a",
            "has",
            "has:",
            "same:a",
            "lines:x",
            "number:1,5",
            "date:2020-13-01",
            "time:24:70",
        ] {
            assert!(Check::parse(text).is_err(), "{text:?}");
        }
    }
}
