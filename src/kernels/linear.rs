//! Products of rows with a stored matrix of bytes.

use std::array;
use std::borrow::Cow;

use super::quantise::{Layout, Quantised};
use super::simd::{F32x4, I8x16, I16x8, I32x4};

/// Outputs that are computed together.
const PANEL: usize = 8;

/// The sums of one panel of outputs for some rows.
type Sums<const ROWS: usize> = [[I32x4; 2]; ROWS];

/// A matrix of signed bytes with one scale an output.
#[derive(Debug)]
pub struct Int8Matrix {
    inputs: usize,
    outputs: usize,
    panels: Panels,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

/// The weights in panels of 8 outputs.
#[derive(Debug)]
enum Panels {
    /// For each pair of inputs, the pair's weights of output 0, of output 1 and so on: the order in which
    /// `i32x4.dot_i16x8` wants them.
    Pairs(Vec<[i8; 2 * PANEL]>),
    /// For every four inputs, the four's weights, 64 added, of output 0, of output 1 and so on: the order in which
    /// `i32x4.relaxed_dot_i8x16_i7x16_add` wants them.
    ///
    /// With levels `l` less 128 and weights `w` plus 64, both known to fit, the product is
    /// `sum((l - z) * w) = sum((l - 128) * (w + 64)) - 64 * sum(l - 128) + (128 - z) * sum(w)`, all of it in integers.
    Quads {
        panels: Vec<[i8; 4 * PANEL]>,
        /// The sum of the weights of each output.
        sums: Vec<i32>,
    },
}

/// What is added to the weights in the layout of quads.
const SHIFT: i32 = 64;

impl Int8Matrix {
    /// Packs a matrix of two's complement bytes, a row for each input or, if `transposed`, for each output, in the
    /// layout that is fastest here.
    pub fn new(
        inputs: usize,
        outputs: usize,
        weights: &[u8],
        transposed: bool,
        scales: &[f32],
        bias: Option<&[f32]>,
    ) -> Int8Matrix {
        let relaxed = cfg!(all(target_arch = "wasm32", target_feature = "relaxed-simd"));
        let layout = match relaxed && fits_quads(weights) {
            true => Layout::Quads,
            false => Layout::Pairs,
        };
        Int8Matrix::with_layout(inputs, outputs, weights, transposed, scales, bias, layout)
    }

    fn with_layout(
        inputs: usize,
        outputs: usize,
        weights: &[u8],
        transposed: bool,
        scales: &[f32],
        bias: Option<&[f32]>,
        layout: Layout,
    ) -> Int8Matrix {
        assert_eq!(weights.len(), inputs * outputs, "a matrix of another size");
        let panels = match layout {
            Layout::Pairs => Panels::Pairs(pack::<2, _>(inputs, outputs, weights, transposed, 0)),
            Layout::Quads => {
                let panels = pack::<4, _>(inputs, outputs, weights, transposed, SHIFT as u8);
                let sums = sums(&panels, inputs.div_ceil(4));
                Panels::Quads { panels, sums }
            }
        };
        let fill = |values: &[f32]| {
            let mut values = values.to_vec();
            values.resize(outputs.next_multiple_of(PANEL), 0.0);
            values
        };
        Int8Matrix {
            inputs,
            outputs,
            panels,
            scales: fill(scales),
            bias: fill(bias.unwrap_or_default()),
        }
    }

    /// Length of a row that goes in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Length of a row that comes out.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How rows that go in have to be laid out.
    pub fn layout(&self) -> Layout {
        match self.panels {
            Panels::Pairs(_) => Layout::Pairs,
            Panels::Quads { .. } => Layout::Quads,
        }
    }

    /// Multiplies every row; `out` takes them one after the other.
    pub fn multiply(&self, rows: &Quantised, relu: bool, out: &mut [f32]) {
        // Four rows share each load of the weights.
        let mut first = 0;
        while first < rows.rows {
            let out = &mut out[first * self.outputs..];
            first += match rows.rows - first {
                4.. => self.block::<4>(rows, first, relu, out),
                3 => self.block::<3>(rows, first, relu, out),
                2 => self.block::<2>(rows, first, relu, out),
                _ => self.block::<1>(rows, first, relu, out),
            };
        }
    }

