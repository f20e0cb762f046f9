//! The search without a model, against the rules taken literally and against all hypotheses there are.

use lite_transformer::search::{
    Continuation, Fate, Hypothesis, Kind, Prefix, Rules, Step, WordRules, search, search_watched,
};

const EOS: u32 = 0;
const BOS: u32 = 1;
const FORBIDDEN: u32 = 2;

/// Logits that depend on the whole hypothesis, on a coarse grid so that ties are common.
struct Model {
    seed: u64,
    vocabulary: usize,
    grid: f32,
    live: Vec<Vec<u32>>,
    logits: Vec<f32>,
}

impl Model {
    fn new(seed: u64, vocabulary: usize, grid: f32) -> Model {
        Model {
            seed,
            vocabulary,
            grid,
            live: vec![Vec::new()],
            logits: Vec::new(),
        }
    }

    fn logits_of(&self, tokens: &[u32]) -> Vec<f32> {
        let mut state = self.seed;
        let mut next = |x: u64| {
            state = (state ^ x).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            state ^= state >> 29;
            state
        };
        tokens.iter().for_each(|&token| {
            next(u64::from(token) + 17);
        });
        let level = |x: u64| (x >> 40) as f32 / (1 << 24) as f32 * 4.0;
        (0..self.vocabulary)
            .map(|i| (level(next(i as u64)) / self.grid).round() * self.grid)
            .collect()
    }
}

impl Step for Model {
    type Error = String;

    fn step(
        &mut self,
        parents: &[usize],
        tokens: &[u32],
        position: usize,
    ) -> Result<&[f32], String> {
        self.live = parents
            .iter()
            .zip(tokens)
            .map(|(&parent, &token)| [self.live[parent].as_slice(), &[token]].concat())
            .collect();
        if self.live.iter().any(|tokens| tokens.len() != position + 1) {
            return Err("a position does not fit its hypothesis".into());
        }
        self.logits = self
            .live
            .iter()
            .flat_map(|tokens| self.logits_of(tokens))
            .collect();
        Ok(&self.logits)
    }
}

fn rules(beam_size: usize, length_penalty: f32, limit: usize) -> Rules {
    Rules {
        beam_size,
        length_penalty,
        limit,
        bos: BOS,
        eos: EOS,
        forbidden: vec![BOS, FORBIDDEN],
        prefix: Prefix::default(),
        required: Vec::new(),
        words: None,
    }
}

fn log_softmax(logits: &[f32]) -> Vec<f32> {
    let sum: f32 = logits.iter().map(|x| x.exp()).sum();
    logits.iter().map(|x| x - sum.ln()).collect()
}

/// The tokens that may follow these, as the rules are written; those of the words are held against themselves.
fn allowed(tokens: &[u32], logits: &[f32], rules: &Rules) -> Vec<u32> {
    let mut place = 0;
    for &token in tokens {
        let ways = rules.prefix.0.get(place);
        let way = ways.and_then(|ways| ways.iter().find(|way| way.0 == token));
        place = way.map_or(place, |way| way.1);
    }
    if let Some(ways) = rules.prefix.0.get(place) {
        return ways.iter().map(|way| way.0).collect();
    }
    let missing: Vec<u32> = (rules.required.iter().copied())
        .filter(|token| !tokens.contains(token))
        .collect();
    let may_end = missing.is_empty() || tokens.len() + 1 == rules.limit;
    let mut allowed: Vec<u32> = (0..logits.len() as u32)
        .filter(|token| !rules.forbidden.contains(token))
        .filter(|token| !rules.required.contains(token) || missing.contains(token))
        .collect();
    let best = |a: &&u32, b: &&u32| logits[**a as usize].total_cmp(&logits[**b as usize]);
    if !may_end {
        if allowed.iter().rev().max_by(best) == Some(&EOS) {
            return missing;
        }
        allowed.retain(|&token| token != EOS);
    }
    allowed
}

