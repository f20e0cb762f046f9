//! What a text repeats: the measure of what its translation may repeat.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::search::{Kind, WordRules};
use crate::tokenizer::Tokenizer;

/// German relative clauses double these: "Leute, die die Stadt kennen".
const DOUBLED: [&str; 3] = ["▁die", "▁der", "▁das"];

/// What the pieces of a vocabulary are to the rules about words.
#[derive(Debug)]
pub struct Wording {
    kinds: Arc<[Kind]>,
    doubled: Vec<u32>,
}

impl Wording {
    /// Of a model that translates into `language`.
    pub fn new(tokenizer: &Tokenizer, language: &str) -> Wording {
        let pieces = (0..tokenizer.vocab_size() as u32).map(|id| tokenizer.piece(id));
        let mut kinds: Vec<Kind> = pieces
            .map(|piece| kind_of(piece.unwrap_or_default()))
            .collect();
        for &byte in tokenizer.byte_pieces() {
            kinds[byte as usize] = Kind::Sign;
        }
        let doubled = DOUBLED.iter().filter_map(|word| tokenizer.id(word));
        Wording {
            kinds: kinds.into(),
            doubled: match language {
                "de" => doubled.collect(),
                _ => Vec::new(),
            },
        }
    }

    /// The rules for the translation of a text: it repeats no more than the text does, and has at most twice the words
    /// and ten.
    pub fn rules(&self, text: &str) -> WordRules {
        let Repeats {
            in_a_row,
            characters_in_a_row,
            in_all,
        } = repeats(text);
        WordRules {
            kinds: Arc::clone(&self.kinds),
            most: 2 * text.split_whitespace().count() + 10,
            in_a_row,
            characters_in_a_row,
            in_all,
            doubled: self.doubled.clone(),
        }
    }
}

fn kind_of(piece: &str) -> Kind {
    let is_mark = |c: char| c.is_ascii_punctuation() || "„“”‚‘’«»–—…".contains(c);
    match piece.chars().filter(|c| c.is_alphabetic()).count() {
        _ if piece.starts_with('▁') => Kind::Word,
        0 if piece.chars().all(is_mark) => Kind::Mark,
        0 => Kind::Sign,
        1..STEM => Kind::Syllable,
        _ => Kind::Part,
    }
}

/// Longest block of words that is looked for in a row.
const WORDS: usize = 16;
/// Longest block of characters that is looked for in a row.
const CHARACTERS: usize = 8;
/// Fewer equal blocks of characters in a row are chance ("and-er-er"), not repetition ("ha-ha-ha", "1000000"). Even so
/// many single letters are ("Schifffahrt").
const MANY: usize = 3;
/// Letters by which a word is known, so that its forms count as one; what is shorter has no content.
const STEM: usize = 4;

/// How often things are said again in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeats {
    /// Most equal blocks of words, or of letters, right after one another; marks between words don't count.
    pub in_a_row: usize,
    /// The same of characters of any kind, and of single ones.
    pub characters_in_a_row: usize,
    /// How often the most frequent word of some length comes, its forms being one.
    pub in_all: usize,
}

/// Counts them.
pub fn repeats(text: &str) -> Repeats {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let at_least_many = |times: usize| if times >= MANY { times } else { 1 };
    let in_a_row = most_in_a_row(&words, 1..=WORDS)
        .max(at_least_many(most_in_a_row(&letters, 2..=CHARACTERS)));
    let mut counts = HashMap::new();
    for word in words {
        if let Some((end, c)) = word.char_indices().nth(STEM - 1) {
            *counts.entry(&word[..end + c.len_utf8()]).or_insert(0) += 1;
        }
    }
    Repeats {
        in_a_row,
        characters_in_a_row: in_a_row
            .max(at_least_many(most_in_a_row(&characters, 1..=CHARACTERS))),
        in_all: counts.into_values().max().unwrap_or(1),
    }
}

fn most_in_a_row<T: PartialEq>(items: &[T], periods: RangeInclusive<usize>) -> usize {
    let mut most = 1;
    for period in periods.take_while(|period| 2 * period <= items.len()) {
        let mut equal = 0;
        for (item, before) in items[period..].iter().zip(items) {
            equal = if item == before { equal + 1 } else { 0 };
            most = most.max(1 + equal / period);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (piece, kind) in [
            ("▁Haus", Kind::Word),
            ("▁", Kind::Word),
            ("▁12", Kind::Word),
            ("haus", Kind::Part),
            ("na", Kind::Syllable),
            ("’s", Kind::Syllable),
            ("00", Kind::Sign),
            ("\u{e000}", Kind::Sign),
            ("€", Kind::Sign),
            (".\"", Kind::Mark),
            ("“", Kind::Mark),
        ] {
            assert_eq!(kind_of(piece), kind, "{piece:?}");
        }
    }

    #[test]
    fn counts() {
        for (text, in_a_row, characters_in_a_row, in_all) in [
            ("", 1, 1, 1),
            ("Ein Hund läuft.", 1, 1, 1),
            ("Das ist sehr, sehr gut.", 2, 2, 2),
            ("Nein, nein, nein!", 3, 3, 3),
            ("Ha ha ha ha!", 4, 4, 1),
            ("Hahaha!", 3, 3, 1),
            ("1000000 Euro", 1, 6, 1),
            ("Im Jahr 2000", 1, 3, 1),
            ("Was.....?", 1, 5, 1),
            ("Brrr, die Schifffahrt!", 1, 3, 1),
            ("Ein anderer Banane-Esser.", 1, 1, 1),
            ("Ja und nein, ja und nein.", 2, 2, 2),
            ("Ein Mann mit Hut und ein alter Mann mit Männern", 1, 1, 2),
            ("Arbeiter arbeiten an ihrer Arbeit.", 1, 1, 3),
            ("ÄÖÜß, äöüß", 2, 2, 2),
        ] {
            let expected = Repeats {
                in_a_row,
                characters_in_a_row,
                in_all,
            };
            assert_eq!(repeats(text), expected, "{text:?}");
        }
    }
}
