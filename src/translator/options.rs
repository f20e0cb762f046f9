//! How to decode, and what to show.

use super::Translator;
use crate::error::Error;
use crate::maps::Measure;
use crate::part::Part;
use crate::sentences::LineBreaks;

/// How to decode. What is `None` is as the bundle says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    /// Hypotheses kept at each step, 1 to 16; 1 is greedy decoding.
    pub beam_size: Option<usize>,
    /// Power of the length by which a hypothesis' log-probability is divided, 0 to 4.
    pub length_penalty: Option<f32>,
    /// Most target tokens of a sentence, the end token included; at least 1, no more than the bundle's limit is used.
    pub max_length: Option<usize>,
    /// What a line break inside a paragraph is.
    pub line_breaks: LineBreaks,
    /// How many alternatives to give at most, 1 to 16: the beam is made at least as wide. `None` gives all that the
    /// search has finished.
    pub n_best: Option<usize>,
    /// What the translation of the first sentence begins with, character for character.
    pub prefix: String,
    /// Whether to tell which words of source and target belong together, and how probable each token is.
    pub alignments: bool,
}

/// How to decode and what to show.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VisualizeOptions {
    /// What the map entries mean.
    pub measure: Measure,
    /// Parts of the model that contribute nothing.
    pub without: Vec<Part>,
    /// How to decode.
    pub decoding: Options,
}

/// [`Options`] that were looked at.
pub(super) struct Decoding {
    pub beam_size: usize,
    pub length_penalty: f32,
    pub max_length: usize,
}

impl Translator {
    /// The options, those that are left out as the bundle has them.
    pub(super) fn check(&self, options: &Options) -> Result<Decoding, Error> {
        const SIZES: std::ops::RangeInclusive<usize> = 1..=16;
        let decoding = &self.manifest.decoding;
        let beam_size = options.beam_size.unwrap_or(decoding.beam_size);
        if !SIZES.contains(&beam_size) {
            return Err(Error::option("beam_size", beam_size, "1 to 16"));
        }
        let n_best = options.n_best.unwrap_or(1);
        if !SIZES.contains(&n_best) {
            return Err(Error::option("n_best", n_best, "1 to 16"));
        }
        let length_penalty = options.length_penalty.unwrap_or(decoding.length_penalty);
        if !(0.0..=4.0).contains(&length_penalty) {
            return Err(Error::option("length_penalty", length_penalty, "0 to 4"));
        }
        let max_length = options.max_length.unwrap_or(usize::MAX);
        if max_length == 0 {
            return Err(Error::option("max_length", max_length, "at least 1"));
        }
        Ok(Decoding {
            beam_size: beam_size.max(n_best),
            length_penalty,
            max_length,
        })
    }
}
