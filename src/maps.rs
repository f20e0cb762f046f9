//! What the branches of each layer attended to.

use std::ops::Range;

/// What the entries of a map mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// The attention weight, or the kernel weight of the convolution.
    #[default]
    Weight,
    /// The weight times the norm of the value it carries, each row scaled to the sum 1.
    Contribution,
}

/// One map: `rows * cols` entries, row after row; a row is an attending position.
#[derive(Debug, Clone, PartialEq)]
pub struct Map2D {
    /// The entries, row-major.
    pub data: Vec<f32>,
    /// Attending positions.
    pub rows: usize,
    /// Attended positions.
    pub cols: usize,
}

/// How much each branch contributes to a token's update; the two sum to 1 for each token.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Of the attention branch, by token.
    pub global: Vec<f32>,
    /// Of the convolution branch, by token.
    pub local: Vec<f32>,
}

/// The maps of one layer. A branch that the model lacks has no maps.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerMaps {
    /// Self-attention, one map a head.
    pub global: Vec<Map2D>,
    /// Convolution, one map a channel group.
    pub local: Vec<Map2D>,
    /// Attention to the source, one map a head; only in the decoder.
    pub cross: Option<Vec<Map2D>>,
    /// Shares of the two branches.
    pub share: Share,
    /// Positions that the convolution's kernel covers.
    pub kernel_size: Option<usize>,
}

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The stretch of the text that the token stands for; empty for the end token.
    pub text: String,
    /// The piece of the vocabulary, with `▁` for a space.
    pub piece: String,
    /// Its id.
    pub id: u32,
    /// Bytes of the text; empty for the end token.
    pub range: Range<usize>,
}

/// A sentence's translation and everything that was attended to on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceVisualization {
    /// The translation.
    pub translation: String,
    /// Its score, as in [`SentenceTranslation`](crate::SentenceTranslation).
    pub score: f32,
    /// What the map entries mean.
    pub measure: Measure,
    /// Tokens of the source, the end token last; ranges are in the text that was passed.
    pub source: Vec<Token>,
    /// Tokens of the target, the end token last; ranges are in `translation`.
    pub target: Vec<Token>,
    /// Encoder layers; all maps are `source` by `source`.
    pub encoder: Vec<LayerMaps>,
    /// Decoder layers; row `t` is the step that reads target token `t - 1` and predicts target token `t`.
    pub decoder: Vec<LayerMaps>,
}
