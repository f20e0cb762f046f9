//! The encoder and the decoder one call at a time, which the package doesn't show, and the tokenizer: part of the crate
//! with the feature `bench` only, so that it is compiled as the package is.

use wasm_bindgen::prelude::*;

use crate::bundle::{Bundle, DECODER, ENCODER, Manifest, TOKENIZER};
use crate::error::Error;
use crate::graph::{fast::Fast, onnx::OnnxGraph};
use crate::search::Step;
use crate::seq2seq::{Memory, Seq2Seq};
use crate::tokenizer::Tokenizer;

/// A loaded model and the state of one search.
#[wasm_bindgen]
pub struct Engine {
    manifest: Manifest,
    tokenizer: Tokenizer,
    model: Fast,
    memory: Option<Memory>,
    session: Option<Box<dyn Step<Error = Error>>>,
}

#[wasm_bindgen]
impl Engine {
    /// Loads a bundle.
    #[wasm_bindgen(constructor)]
    pub fn new(
        manifest: &[u8],
        tokenizer: &[u8],
        encoder: &[u8],
        decoder: &[u8],
        weights: &[u8],
    ) -> Result<Engine, JsError> {
        let bundle = Bundle::from_files(manifest, |name| match name {
            TOKENIZER => Some(tokenizer.to_vec()),
            ENCODER => Some(encoder.to_vec()),
            DECODER => Some(decoder.to_vec()),
            _ => Some(weights.to_vec()),
        })?;
        let encoder = OnnxGraph::read(&bundle, ENCODER)?;
        let decoder = OnnxGraph::read(&bundle, DECODER)?;
        Ok(Engine {
            manifest: bundle.manifest().clone(),
            tokenizer: Tokenizer::new(bundle.file(TOKENIZER)?)?,
            model: Fast::new(bundle.manifest(), &encoder, &decoder)?,
            memory: None,
            session: None,
        })
    }

    /// The ids of a sentence, the end token included.
    pub fn ids(&self, text: &str) -> Vec<u32> {
        let pieces = self.tokenizer.encode(text).into_iter();
        let end = self.manifest.special_ids.eos;
        pieces.map(|piece| piece.id).chain([end]).collect()
    }

    /// The text of ids.
    pub fn text(&self, ids: &[u32]) -> String {
        self.tokenizer.decode(ids).0
    }

    /// Runs the encoder.
    pub fn encode(&mut self, ids: &[u32]) -> Result<(), JsError> {
        self.memory = Some(self.model.encode(ids)?);
        Ok(())
    }

    /// Puts the decoder at position 0 of the encoded sentence.
    pub fn start(&mut self, hypotheses: usize) -> Result<(), JsError> {
        let memory = self.memory.as_ref().ok_or(JsError::new("encode first"))?;
        self.session = Some(self.model.decode(memory, hypotheses)?);
        Ok(())
    }

    /// One step; gives the place of the logits in memory.
    pub fn step(
        &mut self,
        parents: &[u32],
        tokens: &[u32],
        position: u32,
    ) -> Result<*const f32, JsError> {
        let session = self.session.as_mut().ok_or(JsError::new("start first"))?;
        let parents: Vec<usize> = parents.iter().map(|&parent| parent as usize).collect();
        let logits = session.step(&parents, tokens, position as usize)?;
        Ok(logits.as_ptr())
    }
}
