//! Options as JavaScript has them.

use serde::Deserialize;

use crate::maps::Measure;
use crate::part::{Branch, Part, Side};
use crate::sentences::LineBreaks;
use crate::translator::{CellOptions, Options, VisualizeOptions};

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
    without: Option<Vec<PartName>>,
}

/// The entry of a map; how to decode stands beside it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryOptions {
    #[serde(default)]
    without: Option<Vec<PartName>>,
    cell: EntryName,
}

#[derive(Deserialize)]
struct EntryName {
    side: SideName,
    layer: usize,
    branch: BranchName,
    head: usize,
    row: usize,
    column: usize,
}

#[derive(Deserialize)]
struct PartName {
    side: SideName,
    layer: usize,
    branch: BranchName,
    head: Option<usize>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SideName {
    Encoder,
    Decoder,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum BranchName {
    Global,
    Local,
    Cross,
}

impl PartName {
    fn part(&self) -> Part {
        Part {
            side: match self.side {
                SideName::Encoder => Side::Encoder,
                SideName::Decoder => Side::Decoder,
            },
            layer: self.layer,
            branch: match self.branch {
                BranchName::Global => Branch::Global,
                BranchName::Local => Branch::Local,
                BranchName::Cross => Branch::Cross,
            },
            head: self.head,
        }
    }
}

fn parts(names: Option<Vec<PartName>>) -> Vec<Part> {
    let names = names.unwrap_or_default();
    names.iter().map(PartName::part).collect()
}

impl EntryOptions {
    pub fn with(self, decoding: DecodingOptions) -> CellOptions {
        let EntryName {
            side,
            layer,
            branch,
            head,
            row,
            column,
        } = self.cell;
        let part = PartName {
            side,
            layer,
            branch,
            head: Some(head),
        };
        CellOptions {
            part: part.part(),
            row,
            column,
            decoding: decoding.into(),
            without: parts(self.without),
        }
    }
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
            without: parts(self.without),
            decoding: decoding.into(),
        }
    }
}
