//! The graphs of a bundle: reading them, and the plans that tract runs.

pub mod fast;
pub mod onnx;
mod patterns;
#[cfg(not(target_arch = "wasm32"))]
pub mod reference;
mod weights;
