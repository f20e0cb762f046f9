//! Keys and values of all decoder layers out of one product.

use tract_onnx::tract_core::internal::*;

use super::{filled, floats, typed_op};
use crate::kernels::{Rows, transpose};

/// Cuts `[1, tokens, parts * heads * channels]` into outputs `[1, heads, tokens, channels]`, or, of keys, `[1, heads,
/// channels, tokens]`, filled up with zeros to a multiple of 4 tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitHeads {
    /// For each output whether it is keys.
    pub keys: Vec<bool>,
    /// Heads of each.
    pub heads: usize,
    /// Channels of a head.
    pub channels: usize,
}

impl Op for SplitHeads {
    typed_op!("SplitHeads");
}

impl EvalOp for SplitHeads {
    not_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = floats(&inputs[0])?;
        let (heads, channels) = (self.heads, self.channels);
        let width = self.keys.len() * heads * channels;
        let tokens = input.len() / width;
        let rows = |part: usize, head: usize| Rows {
            values: &input[(part * heads + head) * channels..],
            stride: width,
        };
        let outputs = self
            .keys
            .iter()
            .enumerate()
            .map(|(part, &keys)| match keys {
                true => {
                    let padded = tokens.next_multiple_of(4);
                    filled(ctx, &[1, heads, channels, padded], |out| {
                        let out = out.chunks_exact_mut(channels * padded).enumerate();
                        out.for_each(|(head, out)| {
                            transpose(rows(part, head), tokens, channels, out)
                        });
                        Ok(())
                    })
                }
                false => filled(ctx, &[1, heads, tokens, channels], |out| {
                    for (i, out) in out.chunks_exact_mut(channels).enumerate() {
                        let (head, token) = (i / tokens, i % tokens);
                        let rows = rows(part, head);
                        out.copy_from_slice(&rows.values[token * width..][..channels]);
                    }
                    Ok(())
                }),
            });
        outputs.collect()
    }
}

impl TypedOp for SplitHeads {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let (heads, channels) = (self.heads.to_dim(), self.channels.to_dim());
        let tokens = inputs[0].shape[1].clone();
        let padded = (tokens.clone() + 3) / 4 * 4;
        let fact = |&keys: &bool| match keys {
            true => f32::fact([1.to_dim(), heads.clone(), channels.clone(), padded.clone()]),
            false => f32::fact([1.to_dim(), heads.clone(), tokens.clone(), channels.clone()]),
        };
        Ok(self.keys.iter().map(fact).collect())
    }
}
