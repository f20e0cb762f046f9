//! The attention branch, over a whole sentence and one step at a time, and the attention to the source.
//!
//! A traced operator gives, besides what it mixed, the weights and the values it mixed.

use tract_onnx::tract_core::internal::*;

use super::beams::{Beams, Cache};
use super::{
    Memory, Workspace, filled, floats, one_stream, owner, session_state, shared, typed_op,
    with_channels,
};
use crate::kernels::{Rows, attend, attend_scattered, attend_sentence};

/// Self-attention of `[1, tokens, 3 * channels]`: queries, keys and values side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfAttention {
    /// Heads.
    pub heads: usize,
    /// Whether to give weights and values too.
    pub traced: bool,
}

impl Op for SelfAttention {
    typed_op!("SelfAttention");
}

impl EvalOp for SelfAttention {
    not_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = floats(&inputs[0])?;
        let &[1, tokens, width] = inputs[0].shape() else {
            bail!("self-attention over {:?}", inputs[0].shape())
        };
        let channels = width / 3;
        let depth = channels / self.heads;
        let part = |token: usize, part: usize, head: usize| {
            let start = token * width + part * channels + head * depth;
            &input[start..start + depth]
        };
        let mut weights = self.traced.then(|| vec![0.0; self.heads * tokens * tokens]);
        let mixed = filled(ctx, &[1, tokens, channels], |out| {
            let rows = Rows {
                values: input,
                stride: width,
            };
            let mut scratch = shared::<Workspace>(ctx)?.attention.borrow_mut();
            for head in 0..self.heads {
                let start = head * depth;
                let weights = weights.as_mut().map(|all| {
                    let size = tokens * tokens;
                    &mut all[head * size..][..size]
                });
                attend_sentence(
                    rows,
                    [start, channels + start, 2 * channels + start],
                    depth,
                    &mut out[start.min(tokens * channels)..],
                    channels,
                    weights,
                    &mut scratch,
                );
            }
            Ok(())
        })?;
        let Some(weights) = weights else {
            return Ok(tvec!(mixed));
        };
        let weights = Tensor::from_shape(&[1, self.heads, tokens, tokens], &weights)?;
        let values = filled(ctx, &[1, self.heads, tokens, depth], |out| {
            for (i, out) in out.chunks_exact_mut(depth).enumerate() {
                out.copy_from_slice(part(i % tokens, 2, i / tokens));
            }
            Ok(())
        })?;
        Ok(tvec!(mixed, weights.into_tvalue(), values))
    }
}

impl TypedOp for SelfAttention {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let (tokens, width) = (&inputs[0].shape[1], inputs[0].shape[2].to_usize()?);
        let mut facts = tvec!(with_channels(inputs[0], width / 3));
        if self.traced {
            let heads = self.heads.to_dim();
            let depth = (width / 3 / self.heads).to_dim();
            facts.push(f32::fact([
                1.to_dim(),
                heads.clone(),
                tokens.clone(),
                tokens.clone(),
            ]));
            facts.push(f32::fact([1.to_dim(), heads, tokens.clone(), depth]));
        }
        Ok(facts)
    }
}

/// Self-attention of one step, `[hypotheses, 1, 3 * channels]`, keys and values of the steps before kept in the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedAttention {
    /// Heads.
    pub heads: usize,
    /// Whether to give weights and values too.
    pub traced: bool,
    /// Positions so far: a size that only the session knows.
    pub positions: Symbol,
}

impl Op for CachedAttention {
    typed_op!("CachedAttention");
}

impl EvalOp for CachedAttention {
    session_state!(Past);
}

impl TypedOp for CachedAttention {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let (rows, width) = (&inputs[0].shape[0], inputs[0].shape[2].to_usize()?);
        let mut facts = tvec!(with_channels(inputs[0], width / 3));
        if self.traced {
            let heads = self.heads.to_dim();
            let depth = (width / 3 / self.heads).to_dim();
            let positions = self.positions.to_dim();
            facts.push(f32::fact([
                rows.clone(),
                heads.clone(),
                1.to_dim(),
                positions,
            ]));
            facts.push(f32::fact([rows.clone(), heads, 1.to_dim(), depth]));
        }
        Ok(facts)
    }
}

#[derive(Debug, Clone, Default)]
struct Past {
    keys: Cache,
    values: Cache,
    weights: Vec<f32>,
}

