//! Keys and values of all decoder layers out of one product.

use tract_onnx::tract_core::internal::*;

use super::{filled, floats, typed_op};

/// Cuts `[1, tokens, parts * heads * channels]` into `parts` outputs `[1, heads, tokens, channels]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitHeads {
    /// Outputs.
    pub parts: usize,
    /// Heads of each.
    pub heads: usize,
    /// Channels of a head.
    pub channels: usize,
}

impl Op for SplitHeads {
    typed_op!("SplitHeads");
}

impl EvalOp for SplitHeads {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = floats(&inputs[0])?;
        let width = self.parts * self.heads * self.channels;
        let tokens = input.len() / width;
        let shape = [1, self.heads, tokens, self.channels];
        let part = |part: usize| {
            filled(&shape, |out| {
                for (i, out) in out.chunks_exact_mut(self.channels).enumerate() {
                    let (head, token) = (i / tokens, i % tokens);
                    let start = token * width + (part * self.heads + head) * self.channels;
                    out.copy_from_slice(&input[start..start + self.channels]);
                }
                Ok(())
            })
        };
        (0..self.parts).map(part).collect()
    }
}

impl TypedOp for SplitHeads {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let shape = [
            1.to_dim(),
            self.heads.to_dim(),
            inputs[0].shape[1].clone(),
            self.channels.to_dim(),
        ];
        Ok((0..self.parts).map(|_| f32::fact(&shape)).collect())
    }
}
