//! The crate as JavaScript sees it: one class over [`Translator`], plain objects and typed arrays in and out.
//!
//! Offsets are UTF-16 code units here, bytes everywhere else. Strings come in with unpaired surrogates replaced by
//! U+FFFD, which has the same length in UTF-16, so offsets into the caller's string stay right.

mod offsets;
mod options;
mod results;
mod types;

use js_sys::{Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use self::offsets::Utf16Offsets;
use self::options::{DecodingOptions, EntryOptions, ShowingOptions};
use self::results::{Cell, Cost, Segment, Translation, Visualization};
use crate::bundle::{Bundle, sha256};
use crate::error::{Error, ErrorKind};
use crate::translator::{Options, SegmentKind, Translator};

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
        to_js(&Translation::new(text, sentence.map_err(to_js_error)?))
    }

    /// Translates a text as one sentence and returns what every layer attended to.
    #[wasm_bindgen(js_name = visualizeSentence, unchecked_return_type = "RawVisualization")]
    pub fn visualize_sentence(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "RawVisualizeOptions | undefined")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let showing: ShowingOptions = from_js(options.clone())?;
        let options = showing.with(from_js(options)?);
        let shown = self.translator.visualize_sentence(text, &options);
        to_js(&Visualization::new(text, shown.map_err(to_js_error)?))
    }

    /// Translates a text as one sentence and returns the numbers that one entry of a map is made of.
    #[wasm_bindgen(unchecked_return_type = "RawCell")]
    pub fn cell(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "RawCellOptions")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let entry: EntryOptions = read_js(options.clone())?;
        let options = entry.with(from_js(options)?);
        let cell = self.translator.cell(text, &options).map_err(to_js_error)?;
        to_js(&Cell::from(cell))
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

fn from_js<T: DeserializeOwned + Default>(options: JsValue) -> Result<T, JsValue> {
    match options.is_undefined() || options.is_null() {
        true => Ok(T::default()),
        false => read_js(options),
    }
}

fn read_js<T: DeserializeOwned>(options: JsValue) -> Result<T, JsValue> {
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
