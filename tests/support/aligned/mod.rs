//! Word alignments made by hand, `tests/data/aligned.tsv`, and how far found ones agree with them.

use std::collections::BTreeSet;
use std::ops::Range;

use lite_transformer::align::{Tokenised, align};
use lite_transformer::{
    Alignment, Error, Map2D, Options, SentenceVisualization, Translator, VisualizeOptions,
};
use unicode_segmentation::UnicodeSegmentation;

/// Where a word of the source begins and where one of the target does.
type Pair = (usize, usize);

/// A sentence, its translation and the words that belong together.
pub struct Case {
    pub direction: String,
    pub kind: String,
    pub source: String,
    pub target: String,
    sure: BTreeSet<Pair>,
    /// The sure ones and others that are no fault.
    possible: BTreeSet<Pair>,
}

/// Reads all cases, or says which line is wrong.
pub fn read(text: &str) -> Result<Vec<Case>, String> {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(i, line)| case(line).map_err(|error| format!("line {}: {error}", i + 1)))
        .collect()
}

fn case(line: &str) -> Result<Case, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [direction, kind, source, target, links] = fields[..] else {
        return Err(format!("{} fields, expected 5", fields.len()));
    };
    let (mut sure, mut possible) = (BTreeSet::new(), BTreeSet::new());
    for link in links.split(' ') {
        let (from, to) = link
            .split_once(['=', '~'])
            .ok_or_else(|| format!("{link:?} is no link"))?;
        for s in find(source, from)? {
            for &t in &find(target, to)? {
                possible.insert((s, t));
                if link.contains('=') {
                    sure.insert((s, t));
                }
            }
        }
    }
    Ok(Case {
        direction: direction.into(),
        kind: kind.into(),
        source: source.into(),
        target: target.into(),
        sure,
        possible,
    })
}

/// The words of a text that a side of a link names.
fn find(text: &str, name: &str) -> Result<Vec<usize>, String> {
    let (phrase, number) = name.split_once('#').unwrap_or((name, "1"));
    let phrase = phrase.replace('_', " ");
    let number: usize = number
        .parse()
        .map_err(|_| format!("{name:?} has no number"))?;
    let whole = |at: &usize| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !letter(text[..*at].chars().next_back())
            && !letter(text[at + phrase.len()..].chars().next())
    };
    let places = text.match_indices(&phrase).map(|(at, _)| at).filter(whole);
    let at = places
        .into_iter()
        .nth(number.saturating_sub(1))
        .ok_or_else(|| format!("{name:?} isn't in {text:?}"))?;
    Ok(words_in(text, &(at..at + phrase.len())))
}

/// Where the words of a stretch of text begin; signs are none.
fn words_in(text: &str, part: &Range<usize>) -> Vec<usize> {
    let words = text.unicode_word_indices();
    let inside = words.filter(|(at, word)| *at < part.end && part.start < at + word.len());
    inside.map(|(at, _)| at).collect()
}

/// How far found pairs agree with those made by hand (Och and Ney 2003).
#[derive(Debug, Clone, Copy, Default)]
pub struct Agreement {
    found: usize,
    found_possible: usize,
    found_sure: usize,
    sure: usize,
}

impl Agreement {
    /// Counts the alignments of a case.
    pub fn add(&mut self, case: &Case, alignments: &[Alignment]) {
        let mut found = BTreeSet::new();
        for one in alignments {
            for s in words_in(&case.source, &one.source) {
                let targets = words_in(&case.target, &one.target).into_iter();
                found.extend(targets.map(|t| (s, t)));
            }
        }
        self.found += found.len();
        self.found_possible += found.intersection(&case.possible).count();
        self.found_sure += found.intersection(&case.sure).count();
        self.sure += case.sure.len();
    }

    /// How many of the found are right.
    pub fn precision(&self) -> f64 {
        self.found_possible as f64 / self.found.max(1) as f64
    }

    /// How many of the sure ones are found.
    pub fn recall(&self) -> f64 {
        self.found_sure as f64 / self.sure.max(1) as f64
    }

    /// The alignment error rate: 0 where all is right.
    pub fn error_rate(&self) -> f64 {
        let right = self.found_sure + self.found_possible;
        1.0 - right as f64 / (self.found + self.sure).max(1) as f64
    }
}

/// The model made to write the translation of a case.
pub fn show(translator: &Translator, case: &Case) -> Result<SentenceVisualization, Error> {
    let options = VisualizeOptions {
        decoding: Options {
            prefix: case.target.clone(),
            ..Options::default()
        },
        ..VisualizeOptions::default()
    };
    translator.visualize_sentence(&case.source, &options)
}

/// The alignments that a map of attention to the source gives.
pub fn by_map(case: &Case, shown: &SentenceVisualization, map: &Map2D) -> Vec<Alignment> {
    let ranges = |tokens: &[lite_transformer::Token]| -> Vec<Range<usize>> {
        tokens.iter().map(|token| token.range.clone()).collect()
    };
    let (sources, targets) = (ranges(&shown.source), ranges(&shown.target));
    let source = Tokenised {
        text: &case.source,
        tokens: &sources,
    };
    let target = Tokenised {
        text: &shown.translation,
        tokens: &targets,
    };
    align(source, target, map, &[])
}
