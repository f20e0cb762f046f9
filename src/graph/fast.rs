//! The graphs on our own operators, wired straight from the file: no analysis, no optimiser, a few milliseconds.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::runtime::RunOptions;

use super::onnx::OnnxGraph;
use super::patterns::{Attention, Linear as LinearPattern, Pattern, Patterns};
use super::weights::{Weights, vector};
use crate::bundle::{Architecture, LocalBranch, Manifest};
use crate::error::Error;
use crate::ops::{
    AddNorm, Beams, CachedAttention, CachedConvolution, Convolution, CrossAttention,
    DynamicConvolution, Embed, Linear, SelfAttention, Silence, SplitHeads, Workspace,
};
use crate::part::{Part, Side};
use crate::search::Step;
use crate::seq2seq::{
    LOGITS, Memory, Seq2Seq, Trace, Value, decoder_trace, encoder_trace, inference,
};

/// The model on our own operators.
#[derive(Debug)]
pub struct Fast {
    source: Source,
    encoder: Plan,
    decoder: Plan,
    /// Wired when maps are first asked for: who only translates has its first sentence sooner.
    traced: OnceLock<Traced>,
}

/// What the plans are wired from.
#[derive(Debug)]
struct Source {
    architecture: Architecture,
    encoder: OnnxGraph,
    decoder: OnnxGraph,
    weights: Arc<Mutex<Weights>>,
    /// Parts that contribute nothing.
    silent: Vec<Part>,
}

/// The plans that keep what the maps are made of.
#[derive(Debug)]
struct Traced {
    encoder: Plan,
    decoder: Plan,
}

#[derive(Clone)]
struct Plan {
    plan: Arc<TypedSimplePlan>,
    /// What the plan gives, in order.
    outputs: Arc<[String]>,
    /// Sessions that nobody uses, kept for what they have allocated.
    idle: Arc<Mutex<Vec<TypedSimpleState>>>,
}

impl Plan {
    /// A session with a workspace; whatever was run in it before is over.
    fn session(&self) -> Result<TypedSimpleState, Error> {
        if let Some(state) = self.idle().pop() {
            return Ok(state);
        }
        let mut state = self.plan.spawn().map_err(inference)?;
        state.turn_state.shared.insert(Workspace::default());
        Ok(state)
    }

