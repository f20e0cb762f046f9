//! The object that users of the crate meet: text in, text (and maps) out.

mod cell;
mod options;
mod prefix;
mod run;
mod tokens;
mod translation;
mod visualize;
mod words;

use std::ops::Range;
use std::sync::{Arc, Mutex};

pub use self::cell::CellOptions;
pub use self::options::{Options, VisualizeOptions};
pub use self::translation::{
    Alternative, Segment, SegmentKind, SentenceTranslation, TokenProbability, Translation, Words,
};
pub use self::words::aligned_layer;
use crate::bundle::{Bundle, DECODER, ENCODER, Manifest, TOKENIZER};
use crate::cost::{Cost, CostModel};
use crate::error::Error;
use crate::graph::fast::Fast;
use crate::graph::onnx::OnnxGraph;
use crate::maps::Constants;
use crate::part::Part;
use crate::repetition::Wording;
use crate::sentences::{LineBreaks, is_translatable, sentences, split_long};
use crate::seq2seq::Seq2Seq;
use crate::text::{self, Language, Placeholders};
use crate::tokenizer::Tokenizer;

/// Parts that contribute nothing, and the model without them.
type Silenced = (Vec<Part>, Arc<dyn Seq2Seq>);

/// A loaded model.
#[derive(Debug)]
pub struct Translator {
    manifest: Manifest,
    tokenizer: Tokenizer,
    /// The pieces that stand for something which is carried over; none in older models.
    placeholders: Vec<u32>,
    wording: Wording,
    model: Box<dyn Seq2Seq>,
    /// The model without some of its parts, as it was last asked for.
    silenced: Mutex<Option<Silenced>>,
    cost: CostModel,
    maps: Constants,
    /// Source and target, where the text layer knows both.
    languages: Option<(Language, Language)>,
    /// The reserved characters that the vocabulary has.
    marks: Placeholders,
}

impl Translator {
    /// Loads a bundle.
    pub fn new(bundle: Bundle) -> Result<Translator, Error> {
        Translator::with_model(&bundle, |encoder, decoder| {
            Ok(Box::new(Fast::new(bundle.manifest(), encoder, decoder)?))
        })
    }

