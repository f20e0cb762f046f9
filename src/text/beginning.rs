//! The beginning that somebody wants a translation to have: from the text typed to what the model has to write, and back.

use std::ops::Range;

use super::capitals::{self, Likeliness};
use super::clean::clean;
use super::placeholder::is_reserved;
use super::restore::{Copied, Restored};
use super::scan::upper;
use super::spanned::Spanned;
use super::{Prepared, Style};

/// Of what is copied so much must have been typed to be recognised: fewer letters begin many words.
const TELLING: usize = 4;

/// A beginning of a translation, as typed and as the model writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Beginning {
    typed: String,
    /// The bytes of `typed` that the model writes as `text`; the rest is of something copied that `text` ends with.
    whole: usize,
    text: String,
    /// For each byte of `text`, the bytes of `typed` that it stands for.
    origins: Vec<Range<usize>>,
    /// How much of `text` comes before the placeholder of what was typed in part.
    written: usize,
}

impl Prepared {
    /// Reads what a translation is to begin with.
    pub fn begin(&self, typed: &str, likeliness: Likeliness) -> Beginning {
        let mut text = Spanned::of(typed, 0..typed.len());
        take_edge_off(&mut text, &self.style);
        if self.style.spaced {
            text = capitals::close_up(&text);
        }
        // Such a character would stand for something that it isn't.
        let kept = (0..text.len()).filter(|&i| !is_reserved(text.chars[i]));
        text = Spanned {
            chars: kept.clone().map(|i| text.chars[i]).collect(),
            origins: kept.map(|i| text.origins[i].clone()).collect(),
        };
        for one in &self.copied {
            hide(&mut text, one, self.style.capitals);
        }
        let partial = hide_partial(&mut text, &self.copied, self.style.capitals);
        let mut text = clean(&text);
        if self.style.capitals {
            capitals::calm(&mut text, self.to, likeliness);
        }
        let mut beginning = Beginning {
            typed: typed.to_owned(),
            whole: partial.clone().map_or(typed.len(), |partial| partial.start),
            text: String::new(),
            origins: Vec::new(),
            written: 0,
        };
        for (i, (c, origin)) in text.chars.iter().zip(&text.origins).enumerate() {
            beginning.text.push(*c);
            beginning
                .origins
                .resize(beginning.text.len(), origin.clone());
            if partial.is_none() || i + 1 < text.len() {
                beginning.written = beginning.text.len();
            }
        }
        beginning
    }
}

impl Beginning {
    /// What the model has to begin with; without the space that may follow it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a space is typed behind it.
    pub fn ends_in_space(&self) -> bool {
        !self.text.is_empty() && self.typed.ends_with(char::is_whitespace)
    }

    /// Makes a translation begin as it was typed. `spelt` is how the model writes [`Beginning::text`] and the space behind
    /// it: for each byte that its translation begins with, the byte of the text that it stands for.
    pub fn give_back(&self, restored: Restored, spelt: &[usize]) -> Restored {
        if restored.text.starts_with(&self.typed) {
            return restored;
        }
        let written = match self.written == self.text.len() {
            true => spelt.len(),
            false => spelt.partition_point(|&place| place < self.written),
        };
        let end = match written {
            0 => 0,
            written => restored.range(0..written).end,
        };
        let moved = |range: &Range<usize>| {
            let place = |at: usize| at.max(end) - end + self.whole;
            place(range.start)..place(range.end)
        };
        let origin = |place: usize| match self.origins.get(place) {
            Some(origin) => origin.clone(),
            None => self.whole..self.whole,
        };
        let places = restored.places.iter().enumerate();
        let places = places.map(|(i, range)| match spelt.get(i) {
            Some(&place) if i < written => origin(place),
            _ => moved(range),
        });
        let copied = restored.copied.iter().cloned().map(|mut one| {
            let typed = self.text[..self.written].find(one.placeholder);
            one.target = match typed {
                Some(place) => origin(place),
                None => moved(&one.target),
            };
            one
        });
        Restored {
            text: self.typed[..self.whole].to_owned() + &restored.text[end..],
            places: places.collect(),
            copied: copied.collect(),
        }
    }
}

/// Takes off the signs that stand before the sentence in any case.
fn take_edge_off(text: &mut Spanned, style: &Style) {
    let edge: Vec<char> = style.prefix.chars().collect();
    let common = edge
        .iter()
        .zip(&text.chars)
        .take_while(|(a, b)| a == b)
        .count();
    if common == edge.len().min(text.len()) {
        text.chars.drain(..common);
        text.origins.drain(..common);
    }
}

/// How something copied is shown.
fn shown(one: &Copied, capitals: bool) -> Vec<char> {
    let shouts = capitals && one.shouts;
    let target = one.target.chars();
    target.map(|c| if shouts { upper(c) } else { c }).collect()
}

/// Whether a stretch of a text may stand for something copied: no word or number goes over its ends.
fn stands_alone(text: &[char], part: Range<usize>) -> bool {
    let joined = |i: usize| {
        let pair = i
            .checked_sub(1)
            .and_then(|before| Some((text.get(before)?, text.get(i)?)));
        pair.is_some_and(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric())
    };
    !joined(part.start) && !joined(part.end)
}

