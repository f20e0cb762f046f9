//! What stands between a text as people type it and what a model can read.
//!
//! [`prepare`] takes a sentence apart: signs at its edges stay outside, what is copied or converted (addresses, numbers,
//! dates, emoji) is replaced by reserved characters, and the rest is written as the model's training text was.
//! [`Prepared::restore`] puts the model's translation together again. Both know where every character comes from, so
//! that tokens can be shown in the text as it was typed.
//!
//! Pure functions over strings; each takes time in proportion to its text.

mod abbreviations;
mod beginning;
mod capitals;
mod chars;
mod clean;
mod date;
mod detect;
mod edges;
mod gender;
mod language;
mod likelihood;
mod number;
mod placeholder;
mod protect;
mod restore;
mod scan;
mod spanned;
mod time;

pub use self::beginning::Beginning;
pub use self::capitals::Likeliness;
pub use self::detect::detect;
pub use self::language::Language;
pub use self::likelihood::{Likelihoods, likelihoods};
pub use self::placeholder::{Class, Placeholders, is_reserved, reserved};
pub use self::restore::Restored;

use std::ops::Range;

use self::protect::Span;
use self::restore::{Copied, Style, restore};
use self::spanned::Spanned;

/// How to prepare a sentence.
#[derive(Clone, Copy)]
pub struct Preparation<'a> {
    /// The language of the sentence.
    pub from: Language,
    /// The language it is translated into.
    pub to: Language,
    /// The placeholders that the model knows; where there are none, what they would stand for is left in the sentence.
    pub placeholders: Placeholders,
    /// Puts placeholders in the place of all numbers, also those that the model could read.
    pub all_numbers: bool,
    /// How likely a word is in one spelling or another.
    pub likeliness: Likeliness<'a>,
}

/// A sentence as the model reads it, and how to put its translation together.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    text: String,
    /// For each byte of `text`, the bytes of the sentence that it stands for.
    origins: Vec<Range<usize>>,
    source_length: usize,
    /// Bytes of the sentence without the signs at its edges.
    core: Range<usize>,
    to: Language,
    copied: Vec<Copied>,
    style: Style,
    numbers: Vec<String>,
    settled: Option<String>,
}

/// Takes a sentence apart.
pub fn prepare(sentence: &str, how: &Preparation) -> Prepared {
    let Preparation { from, to, .. } = *how;
    let typed = Spanned::of(sentence, 0..sentence.len());
    let edges::Edges {
        prefix,
        core: part,
        suffix,
    } = edges::edges(&typed.chars, from, to);
    let mut core = Spanned::default();
    let inside = typed.origin(part.clone());
    core.push_part(&typed, part);
    let mut style = Style {
        prefix,
        suffix,
        spaced: capitals::is_spaced(&core.chars),
        ..Style::default()
    };
    if style.spaced {
        core = capitals::close_up(&core);
    }
    let spans = protect::spans(&core.chars, how);
    let settled = settle(&core.chars, &spans, &style);
    let (mut text, mut copied) = mask(&core, spans, &how.placeholders);
    read_style(&core, &text, to, &mut style);
    text = clean::clean(&text);
    let final_marks = ending(&core.chars, &text.chars);
    if from == Language::German {
        text = gender::read_as_one(&text);
    }
    text = abbreviations::write_out(&text, from);
    style.capitals = capitals::shouts(&text.chars);
    style.final_marks = final_marks;
    if style.capitals {
        capitals::calm(&mut text, from, how.likeliness);
    } else if capitals::is_title_case(&text.chars, from) {
        capitals::untitle(&mut text, from, how.likeliness);
    } else {
        capitals::calm_words(&mut text, how.likeliness);
    }
    place(&mut copied, &text.chars);
    let mut prepared = Prepared {
        text: String::with_capacity(text.len()),
        origins: Vec::with_capacity(text.len()),
        source_length: sentence.len(),
        core: inside,
        to,
        copied,
        style,
        numbers: numbers(text.chars.iter().copied()),
        settled,
    };
    for (c, origin) in text.chars.iter().zip(text.origins) {
        prepared.text.push(*c);
        prepared.origins.resize(prepared.text.len(), origin);
    }
    prepared
}

impl Prepared {
    /// A sentence of a language that the layer doesn't know: the model reads it as it is.
    pub fn untouched(sentence: &str) -> Prepared {
        let typed = Spanned::of(sentence, 0..sentence.len());
        let lengths = typed.chars.iter().map(|c| c.len_utf8());
        let origins = lengths.zip(typed.origins);
        Prepared {
            text: sentence.to_owned(),
            origins: origins
                .flat_map(|(n, origin)| std::iter::repeat_n(origin, n))
                .collect(),
            source_length: sentence.len(),
            core: 0..sentence.len(),
            to: Language::English,
            copied: Vec::new(),
            style: Style::default(),
            numbers: numbers(sentence.chars()),
            settled: None,
        }
    }

    /// What the model reads.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The translation, where there is nothing in the sentence that a model would have to read.
    pub fn settled(&self) -> Option<&str> {
        self.settled.as_deref()
    }

    /// The bytes of the sentence that a part of the model's text stands for.
    pub fn source(&self, part: Range<usize>) -> Range<usize> {
        let Some(first) = self.origins.get(part.start) else {
            let end = self
                .origins
                .last()
                .map_or(self.source_length, |last| last.end);
            return end..end;
        };
        let stands_for = self.origins.get(part.clone()).unwrap_or_default();
        match stands_for.last() {
            Some(last) => first.start..last.end.max(first.start),
            None => first.start..first.start,
        }
    }

