//! What the branches of each layer attended to.

use std::ops::Range;
use std::sync::OnceLock;

use crate::bundle::{Architecture, ConvolutionKind, Layer, LocalBranch};
use crate::candidates::Candidate;
use crate::error::Error;
use crate::graph::onnx::{Elements, OnnxGraph, TensorView};
use crate::part::Side;
use crate::seq2seq::{Trace, Value};
use crate::text::Language;
use crate::translator::{Alternative, Words};

/// What the entries of a map mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// The attention weight, or the kernel weight of the convolution. Rows of attention sum to 1; a row of the
    /// convolution to less where its kernel reaches beyond the sentence.
    #[default]
    Weight,
    /// The size of the weight times the norm of what it carries through its head's or group's rows of the output
    /// projection (Kobayashi et al. 2020, eq. 4). Puts the entries of both branches in one unit; rows have no fixed sum.
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

/// A hypothesis that a step of the beam search looked at. It was kept, closed or dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct BeamNode {
    /// Place in the step before of the hypothesis that it continues; none in the first step.
    pub parent: Option<usize>,
    /// The token that it adds.
    pub id: u32,
    /// Its piece of the vocabulary, with `▁` for a space.
    pub piece: String,
    /// Sum of the log-probabilities of its tokens.
    pub log_probability: f32,
    /// The next step goes on from it.
    pub kept: bool,
    /// The score it was closed with by an end token; none of the others.
    pub score: Option<f32>,
}

/// A sentence's translation and everything that was attended to on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceVisualization {
    /// The translation.
    pub translation: String,
    /// Its score, as in [`SentenceTranslation`](crate::SentenceTranslation).
    pub score: f32,
    /// The sentence is in this language, the target's, and comes back as it is.
    pub detected_language: Option<Language>,
    /// How far it can be trusted, likewise.
    pub confidence: f32,
    /// What the map entries mean.
    pub measure: Measure,
    /// Tokens of the source, the end token last; ranges are in the text that was passed.
    pub source: Vec<Token>,
    /// Tokens of the target, the end token last; ranges are in `translation`.
    pub target: Vec<Token>,
    /// For each target token the likeliest tokens of the step that chose it, the likeliest first.
    pub candidates: Vec<Vec<Candidate>>,
    /// All finished hypotheses of the search, the best (which is `translation`) first.
    pub alternatives: Vec<Alternative>,
    /// What the whole model says, where parts of it were left out.
    pub whole: Option<Whole>,
    /// Which words belong together, and how probable each token is.
    pub words: Words,
    /// What each step of the search looked at, the likeliest hypothesis first.
    pub beam: Vec<Vec<BeamNode>>,
    /// Encoder layers; all maps are `source` by `source`.
    pub encoder: Vec<LayerMaps>,
    /// The decoder layer whose attention to the source, of all layers', shows best which words belong together.
    pub aligned_layer: usize,
    /// Decoder layers; row `t` is the step that reads target token `t - 1` and predicts target token `t`.
    pub decoder: Vec<LayerMaps>,
}

/// What the whole model makes of a sentence that was translated without some of its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// Its translation.
    pub translation: String,
    /// Its score, of the whole model.
    pub score: f32,
    /// The score that the model gives it without the parts.
    pub score_without: f32,
}

/// What the maps need of the stored tensors.
#[derive(Debug)]
pub struct Constants {
    encoder: Vec<LayerConstants>,
    decoder: Vec<LayerConstants>,
}

#[derive(Debug)]
struct LayerConstants {
    /// The convolution's kernels, `[groups, size]`; empty where a layer computes its own.
    kernel: Vec<f32>,
    global: Option<Projection>,
    local: Option<Projection>,
    cross: Option<Projection>,
}

/// An output projection, `[in, out]`.
#[derive(Debug)]
struct Projection {
    graph: OnnxGraph,
    name: String,
    outputs: usize,
    /// Read when a map first needs them.
    weights: OnceLock<Vec<f32>>,
}

impl Constants {
    /// Reads them from the graphs.
    pub fn read(
        architecture: &Architecture,
        encoder: &OnnxGraph,
        decoder: &OnnxGraph,
    ) -> Result<Constants, Error> {
        let layers = |side: &str, graph: &OnnxGraph, layers: &[Layer], cross: bool| {
            let layers = layers.iter().enumerate();
            layers
                .map(|(l, layer)| LayerConstants::read(graph, &format!("{side}.{l}"), layer, cross))
                .collect::<Result<Vec<_>, Error>>()
        };
        Ok(Constants {
            encoder: layers("encoder", encoder, &architecture.encoder, false)?,
            decoder: layers("decoder", decoder, &architecture.decoder, true)?,
        })
    }
}

