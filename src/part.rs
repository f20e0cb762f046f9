//! The parts of a layer that one can point at: a branch, or one head of it.

use std::ops::Range;

use crate::bundle::{Architecture, Layer};
use crate::error::Error;

/// One half of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What reads the source.
    Encoder,
    /// What writes the target.
    Decoder,
}

/// A branch of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// Self-attention.
    Global,
    /// Convolution; its heads are the channel groups that share a kernel.
    Local,
    /// Attention to the source; only in the decoder.
    Cross,
}

/// A branch of one layer, or a head of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The half.
    pub side: Side,
    /// Its layer, the one nearest the input being 0.
    pub layer: usize,
    /// The branch.
    pub branch: Branch,
    /// The head, the first being 0; `None` means the whole branch.
    pub head: Option<usize>,
}

impl Side {
    /// As the values of the graphs are named.
    pub fn name(self) -> &'static str {
        match self {
            Side::Encoder => "encoder",
            Side::Decoder => "decoder",
        }
    }

    fn layers(self, architecture: &Architecture) -> &[Layer] {
        match self {
            Side::Encoder => &architecture.encoder,
            Side::Decoder => &architecture.decoder,
        }
    }
}

impl Branch {
    /// As the values of the graphs are named.
    pub fn name(self) -> &'static str {
        match self {
            Branch::Global => "global",
            Branch::Local => "local",
            Branch::Cross => "cross",
        }
    }
}

impl Part {
    /// The name of the branch in the graphs, such as `encoder.3.global`.
    pub fn name(&self) -> String {
        format!("{}.{}.{}", self.side.name(), self.layer, self.branch.name())
    }

    /// The layer that the part is of.
    pub fn layer<'a>(&self, architecture: &'a Architecture) -> Result<&'a Layer, Error> {
        let layers = self.side.layers(architecture);
        let none = || Error::option("layer", self.layer, up_to(layers.len()));
        layers.get(self.layer).ok_or_else(none)
    }

    /// The channels of the branch's output, before its output projection, that the part makes. An error says what there is
    /// instead of a part that there isn't.
    pub fn channels(&self, architecture: &Architecture) -> Result<Range<usize>, Error> {
        let layer = self.layer(architecture)?;
        let sizes = match self.branch {
            Branch::Global => layer.global.as_ref().map(|own| (own.channels, own.heads)),
            Branch::Local => layer.local.as_ref().map(|own| (own.channels, own.groups)),
            Branch::Cross => match self.side {
                Side::Decoder => Some((architecture.d_model, architecture.cross_heads)),
                Side::Encoder => None,
            },
        };
        let Some((channels, heads)) = sizes else {
            let there = format!(
                "a branch that layer {} of the {} has",
                self.layer,
                self.side.name()
            );
            return Err(Error::option("branch", self.branch.name(), there));
        };
        let width = channels / heads;
        match self.head {
            None => Ok(0..channels),
            Some(head) if head < heads => Ok(head * width..(head + 1) * width),
            Some(head) => Err(Error::option("head", head, up_to(heads))),
        }
    }
}

/// What one of so many may be.
pub fn up_to(count: usize) -> String {
    format!("0 to {}", count.saturating_sub(1))
}
