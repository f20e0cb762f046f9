//! The graphs as tract-onnx itself reads and runs them, with none of our operators: slow, and the yardstick that tests
//! hold the fast plan against. Not part of the WebAssembly build, where it would cost most of the download.

use std::sync::Arc;

use tract_onnx::pb;
use tract_onnx::prelude::*;

use crate::bundle::Architecture;
use crate::error::Error;
use crate::graph::onnx::OnnxGraph;
use crate::part::{Part, Side};
use crate::search::Step;
use crate::seq2seq::{
    LOGITS, Memory, Seq2Seq, Trace, Value, decoder_trace, encoder_trace, inference,
};

/// The model on tract's own operators.
#[derive(Debug)]
pub struct Reference {
    architecture: Architecture,
    graphs: [OnnxGraph; 2],
    encoder: Plan,
    encoder_traced: Plan,
    decoder: Plan,
    decoder_traced: Plan,
}

#[derive(Debug, Clone)]
struct Plan {
    plan: Arc<TypedSimplePlan>,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

impl Reference {
    /// Loads the graphs of a bundle.
    pub fn new(
        architecture: &Architecture,
        encoder: &OnnxGraph,
        decoder: &OnnxGraph,
    ) -> Result<Reference, Error> {
        Reference::silenced(architecture, encoder, decoder, &[])
    }

    fn silenced(
        architecture: &Architecture,
        encoder: &OnnxGraph,
        decoder: &OnnxGraph,
        silent: &[Part],
    ) -> Result<Reference, Error> {
        let masks = |side: Side| {
            let parts = silent.iter().filter(|part| part.side == side);
            parts
                .map(|part| Mask::new(architecture, part))
                .collect::<Result<Vec<_>, Error>>()
        };
        let (of_encoder, of_decoder) = (masks(Side::Encoder)?, masks(Side::Decoder)?);
        Ok(Reference {
            architecture: architecture.clone(),
            encoder: Plan::new(encoder, &[], &of_encoder)?,
            encoder_traced: Plan::new(encoder, &encoder_trace(architecture), &of_encoder)?,
            decoder: Plan::new(decoder, &[], &of_decoder)?,
            decoder_traced: Plan::new(decoder, &decoder_trace(architecture), &of_decoder)?,
            graphs: [encoder.clone(), decoder.clone()],
        })
    }

    fn memory(&self, outputs: &mut Vec<(String, TValue)>) -> Result<Memory, Error> {
        let mut take = |prefix: &str| {
            (0..self.architecture.decoder.len())
                .map(|l| {
                    take_output(outputs, &format!("{prefix}.{l}")).map(TValue::into_arc_tensor)
                })
                .collect::<Result<Vec<_>, Error>>()
        };
        Ok(Memory {
            keys: take("cross_k")?,
            values: take("cross_v")?,
        })
    }

    fn session(&self, plan: &Plan, memory: &Memory) -> Result<Session, Error> {
        let mut caches = Vec::new();
        for (l, layer) in self.architecture.decoder.iter().enumerate() {
            if let Some(global) = &layer.global {
                let shape = [1, global.heads, 0, global.channels / global.heads];
                for name in ["self_k", "self_v"] {
                    let cache = Tensor::zero::<f32>(&shape).map_err(inference)?;
                    caches.push((format!("{name}.{l}"), format!("{name}_out.{l}"), cache));
                }
            }
            if let Some(local) = &layer.local {
                let shape = [1, local.kernel_size - 1, local.channels];
                let cache = Tensor::zero::<f32>(&shape).map_err(inference)?;
                caches.push((format!("conv.{l}"), format!("conv_out.{l}"), cache));
            }
        }
        Ok(Session {
            plan: plan.clone(),
            memory: memory.clone(),
            caches,
            logits: Vec::new(),
        })
    }
}

impl Seq2Seq for Reference {
    fn encode(&self, ids: &[u32]) -> Result<Memory, Error> {
        let mut outputs = self.encoder.run(|_| Ok(source(ids)))?;
        self.memory(&mut outputs)
    }

