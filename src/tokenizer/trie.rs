//! All pieces that start at a place of the text.

use crate::error::Error;

/// The pieces in byte order; walking down the trie is narrowing a range of them.
#[derive(Debug)]
pub struct Trie {
    words: Vec<(Box<[u8]>, u32)>,
    /// Where the words with each first byte start; 257 entries.
    first: Vec<usize>,
}

impl Trie {
    /// Makes a trie of non-empty, different words.
    pub fn new<'a>(words: impl Iterator<Item = (&'a [u8], u32)>) -> Result<Trie, Error> {
        // The first bytes as one number mostly tell two words apart: at load time, before the engine has optimised this,
        // comparing slices is slow.
        let mut words: Vec<(u64, &[u8], u32)> =
            words.map(|(word, id)| (start(word), word, id)).collect();
        words.sort_unstable();
        let words = words.into_iter().map(|(_, word, id)| (word.into(), id));
        let words: Vec<(Box<[u8]>, u32)> = words.collect();
        let twice = words.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if twice || words.iter().any(|(word, _)| word.is_empty()) {
            return Err(Error::Tokenizer("a piece is empty or stands twice".into()));
        }
        let first = (0..=256)
            .map(|byte| words.partition_point(|(word, _)| usize::from(word[0]) < byte))
            .collect();
        Ok(Trie { words, first })
    }

    /// Calls `found` with length and id of each word that `text` starts with, the shortest first.
    pub fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let Some(&byte) = text.first() else { return };
        let byte = usize::from(byte);
        let mut words = &self.words[self.first[byte]..self.first[byte + 1]];
        for depth in 1..=text.len() {
            // The word that ends here is the first of those that share this start.
            match words.first() {
                Some((word, id)) if word.len() == depth => {
                    found(depth, *id);
                    words = &words[1..];
                }
                Some(_) => {}
                None => return,
            }
            let Some(next) = text.get(depth) else { return };
            let from = words.partition_point(|(word, _)| word[depth] < *next);
            let to = from + words[from..].partition_point(|(word, _)| word[depth] == *next);
            words = &words[from..to];
        }
    }
}

/// The first eight bytes, zeros where there are fewer.
fn start(word: &[u8]) -> u64 {
    let mut start = [0; 8];
    for (to, byte) in start.iter_mut().zip(word) {
        *to = *byte;
    }
    u64::from_be_bytes(start)
}
