//! The graphs of a bundle: reading them, and the plans that tract runs.

pub mod onnx;
pub mod reference;