    fn encode_traced(&self, ids: &[u32]) -> Result<(Memory, Trace), Error> {
        let mut outputs = self.encoder_traced.run(|_| Ok(source(ids)))?;
        let memory = self.memory(&mut outputs)?;
        Ok((memory, trace(outputs)?))
    }

    fn decode(&self, memory: &Memory, _: usize) -> Result<Box<dyn Step<Error = Error>>, Error> {
        Ok(Box::new(self.session(&self.decoder, memory)?))
    }

    fn keys(&self, memory: &Memory, layer: usize) -> Result<Value, Error> {
        let keys = memory.keys.get(layer);
        Value::of(keys.ok_or_else(|| Error::Inference(format!("no memory of layer {layer}")))?)
    }

    fn without(&self, parts: &[Part]) -> Result<Box<dyn Seq2Seq>, Error> {
        let [encoder, decoder] = &self.graphs;
        let model = Reference::silenced(&self.architecture, encoder, decoder, parts)?;
        Ok(Box::new(model))
    }

    fn decode_traced(&self, memory: &Memory, tokens: &[u32]) -> Result<Vec<Trace>, Error> {
        let mut session = self.session(&self.decoder_traced, memory)?;
        let steps = tokens.iter().enumerate();
        steps
            .map(|(position, &token)| trace(session.run(&[0], &[token], position)?))
            .collect()
    }
}

impl Plan {
    fn new(graph: &OnnxGraph, extra_outputs: &[String], masks: &[Mask]) -> Result<Plan, Error> {
        let mut proto = graph.whole();
        if let Some(graph) = &mut proto.graph {
            masks
                .iter()
                .enumerate()
                .for_each(|(i, mask)| mask.put(graph, i));
            graph
                .output
                .extend(extra_outputs.iter().map(|name| pb::ValueInfoProto {
                    name: name.clone(),
                    ..Default::default()
                }));
        }
        let load = || -> TractResult<Arc<TypedSimplePlan>> {
            tract_onnx::onnx()
                .with_ignore_output_shapes(true)
                .model_for_proto_model(&proto)?
                .into_optimized()?
                .into_runnable()
        };
        let plan = load().map_err(|error| graph.error(format!("{error:#}")))?;
        Ok(Plan {
            plan,
            inputs: graph.inputs().map(|input| input.name.clone()).collect(),
            outputs: graph
                .outputs()
                .map(str::to_owned)
                .chain(extra_outputs.iter().cloned())
                .collect(),
        })
    }

    fn run(
        &self,
        mut input: impl FnMut(&str) -> Result<TValue, Error>,
    ) -> Result<Vec<(String, TValue)>, Error> {
        let inputs = self
            .inputs
            .iter()
            .map(|name| input(name))
            .collect::<Result<TVec<TValue>, Error>>()?;
        let outputs = self.plan.run(inputs).map_err(inference)?;
        Ok(self.outputs.iter().cloned().zip(outputs).collect())
    }
}

/// What takes a part out of its branch: factors of 0 and 1.
struct Mask {
    /// The value that they multiply.
    value: String,
    factors: Vec<f32>,
}

impl Mask {
    fn new(architecture: &Architecture, part: &Part) -> Result<Mask, Error> {
        let whole = Part {
            head: None,
            ..*part
        };
        let mut factors = vec![1.0; whole.channels(architecture)?.len()];
        factors[part.channels(architecture)?].fill(0.0);
        Ok(Mask {
            value: format!("{}.mixed", part.name()),
            factors,
        })
    }

