//! The two halves of the model as search and maps see them: an encoder that runs once a sentence, and a decoder that
//! goes one target position at a time for all live hypotheses at once.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use tract_onnx::prelude::{Tensor, TractError};

use crate::bundle::{Architecture, ConvolutionKind, Layer};
use crate::error::Error;
use crate::part::Part;
use crate::search::Step;

/// A model that can translate.
pub trait Seq2Seq: Debug + Send + Sync {
    /// Runs the encoder over one sentence, the end token included.
    fn encode(&self, ids: &[u32]) -> Result<Memory, Error>;

    /// The same, keeping the values in [`encoder_trace`].
    fn encode_traced(&self, ids: &[u32]) -> Result<(Memory, Trace), Error>;

    /// A decoder at position 0 for up to `hypotheses` live hypotheses.
    fn decode(
        &self,
        memory: &Memory,
        hypotheses: usize,
    ) -> Result<Box<dyn Step<Error = Error>>, Error>;

    /// The keys of a decoder layer, `[1, heads, source, channels]`.
    fn keys(&self, memory: &Memory, layer: usize) -> Result<Value, Error>;

    /// The same model, in which these parts contribute nothing: what they give to their output projections is zero.
    fn without(&self, parts: &[Part]) -> Result<Box<dyn Seq2Seq>, Error>;

    /// Reads `tokens` one after the other and gives, for each step, [`LOGITS`] and the values in [`decoder_trace`].
    fn decode_traced(&self, memory: &Memory, tokens: &[u32]) -> Result<Vec<Trace>, Error>;
}

/// What the decoder reads of a source: keys and values of each decoder layer.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Keys, by decoder layer, in whatever layout the decoder of the same model reads.
    pub keys: Vec<Arc<Tensor>>,
    /// Values, by decoder layer, `[1, heads, source, channels]`.
    pub values: Vec<Arc<Tensor>>,
}

/// Values inside a graph, by name.
pub type Trace = BTreeMap<String, Value>;

/// The name of the decoder's scores of all next tokens.
pub const LOGITS: &str = "logits";

/// A value inside a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its elements.
    pub data: Vec<f32>,
}

impl Value {
    /// Copies a tensor.
    pub fn of(tensor: &Tensor) -> Result<Value, Error> {
        let view = tensor.to_plain_array_view::<f32>().map_err(inference)?;
        Ok(Value {
            shape: tensor.shape().to_vec(),
            data: view.iter().copied().collect(),
        })
    }
}

/// The names of the encoder's values that the maps are made of.
pub fn encoder_trace(architecture: &Architecture) -> Vec<String> {
    let mut names = vec!["encoder.output".into()];
    for (l, layer) in architecture.encoder.iter().enumerate() {
        names.extend(branch_trace(&format!("encoder.{l}"), layer));
    }
    names
}

/// The names of the decoder's values that the maps are made of.
pub fn decoder_trace(architecture: &Architecture) -> Vec<String> {
    let mut names = Vec::new();
    for (l, layer) in architecture.decoder.iter().enumerate() {
        names.extend(branch_trace(&format!("decoder.{l}"), layer));
        let cross = ["q.output", "weights", "update"];
        names.extend(cross.map(|name| format!("decoder.{l}.cross.{name}")));
    }
    names
}

fn branch_trace(prefix: &str, layer: &Layer) -> Vec<String> {
    let mut names = Vec::new();
    if layer.global.is_some() {
        let global = ["qkv.output", "weights", "values", "update"];
        names.extend(global.map(|name| format!("{prefix}.global.{name}")));
    }
    if let Some(local) = &layer.local {
        names.extend(["values", "update"].map(|name| format!("{prefix}.local.{name}")));
        if local.kind == ConvolutionKind::Dynamic {
            names.push(format!("{prefix}.local.kernels"));
        }
    }
    names
}

/// An error of tract's as one of ours.
pub fn inference(error: TractError) -> Error {
    Error::Inference(format!("{error:#}"))
}
