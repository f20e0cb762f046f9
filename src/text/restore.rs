//! From the model's translation back to the text that is shown: what was copied, the marks, the capitals, the edges.

use std::ops::Range;

use super::chars::is_final;
use super::edges::around;
use super::language::Language;
use super::placeholder::is_reserved;
use super::scan::{at, before, upper};
use super::spanned::Spanned;

/// What stands for a placeholder.
#[derive(Debug, Clone, PartialEq)]
pub struct Copied {
    /// The reserved character.
    pub placeholder: char,
    /// Bytes of the source that it stands for.
    pub source: Range<usize>,
    /// What it is in the target language.
    pub target: String,
    /// How far into the sentence it stands, from 0 to 1.
    pub place: f32,
    /// Whether a space stands before and behind it.
    pub spaces: (bool, bool),
    /// Whether it is written in capitals with the rest.
    pub shouts: bool,
}

/// What a translation has to be given back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Style {
    /// Before the sentence.
    pub prefix: String,
    /// Behind it.
    pub suffix: String,
    /// The source has typographic double quotation marks.
    pub double_quotes: bool,
    /// The source has typographic single ones.
    pub single_quotes: bool,
    /// And no double ones of any kind: where the model writes some, it means those.
    pub only_single_quotes: bool,
    /// The source has typographic apostrophes.
    pub apostrophes: bool,
    /// The source has long dashes, and English writes them so.
    pub long_dashes: bool,
    /// The source is in capitals.
    pub capitals: bool,
    /// The source has a space behind each letter.
    pub spaced: bool,
    /// The marks that the source ends with, where the model saw others or none.
    pub final_marks: Option<String>,
}

/// A translation as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The text.
    pub text: String,
    /// For each byte of the model's translation, and its end, where it begins and ends in the text.
    pub(super) places: Vec<Range<usize>>,
    /// What was copied.
    pub(super) copied: Vec<Filled>,
}

/// A placeholder that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    pub placeholder: char,
    /// Bytes of the source that it stands for.
    pub source: Range<usize>,
    /// Where it stands in the text.
    pub target: Range<usize>,
}

impl Restored {
    /// Where a part of the model's translation stands in the text. What is left out of the text has an empty range.
    pub fn range(&self, part: Range<usize>) -> Range<usize> {
        let last = self.places.len() - 1;
        let (start, end) = (part.start.min(last), part.end.min(last));
        if start >= end {
            let at = self.places[start].start;
            return at..at;
        }
        let shown = self.places[start..end]
            .iter()
            .filter(|place| !place.is_empty());
        let range = shown.fold(None, |range: Option<Range<usize>>, place| match range {
            Some(range) => Some(range.start.min(place.start)..range.end.max(place.end)),
            None => Some(place.clone()),
        });
        range.unwrap_or_else(|| self.places[start].start..self.places[start].start)
    }

    /// What was copied: where it stands in the source and where in the text.
    pub fn copied(&self) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        let pairs = self.copied.iter();
        pairs.map(|one| (one.source.clone(), one.target.clone()))
    }

    /// A translation that no model wrote.
    pub fn settled(text: &str) -> Restored {
        Restored::new(&Spanned::of(text, 0..text.len()), 0, Vec::new())
    }

    /// `copied` is in characters.
    fn new(spanned: &Spanned, raw_length: usize, mut copied: Vec<Filled>) -> Restored {
        let mut text = String::with_capacity(spanned.len());
        let mut places: Vec<Option<Range<usize>>> = vec![None; raw_length];
        for (c, origin) in spanned.chars.iter().zip(&spanned.origins) {
            let start = text.len();
            text.push(*c);
            for place in places.get_mut(origin.clone()).unwrap_or_default() {
                match place {
                    Some(place) => place.end = text.len(),
                    None => *place = Some(start..text.len()),
                }
            }
        }
        // What has no place of its own stands, empty, where the next thing begins.
        let mut next = text.len();
        let mut filled = vec![next..next; raw_length + 1];
        for (place, filled) in places.into_iter().zip(&mut filled).rev() {
            match place {
                Some(place) => {
                    next = place.start;
                    *filled = place;
                }
                None => *filled = next..next,
            }
        }
        let ends: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        for one in &mut copied {
            one.target = ends[one.target.start]..ends[one.target.end];
        }
        Restored {
            text,
            places: filled,
            copied,
        }
    }
}

/// Puts a translation together.
pub fn restore(translation: &str, copied: &[Copied], style: &Style, to: Language) -> Restored {
    let mut spanned = Spanned::of(translation, 0..translation.len());
    keep_each_once(&mut spanned, copied);
    for one in copied {
        if !spanned.chars.contains(&one.placeholder) {
            put_back(&mut spanned, one);
        }
    }
    if let Some(marks) = &style.final_marks {
        end_with(&mut spanned, marks);
    }
    quote(&mut spanned, style, to);
    if style.spaced {
        spanned = spread(&spanned);
    }
    let (mut spanned, mut filled) = fill_in(&spanned, copied, style.capitals);
    around(&mut spanned, (&style.prefix, &style.suffix));
    let before = style.prefix.chars().count();
    for one in &mut filled {
        one.target = one.target.start + before..one.target.end + before;
    }
    Restored::new(&spanned, translation.len(), filled)
}

