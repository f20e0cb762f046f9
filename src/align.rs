//! Which words of a translation stand for which of its source, from the decoder's attention to the source.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::maps::Map2D;

/// A word of the source and one of the target that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// Bytes of the source.
    pub source: Range<usize>,
    /// Bytes of the target.
    pub target: Range<usize>,
    /// How much of its attention the target word gave to the source word, 0 to 1; 1 for what was copied.
    pub weight: f32,
}

/// A text, and where its tokens stand in it.
#[derive(Debug, Clone, Copy)]
pub struct Tokenised<'a> {
    /// The text.
    pub text: &'a str,
    /// Bytes that each token stands for; empty for one that stands for nothing.
    pub tokens: &'a [Range<usize>],
}

/// Of the source words that a target word looks at, those with so much of the best one's attention belong to it, too.
/// 0.5 to 0.7 make no difference in the error rate of `examples/aligned.rs`.
const AS_GOOD: f32 = 0.6;

/// The words of source and target that belong together, in the order of the target. `attention` has a row for each target
/// token; pairs that are `known` are words of their own, whatever it says.
pub fn align(
    source: Tokenised,
    target: Tokenised,
    attention: &Map2D,
    known: &[(Range<usize>, Range<usize>)],
) -> Vec<Alignment> {
    let free = |side: Tokenised, known: Vec<&Range<usize>>| words(side.text, &known);
    let source_words = free(source, known.iter().map(|pair| &pair.0).collect());
    let target_words = free(target, known.iter().map(|pair| &pair.1).collect());
    let sources = shares(&source_words, source.tokens);
    let targets = shares(&target_words, target.tokens);
    let is_word =
        |text: &str, range: &Range<usize>| text[range.clone()].contains(char::is_alphanumeric);

    let mut alignments: Vec<Alignment> = known
        .iter()
        .map(|(source, target)| Alignment {
            source: source.clone(),
            target: target.clone(),
            weight: 1.0,
        })
        .collect();
    for (word, tokens) in target_words.iter().zip(&targets) {
        let whole: f32 = tokens.iter().map(|(_, share)| share).sum();
        if whole == 0.0 {
            continue;
        }
        let weight = |parts: &Vec<(usize, f32)>| -> f32 {
            let pairs = tokens
                .iter()
                .flat_map(|t| parts.iter().map(move |s| (t, s)));
            let sum: f32 = pairs
                .map(|(&(t, a), &(s, b))| a * b * attention.data[t * attention.cols + s])
                .sum();
            sum / whole
        };
        let kind = is_word(target.text, word);
        let weights: Vec<(usize, f32)> = sources
            .iter()
            .map(weight)
            .enumerate()
            .filter(|&(s, _)| is_word(source.text, &source_words[s]) == kind)
            .collect();
        let best = weights.iter().fold(0.0f32, |best, one| best.max(one.1));
        let chosen = weights
            .iter()
            .filter(|one| one.1 > 0.0 && one.1 >= best * AS_GOOD);
        alignments.extend(chosen.map(|&(s, weight)| Alignment {
            source: source_words[s].clone(),
            target: word.clone(),
            weight,
        }));
    }
    alignments.sort_by_key(|one| (one.target.start, one.source.start));
    alignments
}

/// The words and signs of a text, less those that are `known`.
fn words(text: &str, known: &[&Range<usize>]) -> Vec<Range<usize>> {
    let parts = text.split_word_bound_indices();
    let ranges = parts.map(|(start, part)| (start..start + part.len(), part));
    let told = |range: &Range<usize>| {
        let within = |one: &&&Range<usize>| one.start < range.end && range.start < one.end;
        known.iter().any(|one| within(&one))
    };
    ranges
        .filter(|(range, part)| !part.chars().all(char::is_whitespace) && !told(range))
        .map(|(range, _)| range)
        .collect()
}

/// For each word its tokens, and how much of each is the word's.
fn shares(words: &[Range<usize>], tokens: &[Range<usize>]) -> Vec<Vec<(usize, f32)>> {
    let common = |a: &Range<usize>, b: &Range<usize>| {
        a.end.min(b.end).saturating_sub(a.start.max(b.start)) as f32
    };
    let covered =
        |token: &Range<usize>| -> f32 { words.iter().map(|word| common(word, token)).sum() };
    let covered: Vec<f32> = tokens.iter().map(covered).collect();
    words
        .iter()
        .map(|word| {
            let tokens = tokens.iter().zip(&covered).enumerate();
            let shares = tokens.map(|(t, (token, all))| (t, common(word, token) / all.max(1.0)));
            shares.filter(|(_, share)| *share > 0.0).collect()
        })
        .collect()
}

/// The words of two stretches of text that say the same, one by one if there are as many in both, else all together.
pub fn side_by_side(
    (source, from): (&str, Range<usize>),
    (target, to): (&str, Range<usize>),
) -> Vec<(Range<usize>, Range<usize>)> {
    let of = |text: &str, part: Range<usize>| -> Vec<Range<usize>> {
        let moved = |word: Range<usize>| word.start + part.start..word.end + part.start;
        words(&text[part.clone()], &[])
            .into_iter()
            .map(moved)
            .collect()
    };
    let (sources, targets) = (of(source, from), of(target, to));
    match (sources.as_slice(), targets.as_slice()) {
        (sources, targets) if sources.len() == targets.len() => sources
            .iter()
            .cloned()
            .zip(targets.iter().cloned())
            .collect(),
        ([first, .., last], [one]) => vec![(first.start..last.end, one.clone())],
        ([one], [first, .., last]) => vec![(one.clone(), first.start..last.end)],
        ([first, .., last], [start, .., end]) => {
            vec![(first.start..last.end, start.start..end.end)]
        }
        _ => Vec::new(),
    }
}
