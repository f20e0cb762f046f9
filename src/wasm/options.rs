//! Options as JavaScript has them.

use serde::Deserialize;

use crate::maps::Measure;
use crate::sentences::LineBreaks;
use crate::translator::{Options, VisualizeOptions};

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LineBreaksName {
    Keep,
    Join,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DecodingOptions {
    beam_size: Option<usize>,
    length_penalty: Option<f32>,
    line_breaks: Option<LineBreaksName>,
    n_best: Option<usize>,
    prefix: Option<String>,
    alignments: Option<bool>,
}

impl From<DecodingOptions> for Options {
    fn from(options: DecodingOptions) -> Options {
        Options {
            beam_size: options.beam_size,
            length_penalty: options.length_penalty,
            max_length: None,
            line_breaks: match options.line_breaks {
                Some(LineBreaksName::Join) => LineBreaks::Join,
                Some(LineBreaksName::Keep) | None => LineBreaks::Keep,
            },
            n_best: options.n_best,
            prefix: options.prefix.unwrap_or_default(),
            alignments: options.alignments.unwrap_or_default(),
        }
    }
}

/// What to show; how to decode stands beside it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ShowingOptions {
    measure: Option<MeasureName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum MeasureName {
    Weight,
    Contribution,
}

impl ShowingOptions {
    pub fn with(self, decoding: DecodingOptions) -> VisualizeOptions {
        VisualizeOptions {
            measure: match self.measure {
                Some(MeasureName::Contribution) => Measure::Contribution,
                Some(MeasureName::Weight) | None => Measure::Weight,
            },
            decoding: decoding.into(),
        }
    }
}
