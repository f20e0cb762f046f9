//! A translation with everything that was attended to on the way.

use super::Translator;
use super::options::VisualizeOptions;
use super::run::Shown;
use super::translation::Words;
use super::words::aligned_layer;
use crate::candidates::{CANDIDATES, Candidate, likeliest};
use crate::error::Error;
use crate::maps::{BeamNode, SentenceVisualization, decoder_maps, encoder_maps};
use crate::seq2seq::{LOGITS, Trace, Value};
use crate::text::Restored;

impl Translator {
    /// Translates a text as one sentence and shows what the model attended to.
    pub fn visualize_sentence(
        &self,
        text: &str,
        options: &VisualizeOptions,
    ) -> Result<SentenceVisualization, Error> {
        let decoding = &options.decoding;
        self.check(decoding)?;
        let model = &*self.model;
        let mut beam: Vec<Vec<BeamNode>> = Vec::new();
        let read = self.prepare(text, false);
        let known = self.known(text, &read, decoding);
        let run = match &known {
            Some(_) => self.run_nothing(model, text)?,
            None => self.run(model, text, read, decoding, Some(&mut beam))?,
        };
        let limit = self.manifest.limits.max_source_tokens;
        if run.ids.len() > limit {
            return Err(Error::SentenceTooLong {
                tokens: run.ids.len(),
                limit,
            });
        }
        let (memory, encoder_trace) = model.encode_traced(&run.ids)?;
        let mut steps = model.decode_traced(&memory, &self.read_by(&run.best.tokens))?;
        let candidates = steps.iter_mut().map(|step| self.candidates(step));
        let candidates = candidates.collect::<Result<Vec<_>, Error>>()?;

        let values = memory.values.iter().map(|tensor| Value::of(tensor));
        let architecture = &self.manifest.architecture;
        let shown = match &known {
            Some(known) => Shown {
                restored: Restored::settled(&known.text),
                ranges: vec![known.text.len()..known.text.len()],
            },
            None => self.show(&run, &run.best.tokens),
        };
        let words = match &known {
            Some(known) => Words::known(text, &known.text),
            None => self.words(text, &run, &shown, &steps)?,
        };
        Ok(SentenceVisualization {
            words,
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
