//! Tokens, and where they stand in the text that people see.

use std::ops::Range;

use super::Translator;
use super::run::Run;
use crate::maps::Token;

impl Translator {
    /// Where the source tokens of a run stand in the sentence, the end token last.
    pub(super) fn source_spans(&self, text: &str, run: &Run) -> Vec<Range<usize>> {
        let pieces = run.pieces.iter();
        let spans = pieces.map(|piece| run.prepared.source(piece.seen.clone()));
        let end = text.len()..text.len();
        self.token_spans(text, &run.ids, spans.chain([end]).collect())
    }

    /// Stretches of a text that tokens stand for, without the space before them. All byte pieces that spell a character
    /// have that character.
    pub(super) fn token_spans(
        &self,
        text: &str,
        ids: &[u32],
        mut spans: Vec<Range<usize>>,
    ) -> Vec<Range<usize>> {
        let is_byte = |i: usize| self.tokenizer.byte_pieces().contains(&ids[i]);
        for i in (0..spans.len()).rev() {
            let part = &text[spans[i].clone()];
            spans[i].start += part.len() - part.trim_start().len();
            if spans[i].is_empty() && i + 1 < spans.len() && is_byte(i) && is_byte(i + 1) {
                spans[i] = spans[i + 1].clone();
            }
        }
        spans
    }

    pub(super) fn tokens(&self, text: &str, ids: &[u32], spans: &[Range<usize>]) -> Vec<Token> {
        let tokens = ids.iter().zip(spans);
        tokens
            .map(|(&id, range)| Token {
                text: text[range.clone()].to_owned(),
                piece: self.piece(id),
                id,
                range: range.clone(),
            })
            .collect()
    }

    /// A token as the vocabulary writes it.
    pub(super) fn piece(&self, id: u32) -> String {
        self.tokenizer.piece(id).unwrap_or_default().to_owned()
    }
}
