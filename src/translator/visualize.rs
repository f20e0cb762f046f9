//! A translation with everything that was attended to on the way.

use std::sync::{Arc, PoisonError};

use super::Translator;
use super::options::{Options, VisualizeOptions};
use super::run::{Known, Run, Shown};
use super::translation::Words;
use super::words::aligned_layer;
use crate::candidates::{CANDIDATES, Candidate, likeliest};
use crate::error::Error;
use crate::maps::{BeamNode, SentenceVisualization, Whole, decoder_maps, encoder_maps};
use crate::part::Part;
use crate::search::{Prefix, Rules, search};
use crate::seq2seq::{LOGITS, Seq2Seq, Trace, Value};

impl Translator {
    /// Translates a text as one sentence and shows what the model attended to.
    pub fn visualize_sentence(
        &self,
        text: &str,
        options: &VisualizeOptions,
    ) -> Result<SentenceVisualization, Error> {
        let decoding = &options.decoding;
        self.check(decoding)?;
        let silenced = self.silenced(&options.without)?;
        let model = silenced.as_deref().unwrap_or(&*self.model);
        let mut beam: Vec<Vec<BeamNode>> = Vec::new();
        let (known, run) = self.run_or_nothing(model, text, decoding, &mut beam)?;
        let whole = match &silenced {
            Some(model) => Some(self.whole(&**model, text, decoding)?),
            None => None,
        };
        let (memory, encoder_trace) = model.encode_traced(&run.ids)?;
        let mut steps = model.decode_traced(&memory, &self.read_by(&run.best.tokens))?;
        let candidates = steps.iter_mut().map(|step| self.candidates(step));
        let candidates = candidates.collect::<Result<Vec<_>, Error>>()?;

        let values = memory.values.iter().map(|tensor| Value::of(tensor));
        let architecture = &self.manifest.architecture;
        let shown = match &known {
            Some(known) => Shown::settled(&known.text),
            None => self.show(&run, &run.best.tokens),
        };
        let words = match &known {
            Some(known) => Words::known(text, &known.text),
            None => self.words(text, &run, &shown, &steps)?,
        };
        Ok(SentenceVisualization {
            words,
            whole,
            aligned_layer: aligned_layer(architecture.decoder.len()),
            score: run.best.score,
            detected_language: known.as_ref().and_then(|known| known.detected),
            confidence: match known {
                Some(_) => 1.0,
                None => self.confidence(&run),
            },
            measure: options.measure,
            source: self.tokens(text, &run.ids, &self.source_spans(text, &run)),
            target: self.tokens(shown.text(), &run.best.tokens, &shown.ranges),
            candidates,
            alternatives: match known {
                Some(known) => known.alternatives(),
                None => self.alternatives(&run, decoding),
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
            translation: shown.restored.text,
        })
    }

    /// Runs a sentence that has to fit, or what stands for the run of one that needs no model.
    pub(super) fn run_or_nothing(
        &self,
        model: &dyn Seq2Seq,
        text: &str,
        decoding: &Options,
        beam: &mut Vec<Vec<BeamNode>>,
    ) -> Result<(Option<Known>, Run), Error> {
        let read = self.prepare(text, false);
        let known = self.known(text, &read, decoding);
        let run = match &known {
            Some(_) => self.run_nothing(model, text)?,
            None => self.run(model, text, read, decoding, Some(beam))?,
        };
        let (tokens, limit) = (run.ids.len(), self.manifest.limits.max_source_tokens);
        match tokens <= limit {
            true => Ok((known, run)),
            false => Err(Error::SentenceTooLong { tokens, limit }),
        }
    }

    /// The model without some of its parts; none if there are none to leave out.
    pub(super) fn silenced(&self, parts: &[Part]) -> Result<Option<Arc<dyn Seq2Seq>>, Error> {
        if parts.is_empty() {
            return Ok(None);
        }
        for part in parts {
            part.channels(&self.manifest.architecture)?;
        }
        // A model is put in whole, whatever panics.
        let mut last = self.silenced.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, model)) = &*last
            && known == parts
        {
            return Ok(Some(Arc::clone(model)));
        }
        let model: Arc<dyn Seq2Seq> = self.model.without(parts)?.into();
        *last = Some((parts.to_vec(), Arc::clone(&model)));
        Ok(Some(model))
    }

    /// What the whole model makes of a sentence, and how the model without some of its parts scores that.
    fn whole(&self, without: &dyn Seq2Seq, text: &str, decoding: &Options) -> Result<Whole, Error> {
        let (known, run) = self.run_or_nothing(&*self.model, text, decoding, &mut Vec::new())?;
        if let Some(known) = known {
            return Ok(Whole {
                translation: known.text,
                score: 0.0,
                score_without: 0.0,
            });
        }
        let tokens = &run.best.tokens;
        let rules = Rules {
            beam_size: 1,
            length_penalty: self.check(decoding)?.length_penalty,
            limit: tokens.len(),
            bos: self.manifest.special_ids.bos,
            eos: self.manifest.special_ids.eos,
            forbidden: Vec::new(),
            prefix: Prefix::of(tokens),
            required: Vec::new(),
            words: None,
        };
        let memory = without.encode(&run.ids)?;
        let found = search(&mut *without.decode(&memory, 1)?, &rules)?;
        Ok(Whole {
            translation: self.show(&run, tokens).restored.text,
            score: run.best.score,
            score_without: found.first().map_or(f32::NEG_INFINITY, |one| one.score),
        })
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
                piece: self.piece(id),
                probability,
            })
            .collect())
    }
}