/// The rules of the search, step by step as they are written.
fn naive(model: &Model, rules: &Rules) -> Vec<Hypothesis> {
    let close = |tokens: &[u32], logs: &[f32], truncated: bool| {
        let sum = logs.iter().sum();
        Hypothesis {
            score: sum / (tokens.len() as f32).powf(rules.length_penalty),
            sum,
            log_probabilities: logs.to_vec(),
            tokens: tokens.to_vec(),
            truncated,
        }
    };
    let mut live: Vec<(Vec<u32>, Vec<f32>)> = vec![(Vec::new(), Vec::new())];
    let mut closed: Vec<Hypothesis> = Vec::new();
    for _ in 1..=rules.limit {
        let mut all = Vec::new();
        for (h, (tokens, before)) in live.iter().enumerate() {
            let logits = model.logits_of(&[&[BOS], tokens.as_slice()].concat());
            let logs = log_softmax(&logits);
            for token in allowed(tokens, &logits, rules) {
                let log = logs[token as usize];
                all.push((before.iter().sum::<f32>() + log, h, token, log));
            }
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        all.truncate(2 * rules.beam_size);
        let mut next = Vec::new();
        for (rank, &(_, h, token, log)) in all.iter().enumerate() {
            let tokens = [live[h].0.as_slice(), &[token]].concat();
            let logs = [live[h].1.as_slice(), &[log]].concat();
            if token == EOS {
                if rank < rules.beam_size && closed.len() < rules.beam_size {
                    closed.push(close(&tokens, &logs, false));
                }
            } else if next.len() < rules.beam_size {
                next.push((tokens, logs));
            }
        }
        live = next;
        if closed.len() >= rules.beam_size || live.is_empty() {
            live.clear();
            break;
        }
    }
    closed.extend(live.iter().map(|(tokens, logs)| close(tokens, logs, true)));
    closed.sort_by(|a, b| b.score.total_cmp(&a.score));
    closed
}

#[test]
fn follows_the_rules() {
    for seed in 0..200 {
        for beam_size in [1, 2, 3, 5, 16] {
            for (length_penalty, limit) in [(0.0, 6), (1.0, 6), (0.6, 1), (2.0, 12)] {
                // 3 and 4, or 4 alone; but for the limit of 1 both lead out of the prefix.
                let forked = Prefix(vec![vec![(3, 1), (4, 2)], vec![(4, 2)]]);
                for (prefix, required) in [
                    (Prefix::default(), 0),
                    (Prefix::of(&[3, 4]), 0),
                    (Prefix::default(), 1),
                    (Prefix::default(), 2),
                    (Prefix::of(&[3]), 2),
                    (forked, 1),
                ] {
                    let mut rules = rules(beam_size, length_penalty, limit);
                    rules.prefix = prefix;
                    rules.required = (3..3 + required).collect();
                    // A fine grid: sums of another order of additions would tell ties apart.
                    let mut model = Model::new(seed, 5 + seed as usize % 40, 0.003);
                    let expected = naive(&model, &rules);
                    let found = search(&mut model, &rules).expect("a search");
                    let case = format!("seed {seed}, {rules:?}");
                    assert_eq!(found.len(), expected.len(), "{case}");
                    for (found, expected) in found.iter().zip(&expected) {
                        assert!((found.score - expected.score).abs() < 1e-4, "{case}");
                        assert!((found.sum - expected.sum).abs() < 1e-3, "{case}");
                        let logs = found
                            .log_probabilities
                            .iter()
                            .zip(&expected.log_probabilities);
                        let apart = |(a, b): (&f32, &f32)| (a - b).abs() > 1e-3;
                        assert!(!logs.into_iter().any(apart), "{case}");
                        assert_eq!(found.log_probabilities.len(), found.tokens.len(), "{case}");
                    }
                    assert_eq!(found[0].tokens, expected[0].tokens, "{case}");
                }
            }
        }
    }
}

/// With room for every hypothesis the search finds the best there is.
#[test]
fn a_wide_beam_is_exhaustive() {
    for seed in 0..50 {
        let limit = 3;
        let mut model = Model::new(seed, 5, 0.01);
        let rules = rules(40, 0.0, limit);
        let mut best = (f32::NEG_INFINITY, Vec::new());
        let mut open = vec![(Vec::new(), 0.0f32)];
        for length in 1..=limit {
            let mut longer = Vec::new();
            for (tokens, sum) in open {
                let read: Vec<u32> = [&[BOS], tokens.as_slice()].concat();
                for (token, log) in log_softmax(&model.logits_of(&read)).into_iter().enumerate() {
                    let token = token as u32;
                    if rules.forbidden.contains(&token) {
                        continue;
                    }
                    let tokens = [tokens.as_slice(), &[token]].concat();
                    if token == EOS || length == limit {
                        if sum + log > best.0 {
                            best = (sum + log, tokens);
                        }
                    } else {
                        longer.push((tokens, sum + log));
                    }
                }
            }
            open = longer;
        }
        let found = search(&mut model, &rules).expect("a search");
        assert_eq!(found[0].tokens, best.1, "seed {seed}");
        assert!((found[0].score - best.0).abs() < 1e-4, "seed {seed}");
    }
}

/// What is watched is the whole story: the closed hypotheses can be told from it.
#[test]
fn watching_shows_where_each_hypothesis_came_from() {
    for seed in 0..100 {
        for beam_size in [1, 2, 4] {
            let rules = rules(beam_size, 1.0, 12);
            let mut steps: Vec<Vec<Continuation>> = Vec::new();
            let mut model = Model::new(seed, 5 + seed as usize % 20, 0.003);
            let found = search_watched(&mut model, &rules, |step| steps.push(step.to_vec()))
                .expect("a search");
            let kept = |step: &[Continuation]| -> Vec<Continuation> {
                let kept = step.iter().filter(|one| one.fate == Fate::Kept);
                kept.cloned().collect()
            };
            let mut told = Vec::new();
            for (at, step) in steps.iter().enumerate() {
                assert!(step.is_sorted_by(|a, b| a.sum >= b.sum), "seed {seed}");
                assert!(step.len() <= 2 * beam_size && kept(step).len() <= beam_size);
                for one in step {
                    let Fate::Closed(score) = one.fate else {
                        continue;
                    };
                    let mut tokens = vec![one.token];
                    let mut parent = one.parent;
                    for before in steps[..at].iter().rev() {
                        let hypothesis = &kept(before)[parent];
                        tokens.push(hypothesis.token);
                        parent = hypothesis.parent;
                    }
                    tokens.reverse();
                    told.push((tokens, score));
                }
            }
            told.sort_by(|a, b| b.1.total_cmp(&a.1));
            let closed = found.iter().filter(|hypothesis| !hypothesis.truncated);
            let closed = closed.map(|hypothesis| (hypothesis.tokens.clone(), hypothesis.score));
            assert_eq!(told, closed.collect::<Vec<_>>(), "seed {seed}, {rules:?}");
        }
    }
}

/// Whatever the logits are, each required token comes once unless the limit cuts a hypothesis off.
#[test]
fn required_tokens_come_once_each() {
    for seed in 0..200 {
        for beam_size in [1, 3] {
            let mut model = Model::new(seed, 12, 0.01);
            let mut rules = rules(beam_size, 1.0, 20);
            rules.required = vec![5, 7, 9];
            for hypothesis in search(&mut model, &rules).expect("a search") {
                for required in &rules.required {
                    let tokens = hypothesis.tokens.iter();
                    let times = tokens.filter(|&token| token == required).count();
                    let case = format!("seed {seed}: {required} in {hypothesis:?}");
                    let at_limit = hypothesis.tokens.len() == rules.limit;
                    assert!(times == 1 || times == 0 && at_limit, "{case}");
                }
            }
        }
    }
}

/// Always the same logits: a model that goes round in circles.
struct Circles(Vec<f32>, Vec<f32>);

impl Step for Circles {
    type Error = String;

    fn step(&mut self, _: &[usize], tokens: &[u32], _: usize) -> Result<&[f32], String> {
        self.1 = self.0.repeat(tokens.len());
        Ok(&self.1)
    }
}

#[test]
fn words_are_not_repeated_beyond_what_is_allowed() {
    // The end, two special tokens, two words, a mark.
    let logits = vec![0.0, -9.0, -9.0, 3.0, 1.0, 2.0];
    let words = |most, in_a_row| WordRules {
        kinds: [Kind::Sign, Kind::Sign, Kind::Sign, Kind::Word, Kind::Word].into(),
        most,
        in_a_row,
        characters_in_a_row: in_a_row,
        in_all: 1,
        doubled: Vec::new(),
    };
    for (words, expected) in [
        (None, &[3, 3, 3, 3, 3, 3][..]),
        // 3 5 3 5 would be a row of a pair, and so would 3 4 3 4.
        (Some(words(9, 1)), &[3, 5, 3, 4, 3, 5]),
        (Some(words(9, 2)), &[3, 3, 5, 3, 3, 5]),
        (Some(words(1, 1)), &[3, 5, 5, 5, 0]),
    ] {
        let mut rules = rules(1, 1.0, 6);
        rules.words = words;
        let found = search(&mut Circles(logits.clone(), Vec::new()), &rules).expect("a search");
        assert_eq!(found[0].tokens, expected, "{:?}", rules.words);
    }
}

#[test]
fn the_limit_closes_hypotheses_as_they_are() {
    struct NeverEnds(Vec<f32>);
    impl Step for NeverEnds {
        type Error = String;
        fn step(&mut self, _: &[usize], tokens: &[u32], _: usize) -> Result<&[f32], String> {
            self.0 = [-50.0, 0.0, 0.0, 1.0, 0.5].repeat(tokens.len());
            Ok(&self.0)
        }
    }
    let found = search(&mut NeverEnds(Vec::new()), &rules(2, 1.0, 4)).expect("a search");
    assert!(found.iter().all(|hypothesis| hypothesis.truncated));
    assert_eq!(found[0].tokens, [3, 3, 3, 3]);
}

#[test]
fn an_error_of_the_model_comes_through() {
    struct Fails;
    impl Step for Fails {
        type Error = String;
        fn step(&mut self, _: &[usize], _: &[u32], _: usize) -> Result<&[f32], String> {
            Err("no".into())
        }
    }
    assert_eq!(search(&mut Fails, &rules(2, 1.0, 4)), Err("no".into()));
}

#[test]
fn numbers_that_are_none_do_not_panic() {
    struct NoNumbers(Vec<f32>);
    impl Step for NoNumbers {
        type Error = String;
        fn step(&mut self, _: &[usize], tokens: &[u32], _: usize) -> Result<&[f32], String> {
            self.0 = vec![f32::NAN; 5 * tokens.len()];
            Ok(&self.0)
        }
    }
    assert_eq!(
        search(&mut NoNumbers(Vec::new()), &rules(2, 1.0, 4)),
        Ok(Vec::new())
    );
}