    /// Keeps a session for the next one who needs one.
    fn give_back(&self, mut state: TypedSimpleState) {
        state.turn_state.shared.remove::<Memory>();
        // A session that fails to start again is not worth keeping.
        if reset(&mut state).is_ok() {
            self.idle().push(state);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<TypedSimpleState>> {
        // A session is taken out or put in whole, whatever panics.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops all values of a session and the sizes that they had.
fn reset(state: &mut TypedSimpleState) -> Result<(), Error> {
    // In a new one there are none, and tract would look for them.
    match state.turn_state.values.is_empty() {
        true => Ok(()),
        false => state.reset_turn().map_err(inference),
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan({})", self.outputs.join(", "))
    }
}

impl Fast {
    /// Wires the graphs of a bundle.
    pub fn new(
        manifest: &Manifest,
        encoder: &OnnxGraph,
        decoder: &OnnxGraph,
    ) -> Result<Fast, Error> {
        let source = Source {
            architecture: manifest.architecture.clone(),
            encoder: encoder.clone(),
            decoder: decoder.clone(),
            weights: Arc::default(),
            silent: Vec::new(),
        };
        Fast::wired(source)
    }

    fn wired(source: Source) -> Result<Fast, Error> {
        Ok(Fast {
            encoder: source.encoder_plan(&[])?,
            decoder: source.decoder_plan(&[])?,
            source,
            traced: OnceLock::new(),
        })
    }

    fn traced(&self) -> Result<&Traced, Error> {
        if let Some(traced) = self.traced.get() {
            return Ok(traced);
        }
        let architecture = &self.source.architecture;
        let traced = Traced {
            encoder: self.source.encoder_plan(&encoder_trace(architecture))?,
            decoder: self.source.decoder_plan(&decoder_trace(architecture))?,
        };
        Ok(self.traced.get_or_init(|| traced))
    }

    fn run_encoder(&self, plan: &Plan, ids: &[u32]) -> Result<(Memory, Trace), Error> {
        let mut state = plan.session()?;
        if let Some(workspace) = state.turn_state.shared.get_mut::<Workspace>() {
            workspace.fit(ids.len());
        }
        let ids: Vec<i64> = ids.iter().map(|&id| i64::from(id)).collect();
        let ids = Tensor::from_shape(&[1, ids.len()], &ids).map_err(inference)?;
        let outputs = state.run(tvec!(ids.into_tvalue())).map_err(inference)?;
        plan.give_back(state);
        let mut outputs = outputs.into_iter();
        let layers = self.source.architecture.decoder.len();
        let memory = Memory {
            keys: outputs
                .by_ref()
                .take(layers)
                .map(TValue::into_arc_tensor)
                .collect(),
            values: outputs
                .by_ref()
                .take(layers)
                .map(TValue::into_arc_tensor)
                .collect(),
        };
        Ok((memory, trace(&plan.outputs[2 * layers..], outputs)?))
    }

    fn session(&self, plan: &Plan, memory: &Memory, hypotheses: usize) -> Result<Session, Error> {
        let mut state = plan.session()?;
        state.turn_state.shared.insert(memory.clone());
        state
            .turn_state
            .shared
            .entry::<Beams>()
            .or_default()
            .restart(hypotheses);
        Ok(Session {
            plan: plan.clone(),
            state: Some(state),
            ids: Arc::new(Tensor::default()),
            vocab_size: self.source.architecture.vocab_size,
        })
    }
}

impl Seq2Seq for Fast {
    fn encode(&self, ids: &[u32]) -> Result<Memory, Error> {
        Ok(self.run_encoder(&self.encoder, ids)?.0)
    }

    fn encode_traced(&self, ids: &[u32]) -> Result<(Memory, Trace), Error> {
        self.run_encoder(&self.traced()?.encoder, ids)
    }

    fn decode(
        &self,
        memory: &Memory,
        hypotheses: usize,
    ) -> Result<Box<dyn Step<Error = Error>>, Error> {
        Ok(Box::new(self.session(&self.decoder, memory, hypotheses)?))
    }

    fn keys(&self, memory: &Memory, layer: usize) -> Result<Value, Error> {
        let lost = || Error::Inference(format!("no memory of layer {layer}"));
        let (keys, values) = (memory.keys.get(layer), memory.values.get(layer));
        let (Some(keys), Some(values)) = (keys, values) else {
            return Err(lost());
        };
        let transposed = Value::of(keys)?;
        let (&[_, _, depth, padded], shape) = (transposed.shape.as_slice(), values.shape()) else {
            return Err(lost());
        };
        let source = shape.get(2).copied().unwrap_or(0);
        let heads = transposed.data.chunks_exact(depth * padded);
        let data = heads.flat_map(|head| {
            (0..source).flat_map(move |s| (0..depth).map(move |c| head[c * padded + s]))
        });
        Ok(Value {
            shape: shape.to_vec(),
            data: data.collect(),
        })
    }

    fn without(&self, parts: &[Part]) -> Result<Box<dyn Seq2Seq>, Error> {
        let Source {
            architecture,
            encoder,
            decoder,
            weights,
            ..
        } = &self.source;
        let source = Source {
            architecture: architecture.clone(),
            encoder: encoder.clone(),
            decoder: decoder.clone(),
            weights: Arc::clone(weights),
            silent: parts.to_vec(),
        };
        Ok(Box::new(Fast::wired(source)?))
    }

    fn decode_traced(&self, memory: &Memory, tokens: &[u32]) -> Result<Vec<Trace>, Error> {
        let plan = &self.traced()?.decoder;
        let mut session = self.session(plan, memory, 1)?;
        let step = |&token: &u32| {
            let outputs = session.run(&[0], &[token])?;
            trace(&plan.outputs, outputs.into_iter())
        };
        tokens.iter().map(step).collect()
    }
}

impl Source {
    /// Keys and values of each decoder layer, then the values in `trace`.
    fn encoder_plan(&self, trace: &[String]) -> Result<Plan, Error> {
        let layers = self.architecture.decoder.len();
        let names = ["cross_k", "cross_v"].into_iter();
        let memory = names.flat_map(|name| (0..layers).map(move |l| format!("{name}.{l}")));
        self.plan(Side::Encoder, &memory.collect::<Vec<_>>(), trace)
    }

    /// Logits, then the values in `trace`.
    fn decoder_plan(&self, trace: &[String]) -> Result<Plan, Error> {
        self.plan(Side::Decoder, &[LOGITS.to_owned()], trace)
    }

    fn plan(&self, side: Side, outputs: &[String], trace: &[String]) -> Result<Plan, Error> {
        let graph = match side {
            Side::Encoder => &self.encoder,
            Side::Decoder => &self.decoder,
        };
        let mut weights = self.weights.lock().unwrap_or_else(PoisonError::into_inner);
        let traced = !trace.is_empty();
        let silent = self.silent.iter().filter(|part| part.side == side);
        let silent = silent.copied().collect();
        let mut builder = Builder::new(graph, &self.architecture, side, &mut weights, traced);
        builder.silent = silent;
        builder.plan(outputs, trace)
    }
}

/// A decoder at some position.
struct Session {
    plan: Plan,
    /// Always there, until it is given back.
    state: Option<TypedSimpleState>,
    /// The tokens of the step before.
    ids: Arc<Tensor>,
    vocab_size: usize,
}

impl Session {
    /// Gives the state, in which `tokens` are about to be read, and the tokens as its input.
    fn advance(
        &mut self,
        parents: &[usize],
        tokens: &[u32],
    ) -> Result<(&mut TypedSimpleState, TValue), Error> {
        let lost = || Error::Inference("a step continues what is not there".into());
        let state = self.state.as_mut().ok_or_else(lost)?;
        let beams = state.turn_state.shared.get_mut::<Beams>();
        if parents.len() != tokens.len() || !beams.is_some_and(|beams| beams.advance(parents)) {
            return Err(lost());
        }
        // The logits of the step before.
        let output = self.plan.plan.model().outputs[0].node;
        if let Some(value) = state.turn_state.values.get_mut(output) {
            *value = None;
        }
        if self.ids.shape() != [tokens.len(), 1] {
            // Another number of rows: what tract knows of the sizes is no longer so.
            reset(state)?;
            self.ids = Arc::new(Tensor::zero::<i64>(&[tokens.len(), 1]).map_err(inference)?);
        }
        let ids = Arc::get_mut(&mut self.ids).ok_or_else(lost)?;
        let mut view = ids.try_as_plain_ram_mut().map_err(inference)?;
        let places = view.as_slice_mut::<i64>().map_err(inference)?;
        for (place, &id) in places.iter_mut().zip(tokens) {
            *place = i64::from(id);
        }
        Ok((state, self.ids.clone().into_tvalue()))
    }

    /// One step; gives all outputs.
    fn run(&mut self, parents: &[usize], tokens: &[u32]) -> Result<TVec<TValue>, Error> {
        let (state, ids) = self.advance(parents, tokens)?;
        state.run(tvec!(ids)).map_err(inference)
    }
}

impl Step for Session {
    type Error = Error;

    fn step(&mut self, parents: &[usize], tokens: &[u32], _: usize) -> Result<&[f32], Error> {
        let expected = tokens.len() * self.vocab_size;
        let (state, ids) = self.advance(parents, tokens)?;
        // What `run` does, without forgetting the sizes after each step.
        state.set_input(0, ids).map_err(inference)?;
        state.exec().map_err(inference)?;
        let logits = state.output(0).map_err(inference)?;
        let view = logits.try_as_plain_ram().map_err(inference)?;
        let slice = view.as_slice::<f32>().map_err(inference)?;
        match slice.len() == expected {
            true => Ok(slice),
            false => Err(Error::Inference(
                "the decoder gave no logits for some hypothesis".into(),
            )),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(state) = self.state.take() {
            self.plan.give_back(state);
        }
    }
}

fn trace(names: &[String], values: impl Iterator<Item = TValue>) -> Result<Trace, Error> {
    let pairs = names.iter().zip(values);
    pairs
        .map(|(name, value)| Ok((name.clone(), Value::of(&value)?)))
        .collect()
}

/// Wires one plan, each value when it is first needed.
struct Builder<'a> {
    graph: &'a OnnxGraph,
    architecture: &'a Architecture,
    patterns: Patterns<'a>,
    side: Side,
    weights: &'a mut Weights,
    traced: bool,
    /// Parts of this side that contribute nothing.
    silent: Vec<Part>,
    model: TypedModel,
    wired: HashMap<&'a str, OutletId>,
}

impl<'a> Builder<'a> {
    fn new(
        graph: &'a OnnxGraph,
        architecture: &'a Architecture,
        side: Side,
        weights: &'a mut Weights,
        traced: bool,
    ) -> Builder<'a> {
        Builder {
            graph,
            architecture,
            patterns: Patterns::new(graph),
            side,
            weights,
            traced,
            silent: Vec::new(),
            model: TypedModel::default(),
            wired: HashMap::new(),
        }
    }

    fn plan(mut self, outputs: &[String], trace: &[String]) -> Result<Plan, Error> {
        let (input, shape) = match self.side {
            Side::Encoder => ("source_ids", [1.to_dim(), self.model.sym("S").to_dim()]),
            Side::Decoder => ("token", [self.model.sym("B").to_dim(), 1.to_dim()]),
        };
        let source = self.model.add_source(input, i64::fact(&shape));
        let source = source.map_err(|error| self.graph.error(format!("{error:#}")))?;
        self.wired.insert(input, source);
        let mut outlets = Vec::new();
        for name in outputs {
            // Names live as long as the graph, so that they can be keys.
            let name = self
                .graph
                .outputs()
                .find(|output| output == name)
                .ok_or_else(|| self.graph.error(format!("it has no output {name:?}")))?;
            outlets.push(self.value(name)?);
        }
        for part in &self.silent {
            let name = format!("{}.mixed", part.name());
            if !self.wired.contains_key(name.as_str()) {
                return Err(self.graph.error(format!("it has no value {name:?}")));
            }
        }
        for name in trace {
            let outlet = self.wired.get(name.as_str());
            outlets.push(
                *outlet.ok_or_else(|| self.graph.error(format!("it has no value {name:?}")))?,
            );
        }
        let finish = |mut model: TypedModel| {
            model.select_output_outlets(&outlets)?;
            // Looking for the order that takes the least memory takes longer than all the rest.
            let options = RunOptions {
                skip_order_opt_ram: true,
                ..RunOptions::default()
            };
            TypedSimplePlan::new_with_options(model, &options)
        };
        Ok(Plan {
            plan: finish(self.model).map_err(|error| self.graph.error(format!("{error:#}")))?,
            outputs: outputs.iter().chain(trace).cloned().collect(),
            idle: Arc::default(),
        })
    }

    fn value(&mut self, name: &'a str) -> Result<OutletId, Error> {
        if let Some(outlet) = self.wired.get(name) {
            return Ok(*outlet);
        }
        let outlet = self.make(name)?;
        self.silence(name, outlet)
    }

    /// Takes the silent parts out of what a branch gives to its output projection.
    fn silence(&mut self, name: &'a str, outlet: OutletId) -> Result<OutletId, Error> {
        let Some(branch) = name.strip_suffix(".mixed") else {
            return Ok(outlet);
        };
        let parts = self.silent.iter().filter(|part| part.name() == branch);
        let channels = parts.map(|part| part.channels(self.architecture));
        let channels = channels.collect::<Result<Vec<_>, Error>>()?;
        if channels.is_empty() {
            return Ok(outlet);
        }
        let width = self.channels(outlet);
        if channels.iter().any(|channels| channels.end > width) {
            let message = format!("{name:?} has {width} channels, unlike what the manifest says");
            return Err(self.graph.error(message));
        }
        let op: Box<dyn TypedOp> = Silence { channels }.into();
        let outlets = self
            .model
            .wire_node(format!("{name}.silenced"), op, &[outlet])
            .map_err(|error| self.graph.error(format!("{name:?}: {error:#}")))?;
        self.wired.insert(name, outlets[0]);
        Ok(outlets[0])
    }

    fn make(&mut self, name: &'a str) -> Result<OutletId, Error> {
        let pattern = self.patterns.of(name).ok_or_else(|| {
            self.graph.error(format!(
                "the value {name:?} is made in a way that this library does not run"
            ))
        })?;
        match pattern {
            Pattern::Embedding { ids, tensors } => {
                let ids = self.value(ids)?;
                let rows = self.weights.rows(self.graph, &tensors)?;
                let step = self.side == Side::Decoder;
                self.wire(name, Embed { rows, step }, &[ids])
            }
            Pattern::Linear(linear) => self.linear(name, linear),
            Pattern::SelfAttention(attention) => {
                let (heads, traced) = (attention.heads, self.traced);
                self.check_heads(name, &attention, 3)?;
                self.attention(name, SelfAttention { heads, traced }, &attention)
            }
            Pattern::CachedAttention(attention) => {
                let op = CachedAttention {
                    heads: attention.heads,
                    traced: self.traced,
                    positions: self.model.sym("T"),
                };
                self.check_heads(name, &attention, 3)?;
                self.attention(name, op, &attention)
            }
            Pattern::CrossAttention { layer, attention } => {
                let op = CrossAttention {
                    layer,
                    heads: attention.heads,
                    traced: self.traced,
                    source: self.model.sym("S"),
                };
                self.check_heads(name, &attention, 1)?;
                self.attention(name, op, &attention)
            }
            Pattern::Convolution { input, kernel } => {
                let input = self.value(input)?;
                let channels = self.channels(input);
                let shape = self.tensor_shape(kernel)?;
                let &[c, 1, size] = shape.as_slice() else {
                    return Err(self.shape_error(kernel, &shape));
                };
                if c != channels || size % 2 == 0 {
                    return Err(self.shape_error(kernel, &shape));
                }
                let stored = vector(self.graph, kernel, channels * size)?;
                let turned = (0..size).flat_map(|i| (0..channels).map(move |c| c * size + i));
                let op = Convolution {
                    kernel: turned.map(|place| stored[place]).collect(),
                    channels,
                    centre: size / 2,
                };
                self.wire(name, op, &[input])
            }
            Pattern::CachedConvolution { input, kernel } => {
                let input = self.value(input)?;
                let channels = self.channels(input);
                let shape = self.tensor_shape(kernel)?;
                let &[size, c] = shape.as_slice() else {
                    return Err(self.shape_error(kernel, &shape));
                };
                if c != channels || size == 0 {
                    return Err(self.shape_error(kernel, &shape));
                }
                let kernel = vector(self.graph, kernel, channels * size)?.into();
                self.wire(name, CachedConvolution { kernel, channels }, &[input])
            }
            Pattern::DynamicConvolution {
                input,
                scores,
                kernels,
                cached,
            } => {
                let (input, scores) = (self.value(input)?, self.value(scores)?);
                let (channels, columns) = (self.channels(input), self.channels(scores));
                let layers = match self.side {
                    Side::Encoder => &self.architecture.encoder,
                    Side::Decoder => &self.architecture.decoder,
                };
                // The graph has the sizes only in its reshapes; the manifest has them by layer.
                let layer = name.split('.').nth(1).and_then(|layer| layer.parse().ok());
                let local = layer.and_then(|layer: usize| layers.get(layer)?.local.as_ref());
                let fits = |local: &&LocalBranch| {
                    local.channels == channels
                        && local.groups * local.kernel_size == columns
                        && cached == (self.side == Side::Decoder)
                        && (cached || local.kernel_size % 2 == 1)
                };
                let local = local.filter(fits).ok_or_else(|| {
                    self.graph.error(format!(
                        "{name:?} convolves {channels} channels by kernels of {columns} places in all, \
                         unlike what the manifest says"
                    ))
                })?;
                let op = DynamicConvolution {
                    groups: local.groups,
                    size: local.kernel_size,
                    cached,
                    traced: self.traced,
                };
                let mixed = self.wire(name, op, &[input, scores])?;
                if self.traced {
                    self.wired.insert(kernels, OutletId::new(mixed.node, 1));
                }
                Ok(mixed)
            }
            Pattern::AddNorm {
                residual,
                updates,
                weight,
                bias,
                epsilon,
            } => {
                let mut inputs = vec![self.value(residual)?];
                let channels = self.channels(inputs[0]);
                for update in updates {
                    inputs.push(self.value(update)?);
                }
                let widths: usize = inputs[1..].iter().map(|&input| self.channels(input)).sum();
                if widths != channels {
                    return Err(self
                        .graph
                        .error(format!("{name:?} adds {widths} channels to {channels}")));
                }
                let op = AddNorm {
                    weight: vector(self.graph, weight, channels)?.into(),
                    bias: vector(self.graph, bias, channels)?.into(),
                    epsilon,
                };
                self.wire(name, op, &inputs)
            }
            Pattern::Heads { input, part, parts } => {
                let outlet = self.value(input)?;
                let heads = self.architecture.cross_heads;
                let channels = self.channels(outlet);
                if !channels.is_multiple_of(parts.len() * heads) || part >= parts.len() {
                    return Err(self
                        .graph
                        .error(format!("{input:?} has {channels} channels")));
                }
                let mut keys = vec![false; parts.len()];
                for output in self
                    .graph
                    .outputs()
                    .filter(|output| output.starts_with("cross_k."))
                {
                    if let Some(Pattern::Heads { part, .. }) = self.patterns.of(output) {
                        keys[part] = true;
                    }
                }
                let channels = channels / parts.len() / heads;
                let op = SplitHeads {
                    keys,
                    heads,
                    channels,
                };
                // One node gives all parts; the others are found under the name of their part.
                let first = match self.wired.get(parts[0].as_str()) {
                    Some(first) => *first,
                    None => self.wire(&parts[0], op, &[outlet])?,
                };
                let outlet = OutletId::new(first.node, part);
                self.wired.insert(name, outlet);
                Ok(outlet)
            }
        }
    }

    fn linear(&mut self, name: &'a str, linear: LinearPattern<'a>) -> Result<OutletId, Error> {
        let input = self.value(linear.input)?;
        let channels = self.channels(input);
        let columns = match linear.part {
            None => 0..channels,
            Some((part, lengths)) => {
                let lengths: Vec<usize> = lengths
                    .iter()
                    .map(|&length| usize::try_from(length).unwrap_or(0))
                    .collect();
                let start: usize = lengths[..part].iter().sum();
                start..start + lengths[part]
            }
        };
        let matrix = self.weights.matrix(self.graph, &linear.tensors)?;
        if columns.len() != matrix.inputs() || columns.end > channels {
            return Err(self.graph.error(format!(
                "{name:?} multiplies columns {columns:?} of {channels} by {matrix:?}"
            )));
        }
        let op = Linear {
            matrix,
            columns,
            relu: linear.relu,
            flat: linear.flat,
        };
        self.wire(name, op, &[input])
    }

    fn attention(
        &mut self,
        name: &'a str,
        op: impl Into<Box<dyn TypedOp>>,
        attention: &Attention<'a>,
    ) -> Result<OutletId, Error> {
        let input = self.value(attention.input)?;
        let mixed = self.wire(name, op, &[input])?;
        if self.traced {
            self.wired
                .insert(attention.weights, OutletId::new(mixed.node, 1));
            self.wired
                .insert(attention.values, OutletId::new(mixed.node, 2));
        }
        Ok(mixed)
    }

    /// Whether an attention's input can be cut into `parts` times its heads.
    fn check_heads(
        &mut self,
        name: &str,
        attention: &Attention<'a>,
        parts: usize,
    ) -> Result<(), Error> {
        let input = self.value(attention.input)?;
        let channels = self.channels(input);
        match attention.heads > 0 && channels.is_multiple_of(parts * attention.heads) {
            true => Ok(()),
            false => Err(self.graph.error(format!(
                "{name:?} cuts {channels} channels into {parts} times {} heads",
                attention.heads
            ))),
        }
    }

    fn wire(
        &mut self,
        name: &'a str,
        op: impl Into<Box<dyn TypedOp>>,
        inputs: &[OutletId],
    ) -> Result<OutletId, Error> {
        // Boxed here, or tract's function is compiled once for each operator.
        let op: Box<dyn TypedOp> = op.into();
        let outlets = self
            .model
            .wire_node(name, op, inputs)
            .map_err(|error| self.graph.error(format!("{name:?}: {error:#}")))?;
        self.wired.insert(name, outlets[0]);
        Ok(outlets[0])
    }

    /// The length of an outlet's last axis; our operators all have it fixed.
    fn channels(&self, outlet: OutletId) -> usize {
        let fact = self.model.outlet_fact(outlet);
        let last = fact
            .ok()
            .and_then(|fact| fact.shape.last()?.to_usize().ok());
        last.unwrap_or(0)
    }

    fn tensor_shape(&self, name: &str) -> Result<Vec<usize>, Error> {
        match self.graph.tensor(name) {
            Some(tensor) => Ok(tensor.shape),
            None => Err(self.graph.error(format!("it lacks the tensor {name:?}"))),
        }
    }

    fn shape_error(&self, name: &str, shape: &[usize]) -> Error {
        self.graph
            .error(format!("{name:?} has the shape {shape:?}"))
    }
}
