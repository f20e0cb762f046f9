//! Our operators for tract: each is what several nodes of the file do together.

mod add_norm;
mod attention;
mod beams;
mod convolution;
mod dynamic;
mod embed;
mod linear;
mod silence;
mod split_heads;
mod workspace;

pub use add_norm::AddNorm;
pub use attention::{CachedAttention, CrossAttention, SelfAttention};
pub use beams::Beams;
pub use convolution::{CachedConvolution, Convolution};
pub use dynamic::DynamicConvolution;
pub use embed::{Embed, Rows, Table};
pub use linear::{Linear, Matrix};
pub use silence::Silence;
pub use split_heads::SplitHeads;
pub use workspace::Workspace;

use tract_onnx::tract_core::internal::*;

use workspace::filled;

/// What the cross-attention reads: keys and values, by decoder layer.
pub use crate::seq2seq::Memory;

/// The elements of a value.
fn floats(value: &Tensor) -> TractResult<&[f32]> {
    value.try_as_plain_ram()?.as_slice::<f32>()
}

/// The fact of an input with another number of channels.
fn with_channels(input: &TypedFact, channels: usize) -> TypedFact {
    let mut shape: TVec<TDim> = input.shape.iter().cloned().collect();
    if let Some(last) = shape.last_mut() {
        *last = channels.to_dim();
    }
    f32::fact(&shape)
}

/// What the decoder's session shares with its operators.
fn shared<'a, T: std::any::Any + Send>(ctx: &EvalContext<'a>) -> TractResult<&'a T> {
    ctx.shared
        .and_then(|shared| shared.get::<T>())
        .with_context(|| format!("the session has no {}", std::any::type_name::<T>()))
}

/// The operator that a state belongs to.
fn owner<T: Op>(op: &dyn Op) -> TractResult<&T> {
    op.downcast_ref::<T>().context("another operator's state")
}

/// Of an operator that keeps something in its session: what a new session begins with.
macro_rules! session_state {
    ($state:ty) => {
        not_out_of_plan!();

        fn state(&self, _: &EvalContext) -> TractResult<Option<Box<dyn OpState>>> {
            Ok(Some(Box::<$state>::default()))
        }
    };
}
use session_state;

/// Of what an operator keeps: tract asks whether it can serve several streams at once.
macro_rules! one_stream {
    () => {
        fn reset_lanes(&mut self, _: &[LaneId]) -> TractResult<()> {
            bail!("a decoder's session serves one stream")
        }
    };
}
use one_stream;

/// Equality of operators, which tract asks for, is that of their parts.
macro_rules! typed_op {
    ($name:literal) => {
        fn name(&self) -> StaticName {
            $name.into()
        }

        op_as_typed_op!();
    };
}
use typed_op;
