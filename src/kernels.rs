//! The arithmetic under the operators: plain functions over slices, free of tract types.
//!
//! Each algorithm is written once, over the small vectors of [`simd`], which are `simd128` in WebAssembly and arrays
//! that the compiler turns into vectors elsewhere.

mod attention;
mod convolution;
mod exp;
mod linear;
mod norm;
mod quantise;
mod simd;

pub use attention::attend;
pub use convolution::{add_scaled, convolve};
pub use exp::{log_sum_exp, softmax};
pub use linear::{F32Matrix, Int8Matrix};
pub use norm::normalise;
pub use quantise::{Quantised, quantise};
