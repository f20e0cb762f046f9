//! The crate from outside: golden files, damaged bundles, odd texts. One binary, so that tract is linked once.

mod alignments;
mod bundles;
mod golden;
mod inside;
mod plans;
mod robust;
mod robustness;
mod search;
mod sentences;
mod text;
mod variants;

use std::path::PathBuf;
use std::sync::LazyLock;

use lite_transformer::{Bundle, Translator};

/// A file of the repository.
fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn bundle() -> Bundle {
    Bundle::from_dir(path("models/de-en")).expect("the shipped bundle")
}

/// The shipped model, loaded once.
static TRANSLATOR: LazyLock<Translator> =
    LazyLock::new(|| Translator::new(bundle()).expect("the shipped bundle"));

fn json(name: &str) -> serde_json::Value {
    let bytes = std::fs::read(path(name)).expect("a golden file");
    serde_json::from_slice(&bytes).expect("a golden file is JSON")
}
