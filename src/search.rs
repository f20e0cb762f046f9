//! Greedy and beam search over a step function; greedy is a beam of one.

mod words;

pub use self::words::{Kind, WordRules};
use crate::kernels::{highest, log_sum_exp};

/// The next-token scores of a model, one step at a time.
pub trait Step {
    /// What can go wrong in a step.
    type Error;

    /// Feeds `tokens[i]` at `position` to a hypothesis that continues the one that stood at place `parents[i]` in the
    /// step before (at position 0 there is one, 0), and gives the logits of each, one after the other.
    fn step(
        &mut self,
        parents: &[usize],
        tokens: &[u32],
        position: usize,
    ) -> Result<&[f32], Self::Error>;
}

/// The rules of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Hypotheses kept at each step, at least 1.
    pub beam_size: usize,
    /// Power of the length by which a hypothesis' log-probability is divided.
    pub length_penalty: f32,
    /// Most tokens of a hypothesis, the end token included, at least 1.
    pub limit: usize,
    /// The token before the first.
    pub bos: u32,
    /// The token that ends a hypothesis.
    pub eos: u32,
    /// Tokens that are never chosen.
    pub forbidden: Vec<u32>,
    /// What every hypothesis begins with, whatever the other rules say.
    pub prefix: Prefix,
    /// Tokens that a hypothesis has once each; of more than 64 those beyond are left out of account. It can't end
    /// before it has them all: where it would, it goes on with one of those that it lacks. The limit closes it without.
    pub required: Vec<u32>,
    /// What is said about words; nothing if there are none.
    pub words: Option<WordRules>,
}

/// Tokens to begin with, where there is more than one way to write them: places, the first of which is 0, and for each
/// place the tokens that may follow there and the place that each leads to. Behind the last place any token may follow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prefix(pub Vec<Vec<(u32, usize)>>);

impl Prefix {
    /// These tokens, one after the other.
    pub fn of(tokens: &[u32]) -> Prefix {
        let places = tokens.iter().enumerate();
        Prefix(places.map(|(i, &token)| vec![(token, i + 1)]).collect())
    }

    /// The tokens that may follow at a place, if it is not behind the last.
    fn at(&self, place: usize) -> Option<&[(u32, usize)]> {
        self.0.get(place).map(Vec::as_slice)
    }

    /// The place behind a token.
    fn behind(&self, place: usize, token: u32) -> usize {
        let ways = self.at(place).unwrap_or_default();
        let way = ways.iter().find(|way| way.0 == token);
        way.map_or(place, |way| way.1)
    }
}

/// Steps that room is made for at first.
const MANY: usize = 512;

/// A closed hypothesis.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// Its tokens, the end token included unless it was cut off.
    pub tokens: Vec<u32>,
    /// Sum of the tokens' log-probabilities over `length ^ length_penalty`.
    pub score: f32,
    /// Sum of the tokens' log-probabilities.
    pub sum: f32,
    /// The log-probability of each token.
    pub log_probabilities: Vec<f32>,
    /// It was closed by the limit, not by an end token.
    pub truncated: bool,
}

/// A continuation of a live hypothesis that a step looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Continuation {
    /// The hypothesis it continues: its place among those that the step before kept, in their order; 0 at first.
    pub parent: usize,
    /// The token it adds.
    pub token: u32,
    /// Sum of the tokens' log-probabilities.
    pub sum: f32,
    /// What became of it.
    pub fate: Fate,
}

/// What a step does with a continuation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// It is among the live hypotheses of the next step.
    Kept,
    /// It ended, with this score.
    Closed(f32),
    /// Better ones left no room for it.
    Dropped,
}

/// Finds the best hypotheses, the best first; there is at least one.
///
/// Of all continuations of the live hypotheses the `2 * beam_size` best are looked at in order: an end token among the
/// first `beam_size` closes its hypothesis, any other token lives on until there are `beam_size`. The search ends once
/// `beam_size` hypotheses are closed (fairseq's rule), or at the limit, which closes the live ones as they are.
pub fn search<S: Step + ?Sized>(step: &mut S, rules: &Rules) -> Result<Vec<Hypothesis>, S::Error> {
    search_watched(step, rules, |_| {})
}

