//! Products of rows with a stored matrix of bytes.

use std::array;
use std::borrow::Cow;
use std::ops::Range;

use super::quantise::{BLOCK, Layout, Quantised, groups};
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
    /// For every four inputs, the four's weights, a shift added, of output 0, of output 1 and so on: the order in which
    /// `i16x8.relaxed_dot_i8x16_i7x16` wants them.
    ///
    /// With levels `l` less 128 and weights `w` plus the shift `s`, both known to fit, the product is
    /// `sum((l - z) * w) = sum((l - 128) * (w + s)) - s * sum(l - 128) + (128 - z) * sum(w)`, all of it in integers.
    Quads {
        bits: Bits,
        panels: Vec<[i8; 4 * PANEL]>,
        /// The sum of the weights of each output.
        sums: Vec<i32>,
    },
}

/// How wide weights are: the narrower, the more of their products fit into 16 bits together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bits {
    /// -16 to 15.
    Five,
    /// -32 to 31.
    Six,
    /// -64 to 63.
    Seven,
}

impl Bits {
    /// The fewest that these weights fit, if any do.
    fn of(weights: &[u8]) -> Option<Bits> {
        // No way out before the end, so that it is done in vectors.
        let fit = |bits: &Bits| {
            let shifted = |&weight: &u8| weight.wrapping_add(bits.shift() as u8);
            let together = weights.iter().map(shifted).fold(0, |all, one| all | one);
            i32::from(together) < 2 * bits.shift()
        };
        [Bits::Five, Bits::Six, Bits::Seven].into_iter().find(fit)
    }

