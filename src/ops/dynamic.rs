//! The convolution branch with kernels that are computed from the token at hand (Wu et al. 2019, equation 5).

use tract_onnx::tract_core::internal::*;

use super::beams::{Beams, Cache};
use super::{filled, floats, one_stream, owner, session_state, shared, typed_op};
use crate::kernels::{mix, softmax};

/// Depthwise convolution of `[rows, tokens, channels]` by the softmax of `[rows, tokens, groups * size]`; over a
/// sentence centred, one step at a time causal.
///
/// Traced, it gives the kernels too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicConvolution {
    /// Groups of channels that share a kernel.
    pub groups: usize,
    /// Places that a kernel covers.
    pub size: usize,
    /// Whether the rows before are kept in the session.
    pub cached: bool,
    /// Whether to give the kernels too.
    pub traced: bool,
}

impl Op for DynamicConvolution {
    typed_op!("DynamicConvolution");
}

impl EvalOp for DynamicConvolution {
    session_state!(Past);
}

impl TypedOp for DynamicConvolution {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let mut facts = tvec!(inputs[0].without_value());
        if self.traced {
            let (rows, tokens) = (&inputs[0].shape[0], &inputs[0].shape[1]);
            let (groups, size) = (self.groups.to_dim(), self.size.to_dim());
            facts.push(match self.cached {
                true => f32::fact([rows.clone(), groups, 1.to_dim(), size]),
                false => f32::fact([rows.clone(), tokens.clone(), groups, size, 1.to_dim()]),
            });
        }
        Ok(facts)
    }
}

#[derive(Debug, Clone, Default)]
struct Past {
    rows: Cache,
    kernels: Vec<f32>,
}

impl OpState for Past {
    fn eval(
        &mut self,
        ctx: &EvalContext,
        op: &dyn Op,
        inputs: TVec<TValue>,
    ) -> TractResult<TVec<TValue>> {
        let op = owner::<DynamicConvolution>(op)?;
        let &DynamicConvolution { groups, size, .. } = op;
        let &[_, tokens, channels] = inputs[0].shape() else {
            bail!("dynamic convolution over {:?}", inputs[0].shape())
        };
        let values = floats(&inputs[0])?;
        let Past { rows, kernels } = self;
        kernels.clear();
        kernels.extend_from_slice(floats(&inputs[1])?);
        kernels.chunks_exact_mut(size).for_each(softmax);
        let width = channels / groups;
        let kernel = |row: usize, group: usize| &kernels[(row * groups + group) * size..][..size];
        let output = filled(ctx, inputs[0].shape(), |out| {
            let out = out.chunks_exact_mut(width).enumerate();
            let out = out.map(|(i, out)| (i / groups, i % groups, out));
            if op.cached {
                let beams = shared::<Beams>(ctx)?;
                for (slot, row) in values.chunks_exact(channels).enumerate() {
                    rows.put(beams, slot, row);
                }
                for (row, group, out) in out {
                    let way = beams.way(row);
                    // The kernel's last place is on the token itself.
                    let first = size.saturating_sub(way.len());
                    let place = |i: usize| {
                        let position = way.len() + first + i - size;
                        let row = rows.row(beams, position, way[position], channels);
                        &row[group * width..][..width]
                    };
                    mix(&kernel(row, group)[first..], place, out);
                }
            } else {
                let centre = size / 2;
                for (token, group, out) in out {
                    let first = centre.saturating_sub(token);
                    let places = first..(tokens + centre - token).min(size);
                    let place = |i: usize| {
                        let row = token + first + i - centre;
                        &values[row * channels + group * width..][..width]
                    };
                    mix(&kernel(token, group)[places], place, out);
                }
            }
            Ok(())
        })?;
        if !op.traced {
            return Ok(tvec!(output));
        }
        let rows = inputs[0].shape()[0];
        let kernels = match op.cached {
            true => Tensor::from_shape(&[rows, groups, 1, size], kernels)?,
            false => Tensor::from_shape(&[rows, tokens, groups, size, 1], kernels)?,
        };
        Ok(tvec!(output, kernels.into_tvalue()))
    }

    one_stream!();
}