/// Takes out placeholders that stand a second time or for nothing, with the space before them.
fn keep_each_once(spanned: &mut Spanned, copied: &[Copied]) {
    let mut seen: Vec<char> = Vec::new();
    let mut out = Spanned::default();
    for (i, &c) in spanned.chars.iter().enumerate() {
        let known = copied.iter().any(|one| one.placeholder == c);
        if is_reserved(c) {
            if !known || seen.contains(&c) {
                if out.chars.last() == Some(&' ') {
                    out.chars.pop();
                    out.origins.pop();
                }
                continue;
            }
            seen.push(c);
        }
        out.push_part(spanned, i..i + 1);
    }
    *spanned = out;
}

/// Puts a lost placeholder where it stands in the source: at either end, or as far in, between two words.
fn put_back(spanned: &mut Spanned, one: &Copied) {
    let s = &spanned.chars;
    let words_end = s
        .iter()
        .rposition(|c| !is_final(*c))
        .map_or(0, |last| last + 1);
    let wanted = (one.place * words_end as f32) as usize;
    let edge = |i: &usize| *i == 0 || *i == words_end || s[*i] == ' ';
    let place = match one.place {
        place if place <= 0.0 => 0,
        place if place >= 1.0 => words_end,
        _ => {
            let edges = (0..=words_end).filter(edge);
            edges
                .min_by_key(|i| i.abs_diff(wanted))
                .unwrap_or(words_end)
        }
    };
    let (spaced_before, spaced_after) = one.spaces;
    let mut written = String::new();
    let inside = |c: char| c != '\0' && !c.is_whitespace();
    if inside(before(s, place))
        && (spaced_before || place < words_end || before(s, place).is_alphanumeric())
    {
        written.push(' ');
    }
    written.push(one.placeholder);
    if inside(at(s, place))
        && !is_final(at(s, place))
        && (spaced_after || at(s, place).is_alphanumeric())
    {
        written.push(' ');
    }
    let origin = spanned.origin(place..place);
    spanned.chars.splice(place..place, written.chars());
    let count = written.chars().count();
    // An inserted character stands for nothing that the model wrote.
    let nothing = origin.end..origin.end;
    spanned
        .origins
        .splice(place..place, std::iter::repeat_n(nothing, count));
}

/// Makes a text end with these marks.
fn end_with(spanned: &mut Spanned, marks: &str) {
    let end = spanned
        .chars
        .iter()
        .rposition(|c| !is_final(*c))
        .map_or(0, |last| last + 1);
    if end == 0 {
        return;
    }
    if marks.is_empty() {
        // A heading has no full stop, unless it ends in an abbreviation.
        let one = spanned.chars[end..] == ['.'];
        let words = &spanned.chars[..end];
        let short = words.iter().rev().take_while(|c| c.is_alphabetic()).count() <= 3
            && words.contains(&'.');
        if one && !short {
            spanned.chars.truncate(end);
            spanned.origins.truncate(end);
        }
        return;
    }
    let rest = end..spanned.len();
    if rest.is_empty() {
        let origin = spanned.origin(rest.clone());
        spanned.push_str(marks, origin);
    } else {
        spanned.replace(rest, marks);
    }
}

/// Writes quotation marks and apostrophes as the target language does, where the source has typographic ones.
fn quote(spanned: &mut Spanned, style: &Style, to: Language) {
    let quotes = to.quotes();
    let marks = match style.only_single_quotes {
        true => [quotes[2], quotes[3]],
        false => [quotes[0], quotes[1]],
    };
    let turns = style.double_quotes || style.only_single_quotes;
    let doubles = spanned.chars.iter().filter(|c| **c == '"').count();
    let mut open = false;
    let mut single_open = false;
    for i in 0..spanned.len() {
        let s = &spanned.chars;
        let (left, right) = (before(s, i), at(s, i + 1));
        let c = match at(s, i) {
            '"' if turns && doubles % 2 == 0 => {
                open = !open;
                marks[usize::from(!open)]
            }
            '"' if turns => {
                let opening = left == '\0' || left.is_whitespace() || left == '(';
                marks[usize::from(!opening)]
            }
            '\'' if left.is_alphanumeric() && right.is_alphanumeric() => match style.apostrophes {
                true => '’',
                false => '\'',
            },
            '\'' if style.single_quotes && !left.is_alphanumeric() && right.is_alphanumeric() => {
                single_open = true;
                quotes[2]
            }
            '\'' if style.single_quotes && single_open => {
                single_open = false;
                quotes[3]
            }
            '\'' if style.apostrophes => '’',
            '–' if style.long_dashes => '—',
            c => c,
        };
        spanned.chars[i] = c;
    }
}

