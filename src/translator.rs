//! The object that users of the crate meet: text in, text (and maps) out.

use std::ops::Range;

use crate::bundle::{Bundle, DECODER, ENCODER, Manifest, TOKENIZER};
use crate::candidates::{CANDIDATES, Candidate, likeliest};
use crate::confidence::confidence;
use crate::cost::{Cost, CostModel};
use crate::error::Error;
use crate::graph::fast::Fast;
use crate::graph::onnx::OnnxGraph;
use crate::maps::{
    BeamNode, Constants, Measure, SentenceVisualization, Token, decoder_maps, encoder_maps,
};
use crate::repetition::Wording;
use crate::search::{Continuation, Fate, Hypothesis, Rules, search_watched};
use crate::sentences::{LineBreaks, is_translatable, sentences, split_long};
use crate::seq2seq::{LOGITS, Seq2Seq, Trace, Value};
use crate::text::{self, Language, Placeholders, Preparation, Prepared, Restored};
use crate::tokenizer::{Piece, Tokenizer};

/// How to decode. What is `None` is as the bundle says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Options {
    /// Hypotheses kept at each step, 1 to 16; 1 is greedy decoding.
    pub beam_size: Option<usize>,
    /// Power of the length by which a hypothesis' log-probability is divided, 0 to 4.
    pub length_penalty: Option<f32>,
    /// Most target tokens of a sentence, the end token included; at least 1, no more than the bundle's limit is used.
    pub max_length: Option<usize>,
    /// What a line break inside a paragraph is.
    pub line_breaks: LineBreaks,
}

/// How to decode and what to show.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct VisualizeOptions {
    /// What the map entries mean.
    pub measure: Measure,
    /// How to decode.
    pub decoding: Options,
}

/// A stretch of text: all segments of a text follow one another and cover it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SegmentKind,
}

/// What a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// To be translated; fits into one run of the model.
    Sentence {
        /// It is a part of a sentence that was too long for one run.
        split: bool,
    },
    /// To be kept as it is: white space, control characters.
    Layout,
}

/// A translated text.
#[derive(Debug, Clone, PartialEq)]
pub struct Translation {
    /// The whole text, layout included.
    pub text: String,
    /// Its sentences.
    pub sentences: Vec<SentenceTranslation>,
}

/// A translated sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceTranslation {
    /// Bytes of the text that was passed.
    pub source: Range<usize>,
    /// Bytes of [`Translation::text`].
    pub target: Range<usize>,
    /// The translation.
    pub text: String,
    /// Sum of the tokens' log-probabilities over `length ^ length_penalty`.
    pub score: f32,
    /// How far it can be trusted, 0 to 1; below a half it is a guess.
    pub confidence: f32,
    /// Target tokens, the end token included.
    pub tokens: usize,
    /// All finished hypotheses, the best (which is `text`) first.
    pub alternatives: Vec<Alternative>,
    /// The length limit cut the translation off.
    pub truncated: bool,
    /// The source is a part of a sentence that was too long for one run.
    pub split: bool,
    /// The source is in this language, the target's, and came back as it is.
    pub detected_language: Option<Language>,
}

/// One finished hypothesis.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The translation.
    pub text: String,
    /// Its score.
    pub score: f32,
}

/// [`Options`] that were looked at.
struct Decoding {
    beam_size: usize,
    length_penalty: f32,
    max_length: usize,
}

/// A loaded model.
#[derive(Debug)]
pub struct Translator {
    manifest: Manifest,
    tokenizer: Tokenizer,
    /// The pieces that stand for something which is carried over; none in older models.
    placeholders: Vec<u32>,
    wording: Wording,
    model: Box<dyn Seq2Seq>,
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