impl Constants {
    /// The kernels of a layer's convolution, `[groups, size]`; empty where there are none or a layer computes its own.
    pub(crate) fn kernel(&self, side: Side, layer: usize) -> &[f32] {
        let layers = match side {
            Side::Encoder => &self.encoder,
            Side::Decoder => &self.decoder,
        };
        layers.get(layer).map_or(&[], |layer| &layer.kernel)
    }
}

impl LayerConstants {
    fn read(
        graph: &OnnxGraph,
        prefix: &str,
        layer: &Layer,
        cross: bool,
    ) -> Result<LayerConstants, Error> {
        let projection = |there: bool, name: &str| {
            let find = || Projection::find(graph, format!("{prefix}.{name}.out"));
            there.then(find).transpose()
        };
        Ok(LayerConstants {
            kernel: match &layer.local {
                Some(local) => kernel(graph, &format!("{prefix}.local.kernel"), local)?,
                None => Vec::new(),
            },
            global: projection(layer.global.is_some(), "global")?,
            local: projection(layer.local.is_some(), "local")?,
            cross: projection(cross, "cross")?,
        })
    }
}

impl Projection {
    fn find(graph: &OnnxGraph, name: String) -> Result<Projection, Error> {
        let lacks = |what: &str| graph.error(format!("it lacks the {what} of {name:?}"));
        let tensor = graph
            .tensor(&format!("{name}.weight"))
            .ok_or_else(|| lacks("weights"))?;
        let outputs = tensor.shape.last().copied().unwrap_or(0).max(1);
        match tensor.data {
            Elements::F32(_) => {}
            Elements::I8(_) => {
                let scale = graph.tensor(&format!("{name}.scale"));
                let fits = |scale: &TensorView| {
                    matches!(scale.data, Elements::F32(_)) && scale.len() == outputs
                };
                if !scale.as_ref().is_some_and(fits) {
                    return Err(lacks("scales"));
                }
            }
            Elements::I64(_) => return Err(lacks("weights")),
        }
        Ok(Projection {
            graph: graph.clone(),
            name,
            outputs,
            weights: OnceLock::new(),
        })
    }

    fn weights(&self) -> &[f32] {
        self.weights.get_or_init(|| {
            // `find` has seen them.
            let read = |what: &str| self.graph.tensor(&format!("{}.{what}", self.name));
            let (weight, scale) = (read("weight"), read("scale"));
            let scale = scale.and_then(|scale| scale.f32()).unwrap_or_default();
            match weight.as_ref().map(|weight| (weight.f32(), weight.i8())) {
                Some((Some(weights), _)) => weights,
                Some((_, Some(levels))) => levels
                    .iter()
                    .zip(scale.iter().cycle())
                    .map(|(&level, scale)| f32::from(level) * scale)
                    .collect(),
                _ => Vec::new(),
            }
        })
    }

    /// The norm of what some channels, from `first` on, become.
    fn norm(&self, values: &[f32], first: usize) -> f32 {
        let mut sums = vec![0.0; self.outputs];
        for (row, value) in self
            .weights()
            .chunks_exact(self.outputs)
            .skip(first)
            .zip(values)
        {
            crate::kernels::add_scaled(&mut sums, row, *value);
        }
        norm(&sums)
    }
}

/// The kernels of a layer's convolution, one a channel group.
fn kernel(graph: &OnnxGraph, name: &str, local: &LocalBranch) -> Result<Vec<f32>, Error> {
    if local.kind == ConvolutionKind::Dynamic {
        return Ok(Vec::new());
    }
    let tensor = graph
        .tensor(name)
        .ok_or_else(|| graph.error(format!("it lacks the tensor {name:?}")))?;
    let (channels, size) = (local.channels, local.kernel_size);
    let values = tensor.f32().unwrap_or_default();
    // The encoder's are stored channel by channel, the decoder's position by position.
    let by_channel = match tensor.shape.as_slice() {
        &[c, 1, k] if (c, k) == (channels, size) => true,
        &[k, c] if (c, k) == (channels, size) => false,
        other => return Err(graph.error(format!("{name:?} has the shape {other:?}"))),
    };
    if values.len() != channels * size {
        return Err(graph.error(format!("{name:?} is not f32")));
    }
    let place = |channel: usize, i: usize| match by_channel {
        true => channel * size + i,
        false => i * channels + channel,
    };
    let first_channels = (0..channels).step_by(channels / local.groups);
    Ok(first_channels
        .flat_map(|channel| (0..size).map(move |i| place(channel, i)))
        .map(|place| values[place])
        .collect())
}

