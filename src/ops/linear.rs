//! Linear layers: quantise, multiply, scale, add the bias, cut off what is negative.

use std::ops::Range;
use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::{Workspace, filled, floats, shared, typed_op, with_channels};
use crate::kernels::{F32Matrix, Int8Matrix, quantise};

/// A linear layer on some columns of its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linear {
    /// The matrix and what is added.
    pub matrix: Matrix,
    /// The input's channels that it reads.
    pub columns: Range<usize>,
    /// Whether negative results become 0.
    pub relu: bool,
    /// Whether the result has one axis of rows only.
    pub flat: bool,
}

/// The stored matrix of a linear layer.
#[derive(Clone)]
pub enum Matrix {
    Int8(Arc<Int8Matrix>),
    F32(Arc<F32Matrix>),
}

impl Matrix {
    /// Length of a row that goes in.
    pub fn inputs(&self) -> usize {
        match self {
            Matrix::Int8(matrix) => matrix.inputs(),
            Matrix::F32(matrix) => matrix.inputs(),
        }
    }

    /// Length of a row that comes out.
    pub fn outputs(&self) -> usize {
        match self {
            Matrix::Int8(matrix) => matrix.outputs(),
            Matrix::F32(matrix) => matrix.outputs(),
        }
    }
}

/// Only the sizes: tract prints operators in its errors.
impl std::fmt::Debug for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Matrix::Int8(_) => "Int8",
            Matrix::F32(_) => "F32",
        };
        write!(f, "{kind}({} -> {})", self.inputs(), self.outputs())
    }
}

impl PartialEq for Matrix {
    fn eq(&self, other: &Matrix) -> bool {
        match (self, other) {
            (Matrix::Int8(a), Matrix::Int8(b)) => Arc::ptr_eq(a, b),
            (Matrix::F32(a), Matrix::F32(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for Matrix {}

impl Op for Linear {
    typed_op!("Linear");
}

impl EvalOp for Linear {
    not_out_of_plan!();

    fn eval(&self, ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = floats(&inputs[0])?;
        let mut shape: TVec<usize> = inputs[0].shape().into();
        let stride = shape.pop().context("a linear layer's input is a scalar")?;
        ensure!(
            self.columns.end <= stride,
            "a linear layer's input has {stride} channels"
        );
        let rows: usize = shape.iter().product();
        if self.flat {
            shape = tvec!(rows);
        }
        shape.push(self.matrix.outputs());
        let output = filled(ctx, &shape, |out| {
            let columns = self.columns.clone();
            match &self.matrix {
                Matrix::Int8(matrix) => {
                    let mut levels = shared::<Workspace>(ctx)?.quantised.borrow_mut();
                    quantise(input, stride, columns, matrix.layout(), &mut levels);
                    matrix.multiply(&levels, self.relu, out);
                }
                Matrix::F32(matrix) => matrix.multiply(input, stride, columns, self.relu, out),
            }
            Ok(())
        })?;
        Ok(tvec!(output))
    }
}

impl TypedOp for Linear {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let fact = with_channels(inputs[0], self.matrix.outputs());
        if !self.flat {
            return Ok(tvec!(fact));
        }
        let rows: TDim = fact.shape.iter().rev().skip(1).product();
        Ok(tvec!(f32::fact([rows, self.matrix.outputs().to_dim()])))
    }
}