    /// Translates a text sentence by sentence, keeping the layout between them.
    pub fn translate(&self, text: &str, options: &Options) -> Result<Translation, Error> {
        self.check(options)?;
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
            let mut sentence = self.translate_part(part, options)?;
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
            return Ok(SentenceTranslation::unchanged(text));
        }
        let parts = self.parts(text, 0..text.len());
        let mut translated = Vec::with_capacity(parts.len());
        for part in &parts {
            translated.push(self.translate_part(&text[part.clone()], options)?);
        }
        let mut whole = match translated.as_slice() {
            [only] => only.clone(),
            parts => SentenceTranslation::join(parts),
        };
        whole.source = 0..text.len();
        Ok(whole)
    }

    /// Translates a text as one sentence and shows what the model attended to.
    pub fn visualize_sentence(
        &self,
        text: &str,
        options: &VisualizeOptions,
    ) -> Result<SentenceVisualization, Error> {
        let mut beam: Vec<Vec<BeamNode>> = Vec::new();
        let read = self.prepare(text, false);
        let known = self.known(text, &read);
        let run = match &known {
            Some(_) => Run::nothing(text, &self.manifest),
            None => self.run(text, read, &options.decoding, Some(&mut beam))?,
        };
        let Run {
            prepared,
            pieces,
            ids,
            best,
            ..
        } = &run;
        let limit = self.manifest.limits.max_source_tokens;
        if ids.len() > limit {
            return Err(Error::SentenceTooLong {
                tokens: ids.len(),
                limit,
            });
        }
        let (memory, encoder_trace) = self.model.encode_traced(ids)?;
        let mut read = vec![self.manifest.special_ids.bos];
        read.extend(&best.tokens[..best.tokens.len() - 1]);
        let mut steps = self.model.decode_traced(&memory, &read)?;
        let candidates = steps.iter_mut().map(|step| self.candidates(step));
        let candidates = candidates.collect::<Result<Vec<_>, Error>>()?;

        let values = memory.values.iter().map(|tensor| Value::of(tensor));
        let architecture = &self.manifest.architecture;
        let (translation, ranges) = self.tokenizer.decode(&best.tokens);
        let shown = match &known {
            Some(known) => Restored::settled(&known.text),
            None => prepared.restore(&translation),
        };
        let end = text.len()..text.len();
        let source_ranges = pieces
            .iter()
            .map(|piece| prepared.source(piece.range.clone()));
        let target_ranges = ranges.into_iter().map(|range| shown.range(range));
        Ok(SentenceVisualization {
            score: best.score,
            detected_language: known.as_ref().and_then(|known| known.detected),
            confidence: match known {
                Some(_) => 1.0,
                None => self.confidence(prepared.text(), ids, best),
            },
            measure: options.measure,
            source: self.tokens(text, ids, source_ranges.chain([end])),
            target: self.tokens(&shown.text, &best.tokens, target_ranges),
            candidates,
            alternatives: match known {
                Some(known) => known.alternatives(),
                None => self.alternatives(&run),
            },
            beam,
            encoder: encoder_maps(architecture, &self.maps, &encoder_trace, options.measure)?,
            decoder: decoder_maps(
                architecture,
                &self.maps,
                &values.collect::<Result<Vec<_>, Error>>()?,
                &steps,
                options.measure,
            )?,
            translation: shown.text,
        })
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
        let read = self.prepare(text, false);
        if let Some(known) = self.known(text, &read) {
            return Ok(SentenceTranslation {
                source: 0..text.len(),
                alternatives: known.alternatives(),
                detected_language: known.detected,
                ..SentenceTranslation::unchanged(&known.text)
            });
        }
        let run = self.run(text, read, options, None)?;
        let alternatives = self.alternatives(&run);
        let translated = alternatives[0].text.clone();
        Ok(SentenceTranslation {
            source: 0..text.len(),
            target: 0..translated.len(),
            text: translated,
            score: run.best.score,
            confidence: self.confidence(run.prepared.text(), &run.ids, &run.best),
            tokens: run.best.tokens.len(),
            alternatives,
            truncated: run.best.truncated,
            split: false,
            detected_language: None,
        })
    }

    /// How far the translation of a text that these ids spell can be trusted.
    fn confidence(&self, text: &str, ids: &[u32], best: &Hypothesis) -> f32 {
        let spells = |id: &u32| {
            let piece = self.tokenizer.piece(*id).unwrap_or_default();
            self.tokenizer.byte_pieces().contains(id) || piece.contains(char::is_alphabetic)
        };
        let (_end, pieces) = ids.split_last().unwrap_or((&0, &[]));
        confidence(
            best.sum / best.tokens.len().max(1) as f32,
            text.chars().filter(|c| c.is_alphabetic()).count(),
            pieces.iter().filter(|id| spells(id)).count(),
        )
    }

    /// What the model reads of a sentence. `all_numbers` are hidden from it, or only those that it can't read.
    fn prepare(&self, text: &str, all_numbers: bool) -> Prepared {
        let Some((from, to)) = self.languages else {
            return Prepared::untouched(text);
        };
        let how = Preparation {
            from,
            to,
            placeholders: self.marks,
            all_numbers,
            likeliness: &|word| self.tokenizer.score(word),
        };
        text::prepare(text, &how)
    }

    /// The translation of a sentence that needs no model: it is in the target language, or has no word in it. `read` is what
    /// a model would read of it.
    fn known(&self, text: &str, read: &Prepared) -> Option<Known> {
        let (_, to) = self.languages?;
        if text::detect(text) == Some(to) {
            return Some(Known {
                text: text.to_owned(),
                detected: Some(to),
            });
        }
        Some(Known {
            text: read.settled()?.to_owned(),
            detected: None,
        })
    }

    /// Sends a sentence, read as `read`, through the model; where its numbers get lost, once more with all of them as
    /// placeholders. `beam` is filled with what the search looked at.
    fn run(
        &self,
        text: &str,
        read: Prepared,
        options: &Options,
        beam: Option<&mut Vec<Vec<BeamNode>>>,
    ) -> Result<Run, Error> {
        let mut unseen = Vec::new();
        let beam = beam.unwrap_or(&mut unseen);
        let run = self.run_prepared(read, options, beam)?;
        let (translation, _) = self.tokenizer.decode(&run.best.tokens);
        if self.marks.is_empty() || run.prepared.keeps_numbers(&translation) {
            return Ok(run);
        }
        let hidden = self.prepare(text, true);
        let fits =
            self.tokenizer.encode(hidden.text()).len() < self.manifest.limits.max_source_tokens;
        if hidden.text() == run.prepared.text() || !fits {
            return Ok(run);
        }
        beam.clear();
        self.run_prepared(hidden, options, beam)
    }

    fn run_prepared(
        &self,
        prepared: Prepared,
        options: &Options,
        beam: &mut Vec<Vec<BeamNode>>,
    ) -> Result<Run, Error> {
        let pieces = self.tokenizer.encode(prepared.text());
        let ids = self.source_ids(&pieces);
        let (best, others) = self.search(prepared.text(), &ids, options, |step| {
            let nodes = self.beam_nodes(beam.last(), step);
            beam.push(nodes);
        })?;
        Ok(Run {
            prepared,
            pieces,
            ids,
            best,
            others,
        })
    }

    fn alternatives(&self, run: &Run) -> Vec<Alternative> {
        let hypotheses = std::iter::once(&run.best).chain(&run.others);
        hypotheses
            .map(|hypothesis| Alternative {
                text: run
                    .prepared
                    .restore(&self.tokenizer.decode(&hypothesis.tokens).0)
                    .text,
                score: hypothesis.score,
            })
            .collect()
    }

    /// The likeliest next tokens of a step. Takes the logits out of the trace, the largest thing in it.
    fn candidates(&self, step: &mut Trace) -> Result<Vec<Candidate>, Error> {
        let logits = step
            .remove(LOGITS)
            .ok_or_else(|| Error::Inference("a step gave no logits".into()))?;
        let likeliest = likeliest(logits.data, CANDIDATES).into_iter();
        Ok(likeliest
            .map(|(id, probability)| Candidate {
                id,
                piece: self.tokenizer.piece(id).unwrap_or_default().to_owned(),
                probability,
            })
            .collect())
    }

    /// What a step of the search looked at, each with the place of its parent in the step before.
    fn beam_nodes(&self, before: Option<&Vec<BeamNode>>, step: &[Continuation]) -> Vec<BeamNode> {
        let live: Vec<usize> = before.map_or(Vec::new(), |nodes| {
            let kept = nodes.iter().enumerate().filter(|(_, node)| node.kept);
            kept.map(|(place, _)| place).collect()
        });
        let nodes = step.iter().map(|one| BeamNode {
            parent: live.get(one.parent).copied(),
            id: one.token,
            piece: self
                .tokenizer
                .piece(one.token)
                .unwrap_or_default()
                .to_owned(),
            log_probability: one.sum,
            kept: one.fate == Fate::Kept,
            score: match one.fate {
                Fate::Closed(score) => Some(score),
                Fate::Kept | Fate::Dropped => None,
            },
        });
        nodes.collect()
    }

    /// The best hypothesis and the others. `text` is what the ids spell.
    fn search(
        &self,
        text: &str,
        ids: &[u32],
        options: &Options,
        watch: impl FnMut(&[Continuation]),
    ) -> Result<(Hypothesis, Vec<Hypothesis>), Error> {
        let rules = self.rules(text, ids, options)?;
        let memory = self.model.encode(ids)?;
        let mut decoder = self.model.decode(&memory, rules.beam_size)?;
        let mut found = search_watched(&mut *decoder, &rules, watch)?.into_iter();
        match found.next() {
            Some(best) => Ok((best, found.collect())),
            None => Err(Error::Inference("the decoder gave no numbers".into())),
        }
    }

    /// The options, those that are left out as the bundle has them.
    fn check(&self, options: &Options) -> Result<Decoding, Error> {
        let decoding = &self.manifest.decoding;
        let beam_size = options.beam_size.unwrap_or(decoding.beam_size);
        if !(1..=16).contains(&beam_size) {
            return Err(option("beam_size", beam_size, "1 to 16"));
        }
        let length_penalty = options.length_penalty.unwrap_or(decoding.length_penalty);
        if !(0.0..=4.0).contains(&length_penalty) {
            return Err(option("length_penalty", length_penalty, "0 to 4"));
        }
        let max_length = options.max_length.unwrap_or(usize::MAX);
        if max_length == 0 {
            return Err(option("max_length", max_length, "at least 1"));
        }
        Ok(Decoding {
            beam_size,
            length_penalty,
            max_length,
        })
    }

    /// The rules for the translation of a text that these ids spell.
    fn rules(&self, text: &str, ids: &[u32], options: &Options) -> Result<Rules, Error> {
        let Decoding {
            beam_size,
            length_penalty,
            max_length,
        } = self.check(options)?;
        let Manifest {
            limits,
            special_ids,
            ..
        } = &self.manifest;
        let (required, strangers): (Vec<u32>, Vec<u32>) =
            self.placeholders.iter().partition(|id| ids.contains(id));
        // A byte piece spells a character that the vocabulary lacks: there is none to copy but the source's.
        let bytes = self.tokenizer.byte_pieces().iter();
        let bytes = bytes.filter(|byte| !ids.contains(byte));
        let mut forbidden = vec![special_ids.pad, special_ids.unk, special_ids.bos];
        forbidden.extend(strangers.iter().chain(bytes));
        Ok(Rules {
            beam_size,
            length_penalty,
            limit: max_length
                .min(limits.max_target_tokens)
                .min(2 * ids.len() + 16),
            bos: special_ids.bos,
            eos: special_ids.eos,
            forbidden,
            prefix: Vec::new(),
            required,
            words: Some(self.wording.rules(text)),
        })
    }

    fn source_ids(&self, pieces: &[Piece]) -> Vec<u32> {
        let ids = pieces.iter().map(|piece| piece.id);
        ids.chain([self.manifest.special_ids.eos]).collect()
    }

    fn tokens(
        &self,
        text: &str,
        ids: &[u32],
        ranges: impl IntoIterator<Item = Range<usize>>,
    ) -> Vec<Token> {
        let tokens = ids.iter().zip(ranges);
        tokens
            .map(|(&id, range)| {
                let part = &text[range.clone()];
                let word = part.trim_start();
                Token {
                    text: word.to_owned(),
                    piece: self.tokenizer.piece(id).unwrap_or_default().to_owned(),
                    id,
                    range: range.start + (part.len() - word.len())..range.end,
                }
            })
            .collect()
    }
}

