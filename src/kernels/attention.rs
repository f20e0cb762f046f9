//! Attention: of all tokens of a sentence to one another, of a few queries to common keys, and of one query to keys
//! that lie anywhere.

use super::float::{Rows, product};
use super::simd::F32x4;
use super::softmax;

/// Room for keys and scores, used again and again.
#[derive(Debug, Default)]
pub struct Scratch {
    keys: Vec<f32>,
    scores: Vec<f32>,
}

impl Scratch {
    /// Room for [`attend`].
    pub fn scores(&mut self) -> &mut Vec<f32> {
        &mut self.scores
    }
}

/// Queries that are handled together.
const QUERIES: usize = 4;

/// Self-attention of one head over a sentence.
///
/// `input` has a row for each token, in which queries start at `query`, keys at `key` and values at `value`; `out` has
/// its rows `stride` apart. `weights` takes the attention weights, a row for each token, if they are wanted.
pub fn attend_sentence(
    input: Rows,
    [query, key, value]: [usize; 3],
    depth: usize,
    out: &mut [f32],
    stride: usize,
    mut weights: Option<&mut [f32]>,
    scratch: &mut Scratch,
) {
    let tokens = input.values.len() / input.stride;
    let at = |start: usize, token: usize| Rows {
        values: &input.values[token * input.stride + start..],
        ..input
    };
    let Scratch { keys, scores } = scratch;
    let padded = tokens.next_multiple_of(4);
    keys.resize(depth * padded, 0.0);
    transpose(at(key, 0), tokens, depth, keys);
    for first in (0..tokens).step_by(QUERIES) {
        let rows = QUERIES.min(tokens - first);
        let part = weights
            .as_deref_mut()
            .map(|weights| &mut weights[first * tokens..]);
        attend(
            at(query, first),
            rows,
            depth,
            (keys, padded),
            at(value, 0),
            tokens,
            &mut out[first * stride..],
            stride,
            part,
            scores,
        );
    }
}

/// Writes keys side by side, those of one channel after the other, filled up with zeros to a multiple of 4.
pub fn transpose(keys: Rows, tokens: usize, depth: usize, out: &mut [f32]) {
    let padded = tokens.next_multiple_of(4);
    for (c, out) in out.chunks_exact_mut(padded).take(depth).enumerate() {
        let (out, filling) = out.split_at_mut(tokens);
        let keys = keys.values[c..].chunks(keys.stride);
        out.iter_mut().zip(keys).for_each(|(to, key)| *to = key[0]);
        filling.fill(0.0);
    }
}

/// Attention of `rows` queries to the same keys, which [`transpose`] has laid out.
#[expect(clippy::too_many_arguments, reason = "the operands of two products")]
pub fn attend(
    queries: Rows,
    rows: usize,
    depth: usize,
    (keys, padded): (&[f32], usize),
    values: Rows,
    tokens: usize,
    out: &mut [f32],
    stride: usize,
    mut weights: Option<&mut [f32]>,
    scores: &mut Vec<f32>,
) {
    scores.resize(rows * padded, 0.0);
    let scores = &mut scores[..rows * padded];
    let keys = Rows {
        values: keys,
        stride: padded,
    };
    product(queries, rows, depth, keys, padded, scores, padded);
    for (r, row) in scores.chunks_exact_mut(padded).enumerate() {
        // What fills a row up weighs nothing; so all of it is whole vectors.
        row[tokens..].fill(f32::NEG_INFINITY);
        softmax(row);
        let row = &row[..tokens];
        if let Some(weights) = &mut weights {
            weights[r * tokens..][..tokens].copy_from_slice(row);
        }
    }
    let scores = Rows {
        values: scores,
        stride: padded,
    };
    product(scores, rows, tokens, values, depth, out, stride);
}

/// Attention of one query to keys and values that lie anywhere. `weights` has a place for each key.
pub fn attend_scattered<'a>(
    query: &[f32],
    key: impl Fn(usize) -> &'a [f32],
    value: impl Fn(usize) -> &'a [f32],
    weights: &mut [f32],
    out: &mut [f32],
) {
    let last = weights.len().saturating_sub(1);
    for (block, weights) in weights.chunks_mut(4).enumerate() {
        let keys: [&[f32]; 4] = std::array::from_fn(|i| key((4 * block + i).min(last)));
        weights.copy_from_slice(&dots(query, keys).to_array()[..weights.len()]);
    }
    softmax(weights);
    mix(weights, value, out);
}

