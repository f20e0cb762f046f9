//! A model bundle: a manifest and the files it lists.
//!
//! Everything in here comes from outside, so everything is checked before any other module sees it: file names,
//! byte counts and hashes, the sizes of the architecture, special ids, limits and decoding defaults.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::Error;

/// The version of the bundle format that this library reads.
pub const FORMAT_VERSION: u64 = 1;

/// The manifest's file name.
pub const MANIFEST: &str = "manifest.json";
/// The SentencePiece model's file name.
pub const TOKENIZER: &str = "tokenizer.model";
/// The encoder graph's file name.
pub const ENCODER: &str = "encoder.onnx";
/// The decoder step graph's file name.
pub const DECODER: &str = "decoder.onnx";

const MAX_MANIFEST_BYTES: usize = 1 << 20;
const MAX_FILE_BYTES: usize = 1 << 30;
const MAX_FILES: usize = 64;
const MAX_LAYERS: usize = 64;
const MAX_SEQUENCE: usize = 4096;

/// What a bundle says about itself; what it says of its training and its scores is for people, and not read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Manifest {
    /// Version of the bundle format.
    pub format_version: u64,
    /// Name of the model, such as `de-en`.
    pub name: String,
    /// BCP 47 tag of the language it reads.
    pub source_language: String,
    /// BCP 47 tag of the language it writes.
    pub target_language: String,
    /// Sizes of the model.
    pub architecture: Architecture,
    /// Ids of the pieces with a meaning of their own.
    pub special_ids: SpecialIds,
    /// The longest sequences the model was made for.
    pub limits: Limits,
    /// Decoding defaults, tuned on the validation set.
    pub decoding: Decoding,
    /// How the weights are stored; absent for f32.
    #[serde(default)]
    pub quantisation: Option<Quantisation>,
    /// The files of the bundle, the manifest itself left out.
    pub files: Vec<FileEntry>,
    /// Licence of the weights.
    #[serde(default)]
    pub licence: Option<String>,
}

/// Sizes of the model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Architecture {
    /// Channels between the layers.
    pub d_model: usize,
    /// Rows of the embedding, which source, target and output projection share.
    pub vocab_size: usize,
    /// Inner channels of the feed-forward block.
    pub ffn: usize,
    /// Heads of the attention from target to source.
    pub cross_heads: usize,
    /// Encoder layers, the one nearest the input first.
    pub encoder: Vec<Layer>,
    /// Decoder layers, the one nearest the input first.
    pub decoder: Vec<Layer>,
}

/// The branches of one layer; at least one is there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Layer {
    /// The self-attention branch.
    #[serde(default)]
    pub global: Option<GlobalBranch>,
    /// The convolution branch.
    #[serde(default)]
    pub local: Option<LocalBranch>,
}

/// Multi-head self-attention over some of the channels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GlobalBranch {
    /// Channels it takes.
    pub channels: usize,
    /// Attention heads.
    pub heads: usize,
}

/// Depthwise convolution over some of the channels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LocalBranch {
    /// Channels it takes.
    pub channels: usize,
    /// Groups of channels that share a kernel; as many as channels for a plain depthwise convolution.
    pub groups: usize,
    /// Positions the kernel covers.
    pub kernel_size: usize,
    /// Where the kernel comes from.
    pub kind: ConvolutionKind,
}

/// Where a convolution branch has its kernels from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConvolutionKind {
    /// Learnt, softmax-normalised, shared within channel groups.
    Lightweight,
    /// Computed from the input at each position.
    Dynamic,
    /// Learnt, one per channel, not normalised.
    Depthwise,
}

/// Ids of the pieces with a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SpecialIds {
    /// Padding.
    pub pad: u32,
    /// Unknown piece.
    pub unk: u32,
    /// Start of the target.
    pub bos: u32,
    /// End of source and target.
    pub eos: u32,
}

/// The longest sequences the model was made for, in tokens, the end token included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Limits {
    /// Source tokens of one sentence.
    pub max_source_tokens: usize,
    /// Target tokens of one sentence.
    pub max_target_tokens: usize,
}

/// Decoding defaults.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Decoding {
    /// Hypotheses kept at each step.
    pub beam_size: usize,
    /// Power of the length by which a hypothesis' log-probability is divided.
    pub length_penalty: f32,
}

/// How the weights are stored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Quantisation {
    /// Type of the weights.
    pub weights: String,
    /// Bits of the weights' range.
    pub bits: u32,
    /// How activations are quantised.
    pub activations: String,
}

/// One file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FileEntry {
    /// Name, without any folder.
    pub name: String,
    /// Size.
    pub bytes: usize,
    /// Hash of the content, 64 hexadecimal digits.
    pub sha256: String,
}

/// A manifest and its files, all of them checked.
#[derive(Debug, Clone)]
pub struct Bundle {
    manifest: Manifest,
    files: BTreeMap<String, Arc<Vec<u8>>>,
}

