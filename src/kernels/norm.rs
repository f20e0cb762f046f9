//! Layer normalisation.

use super::simd::F32x4;

/// Scales a row to mean 0 and variance 1, then by `weight` and `bias`.
pub fn normalise(row: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let length = row.len() as f32;
    let (blocks, rest) = row.as_chunks_mut::<4>();
    let sums = blocks.iter().fold(F32x4::splat(0.0), |sums, block| {
        sums.add(F32x4::load(block))
    });
    let mean = (sums.sum() + rest.iter().sum::<f32>()) / length;
    let means = F32x4::splat(mean);
    let mut squares = F32x4::splat(0.0);
    for block in &mut *blocks {
        let x = F32x4::load(block).sub(means);
        squares = squares.mul_add(x, x);
        x.store(block);
    }
    let mut square = squares.sum();
    for x in &mut *rest {
        *x -= mean;
        square += *x * *x;
    }
    let factor = 1.0 / (square / length + epsilon).sqrt();
    let factors = F32x4::splat(factor);
    let (weights, weight) = weight.as_chunks::<4>();
    let (biases, bias) = bias.as_chunks::<4>();
    for ((block, weight), bias) in blocks.iter_mut().zip(weights).zip(biases) {
        let x = F32x4::load(block).mul(factors);
        F32x4::load(bias)
            .mul_add(x, F32x4::load(weight))
            .store(block);
    }
    for ((x, weight), bias) in rest.iter_mut().zip(weight).zip(bias) {
        *x = *x * factor * weight + bias;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_f64() {
        for length in [1, 2, 3, 4, 5, 7, 80, 160, 161] {
            let row: Vec<f32> = (0..length)
                .map(|i| (i * 13 % 29) as f32 * 0.3 - 2.0)
                .collect();
            let weight: Vec<f32> = (0..length).map(|i| 1.0 + i as f32 * 0.01).collect();
            let bias: Vec<f32> = (0..length).map(|i| i as f32 * 0.1).collect();
            let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / length as f64;
            let squares = row.iter().map(|&x| (f64::from(x) - mean).powi(2));
            let factor = 1.0 / (squares.sum::<f64>() / length as f64 + 1e-5).sqrt();
            let mut found = row.clone();
            normalise(&mut found, &weight, &bias, 1e-5);
            for i in 0..length {
                let exact =
                    (f64::from(row[i]) - mean) * factor * f64::from(weight[i]) + f64::from(bias[i]);
                assert!(
                    (f64::from(found[i]) - exact).abs() < 1e-3,
                    "length {length}, place {i}"
                );
            }
        }
    }
}
