//! The convolution branch, over a whole sentence and one step at a time.

use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::beams::{Beams, Cache};
use super::{filled, floats, one_stream, owner, session_state, shared, typed_op};
use crate::kernels::convolve;

/// Depthwise convolution of `[1, tokens, channels]`, centred.
#[derive(Debug, Clone, PartialEq)]
pub struct Convolution {
    /// One row of channels for each place it covers.
    pub kernel: Arc<[f32]>,
    /// Its channels.
    pub channels: usize,
    /// The place that stands on the token itself.
    pub centre: usize,
}

impl Eq for Convolution {}

impl Op for Convolution {
    typed_op!("Convolution");
}

impl EvalOp for Convolution {
    not_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = floats(&inputs[0])?;
        let rows = input.len() / self.channels;
        let size = self.kernel.len() / self.channels;
        let output = filled(ctx, inputs[0].shape(), |out| {
            for (t, out) in out.chunks_exact_mut(self.channels).enumerate() {
                let first = self.centre.saturating_sub(t).min(size);
                let places = first..(rows + self.centre - t).min(size);
                let row = |i: usize| &input[(t + i - self.centre) * self.channels..];
                convolve(&self.kernel, places, |i| &row(i)[..self.channels], out);
            }
            Ok(())
        })?;
        Ok(tvec!(output))
    }
}

impl TypedOp for Convolution {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }
}

/// Causal depthwise convolution of `[hypotheses, 1, channels]`, the rows before kept in the session.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedConvolution {
    /// One row of channels for each place it covers, the oldest first.
    pub kernel: Arc<[f32]>,
    /// Its channels.
    pub channels: usize,
}

impl Eq for CachedConvolution {}

impl Op for CachedConvolution {
    typed_op!("CachedConvolution");
}

impl EvalOp for CachedConvolution {
    session_state!(Past);
}

impl TypedOp for CachedConvolution {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }
}

#[derive(Debug, Clone, Default)]
struct Past(Cache);

impl OpState for Past {
    fn eval(
        &mut self,
        ctx: &EvalContext,
        op: &dyn Op,
        inputs: TVec<TValue>,
    ) -> TractResult<TVec<TValue>> {
        let op = owner::<CachedConvolution>(op)?;
        let beams = shared::<Beams>(ctx)?;
        let size = op.kernel.len() / op.channels;
        let input = floats(&inputs[0])?;
        for (slot, row) in input.chunks_exact(op.channels).enumerate() {
            self.0.put(beams, slot, row);
        }
        let output = filled(ctx, inputs[0].shape(), |out| {
            for (r, out) in out.chunks_exact_mut(op.channels).enumerate() {
                let way = beams.way(r);
                let row = |i: usize| {
                    let position = way.len() + i - size;
                    self.0.row(beams, position, way[position], op.channels)
                };
                convolve(&op.kernel, size.saturating_sub(way.len())..size, row, out);
            }
            Ok(())
        })?;
        Ok(tvec!(output))
    }

    one_stream!();
}