impl Bundle {
    /// Makes a bundle of a manifest and a function that hands over each file the manifest lists.
    pub fn from_files(
        manifest: &[u8],
        mut read: impl FnMut(&str) -> Option<Vec<u8>>,
    ) -> Result<Bundle, Error> {
        Bundle::from_hashed_files(manifest, |name| {
            let bytes = read(name)?;
            let hash = sha256(&bytes);
            Some((bytes, hash))
        })
    }

    /// The same with the files' SHA-256, for callers that have a faster one at hand, as browsers do.
    pub fn from_hashed_files(
        manifest: &[u8],
        mut read: impl FnMut(&str) -> Option<(Vec<u8>, [u8; 32])>,
    ) -> Result<Bundle, Error> {
        let manifest = Manifest::parse(manifest)?;
        let mut files = BTreeMap::new();
        for entry in &manifest.files {
            let (bytes, hash) = read(&entry.name).ok_or_else(|| Error::MissingFile {
                name: entry.name.clone(),
            })?;
            entry.check(&bytes, &hash)?;
            files.insert(entry.name.clone(), Arc::new(bytes));
        }
        Ok(Bundle { manifest, files })
    }

    /// Reads a bundle from a folder.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn from_dir(folder: impl AsRef<std::path::Path>) -> Result<Bundle, Error> {
        let folder = folder.as_ref();
        let path = folder.join(MANIFEST);
        let manifest = std::fs::read(&path).map_err(|error| Error::Io {
            path: path.display().to_string(),
            message: error.to_string(),
        })?;
        Bundle::from_files(&manifest, |name| std::fs::read(folder.join(name)).ok())
    }

    /// What the bundle says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The content of a file that the manifest lists.
    pub fn file(&self, name: &str) -> Result<&[u8], Error> {
        Ok(self.shared(name)?)
    }

    /// The same, to be kept after the bundle is gone.
    pub(crate) fn shared(&self, name: &str) -> Result<&Arc<Vec<u8>>, Error> {
        let missing = || Error::MissingFile { name: name.into() };
        self.files.get(name).ok_or_else(missing)
    }
}

impl Manifest {
    /// Reads and checks a manifest.
    pub fn parse(json: &[u8]) -> Result<Manifest, Error> {
        if json.len() > MAX_MANIFEST_BYTES {
            return Err(Error::Manifest(format!(
                "it has {} bytes, at most {MAX_MANIFEST_BYTES} are read",
                json.len()
            )));
        }
        // The version first: a later format may have another shape altogether.
        #[derive(Deserialize)]
        struct Version {
            format_version: u64,
        }
        let bad = |error: serde_json::Error| Error::Manifest(error.to_string());
        let Version { format_version } = serde_json::from_slice(json).map_err(bad)?;
        if format_version != FORMAT_VERSION {
            return Err(Error::FormatVersion {
                found: format_version,
                expected: FORMAT_VERSION,
            });
        }
        let manifest: Manifest = serde_json::from_slice(json).map_err(bad)?;
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), Error> {
        check_language("source_language", &self.source_language)?;
        check_language("target_language", &self.target_language)?;
        self.architecture.check()?;
        self.special_ids.check(self.architecture.vocab_size)?;
        let limits = &self.limits;
        check_range(
            "limits.max_source_tokens",
            limits.max_source_tokens,
            2..=MAX_SEQUENCE,
        )?;
        check_range(
            "limits.max_target_tokens",
            limits.max_target_tokens,
            2..=MAX_SEQUENCE,
        )?;
        check_range("decoding.beam_size", self.decoding.beam_size, 1..=16)?;
        if !(0.0..=4.0).contains(&self.decoding.length_penalty) {
            return Err(value_error(
                "decoding.length_penalty",
                self.decoding.length_penalty,
                "0 to 4",
            ));
        }
        if let Some(quantisation) = &self.quantisation {
            if quantisation.weights != "int8" {
                return Err(value_error(
                    "quantisation.weights",
                    &quantisation.weights,
                    "\"int8\"",
                ));
            }
            if !(2..=8).contains(&quantisation.bits) {
                return Err(value_error(
                    "quantisation.bits",
                    quantisation.bits,
                    "2 to 8",
                ));
            }
        }
        self.check_files()
    }

    fn check_files(&self) -> Result<(), Error> {
        check_range("files", self.files.len(), 1..=MAX_FILES)?;
        let mut names = std::collections::BTreeSet::new();
        for entry in &self.files {
            // A name that stays in the bundle's folder whatever it is joined to.
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            if entry.name.is_empty()
                || entry.name.starts_with('.')
                || !entry.name.chars().all(plain)
            {
                return Err(value_error(
                    "files[].name",
                    format_args!("{:?}", entry.name),
                    "letters, digits, '.', '_' and '-', not starting with '.'",
                ));
            }
            if !names.insert(&entry.name) {
                return Err(value_error(
                    "files[].name",
                    format_args!("{:?} twice", entry.name),
                    "each file once",
                ));
            }
            check_range("files[].bytes", entry.bytes, 0..=MAX_FILE_BYTES)?;
            if entry.sha256.len() != 64 || !entry.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(value_error(
                    "files[].sha256",
                    format_args!("{:?}", entry.sha256),
                    "64 hexadecimal digits",
                ));
            }
        }
        for name in [TOKENIZER, ENCODER, DECODER] {
            if !self.files.iter().any(|entry| entry.name == name) {
                return Err(Error::MissingFile { name: name.into() });
            }
        }
        Ok(())
    }
}