/// Puts a placeholder where what it stands for was typed.
fn hide(text: &mut Spanned, one: &Copied, capitals: bool) {
    let target = shown(one, capitals);
    let starts = 0..(text.len() + 1).saturating_sub(target.len().max(1));
    let here = |&start: &usize| {
        let part = start..start + target.len();
        text.chars[part.clone()] == target && stands_alone(&text.chars, part)
    };
    if let Some(start) = starts.into_iter().find(here) {
        text.replace(
            start..start + target.len(),
            one.placeholder.encode_utf8(&mut [0; 4]),
        );
    }
}

/// Puts a placeholder where the text ends in the middle of what it stands for. Gives what was typed of it.
fn hide_partial(text: &mut Spanned, copied: &[Copied], capitals: bool) -> Option<Range<usize>> {
    for one in copied
        .iter()
        .filter(|one| !text.chars.contains(&one.placeholder))
    {
        let target = shown(one, capitals);
        let lengths = (2..target.len().min(text.len() + 1)).rev();
        for length in lengths {
            let part = text.len() - length..text.len();
            let typed = &text.chars[part.clone()];
            let telling = length >= TELLING || typed.iter().any(|c| !c.is_alphabetic());
            if telling && *typed == target[..length] && stands_alone(&text.chars, part.clone()) {
                let typed = text.origin(part.clone());
                text.replace(part, one.placeholder.encode_utf8(&mut [0; 4]));
                return Some(typed);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{Language, Placeholders, Preparation, Prepared, prepare};

    fn prepared(sentence: &str) -> Prepared {
        let how = Preparation {
            from: Language::German,
            to: Language::English,
            placeholders: Placeholders::all(),
            all_numbers: false,
            likeliness: &likely,
        };
        prepare(sentence, &how)
    }

    fn likely(word: &str) -> f32 {
        f32::from(u8::from(word.starts_with(char::is_lowercase)))
    }

    #[test]
    fn a_beginning_is_read_as_the_model_writes_it() {
        for (sentence, typed, expected) in [
            ("Das Haus ist groß.", "The hou", "The hou"),
            ("„Das Haus ist groß“, sagt er.", "“The house", "\"The house"),
            ("• Das Haus ist groß.", "• The", "The"),
            ("• Das Haus ist groß.", "The", "The"),
            ("RASEN NICHT BETRETEN", "KEEP OFF", "Keep off"),
            (
                "Schreib an a.b@example.org!",
                "Write to a.b@example.org",
                "Write to \u{E000}",
            ),
            (
                "Schreib an a.b@example.org!",
                "Write to a.b@e",
                "Write to \u{E000}",
            ),
            ("Schreib an a.b@example.org!", "Write \u{E000}a", "Write a"),
            (
                "Das kostet 1.200,50 €.",
                "It costs €1,200.50 ",
                "It costs \u{E010}",
            ),
            ("", "", ""),
        ] {
            let found = prepared(sentence).begin(typed, &likely);
            assert_eq!(found.text(), expected, "{sentence}: {typed}");
            assert_eq!(found.ends_in_space(), typed.ends_with(' '));
            assert_eq!(found.origins.len(), found.text.len());
        }
    }

    /// As if the model wrote the beginning and went on.
    #[test]
    fn a_translation_begins_as_typed() {
        for (sentence, typed, rest, expected) in [
            (
                "Das Haus ist groß.",
                "The hou",
                "se is big.",
                "The house is big.",
            ),
            (
                "„Das Haus“, sagt er.",
                "\"The",
                " house\", he says.",
                "\"The house”, he says.",
            ),
            ("• Das Haus.", "The", " house.", "The house."),
            (
                "RASEN NICHT BETRETEN",
                "Keep ",
                "off the grass",
                "Keep OFF THE GRASS",
            ),
            (
                "An a.b@example.org!",
                "To a.b@e",
                "!",
                "To a.b@example.org!",
            ),
            (
                "An a.b@example.org!",
                "To – a.b@e",
                "!",
                "To – a.b@example.org!",
            ),
            ("An Tom!", "  To", " Tom!", "  To Tom!"),
            ("An Tom!", " ", "To Tom!", " To Tom!"),
        ] {
            let prepared = prepared(sentence);
            let beginning = prepared.begin(typed, &likely);
            let space = if beginning.ends_in_space() { " " } else { "" };
            let written = format!("{}{space}{rest}", beginning.text());
            let spelt: Vec<usize> = (0..beginning.text().len() + space.len()).collect();
            let found = beginning.give_back(prepared.restore(&written), &spelt);
            assert_eq!(found.text, expected, "{sentence}: {typed}");
            for place in &found.places {
                assert!(
                    found.text.get(place.clone()).is_some(),
                    "{typed}: {place:?}"
                );
            }
        }
        let prepared = prepared("RASEN NICHT BETRETEN");
        let beginning = prepared.begin("Keep", &likely);
        let found = beginning.give_back(prepared.restore("Keep off"), &[0, 1, 2, 3]);
        assert_eq!((found.range(0..4), found.range(4..8)), (0..4, 4..8));
    }
}