    /// What stands at the edges of the sentence and of a translation that was put together: the same signs, as each
    /// language writes them.
    pub fn edges(&self, translation: &str) -> [(Range<usize>, Range<usize>); 2] {
        let Style { prefix, suffix, .. } = &self.style;
        let before = match translation.starts_with(prefix) {
            true => (0..self.core.start, 0..prefix.len()),
            false => (0..0, 0..0),
        };
        let length = translation.len();
        let behind = match translation.ends_with(suffix) {
            true => (
                self.core.end..self.source_length,
                length - suffix.len()..length,
            ),
            false => (0..0, 0..0),
        };
        [before, behind]
    }

    /// Puts a translation together.
    pub fn restore(&self, translation: &str) -> Restored {
        restore(translation, &self.copied, &self.style, self.to)
    }

    /// Whether a translation has the numbers that the model could read, and no others.
    pub fn keeps_numbers(&self, translation: &str) -> bool {
        numbers(translation.chars()) == self.numbers
    }
}

/// Puts placeholders in the place of spans.
fn mask(core: &Spanned, spans: Vec<Span>, available: &Placeholders) -> (Spanned, Vec<Copied>) {
    let mut text = Spanned::default();
    let mut copied = Vec::new();
    let mut end = 0;
    for (span, placeholder) in protect::allot(spans, &core.chars, available) {
        let Span {
            part,
            class,
            target,
        } = span;
        text.push_part(core, end..part.start);
        text.push(placeholder, core.origin(part.clone()));
        let blank = |c: char| c.is_whitespace();
        copied.push(Copied {
            placeholder,
            source: core.origin(part.clone()),
            target,
            place: 0.0,
            spaces: (
                blank(scan::before(&core.chars, part.start)),
                blank(scan::at(&core.chars, part.end)),
            ),
            shouts: class != Class::Copy,
        });
        end = part.end;
    }
    text.push_part(core, end..core.len());
    (text, copied)
}

/// The whole translation, if no letter is left for the model.
fn settle(core: &[char], spans: &[Span], style: &Style) -> Option<String> {
    let mut settled = style.prefix.clone();
    let mut end = 0;
    for span in spans {
        let between = &core[end..span.part.start];
        if between.iter().any(|c| c.is_alphabetic()) {
            return None;
        }
        settled.extend(between);
        settled.push_str(&span.target);
        end = span.part.end;
    }
    if core[end..].iter().any(|c| c.is_alphabetic()) {
        return None;
    }
    // The full stop of "11 p.m." is the abbreviation's where there is no sentence.
    let own_stop = spans.last().is_some_and(|span| {
        span.class == Class::Time && core[span.part.clone()].ends_with(&['.', 'm'])
    });
    if !(own_stop && core[end..] == ['.']) {
        settled.extend(&core[end..]);
    }
    settled.push_str(&style.suffix);
    Some(settled)
}

/// Notes how the source writes its quotation marks.
fn read_style(core: &Spanned, masked: &Spanned, to: Language, style: &mut Style) {
    let s = &masked.chars;
    let is_letter = |i: usize| scan::at(s, i).is_alphanumeric();
    for (i, &c) in s.iter().enumerate() {
        let inside = i > 0 && is_letter(i - 1) && is_letter(i + 1);
        style.double_quotes |= chars::is_double_quote(c) && !matches!(c, '"' | '＂');
        style.apostrophes |= inside && c == '’';
        style.single_quotes |= !inside && matches!(c, '‘' | '’' | '‚' | '‛' | '‹' | '›');
    }
    style.only_single_quotes = style.single_quotes && !s.iter().any(|c| chars::is_double_quote(*c));
    style.long_dashes = to == Language::English && s.contains(&'—');
    // An author who writes “ writes ’ as well, if anything.
    style.apostrophes |= style.double_quotes && !core.chars.contains(&'\'');
}

/// The marks to end the translation with, where the model doesn't see those of the source.
fn ending(core: &[char], cleaned: &[char]) -> Option<String> {
    let marks = |s: &[char]| -> Vec<char> {
        let start = s
            .iter()
            .rposition(|c| !chars::is_final(*c))
            .map_or(0, |last| last + 1);
        s[start..].to_vec()
    };
    let (typed, seen) = (marks(core), marks(cleaned));
    if typed.is_empty() {
        let word = core.last().is_some_and(|c| c.is_alphanumeric());
        return word.then(String::new);
    }
    let odd = typed != seen || typed.iter().any(|c| !c.is_ascii());
    (odd && typed.len() < core.len()).then(|| typed.into_iter().collect())
}

/// Notes how far into the text each placeholder stands, in letters and other placeholders.
fn place(copied: &mut [Copied], text: &[char]) {
    let counts = |c: &&char| c.is_alphanumeric();
    let all = text.iter().filter(counts).count();
    let mut before = 0;
    let mut next = 0;
    for c in text {
        if let Some(one) = copied.get_mut(next)
            && one.placeholder == *c
        {
            one.place = if all == 0 {
                1.0
            } else {
                before as f32 / all as f32
            };
            next += 1;
        } else if counts(&c) {
            before += 1;
        }
    }
}

/// The runs of digits in a text, sorted.
fn numbers(text: impl Iterator<Item = char>) -> Vec<String> {
    let mut runs = vec![String::new()];
    for c in text {
        match (c.is_ascii_digit(), runs.last_mut()) {
            (true, Some(run)) => run.push(c),
            (false, Some(run)) if !run.is_empty() => runs.push(String::new()),
            _ => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs.sort();
    runs
}

#[cfg(test)]
mod tests;
