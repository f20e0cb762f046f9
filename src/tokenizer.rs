//! SentencePiece unigram models: text to pieces with their byte offsets, and back.
//!
//! Written out here because no crate gives what is needed: `tokenizers` and `spm_precompiled` normalise grapheme by
//! grapheme, which differs from SentencePiece, and `kitoken` has no offsets; both bring a regular-expression engine
//! into the download. The order of floating-point operations follows the original, so ties fall the same way.

mod charsmap;
mod proto;
mod trie;

use std::ops::Range;

use self::charsmap::Charsmap;
use self::proto::PieceType;
use self::trie::Trie;
use crate::error::Error;

const SPACE: &str = "\u{2581}";
/// What an unknown piece becomes in decoded text.
const UNKNOWN_SURFACE: &str = " \u{2047} ";
const UNKNOWN_PENALTY: f32 = 10.0;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its id.
    pub id: u32,
    /// Bytes of the text it stands for. Of the byte pieces that spell one character the last has the character's
    /// range and the others are empty, as in SentencePiece.
    pub range: Range<usize>,
    /// The characters that one sees of it: without the space before it and what no piece stands for. Byte pieces have
    /// the character that they are part of.
    pub seen: Range<usize>,
}

/// A SentencePiece unigram model.
#[derive(Debug)]
pub struct Tokenizer {
    pieces: Vec<String>,
    scores: Vec<f32>,
    types: Vec<PieceType>,
    trie: Trie,
    charsmap: Charsmap,
    unk: u32,
    unk_score: f32,
    /// Ids of the 256 byte pieces, if the model has byte fallback.
    bytes: Option<Vec<u32>>,
    add_dummy_prefix: bool,
    remove_extra_whitespaces: bool,
}

impl Tokenizer {
    /// Reads a SentencePiece model file.
    pub fn new(model: &[u8]) -> Result<Tokenizer, Error> {
        let model = proto::decode(model)?;
        let charsmap = Charsmap::new(model.charsmap)?;
        let types: Vec<PieceType> = model.pieces.iter().map(|piece| piece.kind).collect();
        let scores: Vec<f32> = model.pieces.iter().map(|piece| piece.score).collect();
        let pieces: Vec<String> = model.pieces.into_iter().map(|piece| piece.text).collect();

        let unknown = |kind: &PieceType| *kind == PieceType::Unknown;
        let unk = match types.iter().position(unknown) {
            Some(id) if types.iter().filter(|kind| unknown(kind)).count() == 1 => id as u32,
            _ => return Err(Error::Tokenizer("it must have one unknown piece".into())),
        };
        let min_score = (0..pieces.len())
            .filter(|&id| types[id] == PieceType::Normal)
            .map(|id| scores[id])
            .fold(f32::INFINITY, f32::min);
        if !min_score.is_finite() {
            return Err(Error::Tokenizer(
                "it has no piece with a finite score".into(),
            ));
        }
        let words = (0..pieces.len())
            .filter(|&id| types[id] == PieceType::Normal)
            .map(|id| (pieces[id].as_bytes(), id as u32));
        let trie = Trie::new(words)?;
        let bytes = match model.byte_fallback {
            true => Some(byte_pieces(&pieces, &types)?),
            false => None,
        };
        Ok(Tokenizer {
            pieces,
            scores,
            types,
            trie,
            charsmap,
            unk,
            unk_score: min_score - UNKNOWN_PENALTY,
            bytes,
            add_dummy_prefix: model.add_dummy_prefix,
            remove_extra_whitespaces: model.remove_extra_whitespaces,
        })
    }

    /// Number of pieces.
    pub fn vocab_size(&self) -> usize {
        self.pieces.len()
    }

    /// The piece with this id, `▁` standing for a space.
    pub fn piece(&self, id: u32) -> Option<&str> {
        self.pieces.get(id as usize).map(String::as_str)
    }

    /// The id of a piece that stands for text.
    pub fn id(&self, piece: &str) -> Option<u32> {
        let normal = |id: &usize| self.types[*id] == PieceType::Normal && self.pieces[*id] == piece;
        (0..self.pieces.len()).find(normal).map(|id| id as u32)
    }

    /// The log-probability of a text's most probable pieces: of two spellings the more usual one has the higher.
    pub fn score(&self, text: &str) -> f32 {
        let path = self.best_path(&self.normalize(text).text);
        let scores = path.into_iter().map(|(_, id)| match id == self.unk {
            true => self.unk_score,
            false => self.scores[id as usize],
        });
        scores.sum()
    }

