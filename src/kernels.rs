//! The arithmetic under the operators: plain functions over slices, free of tract types.
//!
//! Each algorithm is written once, over the small vectors of [`simd`], which are `simd128` in WebAssembly, SSE2 on
//! x86-64, and arrays elsewhere.

mod attention;
mod convolution;
mod exp;
mod float;
mod linear;
mod norm;
mod quantise;
mod simd;
#[cfg(test)]
mod testing;

pub use attention::{Scratch, attend, attend_scattered, attend_sentence, mix, transpose};
pub use convolution::{add_scaled, convolve};
pub use exp::{highest, log_sum_exp, softmax};
pub use float::{F32Matrix, Rows, product};
pub use linear::Int8Matrix;
pub use norm::normalise;
pub use quantise::{Layout, Quantised, quantise};
