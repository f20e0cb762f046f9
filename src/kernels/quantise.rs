//! Activations to unsigned bytes, as ONNX's DynamicQuantizeLinear does it.

use super::simd::F32x4;

/// A quantised block of rows. Stored are the levels less the zero point, so that products need no correction.
#[derive(Debug, Default)]
pub struct Quantised {
    /// The rows, each filled up with a zero to an even length.
    pub levels: Vec<i16>,
    /// Length of a row in `levels`.
    pub stride: usize,
    /// What one level is worth.
    pub scale: f32,
}

/// Quantises `rows` rows of `width` values, found at every `stride` of `values` from `offset` on, by one common scale.
pub fn quantise(
    values: &[f32],
    rows: usize,
    stride: usize,
    columns: std::ops::Range<usize>,
    out: &mut Quantised,
) {
    let row = |r: usize| &values[r * stride + columns.start..r * stride + columns.end];
    let (mut low, mut high) = (F32x4::splat(0.0), F32x4::splat(0.0));
    let (mut low_rest, mut high_rest) = (0.0f32, 0.0f32);
    for r in 0..rows {
        let (blocks, rest) = row(r).as_chunks::<4>();
        for block in blocks {
            let block = F32x4::load(block);
            low = block.min(low);
            high = block.max(high);
        }
        for &x in rest {
            low_rest = if x < low_rest { x } else { low_rest };
            high_rest = if x > high_rest { x } else { high_rest };
        }
    }
    let low = low
        .to_array()
        .iter()
        .fold(low_rest, |a, &b| if b < a { b } else { a });
    let high = high
        .to_array()
        .iter()
        .fold(high_rest, |a, &b| if b > a { b } else { a });
    let scale = match high == low {
        true => 1.0,
        false => (high - low) / 255.0,
    };
    let zero_point = (0.0 - low / scale).round_ties_even().clamp(0.0, 255.0);

    let width = columns.len();
    out.scale = scale;
    out.stride = width.next_multiple_of(2);
    out.levels.clear();
    out.levels.resize(rows * out.stride, 0);
    let divisor = F32x4::splat(scale);
    // Within these the level of a value is within 0 and 255; its zero point is taken off already.
    let (lowest, highest) = (F32x4::splat(-zero_point), F32x4::splat(255.0 - zero_point));
    // 1.5 * 2^23: adding it rounds to a whole number, ties to even.
    let round = F32x4::splat(12_582_912.0);
    let level = |x: F32x4| {
        let x = x
            .div(divisor)
            .max(F32x4::splat(-1e6))
            .min(F32x4::splat(1e6));
        x.add(round)
            .sub(round)
            .max(lowest)
            .min(highest)
            .to_i32()
            .to_array()
    };
    for (r, levels) in out.levels.chunks_exact_mut(out.stride).enumerate() {
        let (blocks, rest) = row(r).as_chunks::<4>();
        let (level_blocks, level_rest) = levels.as_chunks_mut::<4>();
        for (to, block) in level_blocks.iter_mut().zip(blocks) {
            *to = level(F32x4::load(block)).map(|x| x as i16);
        }
        // A row of odd length ends in its filling, which may stand in the last block of four.
        let rest_start = blocks.len() * 4;
        let tail: &mut [i16] = match blocks.len() == level_blocks.len() {
            true => level_rest,
            false => &mut levels[rest_start..],
        };
        for (to, &x) in tail.iter_mut().zip(rest) {
            *to = level(F32x4::splat(x))[0] as i16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The operator as ONNX describes it.
    fn naive(values: &[f32]) -> (Vec<i16>, f32) {
        let low = values.iter().fold(0.0f32, |a, &b| a.min(b));
        let high = values.iter().fold(0.0f32, |a, &b| a.max(b));
        let scale = if low == high {
            1.0
        } else {
            (high - low) / 255.0
        };
        let zero = (-low / scale).round_ties_even().clamp(0.0, 255.0);
        let level = |x: f32| ((x / scale).round_ties_even() + zero).clamp(0.0, 255.0) - zero;
        (values.iter().map(|&x| level(x) as i16).collect(), scale)
    }

    #[test]
    fn agrees_with_the_operator() {
        let mut state = 1u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        for width in [1, 2, 3, 4, 5, 6, 7, 8, 13, 80, 161] {
            for rows in [1, 2, 5] {
                for (factor, shift) in [(1.0, 0.0), (100.0, 100.0), (1e-3, -1e-3), (0.0, 0.0)] {
                    let values: Vec<f32> = (0..rows * width)
                        .map(|_| random() * factor + shift)
                        .collect();
                    let (levels, scale) = naive(&values);
                    let mut found = Quantised::default();
                    quantise(&values, rows, width, 0..width, &mut found);
                    let case = format!("{rows} rows of {width}, times {factor} plus {shift}");
                    assert_eq!(found.scale, scale, "{case}");
                    for r in 0..rows {
                        let row = &found.levels[r * found.stride..][..width];
                        assert_eq!(row, &levels[r * width..][..width], "{case}");
                    }
                }
            }
        }
    }

    #[test]
    fn takes_columns() {
        let values: Vec<f32> = (0..12).map(|x| x as f32).collect();
        let mut found = Quantised::default();
        quantise(&values, 2, 6, 1..4, &mut found);
        assert_eq!((found.stride, found.scale), (4, 9.0 / 255.0));
        assert_eq!(found.levels, [28, 57, 85, 0, 198, 227, 255, 0]);
    }
}
