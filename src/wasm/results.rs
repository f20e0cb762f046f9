//! Results as JavaScript gets them.

use std::ops::Range;

use js_sys::Float32Array;
use serde::Serialize;

use super::offsets::Utf16Offsets;
use crate::cell;
use crate::maps;
use crate::text::Language;
use crate::translator;

#[derive(Serialize)]
pub struct Segment {
    pub start: usize,
    pub end: usize,
    pub kind: &'static str,
    pub split: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Translation {
    text: String,
    score: f32,
    confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    detected_language: Option<&'static str>,
    length: usize,
    alternatives: Vec<Alternative>,
    truncated: bool,
    split: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    alignments: Option<Vec<Alignment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<Vec<TokenProbability>>,
}

#[derive(Serialize)]
struct Alternative {
    text: String,
    score: f32,
}

#[derive(Serialize)]
struct Span {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct Alignment {
    source: Span,
    target: Span,
    weight: f32,
}

#[derive(Serialize)]
struct TokenProbability {
    text: String,
    start: usize,
    end: usize,
    probability: f32,
}

impl Translation {
    pub fn new(source: &str, sentence: translator::SentenceTranslation) -> Translation {
        let words = sentence
            .words
            .map(|found| words(source, &sentence.text, found));
        let (alignments, tokens) = words.unzip();
        Translation {
            text: sentence.text,
            score: sentence.score,
            confidence: sentence.confidence,
            detected_language: sentence.detected_language.map(Language::tag),
            length: sentence.tokens,
            alternatives: alternatives(sentence.alternatives),
            truncated: sentence.truncated,
            split: sentence.split,
            alignments,
            tokens,
        }
    }
}

fn words(
    source: &str,
    target: &str,
    found: translator::Words,
) -> (Vec<Alignment>, Vec<TokenProbability>) {
    let (mut sources, mut targets) = (Utf16Offsets::new(source), Utf16Offsets::new(target));
    let alignments = found.alignments.into_iter().map(|one| Alignment {
        source: span(&mut sources, one.source),
        target: span(&mut targets, one.target),
        weight: one.weight,
    });
    let alignments = alignments.collect();
    let tokens = found.tokens.into_iter().map(|token| TokenProbability {
        text: token.text,
        start: targets.at(token.range.start),
        end: targets.at(token.range.end),
        probability: token.probability,
    });
    (alignments, tokens.collect())
}

fn span(offsets: &mut Utf16Offsets, range: Range<usize>) -> Span {
    Span {
        start: offsets.at(range.start),
        end: offsets.at(range.end),
    }
}

fn alternatives(found: Vec<translator::Alternative>) -> Vec<Alternative> {
    let found = found.into_iter();
    found
        .map(|translator::Alternative { text, score }| Alternative { text, score })
        .collect()
}

#[derive(Serialize)]
struct Candidate {
    id: u32,
    piece: String,
    probability: f32,
}

impl From<crate::candidates::Candidate> for Candidate {
    fn from(candidate: crate::candidates::Candidate) -> Candidate {
        Candidate {
            id: candidate.id,
            piece: candidate.piece,
            probability: candidate.probability,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BeamNode {
    parent: Option<usize>,
    id: u32,
    piece: String,
    log_probability: f32,
    kept: bool,
    score: Option<f32>,
}

impl From<maps::BeamNode> for BeamNode {
    fn from(node: maps::BeamNode) -> BeamNode {
        BeamNode {
            parent: node.parent,
            id: node.id,
            piece: node.piece,
            log_probability: node.log_probability,
            kept: node.kept,
            score: node.score,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Visualization {
    translation: String,
    score: f32,
    confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    detected_language: Option<&'static str>,
    source: Vec<Token>,
    target: Vec<Token>,
    candidates: Vec<Vec<Candidate>>,
    alternatives: Vec<Alternative>,
    alignments: Vec<Alignment>,
    tokens: Vec<TokenProbability>,
    beam: Vec<Vec<BeamNode>>,
    aligned_layer: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    whole: Option<Whole>,
    encoder: Vec<Layer>,
    decoder: Vec<Layer>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole {
    translation: String,
    score: f32,
    score_without: f32,
}

impl Visualization {
    pub fn new(text: &str, shown: maps::SentenceVisualization) -> Visualization {
        let steps = shown.candidates.into_iter();
        let steps = steps.map(|step| step.into_iter().map(Candidate::from).collect());
        let beam = shown.beam.into_iter();
        let beam = beam.map(|step| step.into_iter().map(BeamNode::from).collect());
        let (alignments, probabilities) = words(text, &shown.translation, shown.words);
        Visualization {
            source: tokens(text, shown.source),
            target: tokens(&shown.translation, shown.target),
            candidates: steps.collect(),
            alternatives: alternatives(shown.alternatives),
            alignments,
            tokens: probabilities,
            beam: beam.collect(),
            translation: shown.translation,
            score: shown.score,
            confidence: shown.confidence,
            detected_language: shown.detected_language.map(Language::tag),
            aligned_layer: shown.aligned_layer,
            whole: shown.whole.map(|whole| Whole {
                translation: whole.translation,
                score: whole.score,
                score_without: whole.score_without,
            }),
            encoder: shown.encoder.into_iter().map(Layer::from).collect(),
            decoder: shown.decoder.into_iter().map(Layer::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct Token {
    text: String,
    piece: String,
    id: u32,
    start: usize,
    end: usize,
}

fn tokens(text: &str, tokens: Vec<maps::Token>) -> Vec<Token> {
    let mut offsets = Utf16Offsets::new(text);
    let tokens = tokens.into_iter().map(|token| Token {
        start: offsets.at(token.range.start),
        end: offsets.at(token.range.end),
        text: token.text,
        piece: token.piece,
        id: token.id,
    });
    tokens.collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Layer {
    global: Vec<Map>,
    local: Vec<Map>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross: Option<Vec<Map>>,
    share: Share,
    #[serde(skip_serializing_if = "Option::is_none")]
    kernel_size: Option<usize>,
}

impl From<maps::LayerMaps> for Layer {
    fn from(layer: maps::LayerMaps) -> Layer {
        let maps = |maps: Vec<maps::Map2D>| maps.into_iter().map(Map::from).collect();
        Layer {
            global: maps(layer.global),
            local: maps(layer.local),
            cross: layer.cross.map(maps),
            share: Share {
                global: layer.share.global.as_slice().into(),
                local: layer.share.local.as_slice().into(),
            },
            kernel_size: layer.kernel_size,
        }
    }
}

#[derive(Serialize)]
struct Map {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    data: Float32Array,
    rows: usize,
    cols: usize,
}

impl From<maps::Map2D> for Map {
    fn from(map: maps::Map2D) -> Map {
        Map {
            data: map.data.as_slice().into(),
            rows: map.rows,
            cols: map.cols,
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Cell {
    Attention {
        #[serde(with = "serde_wasm_bindgen::preserve")]
        query: Float32Array,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        key: Float32Array,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        value: Float32Array,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        scores: Float32Array,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        weights: Float32Array,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        output: Float32Array,
    },
    Convolution {
        taps: Vec<Tap>,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        output: Float32Array,
    },
}

#[derive(Serialize)]
pub struct Tap {
    offset: i32,
    position: Option<usize>,
    weight: f32,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    values: Float32Array,
}

impl From<cell::Cell> for Cell {
    fn from(found: cell::Cell) -> Cell {
        let floats = |values: &[f32]| Float32Array::from(values);
        match found {
            cell::Cell::Attention(one) => Cell::Attention {
                query: floats(&one.query),
                key: floats(&one.key),
                value: floats(&one.value),
                scores: floats(&one.scores),
                weights: floats(&one.weights),
                output: floats(&one.output),
            },
            cell::Cell::Convolution(one) => {
                let taps = one.taps.iter().map(|tap| Tap {
                    offset: tap.offset as i32,
                    position: tap.position,
                    weight: tap.weight,
                    values: floats(&tap.values),
                });
                Cell::Convolution {
                    taps: taps.collect(),
                    output: floats(&one.output),
                }
            }
        }
    }
}

#[derive(Serialize)]
struct Share {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    global: Float32Array,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    local: Float32Array,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    source_tokens: usize,
    target_tokens: usize,
    parameters: u64,
    mult_adds: u64,
    modules: Vec<ModuleCost>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModuleCost {
    name: String,
    parameters: u64,
    mult_adds: u64,
}

impl From<crate::cost::Cost> for Cost {
    fn from(cost: crate::cost::Cost) -> Cost {
        let modules = cost.modules.into_iter().map(|module| ModuleCost {
            name: module.name,
            parameters: module.parameters,
            mult_adds: module.mult_adds,
        });
        Cost {
            source_tokens: cost.source_tokens,
            target_tokens: cost.target_tokens,
            parameters: cost.parameters,
            mult_adds: cost.mult_adds,
            modules: modules.collect(),
        }
    }
}
