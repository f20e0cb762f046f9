//! The graphs on tract-onnx as its documentation uses it: parse, `into_optimized`, `into_runnable`. None of the product's
//! operators or rewrites.

use tract_onnx::pb;
use tract_onnx::prelude::InferenceModelExt;
use tract_onnx::tract_core::internal::*;
use wasm_bindgen::prelude::*;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

#[wasm_bindgen(start)]
fn start() {
    // Unless something calls tract's constructors, the linker makes every export do so, on every call.
    // SAFETY: runs once, before any other function of the module.
    unsafe { __wasm_call_ctors() };
}

/// A loaded model and the state of one search.
#[wasm_bindgen]
pub struct Engine {
    encoder: Graph,
    decoder: Graph,
    /// The decoder's inputs that the encoder gives.
    memory: Vec<(String, TValue)>,
    caches: Vec<Cache>,
    logits: Option<TValue>,
}

/// A graph, and a state that is kept from run to run.
struct Graph {
    state: TypedSimpleState,
    inputs: Vec<pb::ValueInfoProto>,
    outputs: Vec<String>,
}

struct Cache {
    input: String,
    output: String,
    /// What it is at position 0.
    empty: Tensor,
    value: TValue,
}

#[wasm_bindgen]
impl Engine {
    /// Loads both graphs.
    #[wasm_bindgen(constructor)]
    pub fn new(encoder: &[u8], decoder: &[u8]) -> Result<Engine, JsError> {
        let decoder = Graph::load(decoder).map_err(js_error)?;
        let caches = decoder.inputs.iter().filter_map(Cache::new);
        Ok(Engine {
            encoder: Graph::load(encoder).map_err(js_error)?,
            caches: caches.collect::<TractResult<_>>().map_err(js_error)?,
            decoder,
            memory: Vec::new(),
            logits: None,
        })
    }

    /// Runs the encoder.
    pub fn encode(&mut self, ids: &[u32]) -> Result<(), JsError> {
        let ids = ints(&[1, ids.len()], ids).map_err(js_error)?;
        let outputs = self.encoder.run(|_| Some(ids.clone()));
        self.memory = outputs.map_err(js_error)?;
        Ok(())
    }

    /// Puts the decoder at position 0 of the encoded sentence.
    pub fn start(&mut self) {
        for cache in &mut self.caches {
            cache.value = cache.empty.clone().into_tvalue();
        }
    }

    /// One step; gives the place of the logits in memory.
    pub fn step(
        &mut self,
        parents: &[u32],
        tokens: &[u32],
        position: u32,
    ) -> Result<*const f32, JsError> {
        self.advance(parents, tokens, position).map_err(js_error)
    }

    fn advance(
        &mut self,
        parents: &[u32],
        tokens: &[u32],
        position: u32,
    ) -> TractResult<*const f32> {
        let mut inputs = vec![
            ("token".to_owned(), ints(&[tokens.len(), 1], tokens)?),
            ("position".to_owned(), ints(&[1], &[position])?),
        ];
        inputs.extend(self.memory.iter().cloned());
        for cache in &mut self.caches {
            let value = std::mem::replace(&mut cache.value, Tensor::default().into_tvalue());
            inputs.push((cache.input.clone(), pick(value, parents)?));
        }
        let mut take = |name: &str| {
            let place = inputs.iter().position(|(input, _)| input == name)?;
            Some(inputs.swap_remove(place).1)
        };
        for (name, value) in self.decoder.run(&mut take)? {
            match self.caches.iter_mut().find(|cache| cache.output == name) {
                Some(cache) => cache.value = value,
                None => self.logits = Some(value),
            }
        }
        let logits = self.logits.as_ref().context("no logits")?;
        Ok(logits.try_as_plain_ram()?.as_slice::<f32>()?.as_ptr())
    }
}

impl Graph {
    fn load(bytes: &[u8]) -> TractResult<Graph> {
        // The declared sizes of the outputs (`T+1`) are of no use to tract.
        let onnx = tract_onnx::onnx().with_ignore_output_shapes(true);
        let proto = onnx.proto_model_for_read(&mut &*bytes)?;
        let plan = onnx
            .model_for_proto_model(&proto)?
            .into_optimized()?
            .into_runnable()?;
        let graph = proto.graph.context("no graph")?;
        Ok(Graph {
            state: plan.spawn()?,
            inputs: graph.input,
            outputs: graph.output.into_iter().map(|output| output.name).collect(),
        })
    }

    fn run(
        &mut self,
        mut input: impl FnMut(&str) -> Option<TValue>,
    ) -> TractResult<Vec<(String, TValue)>> {
        let inputs = self.inputs.iter();
        let inputs: Option<TVec<TValue>> = inputs.map(|info| input(&info.name)).collect();
        let values = self.state.run(inputs.context("an input is missing")?)?;
        Ok(self.outputs.iter().cloned().zip(values).collect())
    }
}

impl Cache {
    /// The cache that this input of the decoder is, if it is one: the next value of `self_k.0` is `self_k_out.0`.
    fn new(input: &pb::ValueInfoProto) -> Option<TractResult<Cache>> {
        let (kind, layer) = input.name.split_once('.')?;
        if !["self_k", "self_v", "conv"].contains(&kind) {
            return None;
        }
        let empty = empty(input);
        Some(empty.map(|empty| Cache {
            input: input.name.clone(),
            output: format!("{kind}_out.{layer}"),
            value: empty.clone().into_tvalue(),
            empty,
        }))
    }
}

/// A cache at position 0: one hypothesis, no positions.
fn empty(input: &pb::ValueInfoProto) -> TractResult<Tensor> {
    use pb::tensor_shape_proto::dimension::Value::{DimParam, DimValue};
    let Some(pb::type_proto::Value::TensorType(tensor)) =
        input.r#type.as_ref().and_then(|kind| kind.value.as_ref())
    else {
        return Err(TractError::msg(format!("{} is no tensor", input.name)));
    };
    let shape = tensor.shape.as_ref().context("no shape")?;
    let sizes = shape.dim.iter().map(|dim| match &dim.value {
        Some(DimValue(size)) => *size as usize,
        Some(DimParam(name)) if name == "B" => 1,
        _ => 0,
    });
    Tensor::zero::<f32>(&sizes.collect::<Vec<_>>())
}

fn ints(shape: &[usize], values: &[u32]) -> TractResult<TValue> {
    let values: Vec<i64> = values.iter().map(|&value| value.into()).collect();
    Ok(Tensor::from_shape(shape, &values)?.into_tvalue())
}

/// The rows of a tensor at these places; itself where they are all its rows in order.
fn pick(tensor: TValue, rows: &[u32]) -> TractResult<TValue> {
    if rows.len() == tensor.shape()[0] && rows.iter().zip(0..).all(|(row, place)| *row == place) {
        return Ok(tensor);
    }
    let rows = rows.iter().map(|&row| row as usize);
    let rows: Vec<Tensor> = rows
        .map(|row| tensor.slice(0, row, row + 1))
        .collect::<TractResult<_>>()?;
    Ok(Tensor::stack_tensors(0, &rows)?.into_tvalue())
}

fn js_error(error: TractError) -> JsError {
    JsError::new(&format!("{error:#}"))
}