    /// Loads a bundle but runs it on tract's own operators: slow, the yardstick of the tests.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn reference(bundle: Bundle) -> Result<Translator, Error> {
        let architecture = &bundle.manifest().architecture;
        Translator::with_model(&bundle, |encoder, decoder| {
            let model = crate::graph::reference::Reference::new(architecture, encoder, decoder)?;
            Ok(Box::new(model))
        })
    }

    fn with_model(
        bundle: &Bundle,
        model: impl FnOnce(&OnnxGraph, &OnnxGraph) -> Result<Box<dyn Seq2Seq>, Error>,
    ) -> Result<Translator, Error> {
        let manifest = bundle.manifest().clone();
        let tokenizer = Tokenizer::new(bundle.file(TOKENIZER)?)?;
        let architecture = &manifest.architecture;
        if tokenizer.vocab_size() != architecture.vocab_size {
            return Err(Error::Tokenizer(format!(
                "it has {} pieces, the manifest says {}",
                tokenizer.vocab_size(),
                architecture.vocab_size
            )));
        }
        let encoder = OnnxGraph::read(bundle, ENCODER)?;
        let decoder = OnnxGraph::read(bundle, DECODER)?;
        let model = model(&encoder, &decoder)?;
        let language = |tag: &str| Language::from_tag(tag);
        let from = language(&manifest.source_language);
        let to = language(&manifest.target_language);
        let id = |c: char| tokenizer.id(c.encode_utf8(&mut [0; 4]));
        Ok(Translator {
            languages: from.zip(to).filter(|(from, to)| from != to),
            marks: Placeholders::of(|c| id(c).is_some()),
            cost: CostModel::new(architecture, &encoder, &decoder),
            maps: Constants::read(architecture, &encoder, &decoder)?,
            placeholders: text::reserved().filter_map(id).collect(),
            wording: Wording::new(&tokenizer, &manifest.target_language),
            manifest,
            tokenizer,
            model,
            silenced: Mutex::default(),
        })
    }

    /// What the bundle says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Cuts a text into sentences and the layout between them.
    pub fn segments(&self, text: &str, line_breaks: LineBreaks) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut end = 0;
        for sentence in sentences(text, line_breaks) {
            let parts = self.parts(text, sentence);
            let split = parts.len() > 1;
            for part in parts {
                push_layout(&mut segments, end..part.start);
                end = part.end;
                segments.push(Segment {
                    range: part,
                    kind: SegmentKind::Sentence { split },
                });
            }
        }
        push_layout(&mut segments, end..text.len());
        segments
    }

    /// Translates a text sentence by sentence, keeping the layout between them. Only the first sentence's translation
    /// begins with the options' prefix.
    pub fn translate(&self, text: &str, options: &Options) -> Result<Translation, Error> {
        self.check(options)?;
        let mut options = options.clone();
        let mut translation = Translation {
            text: String::with_capacity(text.len()),
            sentences: Vec::new(),
        };
        for segment in self.segments(text, options.line_breaks) {
            let part = &text[segment.range.clone()];
            let SegmentKind::Sentence { split } = segment.kind else {
                translation.text.push_str(part);
                continue;
            };
            let mut sentence = self.translate_part(part, &options)?;
            options.prefix.clear();
            let start = translation.text.len();
            translation.text.push_str(&sentence.text);
            sentence.source = segment.range;
            sentence.target = start..translation.text.len();
            sentence.split = split;
            translation.sentences.push(sentence);
        }
        Ok(translation)
    }

    /// Translates a text as one sentence. Only if it is too long for one run it is split, and the result says so; its
    /// score is then the mean of the parts', its confidence the least of theirs, and there are no alternatives.
    pub fn translate_sentence(
        &self,
        text: &str,
        options: &Options,
    ) -> Result<SentenceTranslation, Error> {
        self.check(options)?;
        if !is_translatable(text) {
            return Ok(SentenceTranslation {
                words: options.alignments.then(|| Words::known(text, text)),
                ..SentenceTranslation::unchanged(text)
            });
        }
        let parts = self.parts(text, 0..text.len());
        let mut translated = Vec::with_capacity(parts.len());
        let mut options = options.clone();
        for part in parts {
            let mut sentence = self.translate_part(&text[part.clone()], &options)?;
            options.prefix.clear();
            sentence.source = part;
            translated.push(sentence);
        }
        let mut whole = match translated.as_slice() {
            [only] => only.clone(),
            parts => SentenceTranslation::join(parts),
        };
        whole.source = 0..text.len();
        Ok(whole)
    }

    /// Parameters and mult-adds for a source and a target of so many tokens, the end tokens included.
    pub fn cost(&self, source_tokens: usize, target_tokens: usize) -> Cost {
        self.cost.cost(source_tokens, target_tokens)
    }

    /// Source tokens of a text, an end token for each of its sentences included; 0 if there is nothing to translate.
    pub fn measure(&self, text: &str) -> usize {
        let sentence = |segment: &Segment| segment.kind != SegmentKind::Layout;
        let tokens = |segment: Segment| {
            let prepared = self.prepare(&text[segment.range], false);
            self.tokenizer.encode(prepared.text()).len() + 1
        };
        self.segments(text, LineBreaks::default())
            .into_iter()
            .filter(sentence)
            .map(tokens)
            .sum()
    }

    /// Cuts a sentence that is too long for one run of the model.
    fn parts(&self, text: &str, sentence: Range<usize>) -> Vec<Range<usize>> {
        let limit = self.manifest.limits.max_source_tokens - 1;
        let tokens = |part: &str| -> Vec<Range<usize>> {
            let prepared = self.prepare(part, false);
            let pieces = self.tokenizer.encode(prepared.text()).into_iter();
            pieces.map(|piece| prepared.source(piece.range)).collect()
        };
        split_long(text, sentence, limit, tokens)
    }

    /// Translates a text that is known to fit.
    fn translate_part(&self, text: &str, options: &Options) -> Result<SentenceTranslation, Error> {
        let model = &*self.model;
        let read = self.prepare(text, false);
        if let Some(known) = self.known(text, &read, options) {
            let words = options.alignments.then(|| Words::known(text, &known.text));
            return Ok(SentenceTranslation {
                source: 0..text.len(),
                alternatives: known.alternatives(),
                detected_language: known.detected,
                words,
                ..SentenceTranslation::unchanged(&known.text)
            });
        }
        let run = self.run(model, text, read, options, None)?;
        let shown = self.show(&run, &run.best.tokens);
        let words = match options.alignments {
            true => {
                let steps = model.decode_traced(&run.memory, &self.read_by(&run.best.tokens))?;
                Some(self.words(text, &run, &shown, &steps)?)
            }
            false => None,
        };
        Ok(SentenceTranslation {
            source: 0..text.len(),
            target: 0..shown.text().len(),
            score: run.best.score,
            confidence: self.confidence(&run),
            tokens: run.best.tokens.len(),
            alternatives: self.alternatives(&run, options),
            truncated: run.best.truncated,
            split: false,
            detected_language: None,
            words,
            text: shown.restored.text,
        })
    }
}

fn push_layout(segments: &mut Vec<Segment>, range: Range<usize>) {
    if !range.is_empty() {
        segments.push(Segment {
            range,
            kind: SegmentKind::Layout,
        });
    }
}
