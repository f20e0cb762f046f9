//! The crate as JavaScript sees it: one class over [`Translator`], plain objects and typed arrays in and out.
//!
//! Offsets are UTF-16 code units here, bytes everywhere else. Strings come in with unpaired surrogates replaced by
//! U+FFFD, which has the same length in UTF-16, so offsets into the caller's string stay right.

use js_sys::{Float32Array, Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::bundle::{Bundle, sha256};
use crate::error::{Error, ErrorKind};
use crate::maps::{self, Measure};
use crate::sentences::LineBreaks;
use crate::text::Language;
use crate::translator::{self, Options, SegmentKind, Translator};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface RawSegment { start: number; end: number; kind: "sentence" | "layout"; split: boolean }
export interface RawCutting { lineBreaks?: "keep" | "join" }
export interface RawDecoding extends RawCutting { beamSize?: number; lengthPenalty?: number }
export interface RawVisualizeOptions extends RawDecoding { measure?: "weight" | "contribution" }
export interface RawAlternative { text: string; score: number }
export interface RawTranslation {
    text: string;
    score: number;
    confidence: number;
    /** The sentence is in this language, the target's, and came back as it is. */
    detectedLanguage?: "de" | "en";
    tokens: number;
    alternatives: RawAlternative[];
    truncated: boolean;
    split: boolean;
}
export interface RawToken { text: string; piece: string; id: number; start: number; end: number }
export interface RawMap { data: Float32Array; rows: number; cols: number }
export interface RawLayer {
    global: RawMap[];
    local: RawMap[];
    cross?: RawMap[];
    share: { global: Float32Array; local: Float32Array };
    kernelSize?: number;
}
export interface RawCandidate { id: number; piece: string; probability: number }
export interface RawBeamNode {
    parent: number | undefined;
    id: number;
    piece: string;
    logProbability: number;
    kept: boolean;
    score: number | undefined;
}
export interface RawVisualization {
    translation: string;
    score: number;
    confidence: number;
    detectedLanguage?: "de" | "en";
    source: RawToken[];
    target: RawToken[];
    candidates: RawCandidate[][];
    alternatives: RawAlternative[];
    beam: RawBeamNode[][];
    encoder: RawLayer[];
    decoder: RawLayer[];
}
export interface RawModuleCost { name: string; parameters: number; multAdds: number }
export interface RawCost {
    sourceTokens: number;
    targetTokens: number;
    parameters: number;
    multAdds: number;
    modules: RawModuleCost[];
}
"#;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

#[wasm_bindgen(start)]
fn start() {
    // tract registers its kernels in constructors. Unless something calls them, the linker makes every export do so,
    // the allocator's included, on every call.
    // SAFETY: runs once, before any other function of the module.
    unsafe { __wasm_call_ctors() };
    // A trap has no message of its own.
    console_error_panic_hook::set_once();
}

/// A loaded model, in the calling thread. `Translator` of the npm package is made of it.
///
/// What it throws is an `Error` with a `name` from the Translator API (`OperationError`, `RangeError`, `TypeError`,
/// `QuotaExceededError`) and a `code` that says who has to act: `bundle`, `option`, `input` or `inference`.
#[wasm_bindgen]
pub struct RawTranslator {
    translator: Translator,
}

#[wasm_bindgen]
impl RawTranslator {
    /// Loads a bundle: the bytes of `manifest.json` and those of the files that it lists, by name. `hashes` are the
    /// files' SHA-256 where the caller has them, as `crypto.subtle` makes them several times faster; those that are
    /// left out are computed here.
    #[wasm_bindgen(constructor)]
    pub fn new(
        manifest: &[u8],
        #[wasm_bindgen(unchecked_param_type = "Readonly<Record<string, Uint8Array>>")]
        files: &JsValue,
        #[wasm_bindgen(
            unchecked_optional_param_type = "Readonly<Record<string, Uint8Array>> | undefined"
        )]
        hashes: &JsValue,
    ) -> Result<RawTranslator, JsValue> {
        let get = |object: &JsValue, name: &str| {
            let bytes = Reflect::get(object, &name.into()).ok()?;
            Some(bytes.dyn_into::<Uint8Array>().ok()?.to_vec())
        };
        let bundle = Bundle::from_hashed_files(manifest, |name| {
            let bytes = get(files, name)?;
            let known = get(hashes, name).and_then(|hash| hash.try_into().ok());
            let hash = known.unwrap_or_else(|| sha256(&bytes));
            Some((bytes, hash))
        });
        let translator = bundle.and_then(Translator::new).map_err(to_js_error)?;
        Ok(RawTranslator { translator })
    }

    /// Cuts a text into sentences and the layout between them; together they cover it.
    #[wasm_bindgen(unchecked_return_type = "RawSegment[]")]
    pub fn segments(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "RawCutting | undefined")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let options = Options::from(from_js::<DecodingOptions>(options)?);
        let mut offsets = Utf16Offsets::new(text);
        let segments = self.translator.segments(text, options.line_breaks);
        let segments = segments.into_iter().map(|segment| {
            let (kind, split) = match segment.kind {
                SegmentKind::Sentence { split } => ("sentence", split),
                SegmentKind::Layout => ("layout", false),
            };
            Segment {
                start: offsets.at(segment.range.start),
                end: offsets.at(segment.range.end),
                kind,
                split,
            }
        });
        to_js(&segments.collect::<Vec<_>>())
    }

    /// Translates a text as one sentence.
    #[wasm_bindgen(js_name = translateSentence, unchecked_return_type = "RawTranslation")]
    pub fn translate_sentence(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "RawDecoding | undefined")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let options: DecodingOptions = from_js(options)?;
        let sentence = self.translator.translate_sentence(text, &options.into());
        to_js(&Translation::from(sentence.map_err(to_js_error)?))
    }

    /// Translates a text as one sentence and returns what every layer attended to.
    #[wasm_bindgen(js_name = visualizeSentence, unchecked_return_type = "RawVisualization")]
    pub fn visualize_sentence(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "RawVisualizeOptions | undefined")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let options: VisualizeOptions = from_js(options)?;
        let shown = self.translator.visualize_sentence(text, &options.into());
        to_js(&Visualization::new(text, shown.map_err(to_js_error)?))
    }

    /// Source tokens of a text.
    pub fn measure(&self, text: &str) -> usize {
        self.translator.measure(text)
    }

    /// Parameters and mult-adds, module by module.
    #[wasm_bindgen(unchecked_return_type = "RawCost")]
    pub fn cost(&self, source_tokens: usize, target_tokens: usize) -> Result<JsValue, JsValue> {
        to_js(&Cost::from(
            self.translator.cost(source_tokens, target_tokens),
        ))
    }

    /// Bytes of memory of the WebAssembly instance, which all translators of a thread share.
    pub fn memory(&self) -> f64 {
        const PAGE: f64 = 65_536.0;
        core::arch::wasm32::memory_size(0) as f64 * PAGE
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LineBreaksName {
    Keep,
    Join,
}

impl From<LineBreaksName> for LineBreaks {
    fn from(name: LineBreaksName) -> LineBreaks {
        match name {
            LineBreaksName::Keep => LineBreaks::Keep,
            LineBreaksName::Join => LineBreaks::Join,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DecodingOptions {
    beam_size: Option<usize>,
    length_penalty: Option<f32>,
    line_breaks: Option<LineBreaksName>,
}

impl From<DecodingOptions> for Options {
    fn from(options: DecodingOptions) -> Options {
        Options {
            beam_size: options.beam_size,
            length_penalty: options.length_penalty,
            max_length: None,
            line_breaks: options.line_breaks.map_or(LineBreaks::Keep, Into::into),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct VisualizeOptions {
    measure: Option<MeasureName>,
    beam_size: Option<usize>,
    length_penalty: Option<f32>,
    line_breaks: Option<LineBreaksName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum MeasureName {
    Weight,
    Contribution,
}

impl From<VisualizeOptions> for translator::VisualizeOptions {
    fn from(options: VisualizeOptions) -> Self {
        translator::VisualizeOptions {
            measure: match options.measure {
                Some(MeasureName::Contribution) => Measure::Contribution,
                Some(MeasureName::Weight) | None => Measure::Weight,
            },
            decoding: Options::from(DecodingOptions {
                beam_size: options.beam_size,
                length_penalty: options.length_penalty,
                line_breaks: options.line_breaks,
            }),
        }
    }
}

#[derive(Serialize)]
struct Segment {
    start: usize,
    end: usize,
    kind: &'static str,
    split: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Translation {
    text: String,
    score: f32,
    confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    detected_language: Option<&'static str>,
    tokens: usize,
    alternatives: Vec<Alternative>,
    truncated: bool,
    split: bool,
}

#[derive(Serialize)]
struct Alternative {
    text: String,
    score: f32,
}

impl From<translator::SentenceTranslation> for Translation {
    fn from(sentence: translator::SentenceTranslation) -> Translation {
        Translation {
            text: sentence.text,
            score: sentence.score,
            confidence: sentence.confidence,
            detected_language: sentence.detected_language.map(Language::tag),
            tokens: sentence.tokens,
            alternatives: alternatives(sentence.alternatives),
            truncated: sentence.truncated,
            split: sentence.split,
        }
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
struct Visualization {
    translation: String,
    score: f32,
    confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    detected_language: Option<&'static str>,
    source: Vec<Token>,
    target: Vec<Token>,
    candidates: Vec<Vec<Candidate>>,
    alternatives: Vec<Alternative>,
    beam: Vec<Vec<BeamNode>>,
    encoder: Vec<Layer>,
    decoder: Vec<Layer>,
}

impl Visualization {
    fn new(text: &str, shown: maps::SentenceVisualization) -> Visualization {
        let steps = shown.candidates.into_iter();
        let steps = steps.map(|step| step.into_iter().map(Candidate::from).collect());
        let beam = shown.beam.into_iter();
        let beam = beam.map(|step| step.into_iter().map(BeamNode::from).collect());
        Visualization {
            source: tokens(text, shown.source),
            target: tokens(&shown.translation, shown.target),
            candidates: steps.collect(),
            alternatives: alternatives(shown.alternatives),
            beam: beam.collect(),
            translation: shown.translation,
            score: shown.score,
            confidence: shown.confidence,
            detected_language: shown.detected_language.map(Language::tag),
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
struct Share {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    global: Float32Array,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    local: Float32Array,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
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

/// Turns byte offsets into UTF-16 ones; rising offsets cost one pass over the text in all.
struct Utf16Offsets<'a> {
    text: &'a str,
    bytes: usize,
    units: usize,
}

impl<'a> Utf16Offsets<'a> {
    fn new(text: &'a str) -> Self {
        Utf16Offsets {
            text,
            bytes: 0,
            units: 0,
        }
    }

    fn at(&mut self, offset: usize) -> usize {
        if offset < self.bytes {
            (self.bytes, self.units) = (0, 0);
        }
        // An offset inside a character (a byte-fallback token) counts as the character's start.
        let end = self.text.floor_char_boundary(offset);
        self.units += self.text[self.bytes..end].encode_utf16().count();
        self.bytes = end;
        self.units
    }
}

fn from_js<T: DeserializeOwned + Default>(options: JsValue) -> Result<T, JsValue> {
    if options.is_undefined() || options.is_null() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(options)
        .map_err(|error| js_error(&format!("options: {error}"), "TypeError", "option"))
}

fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    serde_wasm_bindgen::to_value(value)
        .map_err(|error| js_error(&error.to_string(), "OperationError", "inference"))
}

fn to_js_error(error: Error) -> JsValue {
    let (name, code) = match error.kind() {
        ErrorKind::Bundle => ("OperationError", "bundle"),
        ErrorKind::Option => ("RangeError", "option"),
        ErrorKind::Input => ("QuotaExceededError", "input"),
        ErrorKind::Inference => ("OperationError", "inference"),
    };
    js_error(&error.to_string(), name, code)
}

fn js_error(message: &str, name: &str, code: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name(name);
    // Setting a property of a fresh, ordinary object doesn't fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}
