//! Products of rows of floats with a matrix of floats.

use std::ops::Range;

use super::simd::F32x4;

/// Rows of floats that lie `stride` apart; the last may be shorter than that.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// All rows, from the first value of the first on.
    pub values: &'a [f32],
    /// From one row to the next.
    pub stride: usize,
}

impl<'a> Rows<'a> {
    /// The first `length` values of row `i`.
    fn row(self, i: usize, length: usize) -> &'a [f32] {
        &self.values[i * self.stride..][..length]
    }
}

/// `out[r][c] = sum over i of a[r][i] * b[i][c]`, for `rows` rows of `a` and `width` columns of `b`; `out` has its rows
/// `stride` apart and keeps what is between them.
pub fn product(
    a: Rows,
    rows: usize,
    depth: usize,
    b: Rows,
    width: usize,
    out: &mut [f32],
    stride: usize,
) {
    let mut first = 0;
    while first < rows {
        let a = Rows {
            values: &a.values[first * a.stride..],
            ..a
        };
        let out = &mut out[first * stride..];
        first += match rows - first {
            4.. => block::<4>(a, depth, b, width, out, stride),
            3 => block::<3>(a, depth, b, width, out, stride),
            2 => block::<2>(a, depth, b, width, out, stride),
            _ => block::<1>(a, depth, b, width, out, stride),
        };
    }
}

/// The product of `ROWS` rows.
fn block<const ROWS: usize>(
    a: Rows,
    depth: usize,
    b: Rows,
    width: usize,
    out: &mut [f32],
    stride: usize,
) -> usize {
    let a: [&[f32]; ROWS] = std::array::from_fn(|r| a.row(r, depth));
    let mut column = 0;
    while column + 8 <= width {
        tile::<ROWS, 2>(&a, b, column, out, stride);
        column += 8;
    }
    if column + 4 <= width {
        tile::<ROWS, 1>(&a, b, column, out, stride);
        column += 4;
    }
    if column < width {
        edge::<ROWS>(&a, b, column..width, out, stride);
    }
    ROWS
}

/// `COLUMNS` times four columns, the sums in registers.
#[inline(always)]
fn tile<const ROWS: usize, const COLUMNS: usize>(
    a: &[&[f32]; ROWS],
    b: Rows,
    column: usize,
    out: &mut [f32],
    stride: usize,
) {
    let mut sums = [[F32x4::splat(0.0); COLUMNS]; ROWS];
    if let Some(values) = b.values.get(column..) {
        for (i, row) in (0..a[0].len()).zip(values.chunks(b.stride)) {
            let row: [F32x4; COLUMNS] = {
                let blocks = &row.as_chunks::<4>().0[..COLUMNS];
                std::array::from_fn(|c| F32x4::load(&blocks[c]))
            };
            for (sums, a) in sums.iter_mut().zip(a) {
                let factor = F32x4::splat(a[i]);
                for (sum, x) in sums.iter_mut().zip(row) {
                    *sum = sum.mul_add(factor, x);
                }
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        let (to, _) = out[r * stride + column..].as_chunks_mut::<4>();
        for (to, sum) in to[..COLUMNS].iter_mut().zip(sums) {
            sum.store(to);
        }
    }
}

/// Fewer than four columns.
fn edge<const ROWS: usize>(
    a: &[&[f32]; ROWS],
    b: Rows,
    columns: Range<usize>,
    out: &mut [f32],
    stride: usize,
) {
    for (r, a) in a.iter().enumerate() {
        for column in columns.clone() {
            let products = a
                .iter()
                .enumerate()
                .map(|(i, a)| a * b.values[i * b.stride + column]);
            out[r * stride + column] = products.sum();
        }
    }
}

/// A stored matrix of floats, its rows one after the other, a row for each input.
#[derive(Debug)]
pub struct F32Matrix {
    inputs: usize,
    outputs: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl F32Matrix {
    /// Stores a matrix whose weight from `input` to `output` is `weight(input, output)`.
    pub fn new(
        inputs: usize,
        outputs: usize,
        weight: impl Fn(usize, usize) -> f32,
        bias: Option<&[f32]>,
    ) -> F32Matrix {
        let weight = &weight;
        let rows =
            (0..inputs).flat_map(|input| (0..outputs).map(move |output| weight(input, output)));
        F32Matrix {
            inputs,
            outputs,
            weights: rows.collect(),
            bias: bias.map_or_else(|| vec![0.0; outputs], <[f32]>::to_vec),
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

    /// Multiplies the columns of rows of `stride` values; `out` takes the results one after the other.
    pub fn multiply(
        &self,
        values: &[f32],
        stride: usize,
        columns: Range<usize>,
        relu: bool,
        out: &mut [f32],
    ) {
        let rows = Rows {
            values: &values[columns.start.min(values.len())..],
            stride,
        };
        let weights = Rows {
            values: &self.weights,
            stride: self.outputs,
        };
        let count = values.len() / stride;
        product(
            rows,
            count,
            self.inputs,
            weights,
            self.outputs,
            out,
            self.outputs,
        );
        for row in out.chunks_exact_mut(self.outputs) {
            for (x, bias) in row.iter_mut().zip(&self.bias) {
                *x += bias;
                *x = if !relu || *x > 0.0 { *x } else { 0.0 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn agree_with_the_plain_product() {
        let mut random = Random::new(2);
        for (inputs, outputs) in [
            (1, 1),
            (3, 4),
            (20, 30),
            (30, 20),
            (5, 9),
            (7, 13),
            (160, 21),
        ] {
            for rows in [0, 1, 2, 3, 4, 5, 9] {
                for relu in [false, true] {
                    let weights = random.floats(inputs * outputs);
                    let bias = random.floats(outputs);
                    let stride = inputs + 3;
                    let values = random.floats(rows * stride);
                    let weight = |i: usize, o: usize| weights[i * outputs + o];
                    let matrix = F32Matrix::new(inputs, outputs, weight, Some(&bias));
                    let mut found = vec![f32::NAN; rows * outputs];
                    matrix.multiply(&values, stride, 2..2 + inputs, relu, &mut found);
                    for (i, found) in found.iter().enumerate() {
                        let (row, output) = (i / outputs, i % outputs);
                        let product = |i: usize| {
                            f64::from(values[row * stride + 2 + i]) * f64::from(weight(i, output))
                        };
                        let sum = (0..inputs).map(product).sum::<f64>() + f64::from(bias[output]);
                        let exact = if relu { sum.max(0.0) } else { sum };
                        assert!(
                            (f64::from(*found) - exact).abs() < 1e-4,
                            "{rows} rows, {inputs} to {outputs}, relu {relu}: {found} is not {exact}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn keeps_what_is_between_the_rows() {
        let a = Rows {
            values: &[1.0, 2.0],
            stride: 1,
        };
        let b = Rows {
            values: &[1.0, 10.0, 100.0, 1000.0, 10_000.0],
            stride: 5,
        };
        let mut out = [7.0; 12];
        product(a, 2, 1, b, 5, &mut out, 6);
        assert_eq!(out[..6], [1.0, 10.0, 100.0, 1000.0, 10_000.0, 7.0]);
        assert_eq!(out[6..], [2.0, 20.0, 200.0, 2000.0, 20_000.0, 7.0]);
    }
}
