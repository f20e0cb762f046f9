//! Channels that are made to say nothing, to see what depends on them.

use std::ops::Range;

use tract_onnx::tract_core::internal::*;

use super::{filled, floats, typed_op};

/// Passes `[rows, tokens, channels]` on, some of the channels as zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The channels.
    pub channels: Vec<Range<usize>>,
}

impl Op for Silence {
    typed_op!("Silence");
}

impl EvalOp for Silence {
    not_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = floats(&inputs[0])?;
        let width = inputs[0].shape().last().copied().unwrap_or(1).max(1);
        let output = filled(ctx, inputs[0].shape(), |out| {
            out.copy_from_slice(input);
            for row in out.chunks_exact_mut(width) {
                for channels in &self.channels {
                    row[channels.clone()].fill(0.0);
                }
            }
            Ok(())
        })?;
        Ok(tvec!(output))
    }
}

impl TypedOp for Silence {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }
}
