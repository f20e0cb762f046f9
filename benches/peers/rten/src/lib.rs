//! The graphs on rten: an encoder that runs once a sentence, and a decoder that goes one position at a time. The caches
//! stay in WebAssembly and move into each run, so that rten can use their memory again.

use rten::{Dimension, Model, ModelOptions, NodeId, Value, ValueOrView, op_registry};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;
use wasm_bindgen::prelude::*;

/// A loaded model and the state of one search.
#[wasm_bindgen]
pub struct Engine {
    encoder: Model,
    decoder: Model,
    token: NodeId,
    position: NodeId,
    outputs: Vec<NodeId>,
    /// The decoder's inputs that the encoder gives.
    memory: Vec<(NodeId, Value)>,
    caches: Vec<Cache>,
    logits: Vec<f32>,
}

struct Cache {
    input: NodeId,
    /// What it is at position 0.
    empty: Tensor<f32>,
    value: Tensor<f32>,
}

#[wasm_bindgen]
impl Engine {
    /// Loads both graphs.
    #[wasm_bindgen(constructor)]
    pub fn new(encoder: Vec<u8>, decoder: Vec<u8>) -> Result<Engine, JsError> {
        let decoder = options().load(decoder)?;
        let mut outputs = vec![decoder.node_id("logits")?];
        let mut caches = Vec::new();
        for &input in decoder.input_ids() {
            let Some(output) = name(&decoder, input).and_then(cache_output) else {
                continue;
            };
            let shape = decoder.node_info(input).and_then(|info| info.shape());
            let shape: Vec<usize> = shape.iter().flatten().map(at_start).collect();
            outputs.push(decoder.node_id(&output)?);
            caches.push(Cache {
                input,
                empty: Tensor::zeros(&shape),
                value: Tensor::zeros(&shape),
            });
        }
        Ok(Engine {
            encoder: options().load(encoder)?,
            token: decoder.node_id("token")?,
            position: decoder.node_id("position")?,
            decoder,
            outputs,
            memory: Vec::new(),
            caches,
            logits: Vec::new(),
        })
    }

    /// Runs the encoder.
    pub fn encode(&mut self, ids: &[u32]) -> Result<(), JsError> {
        let inputs = vec![(
            self.encoder.node_id("source_ids")?,
            ints(&[1, ids.len()], ids),
        )];
        let outputs = self.encoder.output_ids();
        let values = self.encoder.run(inputs, outputs, None)?;
        self.memory.clear();
        for (&output, value) in outputs.iter().zip(values) {
            let name = name(&self.encoder, output).unwrap_or_default();
            self.memory.push((self.decoder.node_id(name)?, value));
        }
        Ok(())
    }

    /// Puts the decoder at position 0 of the encoded sentence.
    pub fn start(&mut self) {
        for cache in &mut self.caches {
            cache.value = cache.empty.clone();
        }
    }

    /// One step; gives the place of the logits in memory.
    pub fn step(
        &mut self,
        parents: &[u32],
        tokens: &[u32],
        position: u32,
    ) -> Result<*const f32, JsError> {
        let mut inputs = vec![
            (self.token, ints(&[tokens.len(), 1], tokens)),
            (self.position, ints(&[1], &[position])),
        ];
        for (input, value) in &self.memory {
            inputs.push((*input, value.into()));
        }
        for cache in &mut self.caches {
            let value = std::mem::replace(&mut cache.value, Tensor::zeros(&[0]));
            inputs.push((cache.input, pick(value, parents).into()));
        }
        let values = self.decoder.run(inputs, &self.outputs, None)?;
        let mut tensors = values.into_iter().map_while(Value::into_tensor::<f32>);
        self.logits = tensors.next().map(Tensor::into_data).unwrap_or_default();
        for cache in &mut self.caches {
            cache.value = tensors.next().ok_or(JsError::new("a cache is missing"))?;
        }
        Ok(self.logits.as_ptr())
    }
}

/// rten at its best: its own optimiser, weights packed at load, no more operators than the graphs have.
fn options() -> ModelOptions {
    let mut options = ModelOptions::with_ops(op_registry!(
        Add,
        Cast,
        Concat,
        Conv,
        Cos,
        DynamicQuantizeLinear,
        Gather,
        LayerNormalization,
        MatMul,
        MatMulInteger,
        Mul,
        Range,
        ReduceSum,
        Relu,
        Reshape,
        Shape,
        Sin,
        Slice,
        Softmax,
        Split,
        Squeeze,
        Transpose,
        Unsqueeze
    ));
    options.prepack_weights(true);
    options
}

fn name(model: &Model, id: NodeId) -> Option<&str> {
    model.node_info(id).and_then(|info| info.name())
}

/// The output that is the next step's `input`, if that is a cache: `self_k_out.0` of `self_k.0`.
fn cache_output(input: &str) -> Option<String> {
    let (kind, layer) = input.split_once('.')?;
    ["self_k", "self_v", "conv"]
        .contains(&kind)
        .then(|| format!("{kind}_out.{layer}"))
}

/// The size of a cache's axis at position 0: one hypothesis, no positions.
fn at_start(dimension: &Dimension) -> usize {
    match dimension {
        Dimension::Fixed(size) => *size,
        Dimension::Symbolic(name) if name == "B" => 1,
        Dimension::Symbolic(_) => 0,
    }
}

fn ints<'a>(shape: &[usize], values: &[u32]) -> ValueOrView<'a> {
    let values: Vec<i32> = values.iter().map(|&value| value as i32).collect();
    Tensor::from_data(shape, values).into()
}

/// The rows of a tensor at these places; itself where they are all its rows in order.
fn pick(tensor: Tensor<f32>, rows: &[u32]) -> Tensor<f32> {
    let mut shape = tensor.shape().to_vec();
    if rows.len() == shape[0] && rows.iter().zip(0..).all(|(row, place)| *row == place) {
        return tensor;
    }
    let length: usize = shape[1..].iter().product();
    shape[0] = rows.len();
    let data = tensor.into_data();
    let mut picked = Vec::with_capacity(rows.len() * length);
    for &row in rows {
        picked.extend_from_slice(&data[row as usize * length..][..length]);
    }
    Tensor::from_data(&shape, picked)
}