/// A sentence that went through the model.
struct Run {
    prepared: Prepared,
    pieces: Vec<Piece>,
    ids: Vec<u32>,
    best: Hypothesis,
    others: Vec<Hypothesis>,
}

impl Run {
    /// Of a sentence that no model had to read: the end token alone.
    fn nothing(text: &str, manifest: &Manifest) -> Run {
        let eos = manifest.special_ids.eos;
        Run {
            prepared: Prepared::untouched(text),
            pieces: Vec::new(),
            ids: vec![eos],
            best: Hypothesis {
                tokens: vec![eos],
                score: 0.0,
                sum: 0.0,
                lowest: 0.0,
                truncated: false,
            },
            others: Vec::new(),
        }
    }
}

/// A translation that needed no model.
struct Known {
    text: String,
    detected: Option<Language>,
}

impl Known {
    fn alternatives(&self) -> Vec<Alternative> {
        let text = self.text.clone();
        vec![Alternative { text, score: 0.0 }]
    }
}

impl SentenceTranslation {
    /// What has nothing to translate in it comes back as it is.
    fn unchanged(text: &str) -> SentenceTranslation {
        SentenceTranslation {
            source: 0..text.len(),
            target: 0..text.len(),
            text: text.to_owned(),
            score: 0.0,
            confidence: 1.0,
            tokens: 0,
            alternatives: Vec::new(),
            truncated: false,
            split: false,
            detected_language: None,
        }
    }

    /// Puts the translations of the parts of a sentence together.
    fn join(parts: &[SentenceTranslation]) -> SentenceTranslation {
        let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        SentenceTranslation {
            score: parts.iter().map(|part| part.score).sum::<f32>() / parts.len() as f32,
            confidence: parts
                .iter()
                .fold(1.0, |least, part| part.confidence.min(least)),
            tokens: parts.iter().map(|part| part.tokens).sum(),
            truncated: parts.iter().any(|part| part.truncated),
            split: true,
            ..SentenceTranslation::unchanged(&texts.join(" "))
        }
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

fn option(option: &'static str, value: impl ToString, expected: &'static str) -> Error {
    Error::OptionRange {
        option,
        value: value.to_string(),
        expected,
    }
}
