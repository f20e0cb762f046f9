//! The arithmetic under the operators: plain functions over slices, free of tract types.

mod exp;

pub use exp::log_sum_exp;
