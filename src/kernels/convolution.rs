//! Depthwise convolution over time, channels side by side.

use super::simd::F32x4;

/// `out += row * factor`.
pub fn add_scaled(out: &mut [f32], row: &[f32], factor: f32) {
    let factors = F32x4::splat(factor);
    let (out_blocks, out_rest) = out.as_chunks_mut::<4>();
    let (blocks, rest) = row.as_chunks::<4>();
    for (out, block) in out_blocks.iter_mut().zip(blocks) {
        F32x4::load(out)
            .mul_add(F32x4::load(block), factors)
            .store(out);
    }
    for (out, x) in out_rest.iter_mut().zip(rest) {
        *out += x * factor;
    }
}

/// `out = sum over i of kernel[i] * row(i)`, channel by channel, where `row(i)` is none beyond the sentence.
///
/// `kernel` has one row of channels for each place it covers.
pub fn convolve<'a>(kernel: &[f32], out: &mut [f32], row: impl Fn(usize) -> Option<&'a [f32]>) {
    out.fill(0.0);
    for (i, kernel) in kernel.chunks_exact(out.len()).enumerate() {
        let Some(row) = row(i) else { continue };
        let (out_blocks, out_rest) = out.as_chunks_mut::<4>();
        let (kernel_blocks, kernel_rest) = kernel.as_chunks::<4>();
        let (blocks, rest) = row.as_chunks::<4>();
        for ((out, kernel), block) in out_blocks.iter_mut().zip(kernel_blocks).zip(blocks) {
            F32x4::load(out)
                .mul_add(F32x4::load(kernel), F32x4::load(block))
                .store(out);
        }
        for ((out, kernel), x) in out_rest.iter_mut().zip(kernel_rest).zip(rest) {
            *out += kernel * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_plain_sum() {
        for channels in [1, 3, 4, 5, 8, 80] {
            for size in [1, 3, 7, 31] {
                for length in [1, 2, 5, 40] {
                    let value = |i: usize| ((i * 29 + 11) % 17) as f32 * 0.25 - 2.0;
                    let kernel: Vec<f32> = (0..size * channels).map(|i| value(i + 3)).collect();
                    let rows: Vec<f32> = (0..length * channels).map(value).collect();
                    for t in 0..length {
                        let place =
                            |i: usize| (t + i).checked_sub(size / 2).filter(|&p| p < length);
                        let mut out = vec![f32::NAN; channels];
                        convolve(&kernel, &mut out, |i| {
                            place(i).map(|p| &rows[p * channels..][..channels])
                        });
                        for (c, found) in out.iter().enumerate() {
                            let exact: f32 = (0..size)
                                .filter_map(|i| {
                                    Some(kernel[i * channels + c] * rows[place(i)? * channels + c])
                                })
                                .sum();
                            assert!(
                                (found - exact).abs() < 1e-3,
                                "{channels} channels, kernel {size}, place {t} of {length}"
                            );
                        }
                    }
                }
            }
        }
    }
}
