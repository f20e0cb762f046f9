//! What a translation has to begin with, as tokens.

use super::Translator;
use crate::error::Error;
use crate::search::Prefix;
use crate::text::{Beginning, Prepared, Restored};

const SPACE: &str = "\u{2581}";

/// A beginning and the ways to write it.
pub(super) struct Forced {
    beginning: Beginning,
    /// For each byte that the model's translation then begins with, its place in the beginning's text.
    spelt: Vec<usize>,
    /// The tokens.
    pub prefix: Prefix,
    /// The most tokens that it can take.
    pub longest: usize,
}

impl Forced {
    /// A translation as it is shown.
    pub fn give_back(&self, restored: Restored) -> Restored {
        self.beginning.give_back(restored, &self.spelt)
    }
}

impl Translator {
    /// How to begin as typed, in at most `limit` tokens.
    ///
    /// All words but the last are the tokens that they would be in any text. The last may be the beginning of a longer
    /// one, and "▁house" is no continuation of "▁hou": so it may be written in all tokens that spell it and go on.
    pub(super) fn force(
        &self,
        typed: &str,
        prepared: &Prepared,
        limit: usize,
    ) -> Result<Forced, Error> {
        let beginning = prepared.begin(typed, &|word| self.tokenizer.score(word));
        let pieces = self.tokenizer.encode(beginning.text());
        let space = usize::from(beginning.ends_in_space());
        let tokens = pieces.len() + space;
        if tokens > limit {
            return Err(Error::PrefixTooLong { tokens, limit });
        }
        let ids: Vec<u32> = pieces.iter().map(|piece| piece.id).collect();
        let (words, last) = ids.split_at(match beginning.ends_in_space() {
            true => ids.len(),
            false => self.last_word(&ids),
        });
        let rest = match beginning.ends_in_space() {
            true => SPACE.to_owned(),
            false => last
                .iter()
                .filter_map(|&id| self.tokenizer.piece(id))
                .collect(),
        };
        let longest = words.len() + rest.chars().count();
        let ways = match longest <= limit {
            true => self.ways(&rest),
            false => None,
        };
        let (prefix, longest) = match ways {
            Some(ways) => {
                let mut prefix = Prefix::of(words);
                let moved = |(token, place): (u32, usize)| (token, place + words.len());
                let ways = ways.into_iter();
                prefix
                    .0
                    .extend(ways.map(|ways| ways.into_iter().map(moved).collect()));
                (prefix, longest)
            }
            None => (Prefix::of(&ids), ids.len()),
        };
        Ok(Forced {
            spelt: self.spelt(&beginning, &ids),
            beginning,
            prefix,
            longest,
        })
    }

    /// Where the last word begins that can be written in other tokens; the end if there is none.
    fn last_word(&self, ids: &[u32]) -> usize {
        let begins = |&id: &u32| {
            self.tokenizer
                .piece(id)
                .is_some_and(|piece| piece.starts_with(SPACE))
        };
        let start = ids.iter().rposition(begins).unwrap_or(0);
        match ids[start..].iter().all(|&id| self.is_plain(id)) {
            true => start,
            false => ids.len(),
        }
    }

    /// Whether a token is no placeholder, no byte and nothing special.
    fn is_plain(&self, id: u32) -> bool {
        self.tokenizer.is_text(id) && !self.placeholders.contains(&id)
    }

    /// All ways to write a text and go on: for each byte of it the tokens that may follow there, and where they lead to.
    /// Nothing if there is none.
    fn ways(&self, text: &str) -> Option<Vec<Vec<(u32, usize)>>> {
        let mut ways: Vec<Vec<(u32, usize)>> = vec![Vec::new(); text.len()];
        let mut reached = vec![false; text.len()];
        if let Some(first) = reached.first_mut() {
            *first = true;
        }
        let ids = (0..self.tokenizer.vocab_size() as u32).filter(|&id| self.is_plain(id));
        let pieces: Vec<(u32, &str)> = ids
            .filter_map(|id| Some((id, self.tokenizer.piece(id)?)))
            .filter(|(_, piece)| !piece.is_empty())
            .collect();
        for start in 0..text.len() {
            if !reached[start] {
                continue;
            }
            let left = &text[start..];
            for &(id, piece) in &pieces {
                let end = match () {
                    () if left.starts_with(piece) => start + piece.len(),
                    () if piece.starts_with(left) => text.len(),
                    () => continue,
                };
                if let Some(reached) = reached.get_mut(end) {
                    *reached = true;
                }
                ways[start].push((id, end));
            }
        }
        // No way into a place that none leads out of.
        for start in (0..text.len()).rev() {
            let (before, behind) = ways.split_at_mut(start + 1);
            let open = |&(_, end): &(u32, usize)| {
                behind
                    .get(end - start - 1)
                    .is_none_or(|ways| !ways.is_empty())
            };
            before[start].retain(open);
        }
        let open = ways.first().is_none_or(|ways| !ways.is_empty());
        open.then_some(ways)
    }

    /// How the model's translation then begins: for each byte its place in the beginning's text.
    fn spelt(&self, beginning: &Beginning, ids: &[u32]) -> Vec<usize> {
        let (text, origins) = self.tokenizer.spell(beginning.text());
        let mut spelt = Vec::with_capacity(text.len());
        for (i, c) in text.char_indices() {
            // A translation doesn't begin with a space, and has one byte for each.
            let written = match c {
                '\u{2581}' => usize::from(i > 0),
                c => c.len_utf8(),
            };
            spelt.resize(spelt.len() + written, origins[i]);
        }
        let decoded = self.tokenizer.decode(ids).0.len();
        if decoded != spelt.len() {
            // The vocabulary lacks a character.
            let length = beginning.text().len();
            spelt = (0..decoded).map(|i| i * length / decoded).collect();
        }
        if beginning.ends_in_space() {
            spelt.push(beginning.text().len());
        }
        spelt
    }
}
