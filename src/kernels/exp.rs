//! Exponentials over whole rows.

use super::simd::{F32x4, I32x4};

/// `ln(sum(exp(x)))`, safe against overflow.
pub fn log_sum_exp(row: &[f32]) -> f32 {
    let highest = highest(row);
    if !highest.is_finite() {
        return highest;
    }
    let shift = F32x4::splat(highest);
    let (blocks, rest) = row.as_chunks::<8>();
    let mut sums = [F32x4::splat(0.0); 2];
    for block in blocks {
        let (halves, _) = block.as_chunks::<4>();
        for (sum, half) in sums.iter_mut().zip(halves) {
            *sum = sum.add(exp(F32x4::load(half).sub(shift)));
        }
    }
    for part in rest.chunks(4) {
        let part = F32x4::load_part(part, f32::NEG_INFINITY);
        sums[0] = sums[0].add(exp(part.sub(shift)));
    }
    highest + sums[0].add(sums[1]).sum().ln()
}

/// Turns scores into weights that sum to 1.
pub fn softmax(row: &mut [f32]) {
    let shift = F32x4::splat(highest(row));
    let (blocks, rest) = row.as_chunks_mut::<4>();
    let mut sums = F32x4::splat(0.0);
    for block in &mut *blocks {
        let weights = exp(F32x4::load(block).sub(shift));
        weights.store(block);
        sums = sums.add(weights);
    }
    if !rest.is_empty() {
        let weights = exp(F32x4::load_part(rest, f32::NEG_INFINITY).sub(shift));
        sums = sums.add(weights);
        rest.copy_from_slice(&weights.to_array()[..rest.len()]);
    }
    let factor = 1.0 / sums.sum();
    let factors = F32x4::splat(factor);
    for block in blocks {
        F32x4::load(block).mul(factors).store(block);
    }
    for x in rest {
        *x *= factor;
    }
}

/// The highest value of a row; of none, minus infinity.
pub fn highest(row: &[f32]) -> f32 {
    let lowest = F32x4::splat(f32::NEG_INFINITY);
    let (blocks, rest) = row.as_chunks::<8>();
    let mut highest = [lowest; 2];
    for block in blocks {
        let (halves, _) = block.as_chunks::<4>();
        for (highest, half) in highest.iter_mut().zip(halves) {
            *highest = F32x4::load(half).max(*highest);
        }
    }
    let all = highest[0].max(highest[1]).to_array();
    all.iter()
        .chain(rest)
        .fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a })
}

/// `e^x` for `x <= 0` to about 2 units in the last place.
///
/// `x = n ln 2 + r`, `|r| <= ln 2 / 2`, `e^r` by its Taylor polynomial of degree 6, `2^n` written into the exponent.
#[inline(always)]
fn exp(x: F32x4) -> F32x4 {
    // 1.5 * 2^23: adding it rounds to a whole number in the low bits of the mantissa.
    const ROUND: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let constant = F32x4::splat;
    // Below this the result is 0 to f32's normal numbers; also keeps the exponent arithmetic in range.
    let x = x.max(constant(-87.0));
    let shifted = constant(ROUND).mul_add(x, constant(std::f32::consts::LOG2_E));
    let n = shifted.sub(constant(ROUND));
    let r = x
        .mul_add(n, constant(-LN2_HIGH))
        .mul_add(n, constant(-LN2_LOW));
    // In pairs, so that the sums do not wait for one another.
    let square = r.mul(r);
    let low = constant(1.0).add(r);
    let middle = constant(0.5).mul_add(constant(1.0 / 6.0), r);
    let high = constant(1.0 / 24.0)
        .mul_add(constant(1.0 / 120.0), r)
        .mul_add(constant(1.0 / 720.0), square);
    let poly = low.mul_add(middle.mul_add(high, square), square);
    let power = shifted
        .bits()
        .add(I32x4::splat(127 - ROUND.to_bits() as i32));
    poly.mul(power.to_exponent())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_f64() {
        for length in [1, 2, 3, 4, 5, 7, 8, 9, 31, 100] {
            let row: Vec<f32> = (0..length)
                .map(|i| ((i * 37 % 101) as f32 - 50.0) * 0.7)
                .collect();
            let exact: Vec<f64> = row.iter().map(|&x| f64::from(x).exp()).collect();
            let sum: f64 = exact.iter().sum();
            assert!(
                (f64::from(log_sum_exp(&row)) - sum.ln()).abs() < 1e-5,
                "length {length}"
            );
            let mut weights = row;
            softmax(&mut weights);
            for (weight, exact) in weights.iter().zip(&exact) {
                let exact = exact / sum;
                let error = (f64::from(*weight) - exact).abs();
                assert!(
                    error <= 5e-6 * exact.max(1e-30),
                    "length {length}: {weight} is not {exact}"
                );
            }
        }
    }

    #[test]
    fn is_safe_at_the_extremes() {
        assert_eq!(log_sum_exp(&[f32::NEG_INFINITY; 5]), f32::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[3e38, -3e38, 0.0]), 3e38);
        let mut row = [1000.0, -1000.0, 1000.0, -1e30, 0.0];
        softmax(&mut row);
        assert!(row.iter().all(|x| x.is_finite()));
        assert!((row[0] - 0.5).abs() < 1e-6 && row[1] < 1e-30);
    }
}