    /// The ids of the pieces that stand for a byte.
    pub fn byte_pieces(&self) -> &[u32] {
        self.bytes.as_deref().unwrap_or_default()
    }

    /// Whether a piece stands for text as it is written, not for a byte or for something special.
    pub fn is_text(&self, id: u32) -> bool {
        self.types.get(id as usize) == Some(&PieceType::Normal)
    }

    /// A text as pieces spell it, `▁` standing for a space, and for each byte of it, and its end, the byte of the text that
    /// it comes from.
    pub fn spell(&self, text: &str) -> (String, Vec<usize>) {
        let Normalized { text, origins, .. } = self.normalize(text);
        (text, origins)
    }

    /// Cuts a text into the most probable pieces. Nothing is added at either end.
    pub fn encode(&self, text: &str) -> Vec<Piece> {
        let normalized = self.normalize(text);
        let bytes = normalized.text.as_bytes();
        let mut pieces = Vec::new();
        let mut previous_unknown = false;
        for (range, id) in self.best_path(&normalized.text) {
            let original = normalized.origins[range.start]..normalized.origins[range.end];
            let seen = normalized.seen(range.clone());
            let unknown = id == self.unk;
            match (&self.bytes, pieces.last_mut()) {
                (Some(byte_ids), _) if unknown => {
                    for at in range.clone() {
                        let last = at + 1 == range.end;
                        let end = if last { original.end } else { original.start };
                        pieces.push(Piece {
                            id: byte_ids[usize::from(bytes[at])],
                            range: original.start..end,
                            seen: seen.clone(),
                        });
                    }
                }
                // A run of unknown characters is one unknown piece.
                (None, Some(last)) if unknown && previous_unknown => {
                    last.range.end = original.end;
                    last.seen.end = seen.end;
                }
                _ => pieces.push(Piece {
                    id,
                    range: original,
                    seen,
                }),
            }
            previous_unknown = unknown;
        }
        pieces
    }

    /// Puts pieces together to a text and gives each piece's range in it. Bytes that are not UTF-8 become U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> (String, Vec<Range<usize>>) {
        let mut text = String::new();
        let mut ranges = Vec::with_capacity(ids.len());
        let mut pending = Vec::new();
        let mut at_start = true;
        let mut start_space_seen = false;
        for &id in ids {
            let kind = self.types.get(id as usize).copied();
            if kind == Some(PieceType::Byte) {
                pending.push(self.byte_of(id));
                continue;
            }
            flush_bytes(&mut pending, &mut text, &mut ranges);
            if start_space_seen || !text.is_empty() {
                at_start = false;
            }
            start_space_seen = false;
            let start = text.len();
            match kind {
                Some(PieceType::Normal) => {
                    let mut piece = self.pieces[id as usize].as_str();
                    if at_start
                        && (self.add_dummy_prefix || self.remove_extra_whitespaces)
                        && let Some(rest) = piece.strip_prefix(SPACE)
                    {
                        piece = rest;
                        // With extra spaces removed every leading space goes, not only the first.
                        start_space_seen = !self.remove_extra_whitespaces;
                    }
                    for (i, part) in piece.split(SPACE).enumerate() {
                        if i > 0 {
                            text.push(' ');
                        }
                        text.push_str(part);
                    }
                }
                Some(PieceType::Unknown) => text.push_str(UNKNOWN_SURFACE),
                _ => {}
            }
            ranges.push(start..text.len());
        }
        flush_bytes(&mut pending, &mut text, &mut ranges);
        (text, ranges)
    }

    fn byte_of(&self, id: u32) -> u8 {
        let ids = self.bytes.as_deref().unwrap_or_default();
        // `proto::decode` lets byte pieces through only where each of the 256 stands once.
        ids.iter().position(|&byte| byte == id).unwrap_or_default() as u8
    }

    /// Follows the model's rules for characters and spaces, and remembers where each byte comes from.
    fn normalize(&self, text: &str) -> Normalized {
        let mut out = Normalized {
            text: String::with_capacity(text.len() + text.len() / 4 + 3),
            origins: Vec::with_capacity(text.len() + text.len() / 4 + 4),
            ends: Vec::with_capacity(text.len() + text.len() / 4 + 3),
        };
        let mut at = 0;
        if self.remove_extra_whitespaces {
            while at < text.len() {
                let (normal, length) = self.charsmap.prefix(&text[at..]);
                if normal != " " {
                    break;
                }
                at += length;
            }
        }
        if at == text.len() {
            out.origins.push(at);
            return out;
        }
        if self.add_dummy_prefix {
            out.push(SPACE, at..at);
        }
        let mut previous_space = self.remove_extra_whitespaces;
        while at < text.len() {
            let (mut normal, length) = self.charsmap.prefix(&text[at..]);
            if previous_space {
                normal = normal.trim_start_matches(' ');
            }
            if !normal.is_empty() {
                for (i, part) in normal.split(' ').enumerate() {
                    if i > 0 {
                        out.push(SPACE, at..at + length);
                    }
                    out.push(part, at..at + length);
                }
                previous_space = self.remove_extra_whitespaces && normal.ends_with(' ');
            }
            at += length;
        }
        if self.remove_extra_whitespaces {
            while out.text.ends_with(SPACE) {
                let length = out.text.len() - SPACE.len();
                at = out.origins[length];
                out.text.truncate(length);
                out.origins.truncate(length);
                out.ends.truncate(length);
            }
        }
        out.origins.push(at);
        out
    }

    /// The segmentation with the highest sum of scores (Viterbi).
    fn best_path(&self, text: &str) -> Vec<(Range<usize>, u32)> {
        #[derive(Clone, Copy)]
        struct End {
            score: f32,
            start: usize,
            id: u32,
        }
        const UNREACHED: usize = usize::MAX;
        let mut ends = vec![
            End {
                score: 0.0,
                start: UNREACHED,
                id: 0
            };
            text.len() + 1
        ];
        for (start, first) in text.char_indices() {
            let before = ends[start].score;
            let first_length = first.len_utf8();
            let mut single = false;
            self.trie.prefixes(&text.as_bytes()[start..], |length, id| {
                let end = &mut ends[start + length];
                // SentencePiece adds and compares in f64 here and stores in f32.
                let score = f64::from(self.scores[id as usize]) + f64::from(before);
                if end.start == UNREACHED || score > f64::from(end.score) {
                    *end = End {
                        score: score as f32,
                        start,
                        id,
                    };
                }
                single |= length == first_length;
            });
            if !single {
                let end = &mut ends[start + first_length];
                let score = self.unk_score + before;
                if end.start == UNREACHED || score > end.score {
                    *end = End {
                        score,
                        start,
                        id: self.unk,
                    };
                }
            }
        }
        let mut path = Vec::new();
        let mut end = text.len();
        while end > 0 {
            let End { start, id, .. } = ends[end];
            path.push((start..end, id));
            end = start;
        }
        path.reverse();
        path
    }
}