/// [`search`], showing `watch` the continuations that each step looked at, the best first.
pub fn search_watched<S: Step + ?Sized>(
    step: &mut S,
    rules: &Rules,
    mut watch: impl FnMut(&[Continuation]),
) -> Result<Vec<Hypothesis>, S::Error> {
    let beam_size = rules.beam_size.max(1);
    let limit = rules.limit.max(1);
    // Room for all that is to come, so that no step allocates.
    let mut history = History(Vec::with_capacity(limit.min(MANY) * beam_size));
    let mut live = Vec::with_capacity(beam_size);
    live.push(Live {
        last: None,
        sum: 0.0,
        place: 0,
        missing: all_required(rules),
    });
    let mut bans = Bans::with_room(limit);
    let mut parents = Vec::with_capacity(beam_size);
    parents.push(0);
    let mut tokens = Vec::with_capacity(beam_size);
    tokens.push(rules.bos);
    let mut candidates = Vec::with_capacity(2 * beam_size + 1);
    let mut next = Vec::with_capacity(beam_size);
    let mut closed = Vec::new();

    for position in 0..limit {
        let length = position + 1;
        let logits = step.step(&parents, &tokens, position)?;
        best_continuations(
            logits,
            position,
            &live,
            &history,
            rules,
            &mut bans,
            &mut candidates,
        );
        next.clear();
        parents.clear();
        tokens.clear();
        for (rank, candidate) in candidates.iter_mut().enumerate() {
            let parent = &live[candidate.parent];
            let log = candidate.sum - parent.sum;
            if candidate.token == rules.eos {
                if rank < beam_size && closed.len() < beam_size {
                    let score = normalised(candidate.sum, length, rules);
                    candidate.fate = Fate::Closed(score);
                    let (mut tokens, mut log_probabilities) = history.tokens(parent.last);
                    tokens.push(rules.eos);
                    log_probabilities.push(log);
                    closed.push(Hypothesis {
                        tokens,
                        score,
                        sum: candidate.sum,
                        log_probabilities,
                        truncated: false,
                    });
                }
            } else if next.len() < beam_size {
                candidate.fate = Fate::Kept;
                next.push(Live {
                    last: Some(history.push(parent.last, candidate.token, log)),
                    sum: candidate.sum,
                    place: rules.prefix.behind(parent.place, candidate.token),
                    missing: parent.missing & !bit_of(candidate.token, rules),
                });
                parents.push(candidate.parent);
                tokens.push(candidate.token);
            }
        }
        watch(&candidates);
        std::mem::swap(&mut live, &mut next);
        if closed.len() >= beam_size || live.is_empty() {
            live.clear();
            break;
        }
    }
    closed.extend(live.iter().map(|live| {
        let (tokens, log_probabilities) = history.tokens(live.last);
        Hypothesis {
            score: normalised(live.sum, tokens.len(), rules),
            sum: live.sum,
            tokens,
            log_probabilities,
            truncated: true,
        }
    }));
    // Stable, so that of equals the one closed first stays first.
    closed.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(closed)
}

struct Live {
    /// Place of the last token in the history; none before the first token.
    last: Option<usize>,
    sum: f32,
    /// Place in the rules' prefix.
    place: usize,
    /// A bit for each of the required tokens that it lacks.
    missing: u64,
}

fn all_required(rules: &Rules) -> u64 {
    (rules.required.iter()).fold(0, |bits, &token| bits | bit_of(token, rules))
}

/// The bit of a required token; none of any other.
fn bit_of(token: u32, rules: &Rules) -> u64 {
    let required = &rules.required[..rules.required.len().min(64)];
    let place = required.iter().position(|&one| one == token);
    place.map_or(0, |place| 1 << place)
}

/// The `2 * beam_size` best continuations in falling order; of equals the one of the lower hypothesis, then the lower
/// token, comes first.
fn best_continuations(
    logits: &[f32],
    position: usize,
    live: &[Live],
    history: &History,
    rules: &Rules,
    bans: &mut Bans,
    candidates: &mut Vec<Continuation>,
) {
    const BLOCK: usize = 32;
    let wanted = 2 * rules.beam_size.max(1);
    let vocabulary = logits.len() / live.len();
    candidates.clear();
    for (parent, (live, row)) in live.iter().zip(logits.chunks_exact(vocabulary)).enumerate() {
        let log_sum = log_sum_exp(row);
        // Below this a block of tokens need not be looked at one by one.
        let mut floor = match candidates.last() {
            Some(last) if candidates.len() == wanted => last.sum,
            _ => f32::NEG_INFINITY,
        };
        let sum_with = |logit: f32| live.sum + (logit - log_sum);
        let mut offer = |token: u32, sum: f32| {
            let place = candidates.partition_point(|other| other.sum >= sum);
            let candidate = Continuation {
                parent,
                token,
                sum,
                fate: Fate::Dropped,
            };
            candidates.insert(place, candidate);
            candidates.truncate(wanted);
            match candidates.get(wanted - 1) {
                Some(last) => last.sum,
                None => f32::NEG_INFINITY,
            }
        };
        if let Some(ways) = rules.prefix.at(live.place) {
            for &(token, _) in ways {
                if let Some(&logit) = row.get(token as usize) {
                    offer(token, sum_with(logit));
                }
            }
            continue;
        }
        bans.follow(live, position, history, rules);
        if bans.must_go_on && bans.would_end(row, rules) {
            for token in missing(live, rules) {
                if let Some(&logit) = row.get(token as usize) {
                    offer(token, sum_with(logit));
                }
            }
            continue;
        }
        for (block, logits) in row.chunks(BLOCK).enumerate() {
            if sum_with(highest(logits)) <= floor {
                continue;
            }
            for (i, &logit) in logits.iter().enumerate() {
                let token = (block * BLOCK + i) as u32;
                let sum = sum_with(logit);
                // Written so that a NaN fails it.
                let good = sum > floor;
                if good && bans.allow(token, rules) {
                    floor = offer(token, sum);
                }
            }
        }
    }
}

