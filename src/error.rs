//! The error type of the crate.

/// Everything that can go wrong, each variant saying what was found and what would be right.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The manifest is not JSON of the expected shape.
    #[error("manifest.json cannot be read: {0}")]
    Manifest(String),

    /// The bundle was made for another version of this library.
    #[error("the bundle has format version {found}, this library reads version {expected}")]
    FormatVersion { found: u64, expected: u64 },

    /// A value in the manifest is outside what the library accepts.
    #[error("manifest.json: {field} is {value}, expected {expected}")]
    ManifestValue {
        field: &'static str,
        value: String,
        expected: String,
    },

    /// A file that the manifest lists, or that every bundle must have, is absent.
    #[error("the bundle lacks the file {name:?}")]
    MissingFile { name: String },

    /// A file is not as long as the manifest says.
    #[error("{name} has {found} bytes, the manifest says {expected}")]
    FileSize {
        name: String,
        found: usize,
        expected: usize,
    },

    /// A file's content is not what the manifest was made for.
    #[error("{name} has the SHA-256 {found}, the manifest says {expected}")]
    FileHash {
        name: String,
        found: String,
        expected: String,
    },

    /// The SentencePiece model cannot be used.
    #[error("tokenizer.model: {0}")]
    Tokenizer(String),

    /// A graph cannot be used.
    #[error("{file}: {message}")]
    Graph { file: &'static str, message: String },

    /// A file of the bundle could not be read from disk.
    #[error("cannot read {path}: {message}")]
    Io { path: String, message: String },

    /// An option is outside its range.
    #[error("{option} is {value}, expected {expected}")]
    OptionRange {
        option: &'static str,
        value: String,
        expected: String,
    },

    /// Text for a single run of the model is longer than the model takes.
    #[error("the text has {tokens} tokens, one sentence may have at most {limit}")]
    SentenceTooLong { tokens: usize, limit: usize },

    /// What a translation is to begin with leaves no room for the rest.
    #[error("prefix has {tokens} tokens, expected at most {limit}")]
    PrefixTooLong { tokens: usize, limit: usize },

    /// The model failed while running.
    #[error("the model failed: {0}")]
    Inference(String),
}

/// What kind of failure an [`Error`] is: who has to act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bundle is damaged or made for another version.
    Bundle,
    /// The caller passed an option outside its range.
    Option,
    /// The caller passed more text than one run of the model takes.
    Input,
    /// The model failed while running.
    Inference,
}

impl Error {
    /// An option outside its range.
    pub(crate) fn option(
        option: &'static str,
        value: impl ToString,
        expected: impl Into<String>,
    ) -> Error {
        Error::OptionRange {
            option,
            value: value.to_string(),
            expected: expected.into(),
        }
    }

    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Manifest(_)
            | Error::FormatVersion { .. }
            | Error::ManifestValue { .. }
            | Error::MissingFile { .. }
            | Error::FileSize { .. }
            | Error::FileHash { .. }
            | Error::Tokenizer(_)
            | Error::Graph { .. }
            | Error::Io { .. } => ErrorKind::Bundle,
            Error::OptionRange { .. } | Error::PrefixTooLong { .. } => ErrorKind::Option,
            Error::SentenceTooLong { .. } => ErrorKind::Input,
            Error::Inference(_) => ErrorKind::Inference,
        }
    }
}