    /// Multiplies `ROWS` rows from `first` on.
    #[inline(never)]
    fn block<const ROWS: usize>(
        &self,
        rows: &Quantised,
        first: usize,
        relu: bool,
        out: &mut [f32],
    ) -> usize {
        let start = |r: usize| (first + r) * rows.stride;
        match &self.panels {
            Panels::Pairs(panels) => {
                let pairs = self.inputs.div_ceil(2);
                let rows_pairs: [&[[i16; 2]]; ROWS] =
                    array::from_fn(|r| &rows.shorts[start(r)..].as_chunks().0[..pairs]);
                for (p, panel) in panels.chunks_exact(pairs).enumerate() {
                    let sums = multiply_pairs(panel, &rows_pairs);
                    self.finish(p, &sums, rows.scale, relu, out);
                }
            }
            Panels::Quads { panels, sums } => {
                let quads = self.inputs.div_ceil(4);
                let rows_quads: [&[[i8; 4]]; ROWS] =
                    array::from_fn(|r| &rows.bytes[start(r)..].as_chunks().0[..quads]);
                let by_row: [I32x4; ROWS] =
                    array::from_fn(|r| I32x4::splat(-SHIFT * rows.sums[first + r]));
                let factor = I32x4::splat(128 - rows.zero_point);
                let by_output = sums.as_chunks::<4>().0.as_chunks::<2>().0;
                for (p, panel) in panels.chunks_exact(quads).enumerate() {
                    let by_output = by_output[p].map(|sums| I32x4::load(&sums).mul(factor));
                    let corrections = by_row.map(|row| by_output.map(|sum| sum.add(row)));
                    let sums = multiply_quads(panel, &rows_quads, corrections);
                    self.finish(p, &sums, rows.scale, relu, out);
                }
            }
        }
        ROWS
    }

    /// Scales the sums of panel `p` and adds the bias.
    #[inline(always)]
    fn finish<const ROWS: usize>(
        &self,
        p: usize,
        sums: &Sums<ROWS>,
        scale: f32,
        relu: bool,
        out: &mut [f32],
    ) {
        let scales = &self.scales.as_chunks::<4>().0.as_chunks::<2>().0[p];
        let biases = &self.bias.as_chunks::<4>().0.as_chunks::<2>().0[p];
        let scale = F32x4::splat(scale);
        for (r, sums) in sums.iter().enumerate() {
            let mut results = [[0.0; 4]; 2];
            for half in 0..2 {
                let factor = scale.mul(F32x4::load(&scales[half]));
                let bias = F32x4::load(&biases[half]);
                let mut result = sums[half].to_f32().mul(factor).add(bias);
                if relu {
                    result = result.max(F32x4::splat(0.0));
                }
                result.store(&mut results[half]);
            }
            let to = &mut out[r * self.outputs..][..self.outputs][p * PANEL..];
            let results = results.as_flattened();
            match to.first_chunk_mut::<PANEL>() {
                Some(to) => to.copy_from_slice(results),
                None => to.copy_from_slice(&results[..to.len()]),
            }
        }
    }
}

/// Whether weights plus [`SHIFT`] are 0 to 127.
fn fits_quads(weights: &[u8]) -> bool {
    // No way out before the end, so that it is done in vectors.
    let signs = weights
        .iter()
        .fold(0, |signs, &weight| signs | weight.wrapping_add(SHIFT as u8));
    signs < 128
}

/// Weights in panels, `GROUP` inputs side by side, `shift` added to each; a panel is filled up with weights of 0.
///
/// At load time the engine has not optimised this yet: it goes by whole blocks, which the compiler makes vectors of.
fn pack<const GROUP: usize, const SIZE: usize>(
    inputs: usize,
    outputs: usize,
    weights: &[u8],
    transposed: bool,
    shift: u8,
) -> Vec<[i8; SIZE]> {
    assert_eq!(
        SIZE,
        GROUP * PANEL,
        "a panel is {GROUP} inputs by {PANEL} outputs"
    );
    let (groups, panels) = (inputs.div_ceil(GROUP), outputs.div_ceil(PANEL));
    let mut packed = Vec::with_capacity(panels * groups);
    let shifted = |weight: u8| weight.wrapping_add(shift) as i8;
    if transposed {
        let weights = filled_up(weights, inputs, groups * GROUP, panels * PANEL);
        let (blocks, _) = weights.as_chunks::<GROUP>();
        for panel in 0..panels {
            for group in 0..groups {
                let block: [[u8; GROUP]; PANEL] =
                    array::from_fn(|o| blocks[(panel * PANEL + o) * groups + group]);
                packed.push(array::from_fn(|i| shifted(block[i / GROUP][i % GROUP])));
            }
        }
    } else {
        let weights = filled_up(weights, outputs, panels * PANEL, groups * GROUP);
        let (blocks, _) = weights.as_chunks::<PANEL>();
        for panel in 0..panels {
            for group in 0..groups {
                let block: [[u8; PANEL]; GROUP] =
                    array::from_fn(|i| blocks[(group * GROUP + i) * panels + panel]);
                packed.push(array::from_fn(|i| shifted(block[i % GROUP][i / GROUP])));
            }
        }
    }
    packed
}

/// Rows of `columns` bytes made `width` wide and `height` high with zeros.
fn filled_up(rows: &[u8], columns: usize, width: usize, height: usize) -> Cow<'_, [u8]> {
    if rows.len() == width * height {
        return Cow::Borrowed(rows);
    }
    let mut filled = vec![0; width * height];
    for (to, row) in filled
        .chunks_exact_mut(width)
        .zip(rows.chunks_exact(columns))
    {
        to[..columns].copy_from_slice(row);
    }
    Cow::Owned(filled)
}

