//! Rules about the words that tokens make up: how many there may be, and how often they may come again.

use std::sync::Arc;

/// A stretch of so many words is said once, unless the rules allow more. Of 14,000 reference translations of either
/// language (Tatoeba, Multi30k, newstest2014, FLORES) 16 break this with `in_all` as `Repeats` counts it.
const STRETCH: usize = 3;

/// What a token is to these rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Begins a word.
    Word,
    /// Goes on with a word, but is long enough to be one: "-Talk".
    Part,
    /// Goes on with a word by a few letters.
    Syllable,
    /// Goes on without letters: digits, bytes. What lies beyond the table is this, too.
    Sign,
    /// A mark of punctuation.
    Mark,
}

/// How many words a hypothesis may have, and how often they may come again.
#[derive(Debug, Clone, PartialEq)]
pub struct WordRules {
    /// What each token is.
    pub kinds: Arc<[Kind]>,
    /// Most words.
    pub most: usize,
    /// How often the same tokens may come right after one another if a word is among them, at least 1.
    pub in_a_row: usize,
    /// How often other tokens may; in any case syllables may twice ("Ba-na-na"), signs and marks three times.
    pub characters_in_a_row: usize,
    /// How often the same three words may come in all, at least 1.
    pub in_all: usize,
    /// Words that may be doubled in any case.
    pub doubled: Vec<u32>,
}

impl WordRules {
    /// Writes the tokens that may not follow `path` into `blocked`, which may then hold some of them more than once.
    /// Takes the marks out of `path`. That there may be enough words is another matter: [`WordRules::enough`].
    pub(super) fn block(&self, path: &mut Vec<u32>, blocked: &mut Vec<u32>) {
        blocked.clear();
        self.block_stretches(path, blocked);
        self.block_rows(path, 1, blocked);
        // "For example, for example"; but of single words there is "was it was, was right".
        path.retain(|&token| self.kind(token) != Kind::Mark);
        self.block_rows(path, 2, blocked);
    }

    /// No other word may begin after these.
    pub(super) fn enough(&self, path: &[u32]) -> bool {
        let words = path.iter().filter(|&&token| self.begins_word(token));
        words.count() >= self.most
    }

    pub(super) fn begins_word(&self, token: u32) -> bool {
        self.kind(token) == Kind::Word
    }

    fn kind(&self, token: u32) -> Kind {
        self.kinds
            .get(token as usize)
            .copied()
            .unwrap_or(Kind::Sign)
    }

    /// A token that would complete a row of equal blocks of so many tokens or more.
    fn block_rows(&self, path: &[u32], shortest: usize, blocked: &mut Vec<u32>) {
        let length = path.len();
        for period in shortest..=length {
            let token = path[length - period];
            // As many of the last tokens are equal to those a period before, the one in question included.
            let ends = path[period..].iter().rev();
            let equal = ends.zip(path[..length - period].iter().rev());
            let equal = 1 + equal.take_while(|(a, b)| a == b).count();
            let times = 1 + equal / period;
            if times > 1 && times > self.times_in_a_row(&path[length - period..]) {
                blocked.push(token);
            }
        }
    }

    fn times_in_a_row(&self, block: &[u32]) -> usize {
        let has = |kind| block.iter().any(|&token| self.kind(token) == kind);
        let doubled = block.len() == 1 && self.doubled.contains(&block[0]);
        match () {
            () if has(Kind::Word) || has(Kind::Part) => self.in_a_row.max(1 + usize::from(doubled)),
            () if has(Kind::Syllable) => self.characters_in_a_row.max(2),
            () => self.characters_in_a_row.max(3),
        }
    }

