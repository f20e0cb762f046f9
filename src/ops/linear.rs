//! Linear layers: quantise, multiply, scale, add the bias, cut off what is negative.

use std::ops::Range;
use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::{filled, floats, typed_op, with_channels};
use crate::kernels::{F32Matrix, Int8Matrix, Quantised, quantise};

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

    fn state(&self, _: &EvalContext) -> TractResult<Option<Box<dyn OpState>>> {
        Ok(Some(Box::<Scratch>::default()))
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

/// The quantised input, kept so that its room is used again.
#[derive(Debug, Default)]
struct Scratch(Quantised);

/// A session's copy starts with a buffer of its own.
impl Clone for Scratch {
    fn clone(&self) -> Scratch {
        Scratch::default()
    }
}

impl OpState for Scratch {
    fn eval(
        &mut self,
        _: &EvalContext,
        op: &dyn Op,
        inputs: TVec<TValue>,
    ) -> TractResult<TVec<TValue>> {
        let op = op
            .downcast_ref::<Linear>()
            .context("another operator's state")?;
        let input = floats(&inputs[0])?;
        let mut shape: TVec<usize> = inputs[0].shape().into();
        let stride = shape.pop().context("a linear layer's input is a scalar")?;
        ensure!(
            op.columns.end <= stride,
            "a linear layer's input has {stride} channels"
        );
        let rows: usize = shape.iter().product();
        if op.flat {
            shape = tvec!(rows);
        }
        shape.push(op.matrix.outputs());
        let output = filled(&shape, |out| {
            match &op.matrix {
                Matrix::Int8(matrix) => {
                    let columns = op.columns.clone();
                    quantise(input, stride, columns, matrix.layout(), &mut self.0);
                    matrix.multiply(&self.0, op.relu, out);
                }
                Matrix::F32(matrix) => {
                    matrix.multiply(input, stride, op.columns.clone(), op.relu, out);
                }
            }
            Ok(())
        })?;
        Ok(tvec!(output))
    }

    fn reset_lanes(&mut self, _: &[LaneId]) -> TractResult<()> {
        Ok(())
    }
}