/// The sum of the weights of each output.
fn sums(panels: &[[i8; 4 * PANEL]], quads: usize) -> Vec<i32> {
    let panel_sums = panels.chunks_exact(quads).flat_map(|panel| {
        // What was added to every weight.
        let mut sums = [-SHIFT * 4 * quads as i32; PANEL];
        for weights in panel {
            for (sum, quad) in sums.iter_mut().zip(weights.as_chunks::<4>().0) {
                *sum += quad.iter().map(|&weight| i32::from(weight)).sum::<i32>();
            }
        }
        sums
    });
    panel_sums.collect()
}

#[inline(always)]
fn multiply_pairs<const ROWS: usize>(
    panel: &[[i8; 2 * PANEL]],
    rows: &[&[[i16; 2]]; ROWS],
) -> Sums<ROWS> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { avx2::multiply_pairs(panel, rows) };
    }
    let mut sums = [[I32x4::splat(0); 2]; ROWS];
    for (i, weights) in panel.iter().enumerate() {
        let (halves, _) = weights.as_chunks::<8>();
        let (first, second) = (I16x8::load_i8(&halves[0]), I16x8::load_i8(&halves[1]));
        for (sums, row) in sums.iter_mut().zip(rows) {
            let pair = I16x8::splat_pair(&row[i]);
            sums[0] = sums[0].add(pair.dot(first));
            sums[1] = sums[1].add(pair.dot(second));
        }
    }
    sums
}

#[inline(always)]
fn multiply_quads<const ROWS: usize>(
    panel: &[[i8; 4 * PANEL]],
    rows: &[&[[i8; 4]]; ROWS],
    mut sums: Sums<ROWS>,
) -> Sums<ROWS> {
    for (i, weights) in panel.iter().enumerate() {
        let (halves, _) = weights.as_chunks::<16>();
        let (first, second) = (I8x16::load(&halves[0]), I8x16::load(&halves[1]));
        for (sums, row) in sums.iter_mut().zip(rows) {
            let quad = I8x16::splat_quad(&row[i]);
            sums[0] = sums[0].add_dot(quad, first);
            sums[1] = sums[1].add_dot(quad, second);
        }
    }
    sums
}

