//! Activations to unsigned bytes, as ONNX's DynamicQuantizeLinear does it.

use std::ops::Range;

use super::simd::{F32x4, I16x8, I32x4};

/// Rows that stand together: products take so many at once.
pub const BLOCK: usize = 4;

/// How the levels of activations are laid out for a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Short integers, less the zero point: for products of pairs.
    Pairs,
    /// Signed bytes, less 128: for products of four at once.
    Quads,
}

/// Quantised rows.
#[derive(Debug, Default)]
pub struct Quantised {
    /// Number of rows.
    pub rows: usize,
    /// Pairs or quads of a row, filled up with zeros to a multiple of 4.
    pub groups: usize,
    /// The rows in blocks of four, the last filled up: for each group, that of row 0, of row 1 and so on, the first
    /// level in the lowest bits.
    pub levels: Vec<[i32; BLOCK]>,
    /// In the layout of quads, the sum of each row, the filling included.
    pub sums: Vec<i32>,
    /// What one level is worth.
    pub scale: f32,
    /// The level that stands for 0.
    pub zero_point: i32,
}

/// Quantises the columns of rows of `stride` values by one common scale.
pub fn quantise(
    values: &[f32],
    stride: usize,
    columns: Range<usize>,
    layout: Layout,
    out: &mut Quantised,
) {
    let rows = values.chunks_exact(stride).map(|row| &row[columns.clone()]);
    let (low, high) = bounds(rows.clone());
    out.scale = match high == low {
        true => 1.0,
        false => (high - low) / 255.0,
    };
    let zero_point = (0.0 - low / out.scale).round_ties_even().clamp(0.0, 255.0);
    out.zero_point = zero_point as i32;
    out.rows = values.len() / stride;
    let levels = Levels::new(out.scale, out.zero_point as i16);
    let group = match layout {
        Layout::Pairs => 2,
        Layout::Quads => 4,
    };
    out.groups = groups(columns.len(), group);
    out.levels
        .resize(out.rows.div_ceil(BLOCK) * out.groups, [0; BLOCK]);
    out.sums.clear();
    let blocks = values.chunks(BLOCK * stride);
    for (block, to) in blocks.zip(out.levels.chunks_exact_mut(out.groups)) {
        let row = |r: usize| match block.get(r * stride + columns.start..) {
            Some(row) if row.len() >= columns.len() => &row[..columns.len()],
            _ => &[],
        };
        let rows: [&[f32]; BLOCK] = std::array::from_fn(row);
        match layout {
            Layout::Pairs => write(rows, to, |_, values: &[f32; 8]| levels.of(values).bits()),
            Layout::Quads => {
                let mut sums = [I32x4::splat(0); BLOCK];
                write(rows, to, |r, values| levels.quads(values, &mut sums[r]));
                let sum = |sums: I32x4| sums.to_array().iter().sum::<i32>();
                out.sums.extend(sums.map(sum));
            }
        }
    }
}

/// Pairs or quads, `group` columns each, of a row filled up with zeros to a multiple of 4 of them.
pub fn groups(columns: usize, group: usize) -> usize {
    columns.next_multiple_of(4 * group) / group
}

/// Writes the rows of a block in groups. `groups` turns `N` values of row `r` into four groups.
#[inline(always)]
fn write<const N: usize>(
    rows: [&[f32]; BLOCK],
    to: &mut [[i32; BLOCK]],
    mut groups: impl FnMut(usize, &[f32; N]) -> I32x4,
) {
    for (i, to) in to.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let by_row = std::array::from_fn(|r| match rows[r].get(i * N..) {
            None => I32x4::splat(0),
            Some(values) => match values.first_chunk::<N>() {
                Some(values) => groups(r, values),
                None if values.is_empty() => I32x4::splat(0),
                None => groups(r, &filled(values)),
            },
        });
        for (to, groups) in to.iter_mut().zip(I32x4::transpose(by_row)) {
            groups.store(to);
        }
    }
}

/// The lowest and the highest value, 0 included.
fn bounds<'a>(rows: impl Iterator<Item = &'a [f32]>) -> (f32, f32) {
    let zero = F32x4::splat(0.0);
    let (mut lows, mut highs) = ([zero; 2], [zero; 2]);
    for row in rows {
        let (blocks, rest) = row.as_chunks::<8>();
        for block in blocks {
            let (halves, _) = block.as_chunks::<4>();
            for (i, half) in halves.iter().enumerate() {
                let half = F32x4::load(half);
                lows[i] = half.min(lows[i]);
                highs[i] = half.max(highs[i]);
            }
        }
        for part in rest.chunks(4) {
            let part = F32x4::load_part(part, 0.0);
            lows[0] = part.min(lows[0]);
            highs[0] = part.max(highs[0]);
        }
    }
    let lowest = lows[0].min(lows[1]).to_array();
    let highest = highs[0].max(highs[1]).to_array();
    (
        lowest.into_iter().fold(0.0, f32::min),
        highest.into_iter().fold(0.0, f32::max),
    )
}

