//! One sentence through the text layer, the model and the search.

use std::ops::Range;

use super::Translator;
use super::options::{Decoding, Options};
use super::prefix::Forced;
use super::translation::Alternative;
use crate::bundle::{Manifest, SpecialIds};
use crate::confidence::confidence;
use crate::error::Error;
use crate::maps::BeamNode;
use crate::search::{Continuation, Hypothesis, Prefix, Rules, search_watched};
use crate::seq2seq::{Memory, Seq2Seq};
use crate::text::{self, Language, Preparation, Prepared, Restored};
use crate::tokenizer::Piece;

/// A sentence that went through the model.
pub(super) struct Run {
    pub prepared: Prepared,
    pub pieces: Vec<Piece>,
    pub ids: Vec<u32>,
    pub memory: Memory,
    pub forced: Option<Forced>,
    pub best: Hypothesis,
    pub others: Vec<Hypothesis>,
}

/// A translation that needed no model.
pub(super) struct Known {
    pub text: String,
    pub detected: Option<Language>,
}

impl Known {
    pub fn alternatives(&self) -> Vec<Alternative> {
        let text = self.text.clone();
        vec![Alternative { text, score: 0.0 }]
    }
}

/// A translation as it is shown, and where its tokens stand in it.
pub(super) struct Shown {
    pub restored: Restored,
    pub ranges: Vec<Range<usize>>,
}

impl Shown {
    /// Of what no model wrote: the end token alone.
    pub fn settled(text: &str) -> Shown {
        let end = text.len()..text.len();
        Shown {
            restored: Restored::settled(text),
            ranges: vec![end],
        }
    }

    pub fn text(&self) -> &str {
        &self.restored.text
    }
}

