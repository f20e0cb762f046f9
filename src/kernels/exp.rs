//! Exponentials over whole rows.

/// `ln(sum(exp(x)))`, safe against overflow.
pub fn log_sum_exp(row: &[f32]) -> f32 {
    let highest = row
        .iter()
        .fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a });
    if !highest.is_finite() {
        return highest;
    }
    let sum: f32 = sum_exp(row, highest);
    highest + sum.ln()
}

const LANES: usize = 8;

fn sum_exp(row: &[f32], highest: f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let mut chunks = row.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += exp(x - highest);
        }
    }
    let rest: f32 = chunks.remainder().iter().map(|x| exp(x - highest)).sum();
    lanes.iter().sum::<f32>() + rest
}

/// `e^x` for `x <= 0` to about 2 units in the last place, without a branch, so that loops over it become vectors.
///
/// `x = n ln 2 + r`, `|r| <= ln 2 / 2`, `e^r` by its Taylor polynomial of degree 6, `2^n` written into the exponent.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // 1.5 * 2^23: adding it rounds to an integer in the low bits of the mantissa.
    const ROUND: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Below this the result is 0 to f32's normal numbers; also keeps the exponent arithmetic in range.
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let poly = 1.0
        + r * (1.0
            + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r / 720.0)))));
    let exponent = shifted
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
        .wrapping_add(127)
        << 23;
    poly * f32::from_bits(exponent)
}
