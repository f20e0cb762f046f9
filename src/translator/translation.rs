//! What a translation tells.

use std::ops::Range;

use crate::align::Alignment;
use crate::text::Language;

/// A stretch of text: all segments of a text follow one another and cover it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SegmentKind,
}

/// What a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// To be translated; fits into one run of the model.
    Sentence {
        /// It is a part of a sentence that was too long for one run.
        split: bool,
    },
    /// To be kept as it is: white space, control characters.
    Layout,
}

/// A translated text.
#[derive(Debug, Clone, PartialEq)]
pub struct Translation {
    /// The whole text, layout included.
    pub text: String,
    /// Its sentences.
    pub sentences: Vec<SentenceTranslation>,
}

/// A translated sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceTranslation {
    /// Bytes of the text that was passed.
    pub source: Range<usize>,
    /// Bytes of [`Translation::text`].
    pub target: Range<usize>,
    /// The translation.
    pub text: String,
    /// Sum of the tokens' log-probabilities over `length ^ length_penalty`.
    pub score: f32,
    /// How far it can be trusted, 0 to 1; below a half it is a guess.
    pub confidence: f32,
    /// Target tokens, the end token included.
    pub tokens: usize,
    /// The finished hypotheses, the best (which is `text`) first; of those that read alike the best.
    pub alternatives: Vec<Alternative>,
    /// The length limit cut the translation off.
    pub truncated: bool,
    /// The source is a part of a sentence that was too long for one run.
    pub split: bool,
    /// The source is in this language, the target's, and came back as it is.
    pub detected_language: Option<Language>,
    /// Which words belong together and how probable each token is, where it was asked for.
    pub words: Option<Words>,
}

/// One finished hypothesis.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The translation.
    pub text: String,
    /// Its score.
    pub score: f32,
}

/// What is known of a translation word by word.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Words {
    /// Words of the source (bytes of the sentence) and those of the target (bytes of its translation) that they became,
    /// in the target's order.
    pub alignments: Vec<Alignment>,
    /// The tokens of the translation in order, the end token last; none where no model was needed.
    pub tokens: Vec<TokenProbability>,
}

/// A token of a translation.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenProbability {
    /// What it stands for.
    pub text: String,
    /// Bytes of the translation; empty for the end token.
    pub range: Range<usize>,
    /// The model's, given the source and the tokens before it.
    pub probability: f32,
}

impl SentenceTranslation {
    /// What has nothing to translate in it comes back as it is.
    pub(super) fn unchanged(text: &str) -> SentenceTranslation {
        SentenceTranslation {
            source: 0..text.len(),
            target: 0..text.len(),
            text: text.to_owned(),
            score: 0.0,
            confidence: 1.0,
            tokens: 0,
            alternatives: Vec::new(),
            truncated: false,
            split: false,
            detected_language: None,
            words: None,
        }
    }

    /// Puts the translations of the parts of a sentence together.
    pub(super) fn join(parts: &[SentenceTranslation]) -> SentenceTranslation {
        let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        SentenceTranslation {
            score: parts.iter().map(|part| part.score).sum::<f32>() / parts.len() as f32,
            confidence: parts
                .iter()
                .fold(1.0, |least, part| part.confidence.min(least)),
            tokens: parts.iter().map(|part| part.tokens).sum(),
            truncated: parts.iter().any(|part| part.truncated),
            split: true,
            words: Words::join(parts),
            ..SentenceTranslation::unchanged(&texts.join(" "))
        }
    }
}

impl Words {
    /// Those of the parts of a sentence, which stand in the target with a space between them.
    fn join(parts: &[SentenceTranslation]) -> Option<Words> {
        let mut joined = Words::default();
        let mut start = 0;
        for part in parts {
            let words = part.words.as_ref()?;
            let moved = |range: &Range<usize>, by: usize| range.start + by..range.end + by;
            let alignments = words.alignments.iter().map(|one| Alignment {
                source: moved(&one.source, part.source.start),
                target: moved(&one.target, start),
                weight: one.weight,
            });
            joined.alignments.extend(alignments);
            let tokens = words.tokens.iter().map(|token| TokenProbability {
                range: moved(&token.range, start),
                ..token.clone()
            });
            joined.tokens.extend(tokens);
            start += part.text.len() + 1;
        }
        Some(joined)
    }
}
