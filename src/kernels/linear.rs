//! Products of rows with a stored matrix.

use super::quantise::Quantised;
use super::simd::{F32x4, I16x8, I32x4};

/// Outputs that are computed together.
const PANEL: usize = 8;

/// A matrix of signed bytes with one scale an output.
///
/// Stored in panels of 8 outputs; in a panel, for each pair of inputs, the pair's weights of output 0, of output 1 and
/// so on: the order in which `i32x4.dot_i16x8` wants them.
#[derive(Debug)]
pub struct Int8Matrix {
    inputs: usize,
    outputs: usize,
    panels: Vec<[i8; 2 * PANEL]>,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

impl Int8Matrix {
    /// Packs a matrix of two's complement bytes, a row for each input or, if `transposed`, for each output.
    pub fn new(
        inputs: usize,
        outputs: usize,
        weights: &[u8],
        transposed: bool,
        scales: &[f32],
        bias: Option<&[f32]>,
    ) -> Int8Matrix {
        assert_eq!(weights.len(), inputs * outputs, "a matrix of another size");
        let pairs = inputs.div_ceil(2);
        let padded = outputs.next_multiple_of(PANEL);
        let mut panels = vec![[0; 2 * PANEL]; pairs * padded / PANEL];
        // Rows are read one after the other; at load time, before the engine has optimised this, that is what counts.
        if transposed {
            for (output, row) in weights.chunks_exact(inputs).enumerate() {
                let panel = &mut panels[output / PANEL * pairs..][..pairs];
                let place = 2 * (output % PANEL);
                for (to, pair) in panel.iter_mut().zip(row.chunks(2)) {
                    to[place] = pair[0] as i8;
                    to[place + 1] = pair.get(1).map_or(0, |&weight| weight as i8);
                }
            }
        } else {
            for (input, row) in weights.chunks_exact(outputs).enumerate() {
                for (panel, weights) in row.chunks(PANEL).enumerate() {
                    let to = &mut panels[panel * pairs + input / 2];
                    for (i, &weight) in weights.iter().enumerate() {
                        to[2 * i + input % 2] = weight as i8;
                    }
                }
            }
        }
        let fill = |values: &[f32]| {
            let mut values = values.to_vec();
            values.resize(padded, 0.0);
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

    /// Multiplies every row; `out` takes them one after the other.
    pub fn multiply(&self, rows: &Quantised, relu: bool, out: &mut [f32]) {
        let stride = self.inputs.next_multiple_of(2);
        assert_eq!(rows.stride, stride, "rows of another length");
        let mut levels = rows.levels.as_slice();
        let mut out = &mut out[..];
        while !levels.is_empty() {
            // Four rows share each load of the weights.
            let taken = match levels.len() / stride {
                4.. => self.block::<4>(levels, rows.scale, relu, out),
                3 => self.block::<3>(levels, rows.scale, relu, out),
                2 => self.block::<2>(levels, rows.scale, relu, out),
                _ => self.block::<1>(levels, rows.scale, relu, out),
            };
            levels = &levels[taken * stride..];
            out = &mut out[taken * self.outputs..];
        }
    }

    fn block<const ROWS: usize>(
        &self,
        levels: &[i16],
        scale: f32,
        relu: bool,
        out: &mut [f32],
    ) -> usize {
        let pairs = self.inputs.div_ceil(2);
        let rows: [&[[i16; 2]]; ROWS] =
            std::array::from_fn(|r| &levels[r * 2 * pairs..].as_chunks::<2>().0[..pairs]);
        let scale = F32x4::splat(scale);
        let panels = self.panels.chunks_exact(pairs);
        let scales = self.scales.as_chunks::<4>().0.as_chunks::<2>().0;
        let biases = self.bias.as_chunks::<4>().0.as_chunks::<2>().0;
        for (p, ((panel, scales), biases)) in panels.zip(scales).zip(biases).enumerate() {
            let mut sums = [[I32x4::zero(); 2]; ROWS];
            for (i, weights) in panel.iter().enumerate() {
                let (halves, _) = weights.as_chunks::<8>();
                let (first, second) = (I16x8::load_i8(&halves[0]), I16x8::load_i8(&halves[1]));
                for (sums, row) in sums.iter_mut().zip(&rows) {
                    let pair = I16x8::splat_pair(&row[i]);
                    sums[0] = sums[0].add(pair.dot(first));
                    sums[1] = sums[1].add(pair.dot(second));
                }
            }
            let start = p * PANEL;
            for (r, sums) in sums.iter().enumerate() {
                let mut results = [[0.0; 4]; 2];
                for half in 0..2 {
                    let factor = scale.mul(F32x4::load(&scales[half]));
                    let mut result = sums[half]
                        .to_f32()
                        .mul(factor)
                        .add(F32x4::load(&biases[half]));
                    if relu {
                        result = result.max(F32x4::splat(0.0));
                    }
                    result.store(&mut results[half]);
                }
                let row = &mut out[r * self.outputs..][..self.outputs];
                let to = &mut row[start..];
                let results = results.as_flattened();
                match to.first_chunk_mut::<PANEL>() {
                    Some(to) => to.copy_from_slice(results),
                    None => to.copy_from_slice(&results[..to.len()]),
                }
            }
        }
        ROWS
    }
}

/// A matrix of floats, its rows one after the other, a row for each input.
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

    /// Multiplies the columns of `rows` rows found at every `stride` of `values`; `out` takes them one after the other.
    pub fn multiply(
        &self,
        values: &[f32],
        stride: usize,
        columns: std::ops::Range<usize>,
        relu: bool,
        out: &mut [f32],
    ) {
        for (row, out) in values
            .chunks_exact(stride)
            .zip(out.chunks_exact_mut(self.outputs))
        {
            out.copy_from_slice(&self.bias);
            let weights = self.weights.chunks_exact(self.outputs);
            for (x, weights) in row[columns.clone()].iter().zip(weights) {
                super::add_scaled(out, weights, *x);
            }
            if relu {
                out.iter_mut()
                    .for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::quantise;
    use super::*;

    #[test]
    fn agree_with_the_plain_product() {
        let weight = |i: usize, o: usize| ((i * 31 + o * 17) % 255) as u8 as i8;
        for (inputs, outputs) in [
            (1, 1),
            (2, 8),
            (3, 7),
            (5, 9),
            (80, 240),
            (81, 13),
            (160, 16),
        ] {
            for rows in 1..=9 {
                for relu in [false, true] {
                    let scales: Vec<f32> = (0..outputs).map(|o| 0.01 + o as f32 * 1e-4).collect();
                    let bias: Vec<f32> = (0..outputs).map(|o| o as f32 - 3.0).collect();
                    let bias = Some(bias.as_slice());
                    let values: Vec<f32> = (0..rows * inputs)
                        .map(|i| (i * 7 % 23) as f32 * 0.1 - 1.0)
                        .collect();
                    let mut levels = Quantised::default();
                    quantise(&values, rows, inputs, 0..inputs, &mut levels);
                    let by_input = (0..inputs * outputs).map(|i| weight(i / outputs, i % outputs));
                    let by_output = (0..inputs * outputs).map(|i| weight(i % inputs, i / inputs));
                    let by_input: Vec<u8> = by_input.map(|weight| weight as u8).collect();
                    let by_output: Vec<u8> = by_output.map(|weight| weight as u8).collect();
                    let product = |weights: &[u8], transposed| {
                        let mut found = vec![f32::NAN; rows * outputs];
                        Int8Matrix::new(inputs, outputs, weights, transposed, &scales, bias)
                            .multiply(&levels, relu, &mut found);
                        found
                    };
                    let found = product(&by_input, false);
                    assert_eq!(found, product(&by_output, true));

                    let float = |i: usize, o: usize| f32::from(weight(i, o)) * scales[o];
                    let mut floats = vec![f32::NAN; rows * outputs];
                    let matrix = F32Matrix::new(inputs, outputs, float, bias);
                    let kept: Vec<f32> = (0..rows * inputs)
                        .map(|i| {
                            let level = levels.levels[i / inputs * levels.stride + i % inputs];
                            f32::from(level) * levels.scale
                        })
                        .collect();
                    matrix.multiply(&kept, inputs, 0..inputs, relu, &mut floats);

                    for r in 0..rows {
                        for o in 0..outputs {
                            let mut sum = 0i32;
                            for i in 0..inputs {
                                let level = levels.levels[r * levels.stride + i];
                                sum += i32::from(level) * i32::from(weight(i, o));
                            }
                            let mut exact =
                                sum as f32 * (levels.scale * scales[o]) + (o as f32 - 3.0);
                            if relu {
                                exact = exact.max(0.0);
                            }
                            let case = format!("{rows} rows, {inputs} to {outputs}, relu {relu}");
                            assert_eq!(found[r * outputs + o], exact, "{case}");
                            let float = floats[r * outputs + o];
                            assert!(
                                (float - exact).abs() < 2e-3 * exact.abs().max(1.0),
                                "{case}: {float} is not {exact}"
                            );
                        }
                    }
                }
            }
        }
    }
}