impl OpState for Past {
    fn eval(
        &mut self,
        ctx: &EvalContext,
        op: &dyn Op,
        inputs: TVec<TValue>,
    ) -> TractResult<TVec<TValue>> {
        let op = owner::<CachedAttention>(op)?;
        let beams = shared::<Beams>(ctx)?;
        let input = floats(&inputs[0])?;
        let &[rows, 1, width] = inputs[0].shape() else {
            bail!("one step of self-attention over {:?}", inputs[0].shape())
        };
        let channels = width / 3;
        let depth = channels / op.heads;
        for (slot, row) in input.chunks_exact(width).enumerate() {
            self.keys.put(beams, slot, &row[channels..2 * channels]);
            self.values.put(beams, slot, &row[2 * channels..]);
        }
        let positions = beams.position() + 1;
        let Past {
            keys,
            values,
            weights,
        } = self;
        weights.clear();
        weights.resize(rows * op.heads * positions, 0.0);
        let mixed = filled(ctx, &[rows, 1, channels], |out| {
            for (i, weights) in weights.chunks_exact_mut(positions).enumerate() {
                let (row, head) = (i / op.heads, i % op.heads);
                let way = beams.way(row);
                let part = head * depth..(head + 1) * depth;
                attend_scattered(
                    &input[row * width..][part.clone()],
                    |p| &keys.row(beams, p, way[p], channels)[part.clone()],
                    |p| &values.row(beams, p, way[p], channels)[part.clone()],
                    weights,
                    &mut out[row * channels..][part.clone()],
                );
            }
            Ok(())
        })?;
        if !op.traced {
            return Ok(tvec!(mixed));
        }
        let weights = Tensor::from_shape(&[rows, op.heads, 1, positions], weights)?;
        let values = filled(ctx, &[rows, op.heads, 1, depth], |out| {
            let rows = out
                .chunks_exact_mut(channels)
                .zip(input.chunks_exact(width));
            rows.for_each(|(out, row)| out.copy_from_slice(&row[2 * channels..]));
            Ok(())
        })?;
        Ok(tvec!(mixed, weights.into_tvalue(), values))
    }

    one_stream!();
}

/// Attention of `[hypotheses, 1, channels]` to the source in the session's [`Memory`], whose keys are transposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossAttention {
    /// Decoder layer.
    pub layer: usize,
    /// Heads.
    pub heads: usize,
    /// Whether to give the weights too.
    pub traced: bool,
    /// Source tokens: a size that only the session knows.
    pub source: Symbol,
}

impl Op for CrossAttention {
    typed_op!("CrossAttention");
}

impl EvalOp for CrossAttention {
    not_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let memory = shared::<Memory>(ctx)?;
        let missing = || format!("no memory of layer {}", self.layer);
        let keys = memory.keys.get(self.layer).with_context(missing)?;
        let values = memory.values.get(self.layer).with_context(missing)?;
        let &[1, heads, source, depth] = values.shape() else {
            bail!("values of the shape {:?}", values.shape())
        };
        let &[1, _, _, padded] = keys.shape() else {
            bail!("keys of the shape {:?}", keys.shape())
        };
        let &[rows, 1, channels] = inputs[0].shape() else {
            bail!("one step of attention over {:?}", inputs[0].shape())
        };
        ensure!(
            heads == self.heads
                && heads * depth == channels
                && keys.shape() == [1, heads, depth, padded]
                && padded >= source,
            "attention of {channels} channels to keys {:?} and values {:?}",
            keys.shape(),
            values.shape(),
        );
        let (queries, keys, values) = (floats(&inputs[0])?, floats(keys)?, floats(values)?);
        let mut weights = self.traced.then(|| vec![0.0; rows * heads * source]);
        let mut one = vec![0.0; if self.traced { rows * source } else { 0 }];
        let mixed = filled(ctx, &[rows, 1, channels], |out| {
            let mut scratch = shared::<Workspace>(ctx)?.attention.borrow_mut();
            for head in 0..heads {
                let start = head * depth;
                attend(
                    Rows {
                        values: &queries[start..],
                        stride: channels,
                    },
                    rows,
                    depth,
                    (&keys[head * depth * padded..][..depth * padded], padded),
                    Rows {
                        values: &values[head * source * depth..][..source * depth],
                        stride: depth,
                    },
                    source,
                    &mut out[start..],
                    channels,
                    weights.is_some().then_some(&mut one[..]),
                    scratch.scores(),
                );
                if let Some(weights) = &mut weights {
                    for (row, one) in one.chunks_exact(source).enumerate() {
                        weights[(row * heads + head) * source..][..source].copy_from_slice(one);
                    }
                }
            }
            Ok(())
        })?;
        match weights {
            Some(weights) => {
                let weights = Tensor::from_shape(&[rows, heads, 1, source], &weights)?;
                Ok(tvec!(mixed, weights.into_tvalue()))
            }
            None => Ok(tvec!(mixed)),
        }
    }
}

impl TypedOp for CrossAttention {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let mut facts = tvec!(inputs[0].without_value());
        if self.traced {
            let rows = inputs[0].shape[0].clone();
            facts.push(f32::fact([
                rows,
                self.heads.to_dim(),
                1.to_dim(),
                self.source.to_dim(),
            ]));
        }
        Ok(facts)
    }
}
