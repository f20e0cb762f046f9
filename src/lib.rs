//! Lite Transformer (long-short range attention) translation with attention maps, native and in WebAssembly.
//!
//! [`Translator`] is the object most users need: made from a [`Bundle`], it turns text into text, and on request shows
//! what both branches of each layer attended to.
//!
//! ```no_run
//! use lite_transformer::{Bundle, Options, Translator};
//!
//! let translator = Translator::new(Bundle::from_dir("models/de-en")?)?;
//! let translation = translator.translate("Guten Morgen! Wie geht es dir?", &Options::default())?;
//! println!("{}", translation.text);
//! # Ok::<(), lite_transformer::Error>(())
//! ```

pub mod align;
pub mod bundle;
pub mod candidates;
pub mod cell;
pub mod confidence;
pub mod cost;
pub mod error;
pub mod graph;
pub mod kernels;
pub mod maps;
mod ops;
pub mod part;
pub mod repetition;
pub mod search;
pub mod sentences;
pub mod seq2seq;
#[cfg(all(feature = "bench", target_arch = "wasm32", target_os = "unknown"))]
#[path = "../benches/ours/steps.rs"]
mod steps;
pub mod text;
pub mod tokenizer;
pub mod translator;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod wasm;

pub use align::Alignment;
pub use bundle::{Bundle, Manifest};
pub use candidates::Candidate;
pub use cell::{AttentionCell, Cell, ConvolutionCell, Tap};
pub use cost::{Cost, ModuleCost};
pub use error::{Error, ErrorKind};
pub use maps::{BeamNode, LayerMaps, Map2D, Measure, SentenceVisualization, Share, Token, Whole};
pub use part::{Branch, Part, Side};
pub use sentences::LineBreaks;
pub use text::Language;
pub use translator::{
    Alternative, CellOptions, Options, Segment, SegmentKind, SentenceTranslation, TokenProbability,
    Translation, Translator, VisualizeOptions, Words,
};