/// A normalised text; byte `i` comes from what begins at `origins[i]`, with one more entry for the end, and ends at
/// `ends[i]`.
struct Normalized {
    text: String,
    origins: Vec<usize>,
    ends: Vec<usize>,
}

impl Normalized {
    fn push(&mut self, text: &str, origin: Range<usize>) {
        self.text.push_str(text);
        self.origins.resize(self.text.len(), origin.start);
        self.ends.resize(self.text.len(), origin.end);
    }

    /// Where the characters of a part come from; of a mere space, where that does.
    fn seen(&self, part: Range<usize>) -> Range<usize> {
        let bare = self.text[part.clone()].trim_start_matches(SPACE);
        let first = match bare.len() {
            0 => part.start,
            length => part.end - length,
        };
        self.origins[first]..self.ends[part.end - 1].max(self.origins[first])
    }
}

fn byte_pieces(pieces: &[String], types: &[PieceType]) -> Result<Vec<u32>, Error> {
    let ids = (0..pieces.len()).filter(|&id| types[id] == PieceType::Byte);
    let ids: Vec<usize> = ids.collect();
    (0..=255u8)
        .map(|byte| {
            let name = format!("<0x{byte:02X}>");
            let id = ids.iter().find(|&&id| pieces[id] == name);
            id.map(|&id| id as u32)
                .ok_or_else(|| Error::Tokenizer(format!("it lacks the byte piece {name}")))
        })
        .collect()
}

/// Writes out a run of byte pieces; every byte that is no part of a character becomes U+FFFD.
fn flush_bytes(bytes: &mut Vec<u8>, text: &mut String, ranges: &mut Vec<Range<usize>>) {
    let mut rest = bytes.as_slice();
    while let Some(&first) = rest.first() {
        let length = match first {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        let start = text.len();
        match rest.get(..length).map(std::str::from_utf8) {
            Some(Ok(character)) => {
                ranges.extend(std::iter::repeat_n(start..start, length - 1));
                text.push_str(character);
                rest = &rest[length..];
            }
            _ => {
                text.push(char::REPLACEMENT_CHARACTER);
                rest = &rest[1..];
            }
        }
        ranges.push(start..text.len());
    }
    bytes.clear();
}
