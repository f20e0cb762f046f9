//! Text to sentences, leaving out the layout between them.
//!
//! The boundaries are Unicode's (UAX 29), less those that follow an abbreviation, an initial or an ordinal number.

mod abbreviations;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use self::abbreviations::{ends_in_abbreviation, needs_more};

/// What a line break inside a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineBreaks {
    /// Layout that ends a sentence, unless the line before has no mark at its end and the next begins in lower case.
    #[default]
    Keep,
    /// A space, as in text that was wrapped at some width; empty lines and lists still end a sentence.
    Join,
}

/// The sentences of a text in order, as byte ranges without white space or control characters at either end.
///
/// A stretch with nothing to translate in it, such as a line of dashes or a lone number, is no sentence.
pub fn sentences(text: &str, line_breaks: LineBreaks) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open: Option<usize> = None;
    let mut bounds = text.split_sentence_bound_indices().peekable();
    while let Some((start, part)) = bounds.next() {
        let end = start + part.len();
        let from = open.take().unwrap_or(start);
        let goes_on = bounds
            .peek()
            .is_some_and(|(_, next)| continues(&text[from..end], next, line_breaks));
        if goes_on {
            open = Some(from);
        } else {
            found.extend(trimmed(text, from..end));
        }
    }
    found
}

/// Whether there is anything to translate in a text: a word, or a number that languages write differently.
pub fn is_translatable(text: &str) -> bool {
    has_words(text) || has_amount(text)
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

fn has_amount(text: &str) -> bool {
    let digit = |b: &u8| b.is_ascii_digit();
    let marked =
        |three: &[u8]| digit(&three[0]) && matches!(three[1], b',' | b'.') && digit(&three[2]);
    text.as_bytes().windows(3).any(marked)
        || (text.bytes().any(|b| digit(&b)) && text.contains(['%', '€', '$', '£', '¥']))
}

/// Splits a sentence into parts of at most `limit` tokens, at clause marks where it can, else at spaces, else anywhere.
///
/// `tokens` gives the byte ranges of a text's tokens; the end token is not among them.
pub fn split_long(
    text: &str,
    sentence: Range<usize>,
    limit: usize,
    tokens: impl Fn(&str) -> Vec<Range<usize>>,
) -> Vec<Range<usize>> {
    // Few tokens are this long, so that more text hardly fits and need not be looked at.
    const MAX_TOKEN_BYTES: usize = 32;
    let limit = limit.max(1);
    let mut parts = Vec::new();
    let mut rest = sentence;
    loop {
        let window_end =
            floor_char_boundary(text, rest.end.min(rest.start + limit * MAX_TOKEN_BYTES));
        let window = &text[rest.start..window_end];
        let ranges = tokens(window);
        if ranges.len() <= limit && window_end == rest.end {
            parts.extend(trimmed(text, rest));
            return parts;
        }
        if ranges.is_empty() {
            // Nothing in the window counts.
            let end = window_end.max(rest.start + window.chars().next().map_or(1, char::len_utf8));
            parts.extend(trimmed(text, rest.start..end));
            rest.start = end;
            if rest.is_empty() {
                return parts;
            }
            continue;
        }
        let mut fitting = limit.min(ranges.len());
        let cut = loop {
            let most = ranges[fitting - 1].end;
            let cut = best_cut(&window[..floor_char_boundary(window, most)]);
            // Cut off from what follows, the same text can be cut into more pieces than before.
            if cut > 0 && tokens(&window[..cut]).len() <= limit {
                break cut;
            }
            if fitting == 1 {
                // A single character of more tokens than the limit.
                break window.chars().next().map_or(1, char::len_utf8);
            }
            fitting -= 1;
        };
        parts.extend(trimmed(text, rest.start..rest.start + cut));
        rest.start += cut;
        if rest.is_empty() {
            return parts;
        }
    }
}

/// The best place to end a part: behind the last clause mark of the second half, else behind the last space, else the
/// end.
fn best_cut(text: &str) -> usize {
    let after_space = |(i, space): (usize, char)| i + space.len_utf8();
    let mut last_space = None;
    for (i, space) in text.char_indices().rev().filter(|(_, c)| c.is_whitespace()) {
        last_space = last_space.or(Some(after_space((i, space))));
        if i < text.len() / 2 {
            break;
        }
        if text[..i].ends_with([
            ',', ';', ':', '.', '!', '?', '…', '–', '—', ')', '“', '”', '»', '«',
        ]) {
            return after_space((i, space));
        }
    }
    last_space.unwrap_or(text.len())
}

const BREAKS: [char; 7] = [
    '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{B}', '\u{C}',
];

/// Whether the line break between two lines is inside a sentence.
fn joins_lines(before: &str, after: &str, line_breaks: LineBreaks) -> bool {
    let break_at = before.trim_end_matches(BREAKS).len();
    if !matches!(&before[break_at..], "\n" | "\r\n") {
        return false;
    }
    let line = before[..break_at].trim_end();
    let line = &line[line.rfind('\n').map_or(0, |at| at + 1)..];
    let next = after.trim_start_matches(|c: char| c.is_whitespace() && !BREAKS.contains(&c));
    // Lists, headings, quotes and the like begin something new.
    if !next.starts_with(char::is_alphabetic) || begins_item(next) || !has_words(line) {
        return false;
    }
    match line_breaks {
        LineBreaks::Keep => {
            // Lower-case words one a line are a list.
            let sentence = before.trim_start().starts_with(char::is_uppercase)
                || line.split_whitespace().nth(2).is_some();
            let last = line.rsplit(char::is_whitespace).next().unwrap_or_default();
            sentence
                && line.ends_with(|c: char| c.is_alphanumeric() || c == '-')
                && (next.starts_with(char::is_lowercase) || needs_more(last))
        }
        LineBreaks::Join => !line.ends_with(['.', '!', '?', '…', ':', '"', '“', '”', '»', '«']),
    }
}

/// Whether a line begins with the letter of a list: a) or b.
fn begins_item(line: &str) -> bool {
    let mut characters = line.chars().skip(1);
    matches!(characters.next(), Some(')' | '.')) && characters.next() == Some(' ')
}

/// Whether Unicode's boundary between these two is inside a sentence.
fn continues(before: &str, after: &str, line_breaks: LineBreaks) -> bool {
    if before.ends_with(BREAKS) {
        return joins_lines(before, after, line_breaks);
    }
    // An address, a version: no sentence ends in an ASCII mark without a space behind it.
    if before.ends_with(['.', '!', '?']) && after.starts_with(char::is_alphanumeric) {
        return true;
    }
    let before = before.trim_end();
    let next = after.trim_start();
    let closes = |c: char| {
        matches!(
            c,
            '"' | '\'' | '“' | '”' | '»' | '«' | '’' | '‘' | ')' | ']'
        )
    };
    let unquoted = before.trim_end_matches(closes);
    if unquoted.ends_with(['!', '?']) && unquoted.len() < before.len() {
        // „Komm!“ rief er.
        return next.starts_with(char::is_lowercase);
    }
    match before.strip_suffix('.') {
        Some(words) => ends_in_abbreviation(words, next),
        None => false,
    }
}

/// The range without white space and control characters at its ends; nothing if it has nothing to translate.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let layout =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{FEFF}' | '\u{200B}');
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start_matches(layout).len());
    let part = part.trim_matches(layout);
    is_translatable(part).then(|| start..start + part.len())
}

fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}
