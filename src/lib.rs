//! Lite Transformer translation and attention maps.