/// From values to levels.
struct Levels {
    scale: F32x4,
    /// The lowest and the highest level, less the zero point.
    lowest: I16x8,
    highest: I16x8,
    zero_point: i16,
}

impl Levels {
    fn new(scale: f32, zero_point: i16) -> Levels {
        Levels {
            scale: F32x4::splat(scale),
            lowest: I16x8::splat(-zero_point),
            highest: I16x8::splat(255 - zero_point),
            zero_point,
        }
    }

    /// The levels of eight values, less the zero point.
    #[inline(always)]
    fn of(&self, values: &[f32; 8]) -> I16x8 {
        let (halves, _) = values.as_chunks::<4>();
        let level = |half: &[f32; 4]| F32x4::load(half).div(self.scale).round();
        let levels = level(&halves[0]).narrow(level(&halves[1]));
        levels.max(self.lowest).min(self.highest)
    }

    /// The levels of sixteen values, less 128; adds them to `sums`.
    #[inline(always)]
    fn quads(&self, values: &[f32; 16], sums: &mut I32x4) -> I32x4 {
        let shift = I16x8::splat(self.zero_point - 128);
        let ones = I16x8::splat(1);
        let (halves, _) = values.as_chunks::<8>();
        let (a, b) = (
            self.of(&halves[0]).add(shift),
            self.of(&halves[1]).add(shift),
        );
        *sums = sums.add(a.dot(ones)).add(b.dot(ones));
        a.narrow(b).bits()
    }
}

fn filled<const N: usize>(values: &[f32]) -> [f32; N] {
    let mut all = [0.0; N];
    all[..values.len()].copy_from_slice(values);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Quantised {
        /// The levels of a row, its filling included.
        fn row<const N: usize, T>(&self, row: usize, unpack: impl Fn(i32) -> [T; N]) -> Vec<T> {
            let groups = self.levels[row / BLOCK * self.groups..][..self.groups].iter();
            groups
                .flat_map(|group| unpack(group[row % BLOCK]))
                .collect()
        }
    }

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
                    let case = format!("{rows} rows of {width}, times {factor} plus {shift}");
                    let mut pairs = Quantised::default();
                    quantise(&values, width, 0..width, Layout::Pairs, &mut pairs);
                    let mut quads = Quantised::default();
                    quantise(&values, width, 0..width, Layout::Quads, &mut quads);
                    for found in [&pairs, &quads] {
                        assert_eq!((found.rows, found.scale), (rows, scale), "{case}");
                    }
                    for (r, levels) in levels.chunks_exact(width).enumerate() {
                        let row = pairs.row(r, |pair| [pair as i16, (pair >> 16) as i16]);
                        let (row, filling) = row.split_at(width);
                        assert_eq!(row, levels, "{case}");
                        assert!(filling.iter().all(|&level| level == 0), "{case}");
                        let row = quads.row(r, |quad| quad.to_le_bytes().map(|byte| byte as i8));
                        let shift = quads.zero_point as i16 - 128;
                        let shifted = row.iter().map(|&level| i16::from(level) - shift);
                        assert_eq!(shifted.take(width).collect::<Vec<i16>>(), levels, "{case}");
                        let sum: i32 = row.iter().map(|&level| i32::from(level)).sum();
                        assert_eq!(quads.sums[r], sum, "{case}");
                    }
                }
            }
        }
    }

    #[test]
    fn takes_columns() {
        let values: Vec<f32> = (0..12).map(|x| x as f32).collect();
        let mut found = Quantised::default();
        quantise(&values, 6, 1..4, Layout::Pairs, &mut found);
        assert_eq!((found.groups, found.scale), (4, 9.0 / 255.0));
        let row = |r| found.row(r, |pair| [pair as i16, (pair >> 16) as i16]);
        assert_eq!(row(0), [28, 57, 85, 0, 0, 0, 0, 0]);
        assert_eq!(row(1), [198, 227, 255, 0, 0, 0, 0, 0]);
    }

    /// Whatever a broken model computes, levels stay levels.
    #[test]
    fn survives_what_is_no_number() {
        for x in [
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            1e-45,
            -1e-45,
            f32::MAX,
        ] {
            let values = [x, 1.0, -x, 0.0, x];
            let mut found = Quantised::default();
            quantise(&values, 5, 0..5, Layout::Quads, &mut found);
            let quads = found.row(0, |quad| quad.to_le_bytes().map(|byte| byte as i8));
            assert_eq!(
                found.sums[0],
                quads.iter().map(|&level| i32::from(level)).sum::<i32>()
            );
            quantise(&values, 5, 0..5, Layout::Pairs, &mut found);
            let levels = found.row(0, |pair| [pair as i16, (pair >> 16) as i16]);
            let levels = levels
                .iter()
                .map(|&level| i32::from(level) + found.zero_point);
            assert!(
                levels.clone().all(|level| (0..=255).contains(&level)),
                "{x}: {found:?}"
            );
        }
    }
}