impl Architecture {
    fn check(&self) -> Result<(), Error> {
        check_range("architecture.d_model", self.d_model, 1..=4096)?;
        check_range("architecture.vocab_size", self.vocab_size, 5..=1_000_000)?;
        check_range("architecture.ffn", self.ffn, 1..=65_536)?;
        check_range("architecture.cross_heads", self.cross_heads, 1..=64)?;
        if !self.d_model.is_multiple_of(self.cross_heads) {
            return Err(value_error(
                "architecture.cross_heads",
                self.cross_heads,
                format_args!("a divisor of d_model, {}", self.d_model),
            ));
        }
        check_range("architecture.encoder", self.encoder.len(), 1..=MAX_LAYERS)?;
        check_range("architecture.decoder", self.decoder.len(), 1..=MAX_LAYERS)?;
        for layer in self.encoder.iter().chain(&self.decoder) {
            layer.check(self.d_model)?;
        }
        Ok(())
    }
}

impl Layer {
    fn check(&self, d_model: usize) -> Result<(), Error> {
        let mut channels = 0;
        if let Some(global) = &self.global {
            check_range("global.channels", global.channels, 1..=d_model)?;
            check_range("global.heads", global.heads, 1..=64)?;
            if !global.channels.is_multiple_of(global.heads) {
                return Err(value_error(
                    "global.heads",
                    global.heads,
                    format_args!("a divisor of the branch's channels, {}", global.channels),
                ));
            }
            channels += global.channels;
        }
        if let Some(local) = &self.local {
            check_range("local.channels", local.channels, 1..=d_model)?;
            check_range("local.kernel_size", local.kernel_size, 1..=255)?;
            if local.groups == 0 || !local.channels.is_multiple_of(local.groups) {
                return Err(value_error(
                    "local.groups",
                    local.groups,
                    format_args!("a divisor of the branch's channels, {}", local.channels),
                ));
            }
            channels += local.channels;
        }
        if channels != d_model {
            return Err(value_error(
                "architecture layer",
                format_args!("of {channels} channels"),
                format_args!("branches that take d_model, {d_model}, together"),
            ));
        }
        Ok(())
    }
}

impl SpecialIds {
    fn check(&self, vocab_size: usize) -> Result<(), Error> {
        let ids = [
            ("special_ids.pad", self.pad),
            ("special_ids.unk", self.unk),
            ("special_ids.bos", self.bos),
            ("special_ids.eos", self.eos),
        ];
        for (i, (field, id)) in ids.into_iter().enumerate() {
            if id as usize >= vocab_size {
                return Err(value_error(
                    field,
                    id,
                    format_args!("an id below vocab_size, {vocab_size}"),
                ));
            }
            if ids[..i].iter().any(|(_, other)| *other == id) {
                return Err(value_error(field, id, "four different ids"));
            }
        }
        Ok(())
    }
}

impl FileEntry {
    fn check(&self, bytes: &[u8], hash: &[u8; 32]) -> Result<(), Error> {
        if bytes.len() != self.bytes {
            return Err(Error::FileSize {
                name: self.name.clone(),
                found: bytes.len(),
                expected: self.bytes,
            });
        }
        let found = hex(hash);
        if !found.eq_ignore_ascii_case(&self.sha256) {
            return Err(Error::FileHash {
                name: self.name.clone(),
                found,
                expected: self.sha256.clone(),
            });
        }
        Ok(())
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|&b| [digit(b >> 4), digit(b & 15)])
        .collect()
}

fn check_language(field: &'static str, tag: &str) -> Result<(), Error> {
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if tag.len() < 2 || !tag.split('-').all(subtag) {
        return Err(value_error(
            field,
            format_args!("{tag:?}"),
            "a BCP 47 language tag",
        ));
    }
    Ok(())
}

fn check_range(
    field: &'static str,
    value: usize,
    range: std::ops::RangeInclusive<usize>,
) -> Result<(), Error> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(value_error(
        field,
        value,
        format_args!("{} to {}", range.start(), range.end()),
    ))
}

fn value_error(
    field: &'static str,
    value: impl std::fmt::Display,
    expected: impl std::fmt::Display,
) -> Error {
    Error::ManifestValue {
        field,
        value: value.to_string(),
        expected: expected.to_string(),
    }
}
