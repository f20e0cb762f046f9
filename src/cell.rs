//! How one entry of a map is made: the numbers of one head at one position.

use crate::bundle::{Architecture, ConvolutionKind};
use crate::error::Error;
use crate::maps::Constants;
use crate::part::{Branch, Part, Side, up_to};
use crate::seq2seq::{Trace, Value};

/// An entry of a map and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Of an attention.
    Attention(AttentionCell),
    /// Of a convolution.
    Convolution(ConvolutionCell),
}

/// An attention weight, and how it comes about: `weights = softmax(scores)`, where `scores[column] = query · key / √d`,
/// and the head's output is the sum of `weights[j]` times the value of `j`.
#[derive(Debug, Clone, PartialEq)]
pub struct AttentionCell {
    /// The query of the row, as long as a head is wide.
    pub query: Vec<f32>,
    /// The key of the column.
    pub key: Vec<f32>,
    /// The value of the column.
    pub value: Vec<f32>,
    /// Of each position that the row can look at, the scaled product of query and key.
    pub scores: Vec<f32>,
    /// Softmax of the scores: the row of the map.
    pub weights: Vec<f32>,
    /// What the head makes of the row.
    pub output: Vec<f32>,
}

/// A kernel's weight, and the row that it belongs to: the output is the sum of `weight` times `values` over all taps.
#[derive(Debug, Clone, PartialEq)]
pub struct ConvolutionCell {
    /// The kernel's places, from the first position that it covers to the last.
    pub taps: Vec<Tap>,
    /// What the channel group makes of the row.
    pub output: Vec<f32>,
}

/// A place of a kernel.
#[derive(Debug, Clone, PartialEq)]
pub struct Tap {
    /// How far from the row it falls; below 0 before it.
    pub offset: i64,
    /// The position that it falls on; none beyond either end.
    pub position: Option<usize>,
    /// The kernel's weight.
    pub weight: f32,
    /// The values at that position, of the group's channels; none beyond either end.
    pub values: Vec<f32>,
}

/// What a sentence left behind on its way through the traced plan.
pub struct Traces<'a> {
    pub encoder: &'a Trace,
    /// Of each step of the decoder.
    pub decoder: &'a [Trace],
    /// Keys and values of the source, `[1, heads, source, channels]`, by decoder layer.
    pub keys: &'a [Value],
    pub values: &'a [Value],
}

/// Reads the entry of a head's map. `part` has a head.
pub fn cell(
    architecture: &Architecture,
    constants: &Constants,
    traces: &Traces,
    part: &Part,
    at: [usize; 2],
) -> Result<Cell, Error> {
    let channels = part.channels(architecture)?;
    match part.branch {
        Branch::Global => {
            let inputs = traces.rows(part, "qkv.output")?;
            let width = inputs.first().map_or(0, |row| row.len() / 3);
            let own = |row: &[f32], third: usize| -> Vec<f32> {
                row[third * width..][channels.clone()].to_vec()
            };
            let seen = match part.side {
                Side::Encoder => inputs.len(),
                // A step sees what it reads and what those before it have read.
                Side::Decoder => (at[0] + 1).min(inputs.len()),
            };
            let all = |third: usize| -> Vec<Vec<f32>> {
                inputs[..seen].iter().map(|row| own(row, third)).collect()
            };
            check(at, [inputs.len(), seen])?;
            attention(traces, part, at, own(inputs[at[0]], 0), all(1), all(2))
        }
        Branch::Cross => {
            let inputs = traces.rows(part, "q.output")?;
            let depth = channels.len();
            let heads = |all: &[Value]| -> Result<Vec<Vec<f32>>, Error> {
                let value = all.get(part.layer).ok_or_else(|| missing(part))?;
                let rows = value.data.chunks_exact(depth).map(<[f32]>::to_vec);
                let positions = value.shape.get(2).copied().unwrap_or(0);
                let head = part.head.unwrap_or(0);
                Ok(rows.skip(head * positions).take(positions).collect())
            };
            let (keys, values) = (heads(traces.keys)?, heads(traces.values)?);
            check(at, [inputs.len(), keys.len()])?;
            attention(
                traces,
                part,
                at,
                inputs[at[0]][channels].to_vec(),
                keys,
                values,
            )
        }
        Branch::Local => {
            let inputs = traces.rows(part, "values")?;
            check(at, [inputs.len(), inputs.len()])?;
            let Some(local) = &part.layer(architecture)?.local else {
                return Err(missing(part));
            };
            let head = part.head.unwrap_or(0);
            let kernel: Vec<f32> = match local.kind {
                ConvolutionKind::Dynamic => {
                    let blocks = traces.values_of(part, "kernels")?.into_iter();
                    let all = blocks.flat_map(|value| value.data.iter().copied());
                    all.skip((at[0] * local.groups + head) * local.kernel_size)
                        .take(local.kernel_size)
                        .collect()
                }
                ConvolutionKind::Lightweight | ConvolutionKind::Depthwise => {
                    let all = constants.kernel(part.side, part.layer);
                    all[head * local.kernel_size..][..local.kernel_size].to_vec()
                }
            };
            let centre = match part.side {
                Side::Encoder => local.kernel_size / 2,
                Side::Decoder => local.kernel_size - 1,
            };
            let rows = inputs.iter().map(|row| &row[channels.clone()]);
            Ok(convolution(
                &kernel,
                centre,
                &rows.collect::<Vec<_>>(),
                at[0],
            ))
        }
    }
}