/// The maps of the encoder's layers.
pub fn encoder_maps(
    architecture: &Architecture,
    constants: &Constants,
    trace: &Trace,
    measure: Measure,
) -> Result<Vec<LayerMaps>, Error> {
    let layers = architecture
        .encoder
        .iter()
        .zip(&constants.encoder)
        .enumerate();
    layers
        .map(|(l, (layer, constants))| {
            let value =
                |name: &str| find(trace, &format!("encoder.{l}.{name}")).map(|value| vec![value]);
            layer_maps(layer, constants, value, None, measure)
        })
        .collect()
}

/// The maps of the decoder's layers from the values of the source, by layer, and the traces of the decoder's steps.
pub fn decoder_maps(
    architecture: &Architecture,
    constants: &Constants,
    memory: &[Value],
    steps: &[Trace],
    measure: Measure,
) -> Result<Vec<LayerMaps>, Error> {
    let layers = architecture
        .decoder
        .iter()
        .zip(&constants.decoder)
        .zip(memory)
        .enumerate();
    layers
        .map(|(l, ((layer, constants), memory))| {
            let every = |name: &str| -> Result<Vec<&Value>, Error> {
                let name = format!("decoder.{l}.{name}");
                steps.iter().map(|step| find(step, &name)).collect()
            };
            layer_maps(layer, constants, every, Some(memory), measure)
        })
        .collect()
}

/// The maps of one layer. `every` gives a value inside it, in the decoder one block for each step.
fn layer_maps<'a>(
    layer: &Layer,
    constants: &LayerConstants,
    every: impl Fn(&str) -> Result<Vec<&'a Value>, Error>,
    memory: Option<&Value>,
    measure: Measure,
) -> Result<LayerMaps, Error> {
    let (mut global, mut global_updates) = (Vec::new(), Vec::new());
    if let Some(projection) = &constants.global {
        let norms = head_norms(&every("global.values")?, projection)?;
        global = heads(&every("global.weights")?, &norms, measure)?;
        global_updates = every("global.update")?;
    }
    let (mut local, mut local_updates) = (Vec::new(), Vec::new());
    if let (Some(branch), Some(projection)) = (&layer.local, &constants.local) {
        let norms = group_norms(&every("local.values")?, branch.groups, projection)?;
        let centre = match memory {
            Some(_) => branch.kernel_size - 1,
            None => branch.kernel_size / 2,
        };
        local = match branch.kind {
            ConvolutionKind::Dynamic => {
                let kernels: Vec<f32> = every("local.kernels")?
                    .iter()
                    .flat_map(|block| block.data.iter().copied())
                    .collect();
                let size = branch.kernel_size;
                let kernel =
                    |row: usize, group: usize| &kernels[(row * branch.groups + group) * size..];
                band(branch, kernel, centre, &norms, measure)
            }
            ConvolutionKind::Lightweight | ConvolutionKind::Depthwise => {
                let kernel = |_, group: usize| &constants.kernel[group * branch.kernel_size..];
                band(branch, kernel, centre, &norms, measure)
            }
        };
        local_updates = every("local.update")?;
    }
    let mut cross = None;
    if let (Some(memory), Some(projection)) = (memory, &constants.cross) {
        let norms = head_norms(&[memory], projection)?;
        cross = Some(heads(&every("cross.weights")?, &norms, measure)?);
    }
    Ok(LayerMaps {
        global,
        local,
        cross,
        share: share(&global_updates, &local_updates),
        kernel_size: layer.local.as_ref().map(|local| local.kernel_size),
    })
}

pub(crate) fn find<'a>(trace: &'a Trace, name: &str) -> Result<&'a Value, Error> {
    trace
        .get(name)
        .ok_or_else(|| Error::Inference(format!("the value {name:?} was not kept")))
}

pub(crate) fn unexpected(value: &Value) -> Error {
    Error::Inference(format!(
        "a kept value has the unexpected shape {:?}",
        value.shape
    ))
}