    /// What is added to weights so that the lowest becomes 0.
    fn shift(self) -> i32 {
        match self {
            Bits::Five => 16,
            Bits::Six => 32,
            Bits::Seven => 64,
        }
    }
}

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
        let bits = if relaxed { Bits::of(weights) } else { None };
        Int8Matrix::with_bits(inputs, outputs, weights, transposed, scales, bias, bits)
    }

    /// In the layout of quads if `bits` says how wide the weights are, else in that of pairs.
    fn with_bits(
        inputs: usize,
        outputs: usize,
        weights: &[u8],
        transposed: bool,
        scales: &[f32],
        bias: Option<&[f32]>,
        bits: Option<Bits>,
    ) -> Int8Matrix {
        assert_eq!(weights.len(), inputs * outputs, "a matrix of another size");
        let panels = match bits {
            None => Panels::Pairs(pack::<2, _>(inputs, outputs, weights, transposed, 0)),
            Some(bits) => {
                let shift = bits.shift();
                let panels = pack::<4, _>(inputs, outputs, weights, transposed, shift as u8);
                let sums = sums(&panels, groups(inputs, 4), shift);
                Panels::Quads { bits, panels, sums }
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
        // So many blocks of rows stay in the first-level cache while the panels go by, and each panel while they do.
        const TOGETHER: usize = 16;
        let blocks = rows.rows.div_ceil(BLOCK);
        let whole = rows.rows / BLOCK;
        for first in (0..blocks).step_by(TOGETHER) {
            let end = blocks.min(first + TOGETHER);
            for panel in 0..self.outputs.div_ceil(PANEL) {
                self.blocks::<BLOCK>(rows, first..end.min(whole), panel, relu, out);
                if end > whole {
                    match rows.rows % BLOCK {
                        1 => self.blocks::<1>(rows, whole..end, panel, relu, out),
                        2 => self.blocks::<2>(rows, whole..end, panel, relu, out),
                        _ => self.blocks::<3>(rows, whole..end, panel, relu, out),
                    }
                }
            }
        }
    }

    /// Multiplies blocks of `ROWS` rows by one panel.
    #[inline(never)]
    fn blocks<const ROWS: usize>(
        &self,
        rows: &Quantised,
        blocks: Range<usize>,
        panel: usize,
        relu: bool,
        out: &mut [f32],
    ) {
        let groups = rows.groups;
        let levels = |block: usize| &rows.levels[block * groups..][..groups];
        match &self.panels {
            Panels::Pairs(panels) => {
                let weights = &panels[panel * groups..][..groups];
                for block in blocks {
                    let sums = multiply_pairs::<ROWS>(weights, levels(block));
                    self.finish(panel, &sums, rows.scale, relu, block, out);
                }
            }
            Panels::Quads { bits, panels, sums } => {
                let weights = &panels[panel * groups..][..groups];
                let factor = I32x4::splat(128 - rows.zero_point);
                let by_output = &sums.as_chunks::<4>().0.as_chunks::<2>().0[panel];
                let by_output = by_output.map(|sums| I32x4::load(&sums).mul(factor));
                for block in blocks {
                    let by_row = &rows.sums[block * BLOCK..][..ROWS];
                    let start: Sums<ROWS> = array::from_fn(|r| {
                        let row = I32x4::splat(-bits.shift() * by_row[r]);
                        by_output.map(|sum| sum.add(row))
                    });
                    let levels = levels(block);
                    let sums = match bits {
                        Bits::Five => multiply_quads::<ROWS, 4>(weights, levels, start),
                        Bits::Six => multiply_quads::<ROWS, 2>(weights, levels, start),
                        Bits::Seven => multiply_quads::<ROWS, 1>(weights, levels, start),
                    };
                    self.finish(panel, &sums, rows.scale, relu, block, out);
                }
            }
        }
    }

    /// Scales the sums of a panel for the rows of a block and adds the bias.
    #[inline(always)]
    fn finish<const ROWS: usize>(
        &self,
        panel: usize,
        sums: &Sums<ROWS>,
        scale: f32,
        relu: bool,
        block: usize,
        out: &mut [f32],
    ) {
        let scales = &self.scales.as_chunks::<4>().0.as_chunks::<2>().0[panel];
        let biases = &self.bias.as_chunks::<4>().0.as_chunks::<2>().0[panel];
        let scale = F32x4::splat(scale);
        let factors = scales.map(|scales| scale.mul(F32x4::load(&scales)));
        let biases = biases.map(|bias| F32x4::load(&bias));
        let lowest = F32x4::splat(if relu { 0.0 } else { f32::NEG_INFINITY });
        let first = block * BLOCK * self.outputs + panel * PANEL;
        let width = PANEL.min(self.outputs - panel * PANEL);
        let out = &mut out[first..];
        let finish = Finish {
            factors,
            biases,
            lowest,
        };
        // Written out, since the compiler leaves it a loop and puts the sums into memory for that.
        finish.row(&sums[0], &mut out[..width]);
        if ROWS > 1 {
            finish.row(&sums[1 % ROWS], &mut out[self.outputs..][..width]);
        }
        if ROWS > 2 {
            finish.row(&sums[2 % ROWS], &mut out[2 * self.outputs..][..width]);
        }
        if ROWS > 3 {
            finish.row(&sums[3 % ROWS], &mut out[3 * self.outputs..][..width]);
        }
    }
}

/// What makes results of the sums of a panel.
struct Finish {
    factors: [F32x4; 2],
    biases: [F32x4; 2],
    lowest: F32x4,
}

impl Finish {
    #[inline(always)]
    fn row(&self, sums: &[I32x4; 2], to: &mut [f32]) {
        let first = sums[0].to_f32().mul(self.factors[0]).add(self.biases[0]);
        let second = sums[1].to_f32().mul(self.factors[1]).add(self.biases[1]);
        let (first, second) = (first.max(self.lowest), second.max(self.lowest));
        match to.first_chunk_mut::<PANEL>() {
            Some(to) => {
                let (halves, _) = to.as_chunks_mut::<4>();
                first.store(&mut halves[0]);
                second.store(&mut halves[1]);
            }
            None => {
                let results = [first.to_array(), second.to_array()];
                to.copy_from_slice(&results.as_flattened()[..to.len()]);
            }
        }
    }
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
    let (groups, panels) = (groups(inputs, GROUP), outputs.div_ceil(PANEL));
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
fn sums(panels: &[[i8; 4 * PANEL]], quads: usize, shift: i32) -> Vec<i32> {
    let panel_sums = panels.chunks_exact(quads).flat_map(|panel| {
        // What was added to every weight.
        let mut sums = [-shift * 4 * quads as i32; PANEL];
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
    levels: &[[i32; BLOCK]],
) -> Sums<ROWS> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { avx2::multiply_pairs(panel, levels) };
    }
    let mut sums = [[I32x4::splat(0); 2]; ROWS];
    let steps = panel.as_chunks::<4>().0.iter();
    for (weights, levels) in steps.zip(levels.as_chunks::<4>().0) {
        // Written out, since the compiler leaves it a loop.
        add_pairs(&weights[0], &levels[0], &mut sums);
        add_pairs(&weights[1], &levels[1], &mut sums);
        add_pairs(&weights[2], &levels[2], &mut sums);
        add_pairs(&weights[3], &levels[3], &mut sums);
    }
    sums
}

#[inline(always)]
fn add_pairs<const ROWS: usize>(
    weights: &[i8; 2 * PANEL],
    levels: &[i32; BLOCK],
    sums: &mut Sums<ROWS>,
) {
    let (halves, _) = weights.as_chunks::<8>();
    let (first, second) = (I16x8::load_i8(&halves[0]), I16x8::load_i8(&halves[1]));
    for (sums, pair) in sums.iter_mut().zip(levels) {
        let pair = I16x8::splat_pair(pair);
        sums[0] = sums[0].add(pair.dot(first));
        sums[1] = sums[1].add(pair.dot(second));
    }
}

/// Adds the products of a panel of quads, `TOGETHER` of which (a divisor of 4) are summed in 16 bits: at most
/// `2 * 128 * 31 * 4`, `2 * 128 * 63 * 2` or `2 * 128 * 127`, all below 2^15.
#[inline(always)]
fn multiply_quads<const ROWS: usize, const TOGETHER: usize>(
    panel: &[[i8; 4 * PANEL]],
    levels: &[[i32; BLOCK]],
    mut sums: Sums<ROWS>,
) -> Sums<ROWS> {
    // Unrolled: there are always so many groups.
    let steps = panel.as_chunks::<4>().0.iter();
    for (weights, levels) in steps.zip(levels.as_chunks::<4>().0) {
        for half in 0..2 {
            let weights: [I8x16; 4] =
                array::from_fn(|i| I8x16::load(&weights[i].as_chunks::<16>().0[half]));
            for (r, sums) in sums.iter_mut().enumerate() {
                for first in (0..4).step_by(TOGETHER) {
                    let product = |i: usize| I8x16::splat_quad(&levels[i][r]).dot(weights[i]);
                    let mut pairs = product(first);
                    for i in first + 1..first + TOGETHER {
                        pairs = pairs.add(product(i));
                    }
                    sums[half] = sums[half].add(pairs.sum_pairs());
                }
            }
        }
    }
    sums
}

/// The same with vectors of 256 bits, for processors that have them.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use core::arch::x86_64::*;

    use super::{BLOCK, I32x4, PANEL, Sums};

    #[target_feature(enable = "avx2")]
    pub fn multiply_pairs<const ROWS: usize>(
        panel: &[[i8; 2 * PANEL]],
        levels: &[[i32; BLOCK]],
    ) -> Sums<ROWS> {
        let mut sums = [_mm256_setzero_si256(); ROWS];
        for (weights, levels) in panel.iter().zip(levels) {
            // SAFETY: the reference is to 16 readable bytes; the load has no alignment to keep.
            let weights = unsafe { _mm_loadu_si128(weights.as_ptr().cast()) };
            let weights = _mm256_cvtepi8_epi16(weights);
            for (sum, &pair) in sums.iter_mut().zip(levels) {
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(_mm256_set1_epi32(pair), weights));
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
                (-32, -32),
                (-16, -16),
                (15, 15),
                (31, 31),
                (63, 63),
                (127, 127),
                (-16, 15),
                (-32, 31),
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
                    let pair = levels.levels[row / BLOCK * levels.groups + input / 2][row % BLOCK];
                    let level = if input.is_multiple_of(2) {
                        pair as i16
                    } else {
                        (pair >> 16) as i16
                    };
                    i32::from(level) * i32::from(weights[input * outputs + output])
                };
                let sum: i32 = (0..inputs).map(product).sum();
                let result = sum as f32 * (levels.scale * scales[output]) + bias[output];
                if relu { result.max(0.0) } else { result }
            })
            .collect();
        let bits = [Bits::Five, Bits::Six, Bits::Seven];
        let fewest = Bits::of(&by_input);
        let fitting = bits.iter().position(|&bits| Some(bits) == fewest);
        let fitting = bits[fitting.unwrap_or(bits.len())..].iter().copied();
        for bits in [None].into_iter().chain(fitting.map(Some)) {
            for (weights, transposed) in [(&by_input, false), (&by_output, true)] {
                let matrix = Int8Matrix::with_bits(
                    inputs,
                    outputs,
                    weights,
                    transposed,
                    &scales,
                    Some(&bias),
                    bits,
                );
                let mut levels = Quantised::default();
                quantise(values, inputs, 0..inputs, matrix.layout(), &mut levels);
                let mut found = vec![f32::NAN; exact.len()];
                matrix.multiply(&levels, relu, &mut found);
                assert_eq!(
                    found, exact,
                    "{inputs} to {outputs}, {bits:?}, by output: {transposed}"
                );
            }
        }
    }

    #[test]
    fn takes_the_layout_that_the_weights_fit() {
        let layout =
            |weight: i32| Int8Matrix::new(1, 1, &[weight as u8], false, &[1.0], None).layout();
        let relaxed = cfg!(all(target_arch = "wasm32", target_feature = "relaxed-simd"));
        for weight in [-64, 0, 63] {
            assert_eq!(layout(weight) == Layout::Quads, relaxed, "{weight}");
        }
        for weight in [-128, -65, 64, 127] {
            assert_eq!(layout(weight), Layout::Pairs, "{weight}");
        }
        for (weight, bits) in [
            (-17, Bits::Six),
            (-16, Bits::Five),
            (15, Bits::Five),
            (16, Bits::Six),
            (31, Bits::Six),
            (-33, Bits::Seven),
        ] {
            assert_eq!(Bits::of(&[weight as u8]), Some(bits), "{weight}");
        }
    }
}