fn attention(
    traces: &Traces,
    part: &Part,
    [row, column]: [usize; 2],
    scaled: Vec<f32>,
    keys: Vec<Vec<f32>>,
    values: Vec<Vec<f32>>,
) -> Result<Cell, Error> {
    let weights = traces.weights(part, row, keys.len())?;
    let mut output = vec![0.0; scaled.len()];
    for (value, weight) in values.iter().zip(&weights) {
        crate::kernels::add_scaled(&mut output, value, *weight);
    }
    let dot = |key: &Vec<f32>| scaled.iter().zip(key).map(|(a, b)| a * b).sum();
    // The graphs have the scale in the queries.
    let scale = (scaled.len() as f32).sqrt();
    Ok(Cell::Attention(AttentionCell {
        scores: keys.iter().map(dot).collect(),
        query: scaled.iter().map(|x| x * scale).collect(),
        key: keys[column].clone(),
        value: values[column].clone(),
        weights,
        output,
    }))
}

/// `rows` are the group's values, by position.
fn convolution(kernel: &[f32], centre: usize, rows: &[&[f32]], row: usize) -> Cell {
    let mut output = vec![0.0; rows[row].len()];
    let taps = kernel.iter().enumerate().map(|(i, &weight)| {
        let position = (row + i).checked_sub(centre).filter(|&at| at < rows.len());
        let values = position.map_or(Vec::new(), |at| rows[at].to_vec());
        crate::kernels::add_scaled(&mut output[..values.len()], &values, weight);
        Tap {
            offset: i as i64 - centre as i64,
            position,
            weight,
            values,
        }
    });
    let taps = taps.collect();
    Cell::Convolution(ConvolutionCell { taps, output })
}

impl<'a> Traces<'a> {
    /// A value of the part's branch: of the encoder one, of the decoder one a step.
    fn values_of(&self, part: &Part, name: &str) -> Result<Vec<&'a Value>, Error> {
        let name = format!("{}.{name}", part.name());
        let find = |trace: &'a Trace| trace.get(&name).ok_or_else(|| missing(part));
        match part.side {
            Side::Encoder => Ok(vec![find(self.encoder)?]),
            Side::Decoder => self.decoder.iter().map(find).collect(),
        }
    }

    /// The rows of such a value, one for each position.
    fn rows(&self, part: &Part, name: &str) -> Result<Vec<&'a [f32]>, Error> {
        let values = self.values_of(part, name)?.into_iter();
        let rows = values.flat_map(|value| {
            let width = value.shape.last().copied().unwrap_or(1).max(1);
            value.data.chunks_exact(width)
        });
        Ok(rows.collect())
    }

    /// The row of an attention map.
    fn weights(&self, part: &Part, row: usize, columns: usize) -> Result<Vec<f32>, Error> {
        let blocks = self.values_of(part, "weights")?;
        let head = part.head.unwrap_or(0);
        let (block, start) = match part.side {
            Side::Encoder => (blocks.first(), (head * columns + row) * columns),
            Side::Decoder => (blocks.get(row), head * columns),
        };
        let weights = block.and_then(|block| block.data.get(start..start + columns));
        Ok(weights.ok_or_else(|| missing(part))?.to_vec())
    }
}

fn missing(part: &Part) -> Error {
    Error::Inference(format!("what {} is made of was not kept", part.name()))
}

fn check([row, column]: [usize; 2], [rows, columns]: [usize; 2]) -> Result<(), Error> {
    match (row < rows, column < columns) {
        (false, _) => Err(Error::option("row", row, up_to(rows))),
        (_, false) => Err(Error::option("column", column, up_to(columns))),
        _ => Ok(()),
    }
}
