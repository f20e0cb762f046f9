//! Room that the operators of a session share and use again and again.

use std::cell::RefCell;
use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::shared;
use crate::kernels::{Quantised, Scratch};

/// Tensors and scratch space of a session, so that after a warm-up its operators allocate nothing.
#[derive(Default)]
pub struct Workspace {
    tensors: RefCell<Vec<Arc<Tensor>>>,
    /// The length of the sequence that the tensors are for.
    length: usize,
    /// The quantised input of a linear layer.
    pub quantised: RefCell<Quantised>,
    /// Scores and keys of an attention.
    pub attention: RefCell<Scratch>,
}

impl Workspace {
    /// Prepares for a sequence of this length: tensors of others are of no use.
    pub fn fit(&mut self, length: usize) {
        if length != self.length {
            self.length = length;
            self.tensors.get_mut().clear();
        }
    }

    /// A tensor that nothing reads, of what content ever.
    fn take(&self, shape: &[usize]) -> TractResult<Arc<Tensor>> {
        let mut tensors = self.tensors.borrow_mut();
        let free = |tensor: &Arc<Tensor>| Arc::strong_count(tensor) == 1 && tensor.shape() == shape;
        match tensors.iter().position(free) {
            Some(place) => Ok(tensors.swap_remove(place)),
            None => Ok(Arc::new(Tensor::zero::<f32>(shape)?)),
        }
    }
}

/// A tensor that `fill` has written all elements of.
pub fn filled(
    ctx: &EvalContext,
    shape: &[usize],
    fill: impl FnOnce(&mut [f32]) -> TractResult<()>,
) -> TractResult<TValue> {
    let workspace = shared::<Workspace>(ctx)?;
    let mut tensor = workspace.take(shape)?;
    let elements = Arc::get_mut(&mut tensor).context("a tensor is still read")?;
    fill(elements.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?)?;
    // Kept here as well: once the value is dropped everywhere else, it is free.
    workspace.tensors.borrow_mut().push(tensor.clone());
    Ok(tensor.into_tvalue())
}
