//! Names of people behind a title: "Frau Kurz" must not become "Ms. Shortly".

use super::Found;
use crate::text::language::Language;
use crate::text::scan::{any_word, at, before, has, inside, letters, run, spaces, text};

const GERMAN: &[&str] = &[
    "frau",
    "herr",
    "herrn",
    "herren",
    "familie",
    "fräulein",
    "fr",
    "hr",
    "hrn",
    "dr",
    "prof",
];
const ENGLISH: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "lady",
    "lord",
];
/// What may stand between a title and a name, or is no name at all.
const RANKS: &[&str] = &[
    "Doktor",
    "Professor",
    "Professorin",
    "Präsident",
    "Präsidentin",
    "Kanzler",
    "Kanzlerin",
    "Bundeskanzler",
    "Bundeskanzlerin",
    "Minister",
    "Ministerin",
    "Ministerpräsident",
    "Ministerpräsidentin",
    "Bundespräsident",
    "Direktor",
    "Direktorin",
    "Bürgermeister",
    "Bürgermeisterin",
    "Oberbürgermeister",
    "Oberbürgermeisterin",
    "Pfarrer",
    "Pfarrerin",
    "Kollege",
    "Kollegin",
    "Nachbar",
    "Nachbarin",
    "Vorsitzende",
    "Vorsitzender",
    "Doctor",
    "Abgeordnete",
    "Abgeordneter",
    "Kommissar",
    "Kommissarin",
    "Lehrer",
    "Lehrerin",
    "President",
    "Chairman",
    "Speaker",
    "Secretary",
    "Minister",
    "Ober",
    "Wirt",
    "Wirtin",
    "Holle",
    "Mutter",
    "Vater",
    "Und",
    "Oder",
];
const PARTICLES: &[&str] = &[
    "von", "vom", "van", "zu", "zur", "de", "del", "della", "di", "da", "le", "la", "der", "den",
];

/// Where names are expected.
#[derive(Debug, Default)]
pub struct Names {
    /// Where the name behind the last title begins.
    expected: Option<usize>,
}

impl Names {
    /// A name at a place, if a title stands before it.
    pub fn name(&mut self, s: &[char], i: usize, from: Language) -> Option<Found> {
        if inside(s, i) {
            return None;
        }
        if let Some(end) = title(s, i, from) {
            self.expected = Some(end);
            return None;
        }
        if self.expected != Some(i) {
            return None;
        }
        let end = word(s, i);
        if RANKS.contains(&text(s, i..end).as_str()) {
            self.expected = Some(spaces(s, end));
            return None;
        }
        full_name(s, i).map(|end| Found::copy(s, i..end))
    }
}

/// A title at a place; gives where the next word begins.
fn title(s: &[char], i: usize, from: Language) -> Option<usize> {
    if !at(s, i).is_uppercase() || before(s, i) == '-' {
        return None;
    }
    let titles = match from {
        Language::German => GERMAN,
        Language::English => ENGLISH,
    };
    let end = any_word(s, i, titles)?;
    let end = end + usize::from(at(s, end) == '.');
    let next = spaces(s, end);
    (next > end).then_some(next)
}

/// One or two words with capitals, particles before the last: Klein, Anna Klein, von der Leyen.
fn full_name(s: &[char], i: usize) -> Option<usize> {
    let mut end = None;
    let mut next = i;
    for _ in 0..2 {
        let mut start = next;
        while let Some(particle) = particle(s, start) {
            start = particle;
        }
        let stop = word(s, start);
        let shouted = stop > start + 1 && s[start..stop].iter().all(|c| c.is_uppercase());
        let capital = at(s, start).is_uppercase() && !shouted;
        // "Dr." is one more title and "M." an initial, which goes on.
        let initial = stop == start + 1 && at(s, stop) == '.';
        if !capital
            || stop == start
            || (at(s, stop) == '.' && !initial && stop + 1 < s.len() && short(s, start, stop))
        {
            break;
        }
        let stop = stop + usize::from(initial);
        end = Some(stop);
        next = spaces(s, stop);
        if next == stop {
            break;
        }
    }
    end
}

fn short(s: &[char], start: usize, stop: usize) -> bool {
    any_word(s, start, GERMAN).or_else(|| any_word(s, start, ENGLISH)) == Some(stop)
}

/// Where the word behind a particle begins.
fn particle(s: &[char], i: usize) -> Option<usize> {
    let there = |word: &&&str| has(s, i, word) && at(s, i + word.chars().count()) == ' ';
    let word = PARTICLES.iter().find(there)?;
    let next = spaces(s, i + word.chars().count());
    (at(s, next).is_uppercase() || PARTICLES.iter().any(|word| has(s, next, word))).then_some(next)
}

/// The end of a word with hyphens, and apostrophes before capitals: Müller-Lüdenscheidt, O'Brien.
fn word(s: &[char], i: usize) -> usize {
    let mut end = letters(s, i);
    for _ in 0..3 {
        let joined = matches!(at(s, end), '-' | '‑' | '\'' | '’') && at(s, end + 1).is_uppercase();
        if !joined {
            break;
        }
        end = run(s, end + 1, 40, char::is_alphabetic);
    }
    end
}
