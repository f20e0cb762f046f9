//! What is known of a translation word by word.

use std::ops::Range;

use super::Translator;
use super::run::{Run, Shown};
use super::translation::{TokenProbability, Words};
use crate::align::{Alignment, Tokenised, align, side_by_side};
use crate::error::Error;
use crate::kernels::add_scaled;
use crate::maps::{Map2D, find, unexpected};
use crate::seq2seq::Trace;

impl Translator {
    /// Which words of a sentence and of its translation belong together, and how probable each token is. `steps` are the
    /// decoder's that wrote it.
    pub(super) fn words(
        &self,
        text: &str,
        run: &Run,
        shown: &Shown,
        steps: &[Trace],
    ) -> Result<Words, Error> {
        let attention = attention(steps, self.manifest.architecture.decoder.len())?;
        let sources = self.source_spans(text, run);
        let targets = &shown.ranges;
        let tokens = targets.iter().zip(&run.best.log_probabilities);
        Ok(Words {
            alignments: self.alignments(text, run, shown, &sources, &attention),
            tokens: tokens
                .map(|(range, log)| TokenProbability {
                    text: shown.text()[range.clone()].to_owned(),
                    range: range.clone(),
                    probability: log.exp(),
                })
                .collect(),
        })
    }

    fn alignments(
        &self,
        text: &str,
        run: &Run,
        shown: &Shown,
        sources: &[Range<usize>],
        attention: &Map2D,
    ) -> Vec<Alignment> {
        let mut known: Vec<_> = shown.restored.copied().collect();
        for (source, target) in run.prepared.edges(shown.text()) {
            known.extend(side_by_side((text, source), (shown.text(), target)));
        }
        known.retain(|(source, target)| !source.is_empty() && !target.is_empty());
        let source = Tokenised {
            text,
            tokens: sources,
        };
        let target = Tokenised {
            text: shown.text(),
            tokens: &shown.ranges,
        };
        align(source, target, attention, &known)
    }
}

impl Words {
    /// Of a sentence that no model had to read.
    pub(super) fn known(text: &str, translation: &str) -> Words {
        let pairs = side_by_side((text, 0..text.len()), (translation, 0..translation.len()));
        let alignments = pairs.into_iter().map(|(source, target)| Alignment {
            source,
            target,
            weight: 1.0,
        });
        Words {
            alignments: alignments.collect(),
            tokens: Vec::new(),
        }
    }
}

/// The decoder layer, of so many, whose attention to the source alone shows best which words belong together.
///
/// The last but one has the lowest alignment error rate of the six layers in all shipped models, looked at in the step that
/// writes a token: 0.12 of de-en, 0.11 of en-de (`cargo run --release --example aligned -- models/de-en models/en-de`).
pub fn aligned_layer(layers: usize) -> usize {
    layers.saturating_sub(2)
}

/// Layers at either end of the decoder that say which words belong together.
const TELLING: usize = 2;

/// How much each target token looks at each source token; rows sum to 1.
///
/// The first layers know the token that a step reads and find its source; the last know the one that it is about to write.
/// So a token is looked for twice, in the step that reads it and in the one that writes it, and what both say is right
/// more often than what either does: by the same measurement an error rate of 0.03 in both directions.
fn attention(steps: &[Trace], layers: usize) -> Result<Map2D, Error> {
    let first = mean_attention(steps, 0..TELLING.min(layers))?;
    let last = mean_attention(steps, layers.saturating_sub(TELLING)..layers)?;
    let mut both = last;
    let read = first.data.get(first.cols..).unwrap_or_default();
    // Nothing reads the last token.
    both.data
        .iter_mut()
        .zip(read)
        .for_each(|(written, read)| *written *= read);
    for row in both.data.chunks_exact_mut(both.cols.max(1)) {
        let sum: f32 = row.iter().sum();
        if sum > 0.0 {
            row.iter_mut().for_each(|weight| *weight /= sum);
        }
    }
    Ok(both)
}

/// The attention of the decoder's steps to the source, the mean of all heads of some layers.
fn mean_attention(steps: &[Trace], layers: Range<usize>) -> Result<Map2D, Error> {
    let mut mean = Map2D {
        data: Vec::new(),
        rows: steps.len(),
        cols: 0,
    };
    for step in steps {
        let start = mean.data.len();
        for layer in layers.clone() {
            let weights = find(step, &format!("decoder.{layer}.cross.weights"))?;
            let &[1, heads, 1, source] = weights.shape.as_slice() else {
                return Err(unexpected(weights));
            };
            mean.cols = source;
            mean.data.resize(start + source, 0.0);
            let share = 1.0 / (heads * layers.len()) as f32;
            for head in weights.data.chunks_exact(source) {
                add_scaled(&mut mean.data[start..], head, share);
            }
        }
    }
    Ok(mean)
}