/// Puts a space behind each letter, and one more between words.
fn spread(spanned: &Spanned) -> Spanned {
    let mut out = Spanned::default();
    for (i, &c) in spanned.chars.iter().enumerate() {
        let origin = spanned.origins[i].clone();
        if i > 0 {
            out.push(' ', origin.start..origin.start);
        }
        if c != ' ' {
            out.push(c, origin);
        }
    }
    out
}

/// Puts what was copied in the place of its placeholder, and the rest into capitals where the source has them. Tells where
/// it was filled in, in characters.
fn fill_in(spanned: &Spanned, copied: &[Copied], capitals: bool) -> (Spanned, Vec<Filled>) {
    let mut out = Spanned::default();
    let mut filled = Vec::new();
    for (i, &c) in spanned.chars.iter().enumerate() {
        let origin = spanned.origins[i].clone();
        if let Some(one) = copied.iter().find(|one| one.placeholder == c) {
            let start = out.len();
            match capitals && one.shouts {
                true => one
                    .target
                    .chars()
                    .for_each(|c| push_capital(&mut out, c, &origin)),
                false => out.push_str(&one.target, origin),
            }
            filled.push(Filled {
                placeholder: c,
                source: one.source.clone(),
                target: start..out.len(),
            });
            continue;
        }
        let after = i
            .checked_sub(1)
            .map(|i| spanned.chars[i])
            .filter(|c| is_reserved(*c));
        if c == '.' && after.is_some() && out.chars.last() == Some(&'.') {
            // The full stop of "9 p.m." ends the sentence as well.
            continue;
        }
        match capitals {
            true => push_capital(&mut out, c, &origin),
            false => out.push(c, origin),
        }
    }
    (out, filled)
}

fn push_capital(out: &mut Spanned, c: char, origin: &Range<usize>) {
    match c {
        'ß' => out.push_str("SS", origin.clone()),
        c => out.push(upper(c), origin.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Copied, Language, Style, restore};

    fn copied(placeholder: char, target: &str, place: f32) -> Copied {
        Copied {
            placeholder,
            source: 0..1,
            target: target.into(),
            place,
            spaces: (true, true),
            shouts: false,
        }
    }

    #[test]
    fn placeholders_are_filled_in_once() {
        let ones = [
            copied('\u{E000}', "a@b.de", 0.5),
            copied('\u{E030}', "9 p.m.", 1.0),
        ];
        for (translation, expected) in [
            ("Write \u{E000} at \u{E030}.", "Write a@b.de at 9 p.m."),
            (
                "Write \u{E000} \u{E000} at \u{E030}, now.",
                "Write a@b.de at 9 p.m., now.",
            ),
            ("Write \u{E001} at noon.", "Write a@b.de at noon 9 p.m."),
            ("", "a@b.de 9 p.m."),
        ] {
            let found = restore(translation, &ones, &Style::default(), Language::English);
            assert_eq!(found.text, expected);
        }
        let found = restore(
            "Write \u{E000} at \u{E030}.",
            &ones,
            &Style::default(),
            Language::English,
        );
        assert_eq!(found.range(6..9), 6..12);
        assert_eq!(found.range(0..5), 0..5);
        assert_eq!(&found.text[found.range(13..16)], "9 p.m.");
    }

    #[test]
    fn style_comes_back() {
        let quotes = Style {
            double_quotes: true,
            apostrophes: true,
            ..Style::default()
        };
        let capitals = Style {
            capitals: true,
            final_marks: Some("!!!".into()),
            ..Style::default()
        };
        let edges = Style {
            prefix: "1. “".into(),
            suffix: "” 😀".into(),
            final_marks: Some(String::new()),
            ..Style::default()
        };
        let singles = Style {
            single_quotes: true,
            only_single_quotes: true,
            ..Style::default()
        };
        let spaced = Style {
            spaced: true,
            ..Style::default()
        };
        for (translation, style, language, expected) in [
            (
                "\"Don't\", he said, \"go.\"",
                &quotes,
                Language::English,
                "“Don’t”, he said, “go.”",
            ),
            (
                "\"Geh\", sagte er.",
                &quotes,
                Language::German,
                "„Geh“, sagte er.",
            ),
            (
                "Sie sagte \"nein\" und 'ja'.",
                &singles,
                Language::German,
                "Sie sagte ‚nein‘ und ‚ja‘.",
            ),
            ("No straße.", &capitals, Language::English, "NO STRASSE!!!"),
            (
                "Close the window.",
                &edges,
                Language::English,
                "1. “Close the window” 😀",
            ),
            (
                "All the best",
                &spaced,
                Language::English,
                "A l l  t h e  b e s t",
            ),
        ] {
            let found = restore(translation, &[], style, language);
            assert_eq!(found.text, expected);
        }
        let found = restore("Close it.", &[], &edges, Language::English);
        assert_eq!(&found.text[found.range(0..5)], "Close");
    }
}