/// The products of a query with four keys.
#[inline(always)]
fn dots(query: &[f32], keys: [&[f32]; 4]) -> F32x4 {
    let (blocks, rest) = query.as_chunks::<4>();
    let mut sums = [F32x4::splat(0.0); 4];
    for (i, block) in blocks.iter().enumerate() {
        let block = F32x4::load(block);
        for (sum, key) in sums.iter_mut().zip(keys) {
            *sum = sum.mul_add(block, F32x4::load(&key.as_chunks::<4>().0[i]));
        }
    }
    if !rest.is_empty() {
        let start = 4 * blocks.len();
        let block = F32x4::load_part(rest, 0.0);
        for (sum, key) in sums.iter_mut().zip(keys) {
            *sum = sum.mul_add(block, F32x4::load_part(&key[start..], 0.0));
        }
    }
    F32x4::sums(sums)
}

/// `out = sum over i of weights[i] * row(i)`.
pub fn mix<'a>(weights: &[f32], row: impl Fn(usize) -> &'a [f32], out: &mut [f32]) {
    let (tiles, rest) = out.as_chunks_mut::<20>();
    for (t, tile) in tiles.iter_mut().enumerate() {
        // The sums stay in registers while the rows go by.
        let mut sums = [F32x4::splat(0.0); 5];
        for (i, weight) in weights.iter().enumerate() {
            let factor = F32x4::splat(*weight);
            let row = &row(i).as_chunks::<20>().0[t];
            for (sum, x) in sums.iter_mut().zip(row.as_chunks::<4>().0) {
                *sum = sum.mul_add(F32x4::load(x), factor);
            }
        }
        for (sum, to) in sums.iter().zip(tile.as_chunks_mut::<4>().0) {
            sum.store(to);
        }
    }
    let start = 20 * tiles.len();
    rest.fill(0.0);
    if !rest.is_empty() {
        for (i, weight) in weights.iter().enumerate() {
            super::add_scaled(rest, &row(i)[start..], *weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    /// Attention as the formula has it.
    fn exact(query: &[f32], keys: &[&[f32]], values: &[&[f32]]) -> (Vec<f64>, Vec<f64>) {
        let dot = |key: &&[f32]| -> f64 {
            let pairs = query.iter().zip(*key);
            pairs.map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
        };
        let scores: Vec<f64> = keys.iter().map(|key| dot(key).exp()).collect();
        let total: f64 = scores.iter().sum();
        let weights: Vec<f64> = scores.iter().map(|score| score / total).collect();
        let mixed = (0..query.len()).map(|c| {
            let pairs = weights.iter().zip(values);
            pairs
                .map(|(weight, value)| weight * f64::from(value[c]))
                .sum()
        });
        (weights.clone(), mixed.collect())
    }

    fn close(found: &[f32], exact: &[f64], case: &str) {
        for (found, exact) in found.iter().zip(exact) {
            assert!(
                (f64::from(*found) - exact).abs() < 1e-5,
                "{case}: {found} is not {exact}"
            );
        }
    }

    #[test]
    fn all_ways_agree_with_f64() {
        let mut random = Random::new(3);
        for depth in [1, 3, 4, 5, 8, 20, 23, 40, 43] {
            for tokens in [1, 2, 3, 4, 5, 9, 30, 64] {
                let stride = 3 * depth + 2;
                let input = random.floats(tokens * stride);
                let part =
                    |token: usize, part: usize| &input[token * stride + part * depth..][..depth];
                let all = |p: usize| (0..tokens).map(|t| part(t, p)).collect::<Vec<&[f32]>>();
                let (keys, values) = (all(1), all(2));
                let case = format!("{tokens} tokens of {depth} channels");

                let mut out = vec![f32::NAN; tokens * depth];
                let mut weights = vec![f32::NAN; tokens * tokens];
                let rows = Rows {
                    values: &input,
                    stride,
                };
                let starts = [0, depth, 2 * depth];
                let mut scratch = Scratch::default();
                attend_sentence(
                    rows,
                    starts,
                    depth,
                    &mut out,
                    depth,
                    Some(&mut weights),
                    &mut scratch,
                );
                for (t, (out, weights)) in out
                    .chunks_exact(depth)
                    .zip(weights.chunks_exact(tokens))
                    .enumerate()
                {
                    let (exact_weights, exact_out) = exact(part(t, 0), &keys, &values);
                    close(out, &exact_out, &case);
                    close(weights, &exact_weights, &case);
                    let mut one = vec![f32::NAN; depth];
                    let mut weights = vec![f32::NAN; tokens];
                    attend_scattered(
                        part(t, 0),
                        |i| keys[i],
                        |i| values[i],
                        &mut weights,
                        &mut one,
                    );
                    close(&one, &exact_out, &case);
                    close(&weights, &exact_weights, &case);
                }
            }
        }
    }
}
