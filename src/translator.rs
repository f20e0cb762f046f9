//! The object that users of the crate meet: text in, text (and maps) out.

use std::ops::Range;

use crate::bundle::{Bundle, Manifest};
use crate::cost::Cost;
use crate::error::Error;
use crate::maps::{Measure, SentenceVisualization};

/// How to decode. What is `None` is as the bundle says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Options {
    /// Hypotheses kept at each step, 1 to 16; 1 is greedy decoding.
    pub beam_size: Option<usize>,
    /// Power of the length by which a hypothesis' log-probability is divided, 0 to 4.
    pub length_penalty: Option<f32>,
    /// Most target tokens of a sentence, the end token included; at least 1, no more than the bundle's limit is used.
    pub max_length: Option<usize>,
}

/// How to decode and what to show.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct VisualizeOptions {
    /// What the map entries mean.
    pub measure: Measure,
    /// How to decode.
    pub decoding: Options,
}

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
    /// Target tokens, the end token included.
    pub tokens: usize,
    /// All finished hypotheses, the best (which is `text`) first.
    pub alternatives: Vec<Alternative>,
    /// The length limit cut the translation off.
    pub truncated: bool,
    /// The source is a part of a sentence that was too long for one run.
    pub split: bool,
}

/// One finished hypothesis.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The translation.
    pub text: String,
    /// Its score.
    pub score: f32,
}

/// A loaded model.
#[derive(Debug)]
pub struct Translator {
    manifest: Manifest,
}

impl Translator {
    /// Loads a bundle.
    pub fn new(bundle: Bundle) -> Result<Translator, Error> {
        todo!("{:?}", bundle)
    }

    /// What the bundle says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Cuts a text into sentences and the layout between them.
    pub fn segments(&self, text: &str) -> Vec<Segment> {
        todo!("{text}")
    }

    /// Translates a text sentence by sentence, keeping the layout between them.
    pub fn translate(&self, text: &str, options: &Options) -> Result<Translation, Error> {
        todo!("{text} {options:?}")
    }

    /// Translates a text as one sentence. Only if it is too long for one run it is split, and the result says so.
    pub fn translate_sentence(
        &self,
        text: &str,
        options: &Options,
    ) -> Result<SentenceTranslation, Error> {
        todo!("{text} {options:?}")
    }

    /// Translates a text as one sentence and shows what the model attended to.
    pub fn visualize_sentence(
        &self,
        text: &str,
        options: &VisualizeOptions,
    ) -> Result<SentenceVisualization, Error> {
        todo!("{text} {options:?}")
    }

    /// Parameters and mult-adds for a source and a target of so many tokens, the end tokens included.
    pub fn cost(&self, source_tokens: usize, target_tokens: usize) -> Cost {
        todo!("{source_tokens} {target_tokens}")
    }

    /// Source tokens of a text, an end token for each of its sentences included; 0 if there is nothing to translate.
    pub fn measure(&self, text: &str) -> usize {
        todo!("{text}")
    }
}
