//! Embeddings with sinusoidal positions.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tract_onnx::tract_core::internal::*;

use super::{Beams, filled, shared, typed_op};

/// Looks up tokens and adds their positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Embed {
    /// The table, its scale and the positions' frequencies.
    pub rows: Arc<Rows>,
    /// Whether this is the decoder, where all tokens stand at the position of the session's [`Beams`]; else they stand
    /// at 0, 1 and so on.
    pub step: bool,
}

impl Eq for Embed {}

/// An embedding table.
pub struct Rows {
    pub table: Table,
    /// Channels of a row.
    pub channels: usize,
    /// What every row is multiplied by.
    pub factor: f32,
    /// Half as many as channels.
    pub frequencies: Vec<f32>,
    /// The encodings of the positions met so far.
    pub positions: Mutex<Vec<f32>>,
}

/// The numbers of an embedding table.
pub enum Table {
    /// Two's complement bytes, one scale a row.
    Int8 {
        weights: Vec<u8>,
        scales: Vec<f32>,
    },
    F32 {
        weights: Vec<f32>,
    },
}

impl Rows {
    /// Writes the embedding of a token at a position.
    fn write(&self, id: i64, encoding: &[f32], out: &mut [f32]) -> TractResult<()> {
        let place = usize::try_from(id)
            .unwrap_or(usize::MAX)
            .checked_mul(self.channels);
        let range = place.and_then(|start| Some(start..start.checked_add(self.channels)?));
        let range = range.with_context(|| format!("no token {id}"))?;
        let known = || format!("no token {id}");
        match &self.table {
            Table::Int8 { weights, scales } => {
                let row = weights.get(range).with_context(known)?;
                let scale = *scales.get(id as usize).with_context(known)?;
                for (out, &x) in out.iter_mut().zip(row) {
                    *out = f32::from(x as i8) * scale * self.factor;
                }
            }
            Table::F32 { weights } => {
                let row = weights.get(range).with_context(known)?;
                for (out, &x) in out.iter_mut().zip(row) {
                    *out = x * self.factor;
                }
            }
        }
        out.iter_mut()
            .zip(encoding)
            .for_each(|(x, encoding)| *x += encoding);
        Ok(())
    }

    /// Calls `with` with the encodings of at least `count` positions: sines, then cosines.
    fn positions<R>(&self, count: usize, with: impl FnOnce(&[f32]) -> R) -> R {
        // Nothing is left half done if a thread panics while it holds the lock: rows are only added whole.
        let mut positions = self
            .positions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while positions.len() < count * self.channels {
            let position = (positions.len() / self.channels) as f32;
            let mut row: Vec<f32> = self
                .frequencies
                .iter()
                .map(|f| (position * f).sin())
                .collect();
            row.extend(self.frequencies.iter().map(|f| (position * f).cos()));
            row.resize(self.channels, 0.0);
            positions.extend(row);
        }
        with(&positions)
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({} channels)", self.channels)
    }
}

impl PartialEq for Rows {
    fn eq(&self, other: &Rows) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Op for Embed {
    typed_op!("Embed");
}

impl EvalOp for Embed {
    not_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let ids = inputs[0].try_as_plain_ram()?.as_slice::<i64>()?;
        let channels = self.rows.channels;
        let start = match self.step {
            true => shared::<Beams>(ctx)?.position(),
            false => 0,
        };
        let mut shape: TVec<usize> = inputs[0].shape().into();
        shape.push(channels);
        let last = if self.step { start } else { ids.len() };
        let output = filled(ctx, &shape, |out| {
            self.rows.positions(last + 1, |positions| {
                for (i, (out, &id)) in out.chunks_exact_mut(channels).zip(ids).enumerate() {
                    let position = if self.step { start } else { i };
                    let encoding = &positions[position * channels..][..channels];
                    self.rows.write(id, encoding, out)?;
                }
                Ok(())
            })
        })?;
        Ok(tvec!(output))
    }
}

impl TypedOp for Embed {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let mut shape: TVec<TDim> = inputs[0].shape.iter().cloned().collect();
        shape.push(self.rows.channels.to_dim());
        Ok(tvec!(f32::fact(&shape)))
    }
}