    /// A token that would complete a stretch of words once more. `blocked` is empty; it first takes all that would
    /// repeat one, once for each time that it was said.
    fn block_stretches(&self, path: &[u32], blocked: &mut Vec<u32>) {
        for (at, &token) in path.iter().enumerate() {
            let mut words = usize::from(self.begins_word(token));
            let equal = path[..at].iter().rev().zip(path.iter().rev());
            for (&before, _) in equal.take_while(|(a, b)| a == b) {
                words += usize::from(self.begins_word(before));
                if words == STRETCH {
                    break;
                }
            }
            if words == STRETCH {
                blocked.push(token);
            }
        }
        let mut kept = 0;
        for i in 0..blocked.len() {
            let token = blocked[i];
            let said = blocked[i..].iter().filter(|&&other| other == token).count();
            if said >= self.in_all {
                blocked[kept] = token;
                kept += 1;
            }
        }
        blocked.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens 0..10 begin words, 10..19 go on with them, 19 is long, others are signs, but 30 is a mark.
    fn rules(in_a_row: usize, in_all: usize) -> WordRules {
        let kinds = (0..=30).map(|token| match token {
            0..10 => Kind::Word,
            10..19 => Kind::Syllable,
            19 => Kind::Part,
            30 => Kind::Mark,
            _ => Kind::Sign,
        });
        WordRules {
            kinds: kinds.collect(),
            most: 100,
            in_a_row,
            characters_in_a_row: in_a_row,
            in_all,
            doubled: vec![9],
        }
    }

    #[test]
    fn what_may_not_follow() {
        let nothing: &[u32] = &[];
        for (name, in_a_row, in_all, path, expected) in [
            ("nothing yet", 1, 1, nothing, nothing),
            ("a word", 1, 1, &[1], &[1]),
            ("a word that the source doubles", 2, 1, &[1], &[]),
            ("and no more", 2, 1, &[1, 1], &[1]),
            ("a word that may be doubled", 1, 1, &[9], &[]),
            ("and no more", 1, 1, &[9, 9], &[9]),
            ("a pair", 1, 1, &[3, 1, 2, 1], &[1, 2]),
            ("a word and a mark", 1, 1, &[1, 30, 1], &[1, 30]),
            (
                "a word and a mark, as in the source",
                2,
                1,
                &[1, 30, 1],
                &[],
            ),
            ("a word of two pieces", 1, 1, &[1, 10, 1], &[1, 10]),
            ("a syllable", 1, 1, &[1, 10], &[]),
            ("a syllable, twice", 1, 1, &[1, 10, 10], &[10]),
            ("what is as long as a word", 1, 1, &[1, 19], &[19]),
            ("a pair with marks", 1, 1, &[1, 2, 30, 1], &[1, 2]),
            ("a pair with other signs", 1, 1, &[1, 20, 1, 21], &[]),
            ("a word with a mark", 1, 1, &[1, 30], &[]),
            ("a sign, twice", 1, 1, &[1, 20, 20], &[]),
            ("a mark, twice", 1, 1, &[1, 30, 30], &[]),
            ("a mark, three times", 1, 1, &[1, 30, 30, 30], &[30]),
            ("a mark, as in the source", 6, 1, &[1, 30, 30, 30], &[]),
            ("three words again", 1, 1, &[1, 2, 3, 4, 1, 2], &[2, 3]),
            ("two words again", 1, 1, &[2, 3, 4, 2], &[2]),
            (
                "three words, as in the source",
                1,
                2,
                &[1, 2, 3, 4, 1, 2],
                &[2],
            ),
            (
                "three words, a third time",
                1,
                2,
                &[1, 2, 3, 4, 1, 2, 3, 5, 1, 2],
                &[2, 3],
            ),
        ] {
            let mut blocked = Vec::new();
            rules(in_a_row, in_all).block(&mut path.to_vec(), &mut blocked);
            blocked.sort();
            blocked.dedup();
            assert_eq!(blocked, expected, "{name}: {path:?}");
        }
    }

    /// "2000" has a zero three times: no reason to say a word so often.
    #[test]
    fn characters_are_no_words() {
        let rules = WordRules {
            characters_in_a_row: 4,
            ..rules(1, 1)
        };
        for (path, expected) in [
            (&[1][..], &[1][..]),
            (&[1, 10, 10, 10], &[]),
            (&[1, 20, 20, 20], &[]),
        ] {
            let mut blocked = Vec::new();
            rules.block(&mut path.to_vec(), &mut blocked);
            assert_eq!(blocked, expected, "{path:?}");
        }
    }

    #[test]
    fn words_are_counted() {
        let rules = WordRules {
            most: 2,
            ..rules(1, 1)
        };
        for (path, expected) in [(&[1u32, 10, 30][..], false), (&[1, 10, 2], true)] {
            assert_eq!(rules.enough(path), expected, "{path:?}");
        }
    }
}