/// The maps of all heads from weights `[1, heads, rows, cols]`; each of several blocks adds its rows, shorter rows are
/// filled up with zeros. `norms` are those of the values, by head.
fn heads(blocks: &[&Value], norms: &[Vec<f32>], measure: Measure) -> Result<Vec<Map2D>, Error> {
    let cols = norms.first().map_or(0, Vec::len);
    let mut maps = vec![
        Map2D {
            data: Vec::new(),
            rows: 0,
            cols,
        };
        norms.len()
    ];
    for block in blocks {
        let &[1, heads, rows, width] = block.shape.as_slice() else {
            return Err(unexpected(block));
        };
        if heads != maps.len() || width > cols || width == 0 {
            return Err(unexpected(block));
        }
        for (i, row) in block.data.chunks_exact(width).enumerate() {
            let (map, norms) = (&mut maps[i / rows], &norms[i / rows]);
            let entries = row.iter().zip(norms);
            match measure {
                Measure::Weight => map.data.extend(row),
                Measure::Contribution => {
                    map.data.extend(entries.map(|(weight, norm)| weight * norm))
                }
            }
            map.rows += 1;
            map.data.resize(map.rows * cols, 0.0);
        }
    }
    Ok(maps)
}

/// The maps of all channel groups of a convolution whose kernel (by row and group) has its entry `centre` on the
/// diagonal. Entries that fall off either end of the sentence are not there.
fn band<'a>(
    branch: &LocalBranch,
    kernel: impl Fn(usize, usize) -> &'a [f32],
    centre: usize,
    norms: &[Vec<f32>],
    measure: Measure,
) -> Vec<Map2D> {
    let groups = norms.iter().enumerate();
    groups
        .map(|(group, norms)| {
            let size = norms.len();
            let mut data = vec![0.0; size * size];
            for row in 0..size {
                let kernel = &kernel(row, group)[..branch.kernel_size];
                for (i, weight) in kernel.iter().enumerate() {
                    let Some(col) = (row + i).checked_sub(centre).filter(|&col| col < size) else {
                        continue;
                    };
                    data[row * size + col] = match measure {
                        Measure::Weight => *weight,
                        Measure::Contribution => weight.abs() * norms[col],
                    };
                }
            }
            Map2D {
                data,
                rows: size,
                cols: size,
            }
        })
        .collect()
}

/// The norms of values `[1, heads, positions, channels]` behind the output projection, by head; each of several blocks
/// adds its positions.
fn head_norms(blocks: &[&Value], projection: &Projection) -> Result<Vec<Vec<f32>>, Error> {
    let mut norms: Vec<Vec<f32>> = Vec::new();
    for block in blocks {
        let &[1, heads, positions, channels] = block.shape.as_slice() else {
            return Err(unexpected(block));
        };
        norms.resize(heads, Vec::new());
        for (i, values) in block.data.chunks_exact(channels).enumerate() {
            let head = i / positions;
            norms[head].push(projection.norm(values, head * channels));
        }
    }
    Ok(norms)
}

/// The norms of values `[1, positions, channels]` behind the output projection, by channel group; each of several
/// blocks adds its positions.
fn group_norms(
    blocks: &[&Value],
    groups: usize,
    projection: &Projection,
) -> Result<Vec<Vec<f32>>, Error> {
    let mut norms = vec![Vec::new(); groups];
    for block in blocks {
        let &[1, _, channels] = block.shape.as_slice() else {
            return Err(unexpected(block));
        };
        let width = channels / groups;
        for (i, values) in block.data.chunks_exact(width).enumerate() {
            let group = i % groups;
            norms[group].push(projection.norm(values, group * width));
        }
    }
    Ok(norms)
}

/// The shares of the two branches in each token's update, by the norms of their parts of it.
fn share(global: &[&Value], local: &[&Value]) -> Share {
    let norms = |updates: &[&Value]| -> Vec<f32> {
        let rows = updates.iter().flat_map(|update| {
            let channels = update.shape.last().copied().unwrap_or(1).max(1);
            update.data.chunks_exact(channels).map(norm)
        });
        rows.collect()
    };
    let (global, local) = (norms(global), norms(local));
    let tokens = global.len().max(local.len());
    let of = |norms: &[f32], other: &[f32]| {
        (0..tokens)
            .map(|t| {
                let (a, b) = (norms.get(t).copied(), other.get(t).copied());
                match (a, b) {
                    (Some(a), Some(b)) if a + b > 0.0 => a / (a + b),
                    (Some(_), Some(_)) => 0.5,
                    (Some(_), None) => 1.0,
                    (None, _) => 0.0,
                }
            })
            .collect()
    };
    Share {
        global: of(&global, &local),
        local: of(&local, &global),
    }
}

fn norm(values: &[f32]) -> f32 {
    values.iter().map(|x| x * x).sum::<f32>().sqrt()
}