/// What may not follow the hypothesis that is looked at. Room for it is made once.
struct Bans {
    /// Its tokens, to work on.
    path: Vec<u32>,
    /// Tokens that its words forbid.
    blocked: Vec<u32>,
    /// No other word may begin.
    enough: bool,
    /// As in [`Live`].
    missing: u64,
    /// It may not end.
    must_go_on: bool,
}

impl Bans {
    fn with_room(limit: usize) -> Bans {
        let room = limit.min(MANY);
        Bans {
            path: Vec::with_capacity(room),
            blocked: Vec::with_capacity(3 * room),
            enough: false,
            missing: 0,
            must_go_on: false,
        }
    }

    fn follow(&mut self, live: &Live, position: usize, history: &History, rules: &Rules) {
        self.missing = live.missing;
        self.must_go_on = live.missing != 0 && position + 1 < rules.limit;
        if let Some(words) = &rules.words {
            history.read(live.last, &mut self.path);
            self.enough = words.enough(&self.path);
            words.block(&mut self.path, &mut self.blocked);
        }
    }

    fn allow(&self, token: u32, rules: &Rules) -> bool {
        let begins_word = || {
            let words = rules.words.as_ref();
            words.is_some_and(|words| words.begins_word(token))
        };
        let bit = bit_of(token, rules);
        !(rules.forbidden.contains(&token)
            || self.must_go_on && token == rules.eos
            || bit != 0 && bit & self.missing == 0
            || self.blocked.contains(&token)
            || self.enough && begins_word())
    }

    /// Of what is allowed besides, nothing is likelier than the end.
    fn would_end(&self, row: &[f32], rules: &Rules) -> bool {
        let Some(&end) = row.get(rules.eos as usize) else {
            return false;
        };
        let mut tokens = (0..).zip(row);
        tokens.all(|(token, &logit)| logit <= end || !self.allow(token, rules))
    }
}

/// The required tokens that a hypothesis lacks.
fn missing(live: &Live, rules: &Rules) -> impl Iterator<Item = u32> {
    let tokens = rules.required.iter().copied();
    tokens.filter(|&token| live.missing & bit_of(token, rules) != 0)
}

fn normalised(sum: f32, length: usize, rules: &Rules) -> f32 {
    sum / (length as f32).powf(rules.length_penalty)
}

/// The tokens of all hypotheses.
struct History(Vec<Said>);

/// A token, its log-probability and the place of the one before it.
struct Said {
    before: Option<usize>,
    token: u32,
    log_probability: f32,
}

impl History {
    fn push(&mut self, before: Option<usize>, token: u32, log_probability: f32) -> usize {
        self.0.push(Said {
            before,
            token,
            log_probability,
        });
        self.0.len() - 1
    }

    /// The tokens of a hypothesis and their log-probabilities.
    fn tokens(&self, last: Option<usize>) -> (Vec<u32>, Vec<f32>) {
        let mut tokens = Vec::new();
        self.read(last, &mut tokens);
        let mut log_probabilities: Vec<f32> = self.back(last).map(|s| s.log_probability).collect();
        log_probabilities.reverse();
        (tokens, log_probabilities)
    }

    /// Writes the tokens of a hypothesis into `tokens`.
    fn read(&self, last: Option<usize>, tokens: &mut Vec<u32>) {
        tokens.clear();
        tokens.extend(self.back(last).map(|said| said.token));
        tokens.reverse();
    }

    /// What a hypothesis said, the last first.
    fn back(&self, last: Option<usize>) -> impl Iterator<Item = &Said> {
        let said = |place: usize| &self.0[place];
        std::iter::successors(last.map(said), move |one| one.before.map(said))
    }
}
