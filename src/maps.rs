//! What the branches of each layer attended to.

use std::ops::Range;

use crate::bundle::{Architecture, LocalBranch};
use crate::error::Error;
use crate::seq2seq::{Trace, Value};

/// What the entries of a map mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// The attention weight, or the kernel weight of the convolution. Rows of attention sum to 1; a row of the
    /// convolution to less where its kernel reaches beyond the sentence.
    #[default]
    Weight,
    /// The weight times the norm of the value it carries (after Kobayashi et al. 2020), which puts the entries of both
    /// branches in one unit; rows have no fixed sum.
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

/// The maps of the encoder's layers.
pub fn encoder_maps(
    architecture: &Architecture,
    kernels: &[Vec<f32>],
    trace: &Trace,
    measure: Measure,
) -> Result<Vec<LayerMaps>, Error> {
    let layers = architecture.encoder.iter().zip(kernels).enumerate();
    layers
        .map(|(l, (layer, kernel))| {
            let prefix = format!("encoder.{l}");
            let updates = |branch| find(trace, &format!("{prefix}.{branch}.update"));
            let mut global = Vec::new();
            if layer.global.is_some() {
                let weights = find(trace, &format!("{prefix}.global.weights"))?;
                let values = find(trace, &format!("{prefix}.global.values"))?;
                global = heads(&[weights], &head_norms(values)?, measure)?;
            }
            let mut local = Vec::new();
            if let Some(branch) = &layer.local {
                let values = find(trace, &format!("{prefix}.local.values"))?;
                let norms = group_norms(&[values], branch.groups)?;
                local = band(branch, kernel, branch.kernel_size / 2, &norms, measure);
            }
            Ok(LayerMaps {
                global,
                local,
                cross: None,
                share: share(
                    optional(layer.global.is_some(), || updates("global"))?.as_slice(),
                    optional(layer.local.is_some(), || updates("local"))?.as_slice(),
                ),
                kernel_size: layer.local.as_ref().map(|local| local.kernel_size),
            })
        })
        .collect()
}

/// The maps of the decoder's layers from the traces of its steps.
pub fn decoder_maps(
    architecture: &Architecture,
    kernels: &[Vec<f32>],
    memory: &[Value],
    steps: &[Trace],
    measure: Measure,
) -> Result<Vec<LayerMaps>, Error> {
    let layers = architecture
        .decoder
        .iter()
        .zip(kernels)
        .zip(memory)
        .enumerate();
    layers
        .map(|(l, ((layer, kernel), memory))| {
            let every = |name: &str| -> Result<Vec<&Value>, Error> {
                let name = format!("decoder.{l}.{name}");
                steps.iter().map(|step| find(step, &name)).collect()
            };
            let mut global = Vec::new();
            let mut global_updates = Vec::new();
            if layer.global.is_some() {
                let norms = join(&every("global.values")?, |value| head_norms(value))?;
                global = heads(&every("global.weights")?, &norms, measure)?;
                global_updates = every("global.update")?;
            }
            let mut local = Vec::new();
            let mut local_updates = Vec::new();
            if let Some(branch) = &layer.local {
                let norms = group_norms(&every("local.values")?, branch.groups)?;
                local = band(branch, kernel, branch.kernel_size - 1, &norms, measure);
                local_updates = every("local.update")?;
            }
            Ok(LayerMaps {
                global,
                local,
                cross: Some(heads(
                    &every("cross.weights")?,
                    &head_norms(memory)?,
                    measure,
                )?),
                share: share(&global_updates, &local_updates),
                kernel_size: layer.local.as_ref().map(|local| local.kernel_size),
            })
        })
        .collect()
}

fn optional<T>(there: bool, value: impl FnOnce() -> Result<T, Error>) -> Result<Option<T>, Error> {
    there.then(value).transpose()
}

fn find<'a>(trace: &'a Trace, name: &str) -> Result<&'a Value, Error> {
    trace
        .get(name)
        .ok_or_else(|| Error::Inference(format!("the value {name:?} was not kept")))
}

fn unexpected(value: &Value) -> Error {
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

/// The maps of all channel groups of a convolution whose kernel (`[groups, size]`) has its entry `centre` on the
/// diagonal. Entries that fall off either end of the sentence are not there.
fn band(
    branch: &LocalBranch,
    kernel: &[f32],
    centre: usize,
    norms: &[Vec<f32>],
    measure: Measure,
) -> Vec<Map2D> {
    let groups = kernel.chunks_exact(branch.kernel_size).zip(norms);
    groups
        .map(|(kernel, norms)| {
            let size = norms.len();
            let mut data = vec![0.0; size * size];
            for row in 0..size {
                for (i, weight) in kernel.iter().enumerate() {
                    let Some(col) = (row + i).checked_sub(centre).filter(|&col| col < size) else {
                        continue;
                    };
                    data[row * size + col] = match measure {
                        Measure::Weight => *weight,
                        Measure::Contribution => weight * norms[col],
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

/// The norms of values `[1, heads, positions, channels]`, by head.
fn head_norms(values: &Value) -> Result<Vec<Vec<f32>>, Error> {
    let &[1, _, positions, channels] = values.shape.as_slice() else {
        return Err(unexpected(values));
    };
    let norms: Vec<f32> = values.data.chunks_exact(channels).map(norm).collect();
    Ok(norms.chunks_exact(positions).map(<[f32]>::to_vec).collect())
}

/// The norms of values `[1, positions, channels]` by channel group; each of several blocks adds its positions.
fn group_norms(blocks: &[&Value], groups: usize) -> Result<Vec<Vec<f32>>, Error> {
    let mut norms = vec![Vec::new(); groups];
    for block in blocks {
        let &[1, _, channels] = block.shape.as_slice() else {
            return Err(unexpected(block));
        };
        for (i, values) in block.data.chunks_exact(channels / groups).enumerate() {
            norms[i % groups].push(norm(values));
        }
    }
    Ok(norms)
}

/// The norms of several blocks of positions, by head.
fn join(
    blocks: &[&Value],
    norms: impl Fn(&Value) -> Result<Vec<Vec<f32>>, Error>,
) -> Result<Vec<Vec<f32>>, Error> {
    let mut all: Vec<Vec<f32>> = Vec::new();
    for block in blocks {
        let new = norms(block)?;
        all.resize(new.len(), Vec::new());
        for (all, new) in all.iter_mut().zip(new) {
            all.extend(new);
        }
    }
    Ok(all)
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
