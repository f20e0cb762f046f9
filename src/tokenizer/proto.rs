//! The parts of SentencePiece's model file that are used, read with everything checked.

use prost::Message;

use crate::error::Error;

/// What a model file says.
pub struct Model {
    pub pieces: Vec<Piece>,
    pub charsmap: Vec<u8>,
    pub byte_fallback: bool,
    pub add_dummy_prefix: bool,
    pub remove_extra_whitespaces: bool,
}

/// One piece of the vocabulary.
pub struct Piece {
    pub text: String,
    pub score: f32,
    pub kind: PieceType,
}

/// What a piece stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceType {
    Normal,
    Unknown,
    Control,
    Unused,
    Byte,
}

// Field numbers as in sentencepiece_model.proto.
#[derive(Message)]
struct ModelProto {
    #[prost(message, repeated, tag = "1")]
    pieces: Vec<PieceProto>,
    #[prost(message, optional, tag = "2")]
    trainer: Option<TrainerProto>,
    #[prost(message, optional, tag = "3")]
    normalizer: Option<NormalizerProto>,
}

#[derive(Message)]
struct PieceProto {
    #[prost(string, optional, tag = "1")]
    piece: Option<String>,
    #[prost(float, optional, tag = "2")]
    score: Option<f32>,
    #[prost(int32, optional, tag = "3")]
    kind: Option<i32>,
}

#[derive(Message)]
struct TrainerProto {
    #[prost(int32, optional, tag = "3")]
    model_type: Option<i32>,
    #[prost(bool, optional, tag = "24")]
    treat_whitespace_as_suffix: Option<bool>,
    #[prost(bool, optional, tag = "35")]
    byte_fallback: Option<bool>,
}

#[derive(Message)]
struct NormalizerProto {
    #[prost(bytes = "vec", optional, tag = "2")]
    precompiled_charsmap: Option<Vec<u8>>,
    #[prost(bool, optional, tag = "3")]
    add_dummy_prefix: Option<bool>,
    #[prost(bool, optional, tag = "4")]
    remove_extra_whitespaces: Option<bool>,
    #[prost(bool, optional, tag = "5")]
    escape_whitespaces: Option<bool>,
}

const UNIGRAM: i32 = 1;

/// Reads a model file.
pub fn decode(bytes: &[u8]) -> Result<Model, Error> {
    let proto = ModelProto::decode(bytes)
        .map_err(|error| Error::Tokenizer(format!("not a SentencePiece model: {error}")))?;
    let refuse = |what: &str| Err(Error::Tokenizer(what.into()));
    let (Some(trainer), Some(normalizer)) = (proto.trainer, proto.normalizer) else {
        return refuse("it lacks its trainer or normaliser settings");
    };
    if trainer.model_type.unwrap_or(UNIGRAM) != UNIGRAM {
        return refuse("only unigram models are supported");
    }
    if trainer.treat_whitespace_as_suffix.unwrap_or(false) {
        return refuse("spaces as suffixes are not supported");
    }
    if !normalizer.escape_whitespaces.unwrap_or(true) {
        return refuse("unescaped spaces are not supported");
    }
    let pieces = proto
        .pieces
        .into_iter()
        .map(Piece::try_from)
        .collect::<Result<Vec<Piece>, Error>>()?;
    Ok(Model {
        pieces,
        charsmap: normalizer.precompiled_charsmap.unwrap_or_default(),
        byte_fallback: trainer.byte_fallback.unwrap_or(false),
        add_dummy_prefix: normalizer.add_dummy_prefix.unwrap_or(true),
        remove_extra_whitespaces: normalizer.remove_extra_whitespaces.unwrap_or(true),
    })
}

impl TryFrom<PieceProto> for Piece {
    type Error = Error;

    fn try_from(proto: PieceProto) -> Result<Piece, Error> {
        let text = proto.piece.unwrap_or_default();
        let score = proto.score.unwrap_or(0.0);
        let kind = match proto.kind.unwrap_or(1) {
            1 => PieceType::Normal,
            2 => PieceType::Unknown,
            3 => PieceType::Control,
            5 => PieceType::Unused,
            6 => PieceType::Byte,
            4 => {
                let message = format!("user-defined symbols such as {text:?} are not supported");
                return Err(Error::Tokenizer(message));
            }
            other => {
                let message = format!("the piece {text:?} has the unknown type {other}");
                return Err(Error::Tokenizer(message));
            }
        };
        if !score.is_finite() {
            let message = format!("the piece {text:?} has the score {score}");
            return Err(Error::Tokenizer(message));
        }
        Ok(Piece { text, score, kind })
    }
}