/// The same with vectors of 256 bits, for processors that have them.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use core::arch::x86_64::*;

    use super::{I32x4, PANEL, Sums};

    #[target_feature(enable = "avx2")]
    pub fn multiply_pairs<const ROWS: usize>(
        panel: &[[i8; 2 * PANEL]],
        rows: &[&[[i16; 2]]; ROWS],
    ) -> Sums<ROWS> {
        let mut sums = [_mm256_setzero_si256(); ROWS];
        for (i, weights) in panel.iter().enumerate() {
            // SAFETY: the reference is to 16 readable bytes; the load has no alignment to keep.
            let weights = unsafe { _mm_loadu_si128(weights.as_ptr().cast()) };
            let weights = _mm256_cvtepi8_epi16(weights);
            for (sum, row) in sums.iter_mut().zip(rows) {
                let [a, b] = row[i];
                let pair = _mm256_set1_epi32(i32::from(b) << 16 | i32::from(a as u16));
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pair, weights));
            }
        }
        sums.map(|sum| {
            let mut all = [[0; 4]; 2];
            // SAFETY: the reference is to 32 writable bytes; the store has no alignment to keep.
            unsafe { _mm256_storeu_si256(all.as_mut_ptr().cast(), sum) };
            all.map(|half| I32x4::load(&half))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{quantise, testing::Random};
    use super::*;

    #[test]
    fn agrees_with_the_plain_product() {
        let mut random = Random::new(1);
        for (inputs, outputs) in [
            (1, 1),
            (2, 8),
            (3, 7),
            (4, 16),
            (5, 9),
            (17, 33),
            (80, 240),
            (81, 13),
            (160, 16),
        ] {
            // All weights at the ends of their range, then any.
            for (lowest, highest) in [
                (-128, -128),
                (-64, -64),
                (63, 63),
                (127, 127),
                (-64, 63),
                (-128, 127),
            ] {
                let weights: Vec<i8> = (0..inputs * outputs)
                    .map(|_| random.between(lowest, highest) as i8)
                    .collect();
                for rows in [1, 2, 3, 4, 5, 9] {
                    let shift = random.float();
                    let values: Vec<f32> =
                        (0..rows * inputs).map(|_| random.float() + shift).collect();
                    check(inputs, outputs, &weights, &values, rows % 2 == 0);
                }
                for value in [-3.0, 0.0, 3.0] {
                    check(inputs, outputs, &weights, &vec![value; 2 * inputs], false);
                }
            }
        }
    }

    /// In every layout that the weights fit, stored by input and by output.
    fn check(inputs: usize, outputs: usize, weights: &[i8], values: &[f32], relu: bool) {
        let scales: Vec<f32> = (0..outputs).map(|o| 0.01 + o as f32 * 1e-4).collect();
        let bias: Vec<f32> = (0..outputs).map(|o| o as f32 - 3.0).collect();
        let by_input: Vec<u8> = weights.iter().map(|&weight| weight as u8).collect();
        let by_output: Vec<u8> = (0..inputs * outputs)
            .map(|i| by_input[i % inputs * outputs + i / inputs])
            .collect();
        let mut levels = Quantised::default();
        quantise(values, inputs, 0..inputs, Layout::Pairs, &mut levels);
        let exact: Vec<f32> = (0..levels.rows * outputs)
            .map(|i| {
                let (row, output) = (i / outputs, i % outputs);
                let product = |input: usize| {
                    let level = i32::from(levels.shorts[row * levels.stride + input]);
                    level * i32::from(weights[input * outputs + output])
                };
                let sum: i32 = (0..inputs).map(product).sum();
                let result = sum as f32 * (levels.scale * scales[output]) + bias[output];
                if relu { result.max(0.0) } else { result }
            })
            .collect();
        for layout in [Layout::Pairs, Layout::Quads] {
            if layout == Layout::Quads && !fits_quads(&by_input) {
                continue;
            }
            for (weights, transposed) in [(&by_input, false), (&by_output, true)] {
                let matrix = Int8Matrix::with_layout(
                    inputs,
                    outputs,
                    weights,
                    transposed,
                    &scales,
                    Some(&bias),
                    layout,
                );
                let mut levels = Quantised::default();
                quantise(values, inputs, 0..inputs, layout, &mut levels);
                let mut found = vec![f32::NAN; exact.len()];
                matrix.multiply(&levels, relu, &mut found);
                assert_eq!(
                    found, exact,
                    "{inputs} to {outputs}, {layout:?}, by output: {transposed}"
                );
            }
        }
    }

    #[test]
    fn takes_the_layout_that_the_weights_fit() {
        let layout =
            |weight: i8| Int8Matrix::new(1, 1, &[weight as u8], false, &[1.0], None).layout();
        let relaxed = cfg!(all(target_arch = "wasm32", target_feature = "relaxed-simd"));
        for weight in [-64, 0, 63] {
            assert_eq!(layout(weight) == Layout::Quads, relaxed, "{weight}");
        }
        for weight in [-128, -65, 64, 127] {
            assert_eq!(layout(weight), Layout::Pairs, "{weight}");
        }
    }
}
