//! The search without a model, against the rules taken literally and against all hypotheses there are.

use lite_transformer::search::{
    Continuation, Fate, Hypothesis, Rules, Step, search, search_watched,
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
    }
}

fn log_softmax(logits: &[f32]) -> Vec<f32> {
    let sum: f32 = logits.iter().map(|x| x.exp()).sum();
    logits.iter().map(|x| x - sum.ln()).collect()
}

/// The rules of the search, step by step as they are written.
fn naive(model: &Model, rules: &Rules) -> Vec<Hypothesis> {
    let score = |sum: f32, length: usize| sum / (length as f32).powf(rules.length_penalty);
    let mut live: Vec<(Vec<u32>, f32)> = vec![(Vec::new(), 0.0)];
    let mut closed: Vec<Hypothesis> = Vec::new();
    for length in 1..=rules.limit {
        let mut all = Vec::new();
        for (h, (tokens, sum)) in live.iter().enumerate() {
            let read = [&[BOS], tokens.as_slice()].concat();
            for (token, log) in log_softmax(&model.logits_of(&read)).into_iter().enumerate() {
                if !rules.forbidden.contains(&(token as u32)) {
                    all.push((sum + log, h, token as u32));
                }
            }
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        all.truncate(2 * rules.beam_size);
        let mut next = Vec::new();
        for (rank, &(sum, h, token)) in all.iter().enumerate() {
            let tokens = [live[h].0.as_slice(), &[token]].concat();
            if token == EOS {
                if rank < rules.beam_size && closed.len() < rules.beam_size {
                    closed.push(Hypothesis {
                        tokens,
                        score: score(sum, length),
                        truncated: false,
                    });
                }
            } else if next.len() < rules.beam_size {
                next.push((tokens, sum));
            }
        }
        live = next;
        if closed.len() >= rules.beam_size {
            live.clear();
            break;
        }
    }
    closed.extend(live.into_iter().map(|(tokens, sum)| Hypothesis {
        score: score(sum, tokens.len()),
        tokens,
        truncated: true,
    }));
    closed.sort_by(|a, b| b.score.total_cmp(&a.score));
    closed
}

#[test]
fn follows_the_rules() {
    for seed in 0..200 {
        for beam_size in [1, 2, 3, 5, 16] {
            for (length_penalty, limit) in [(0.0, 6), (1.0, 6), (0.6, 1), (2.0, 12)] {
                // A fine grid: sums of another order of additions would tell ties apart.
                let mut model = Model::new(seed, 5 + seed as usize % 40, 0.003);
                let rules = rules(beam_size, length_penalty, limit);
                let expected = naive(&model, &rules);
                let found = search(&mut model, &rules).expect("a search");
                let case = format!("seed {seed}, {rules:?}");
                assert_eq!(found.len(), expected.len(), "{case}");
                for (found, expected) in found.iter().zip(&expected) {
                    assert!((found.score - expected.score).abs() < 1e-4, "{case}");
                }
                assert_eq!(found[0].tokens, expected[0].tokens, "{case}");
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
