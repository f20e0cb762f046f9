//! Attention of one query over rows of keys and values.

use super::simd::F32x4;
use super::{add_scaled, softmax};

/// Mixes the values by the softmax of the query's products with the keys. `weights` has one place for each key and
/// holds what was given to it.
pub fn attend<'a>(
    query: &[f32],
    key: impl Fn(usize) -> &'a [f32],
    value: impl Fn(usize) -> &'a [f32],
    weights: &mut [f32],
    out: &mut [f32],
) {
    for (i, weight) in weights.iter_mut().enumerate() {
        *weight = dot(query, key(i));
    }
    softmax(weights);
    out.fill(0.0);
    for (i, weight) in weights.iter().enumerate() {
        add_scaled(out, value(i), *weight);
    }
}

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_blocks, a_rest) = a.as_chunks::<4>();
    let (b_blocks, b_rest) = b.as_chunks::<4>();
    let mut sums = F32x4::splat(0.0);
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        sums = sums.mul_add(F32x4::load(a), F32x4::load(b));
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.sum() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_f64() {
        for channels in [1, 3, 4, 20, 21, 40] {
            for length in [1, 2, 3, 9, 64] {
                let value = |i: usize| ((i * 31 + 7) % 19) as f32 * 0.1 - 0.9;
                let query: Vec<f32> = (0..channels).map(value).collect();
                let keys: Vec<f32> = (0..length * channels).map(|i| value(i + 1)).collect();
                let values: Vec<f32> = (0..length * channels).map(|i| value(i + 2)).collect();
                let row = |rows: &[f32], i: usize, c: usize| f64::from(rows[i * channels + c]);
                let scores: Vec<f64> = (0..length)
                    .map(|i| {
                        (0..channels)
                            .map(|c| f64::from(query[c]) * row(&keys, i, c))
                            .sum::<f64>()
                            .exp()
                    })
                    .collect();
                let total: f64 = scores.iter().sum();
                let (mut weights, mut out) = (vec![0.0; length], vec![f32::NAN; channels]);
                attend(
                    &query,
                    |i| &keys[i * channels..][..channels],
                    |i| &values[i * channels..][..channels],
                    &mut weights,
                    &mut out,
                );
                for (c, found) in out.iter().enumerate() {
                    let exact: f64 = (0..length)
                        .map(|i| scores[i] / total * row(&values, i, c))
                        .sum();
                    assert!(
                        (f64::from(*found) - exact).abs() < 1e-5,
                        "{channels} channels, {length} keys"
                    );
                }
                assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            }
        }
    }
}
