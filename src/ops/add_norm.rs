//! Residual connection and layer normalisation.

use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::{filled, floats, typed_op};
use crate::kernels::normalise;

/// Adds the updates, which side by side have the channels of the first input, to it and normalises.
#[derive(Debug, Clone)]
pub struct AddNorm {
    /// What the normalised values are multiplied by.
    pub weight: Arc<[f32]>,
    /// What is added to them.
    pub bias: Arc<[f32]>,
    /// What is added to the variance.
    pub epsilon: f32,
}

impl PartialEq for AddNorm {
    fn eq(&self, other: &AddNorm) -> bool {
        self.weight == other.weight
            && self.bias == other.bias
            && self.epsilon.to_bits() == other.epsilon.to_bits()
    }
}

impl Eq for AddNorm {}

impl Op for AddNorm {
    typed_op!("AddNorm");
}

impl EvalOp for AddNorm {
    not_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let channels = self.weight.len();
        let residual = floats(&inputs[0])?;
        let output = filled(ctx, inputs[0].shape(), |out| {
            out.copy_from_slice(residual);
            let mut start = 0;
            for update in &inputs[1..] {
                let width = update.shape().last().copied().unwrap_or(1);
                ensure!(start + width <= channels, "updates of too many channels");
                let rows = out
                    .chunks_exact_mut(channels)
                    .zip(floats(update)?.chunks_exact(width));
                for (row, update) in rows {
                    let places = row[start..start + width].iter_mut();
                    places.zip(update).for_each(|(x, update)| *x += update);
                }
                start += width;
            }
            for row in out.chunks_exact_mut(channels) {
                normalise(row, &self.weight, &self.bias, self.epsilon);
            }
            Ok(())
        })?;
        Ok(tvec!(output))
    }
}

impl TypedOp for AddNorm {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }
}
