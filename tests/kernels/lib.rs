//! `src/kernels` without the rest of the crate, so that its tests build in seconds for every target.

#![allow(dead_code, unused_imports, reason = "the rest of the crate is what uses them")]

#[path = "../../src"]
mod source {
    mod kernels;
}