    fn put(&self, graph: &mut pb::GraphProto, number: usize) {
        let (before, factors) = (format!("{}.{number}", self.value), format!("mask.{number}"));
        let makes = |node: &&mut pb::NodeProto| node.output.contains(&self.value);
        if let Some(node) = graph.node.iter_mut().find(makes) {
            let outputs = node.output.iter_mut();
            outputs
                .filter(|output| **output == self.value)
                .for_each(|output| output.clone_from(&before));
        }
        graph.node.push(pb::NodeProto {
            op_type: "Mul".into(),
            name: format!("{factors}.product"),
            input: vec![before, factors.clone()],
            output: vec![self.value.clone()],
            ..Default::default()
        });
        graph.initializer.push(pb::TensorProto {
            name: factors,
            dims: vec![self.factors.len() as i64],
            data_type: pb::tensor_proto::DataType::Float as i32,
            float_data: self.factors.clone(),
            ..Default::default()
        });
    }
}

struct Session {
    plan: Plan,
    memory: Memory,
    /// Input name, output name, content.
    caches: Vec<(String, String, Tensor)>,
    logits: Vec<f32>,
}

impl Session {
    fn run(
        &mut self,
        parents: &[usize],
        tokens: &[u32],
        position: usize,
    ) -> Result<Vec<(String, TValue)>, Error> {
        for (_, _, cache) in &mut self.caches {
            *cache = pick(cache, parents)?;
        }
        let ids: Vec<i64> = tokens.iter().map(|&id| i64::from(id)).collect();
        let mut outputs = self.plan.run(|name| {
            if name == "token" {
                let ids = Tensor::from_shape(&[tokens.len(), 1], &ids).map_err(inference)?;
                return Ok(ids.into_tvalue());
            }
            if name == "position" {
                return Ok(tensor1(&[position as i64]).into_tvalue());
            }
            if let Some(cache) = self.caches.iter().find(|(input, _, _)| input == name) {
                return Ok(cache.2.clone().into_tvalue());
            }
            let layer = |prefix: &str| name.strip_prefix(prefix)?.parse::<usize>().ok();
            let tensor = match (layer("cross_k."), layer("cross_v.")) {
                (Some(l), _) => self.memory.keys.get(l),
                (_, Some(l)) => self.memory.values.get(l),
                _ => None,
            };
            match tensor {
                Some(tensor) => Ok(tensor.clone().into_tvalue()),
                None => Err(Error::Inference(format!("the decoder wants {name:?}"))),
            }
        })?;
        for (_, output, cache) in &mut self.caches {
            *cache = take_output(&mut outputs, output)?.into_tensor();
        }
        Ok(outputs)
    }
}

impl Step for Session {
    type Error = Error;

    fn step(
        &mut self,
        parents: &[usize],
        tokens: &[u32],
        position: usize,
    ) -> Result<&[f32], Error> {
        let mut outputs = self.run(parents, tokens, position)?;
        let logits = take_output(&mut outputs, LOGITS)?;
        self.logits = Value::of(&logits)?.data;
        Ok(&self.logits)
    }
}

fn source(ids: &[u32]) -> TValue {
    let ids: Vec<i64> = ids.iter().map(|&id| i64::from(id)).collect();
    let mut ids = tensor1(&ids);
    ids.insert_axis(0).expect("every tensor has an axis 0");
    ids.into_tvalue()
}

/// The rows of a tensor at these places.
fn pick(tensor: &Tensor, rows: &[usize]) -> Result<Tensor, Error> {
    let rows = rows
        .iter()
        .map(|&row| tensor.slice(0, row, row + 1))
        .collect::<TractResult<Vec<Tensor>>>()
        .map_err(inference)?;
    Tensor::stack_tensors(0, &rows).map_err(inference)
}

fn take_output(outputs: &mut Vec<(String, TValue)>, name: &str) -> Result<TValue, Error> {
    match outputs.iter().position(|(output, _)| output == name) {
        Some(i) => Ok(outputs.swap_remove(i).1),
        None => Err(Error::Inference(format!(
            "the graph has no output {name:?}"
        ))),
    }
}

fn trace(outputs: Vec<(String, TValue)>) -> Result<Trace, Error> {
    outputs
        .into_iter()
        .map(|(name, tensor)| Ok((name, Value::of(&tensor)?)))
        .collect()
}