impl Translator {
    /// What the model reads of a sentence. `all_numbers` are hidden from it, or only those that it can't read.
    pub(super) fn prepare(&self, text: &str, all_numbers: bool) -> Prepared {
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
    pub(super) fn known(&self, text: &str, read: &Prepared, options: &Options) -> Option<Known> {
        let (_, to) = self.languages?;
        let known = match text::detect(text) == Some(to) {
            true => Known {
                text: text.to_owned(),
                detected: Some(to),
            },
            false => Known {
                text: read.settled()?.to_owned(),
                detected: None,
            },
        };
        known.text.starts_with(&options.prefix).then_some(known)
    }

    /// Sends a sentence, read as `read`, through the model; where its numbers get lost, once more with all of them as
    /// placeholders. `beam` is filled with what the search looked at.
    pub(super) fn run(
        &self,
        model: &dyn Seq2Seq,
        text: &str,
        read: Prepared,
        options: &Options,
        beam: Option<&mut Vec<Vec<BeamNode>>>,
    ) -> Result<Run, Error> {
        let mut unseen = Vec::new();
        let beam = beam.unwrap_or(&mut unseen);
        let run = self.run_prepared(model, read, options, beam)?;
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
        self.run_prepared(model, hidden, options, beam)
    }

    fn run_prepared(
        &self,
        model: &dyn Seq2Seq,
        prepared: Prepared,
        options: &Options,
        beam: &mut Vec<Vec<BeamNode>>,
    ) -> Result<Run, Error> {
        let pieces = self.tokenizer.encode(prepared.text());
        let ids = self.source_ids(&pieces);
        let (rules, forced) = self.rules(&prepared, &ids, options)?;
        let memory = model.encode(&ids)?;
        let mut decoder = model.decode(&memory, rules.beam_size)?;
        let found = search_watched(&mut *decoder, &rules, |step| {
            let nodes = self.beam_nodes(beam.last(), step);
            beam.push(nodes);
        })?;
        let mut found = found.into_iter();
        let best = found
            .next()
            .ok_or_else(|| Error::Inference("the decoder gave no numbers".into()))?;
        Ok(Run {
            prepared,
            pieces,
            ids,
            memory,
            forced,
            best,
            others: found.collect(),
        })
    }

    /// Of a sentence that no model had to read: the end token alone.
    pub(super) fn run_nothing(&self, model: &dyn Seq2Seq, text: &str) -> Result<Run, Error> {
        let eos = self.manifest.special_ids.eos;
        Ok(Run {
            prepared: Prepared::untouched(text),
            pieces: Vec::new(),
            ids: vec![eos],
            memory: model.encode(&[eos])?,
            forced: None,
            best: Hypothesis {
                tokens: vec![eos],
                score: 0.0,
                sum: 0.0,
                log_probabilities: vec![0.0],
                truncated: false,
            },
            others: Vec::new(),
        })
    }

    /// The rules for the translation of a sentence that these ids spell, and how it has to begin.
    fn rules(
        &self,
        prepared: &Prepared,
        ids: &[u32],
        options: &Options,
    ) -> Result<(Rules, Option<Forced>), Error> {
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
        let most = max_length.min(limits.max_target_tokens);
        let mut usual = 2 * ids.len() + 16;
        let forced = match options.prefix.as_str() {
            "" => None,
            // The end token needs its place, too.
            prefix => Some(self.force(prefix, prepared, most - 1)?),
        };
        if let Some(forced) = &forced {
            usual = usual.max(forced.longest + 16);
        }
        let rules = Rules {
            beam_size,
            length_penalty,
            limit: most.min(usual),
            bos: special_ids.bos,
            eos: special_ids.eos,
            forbidden,
            prefix: forced
                .as_ref()
                .map_or(Prefix::default(), |forced| forced.prefix.clone()),
            required,
            words: Some(self.wording.rules(prepared.text())),
        };
        Ok((rules, forced))
    }

    /// A hypothesis of a run as it is shown.
    pub(super) fn show(&self, run: &Run, tokens: &[u32]) -> Shown {
        let (raw, ranges) = self.tokenizer.decode(tokens);
        let mut restored = run.prepared.restore(&raw);
        if let Some(forced) = &run.forced {
            restored = forced.give_back(restored);
        }
        let ranges = ranges.into_iter().map(|range| restored.range(range));
        let ranges = self.token_spans(&restored.text, tokens, ranges.collect());
        Shown { restored, ranges }
    }

    /// The finished hypotheses of a run, the best first; of those that read alike the best.
    pub(super) fn alternatives(&self, run: &Run, options: &Options) -> Vec<Alternative> {
        let hypotheses = std::iter::once(&run.best).chain(&run.others);
        let mut alternatives: Vec<Alternative> = Vec::new();
        for hypothesis in hypotheses {
            let text = self.show(run, &hypothesis.tokens).restored.text;
            if alternatives.iter().all(|other| other.text != text) {
                let score = hypothesis.score;
                alternatives.push(Alternative { text, score });
            }
        }
        alternatives.truncate(options.n_best.unwrap_or(usize::MAX));
        alternatives
    }

    /// How far the translation of a text that these ids spell can be trusted.
    pub(super) fn confidence(&self, run: &Run) -> f32 {
        let spells = |id: &u32| {
            let piece = self.tokenizer.piece(*id).unwrap_or_default();
            self.tokenizer.byte_pieces().contains(id) || piece.contains(char::is_alphabetic)
        };
        let (_end, pieces) = run.ids.split_last().unwrap_or((&0, &[]));
        let text = run.prepared.text();
        confidence(
            run.best.sum / run.best.tokens.len().max(1) as f32,
            text.chars().filter(|c| c.is_alphabetic()).count(),
            pieces.iter().filter(|id| spells(id)).count(),
        )
    }

    /// What the decoder reads to write these tokens.
    pub(super) fn read_by(&self, tokens: &[u32]) -> Vec<u32> {
        let SpecialIds { bos, .. } = self.manifest.special_ids;
        let before = tokens.iter().copied().take(tokens.len() - 1);
        std::iter::once(bos).chain(before).collect()
    }

    fn source_ids(&self, pieces: &[Piece]) -> Vec<u32> {
        let ids = pieces.iter().map(|piece| piece.id);
        ids.chain([self.manifest.special_ids.eos]).collect()
    }

    /// What a step of the search looked at, each with the place of its parent in the step before.
    fn beam_nodes(&self, before: Option<&Vec<BeamNode>>, step: &[Continuation]) -> Vec<BeamNode> {
        use crate::search::Fate;

        let live: Vec<usize> = before.map_or(Vec::new(), |nodes| {
            let kept = nodes.iter().enumerate().filter(|(_, node)| node.kept);
            kept.map(|(place, _)| place).collect()
        });
        let nodes = step.iter().map(|one| BeamNode {
            parent: live.get(one.parent).copied(),
            id: one.token,
            piece: self.piece(one.token),
            log_probability: one.sum,
            kept: one.fate == Fate::Kept,
            score: match one.fate {
                Fate::Closed(score) => Some(score),
                Fate::Kept | Fate::Dropped => None,
            },
        });
        nodes.collect()
    }
}
