//! Depthwise convolution over time, channels side by side.

use std::ops::Range;

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

/// `out = sum over i in places of kernel[i] * row(i)`, channel by channel.
///
/// `kernel` has one row of channels for each place it covers; `places` are those within the sentence.
pub fn convolve<'a>(
    kernel: &[f32],
    places: Range<usize>,
    row: impl Fn(usize) -> &'a [f32],
    out: &mut [f32],
) {
    let channels = out.len();
    let kernel = |i: usize| &kernel[i * channels..][..channels];
    let (tiles, rest) = out.as_chunks_mut::<16>();
    for (t, tile) in tiles.iter_mut().enumerate() {
        // The sums stay in registers while the kernel goes by.
        let mut sums = [F32x4::splat(0.0); 4];
        for i in places.clone() {
            let (kernel, row) = (
                &kernel(i).as_chunks::<16>().0[t],
                &row(i).as_chunks::<16>().0[t],
            );
            let blocks = kernel.as_chunks::<4>().0.iter().zip(row.as_chunks::<4>().0);
            for (sum, (kernel, x)) in sums.iter_mut().zip(blocks) {
                *sum = sum.mul_add(F32x4::load(kernel), F32x4::load(x));
            }
        }
        for (sum, to) in sums.iter().zip(tile.as_chunks_mut::<4>().0) {
            sum.store(to);
        }
    }
    let first = 16 * tiles.len();
    for (c, out) in rest.iter_mut().enumerate() {
        let products = places
            .clone()
            .map(|i| kernel(i)[first + c] * row(i)[first + c]);
        *out = products.sum();
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
                        let first = (size / 2).saturating_sub(t).min(size);
                        let places = first..(length + size / 2 - t).min(size);
                        assert!(places.clone().all(|i| place(i).is_some()));
                        let mut out = vec![f32::NAN; channels];
                        let row = |i: usize| &rows[(t + i - size / 2) * channels..][..channels];
                        convolve(&kernel, places, row, &mut out);
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
