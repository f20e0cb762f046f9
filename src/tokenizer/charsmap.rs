//! SentencePiece's precompiled character map: a double-array trie from character sequences to their normal form.

use crate::error::Error;

/// The map; an empty one leaves every character as it is.
#[derive(Debug)]
pub struct Charsmap {
    units: Vec<u32>,
    normals: String,
}

impl Charsmap {
    /// Reads the map as it stands in the model file: length of the trie, trie, normal forms each ended by NUL.
    pub fn new(blob: Vec<u8>) -> Result<Charsmap, Error> {
        if blob.is_empty() {
            return Ok(Charsmap {
                units: Vec::new(),
                normals: String::new(),
            });
        }
        let broken = || Error::Tokenizer("its character map is damaged".into());
        let (length, rest) = blob.split_first_chunk::<4>().ok_or_else(broken)?;
        let length = u32::from_le_bytes(*length) as usize;
        if !length.is_multiple_of(4) || length == 0 || length > rest.len() {
            return Err(broken());
        }
        let (trie, normals) = rest.split_at(length);
        let units = trie
            .chunks_exact(4)
            .map(|unit| u32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]))
            .collect();
        let normals = std::str::from_utf8(normals)
            .map_err(|_| broken())?
            .to_owned();
        Ok(Charsmap { units, normals })
    }

    /// The normal form of the longest known start of `text` (else of its first character), and the length of that
    /// start in bytes. `text` must not be empty.
    pub fn prefix<'a>(&'a self, text: &'a str) -> (&'a str, usize) {
        if let Some((offset, length)) = self.longest(text.as_bytes()) {
            // In a damaged map offset or length may lie within a character.
            if text.is_char_boundary(length)
                && let Some(normal) = self.normals.get(offset..)
            {
                return (normal.split('\0').next().unwrap_or_default(), length);
            }
        }
        let length = text.chars().next().map_or(0, char::len_utf8);
        (&text[..length], length)
    }

    /// Walks the double array (layout of Darts-clone).
    fn longest(&self, text: &[u8]) -> Option<(usize, usize)> {
        let mut node = offset(*self.units.first()?);
        let mut longest = None;
        for (i, &byte) in text.iter().enumerate() {
            node ^= usize::from(byte);
            let Some(&unit) = self.units.get(node) else {
                break;
            };
            if unit & (1 << 31 | 0xFF) != u32::from(byte) {
                break;
            }
            node ^= offset(unit);
            let has_leaf = unit >> 8 & 1 == 1;
            if has_leaf {
                let leaf = self.units.get(node)?;
                longest = Some(((leaf & !(1 << 31)) as usize, i + 1));
            }
        }
        longest
    }
}

fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 1 << 9) >> 6)) as usize
}
