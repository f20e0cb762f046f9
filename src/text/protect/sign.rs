//! Pictures, formulas, signs and words of other scripts.

use super::Found;
use crate::text::chars::{
    is_combining, is_double_quote, is_foreign, is_invisible, is_operator, is_picture, is_sign,
    is_single_quote, joins_pictures,
};
use crate::text::language::Language;
use crate::text::scan::{at, before, digits, has, inside, run, spaces};

const EMOTICONS: &str =
    ":-) :-( :-D :-P :-/ :-| :-O :-* ;-) :'( :) :( :D :P :O :* ;) <3 ^^ xD XD B-) \\o/";

/// The end of an emoticon that stands by itself.
pub fn emoticon(s: &[char], i: usize) -> Option<usize> {
    let free = before(s, i) == '\0' || before(s, i).is_whitespace();
    let ends = |end: usize| !at(s, end).is_alphanumeric();
    let found = |face: &str| {
        let end = i + face.len();
        (has(s, i, face) && ends(end)).then_some(end)
    };
    free.then(|| EMOTICONS.split(' ').find_map(found)).flatten()
}

/// The end of a run of pictures, each with all its parts.
pub fn pictures(s: &[char], i: usize) -> Option<usize> {
    let keycap = |i: usize| {
        let frame = i + 1 + usize::from(at(s, i + 1) == '\u{FE0F}');
        (matches!(at(s, i), '0'..='9' | '#' | '*') && at(s, frame) == '\u{20E3}')
            .then_some(frame + 1)
    };
    let mut end = i;
    loop {
        let c = at(s, end);
        if is_picture(c) && !is_invisible(c)
            || (matches!(c, '©' | '®' | '‼' | '⁉' | '™' | 'ℹ') && at(s, end + 1) == '\u{FE0F}')
        {
            end += 1;
        } else if let Some(next) = keycap(end) {
            end = next;
        } else if end > i && joins_pictures(c) {
            end += 1;
        } else {
            break;
        }
    }
    (end > i).then_some(end)
}

/// A formula: numbers and short names with operators between.
pub fn formula(s: &[char], i: usize) -> Option<Found> {
    if inside(s, i) || matches!(before(s, i), '.' | ',' | '\'' | '’' | '-') {
        return None;
    }
    let mut end = operand(s, i)?;
    let mut operators = 0;
    for _ in 0..32 {
        let start = spaces(s, end);
        let mut stop = run(s, start, 2, &is_operator);
        if stop == start
            && start > end
            && matches!(at(s, start), '-' | '/' | '–')
            && at(s, start + 1) == ' '
            && operators > 0
        {
            stop = start + 1;
        }
        if stop == start {
            break;
        }
        let Some(next) = operand(s, spaces(s, stop)) else {
            break;
        };
        operators += 1;
        end = next;
    }
    (operators > 0).then(|| Found::copy(s, i..end))
}

/// A number or a name of one or two letters, with small digits above or below; the end of it.
fn operand(s: &[char], i: usize) -> Option<usize> {
    let start = i + usize::from(matches!(at(s, i), '-' | '−' | '√' | '∑' | '∫' | '∂' | '∆'));
    let mut end = digits(s, start);
    if end > start && matches!(at(s, end), '.' | ',') && at(s, end + 1).is_ascii_digit() {
        end = digits(s, end + 1);
    }
    let name = end;
    end = run(s, end, 3, &char::is_alphabetic);
    let raised = run(s, end, 3, &is_raised);
    let letters = end - name;
    let short = letters <= 1
        || (letters <= 3 && raised > end)
        || (letters == 2 && at(s, name).is_lowercase() && s[name] == at(s, name + 1));
    (raised > start && short && !at(s, raised).is_alphanumeric()).then_some(raised)
}

/// Digits above or below the line.
fn is_raised(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '\u{2070}'..='\u{209C}')
}

/// Anything else at a place that has no letters of either language.
pub fn sign(s: &[char], i: usize, from: Language) -> Option<Found> {
    let end = emoticon(s, i)
        .or_else(|| pictures(s, i))
        .or_else(|| foreign(s, i))
        .or_else(|| raised_word(s, i))
        .or_else(|| paragraph(s, i))
        .or_else(|| signs(s, i, from))?;
    Some(Found::copy(s, i..end))
}

/// Words of another script with the spaces and marks between them.
fn foreign(s: &[char], i: usize) -> Option<usize> {
    if !is_foreign(at(s, i)) {
        return None;
    }
    let part = |c: char| is_foreign(c) || is_combining(c) || is_invisible(c) || is_eastern_mark(c);
    let mut end = run(s, i, usize::MAX, &part);
    loop {
        let next = run(s, end, 3, &|c| {
            matches!(c, ' ' | ',' | '.' | '-' | '\'' | ':' | ';')
        });
        if next == end || !is_foreign(at(s, next)) {
            return Some(end);
        }
        end = run(s, next, usize::MAX, &part);
    }
}

fn is_eastern_mark(c: char) -> bool {
    matches!(u32::from(c), 0x060C | 0x061B | 0x061F | 0x3001..=0x3029 | 0xFF01 | 0xFF0C | 0xFF1A..=0xFF1F | 0x0964)
}

/// m², CO₂, H₂O.
fn raised_word(s: &[char], i: usize) -> Option<usize> {
    let name = run(s, i, 4, &|c| c.is_ascii_alphanumeric());
    if inside(s, i) || name == i || !is_raised(at(s, name)) {
        return None;
    }
    let end = run(s, name, 8, &|c| is_raised(c) || c.is_ascii_alphanumeric());
    (!at(s, end).is_alphanumeric()).then_some(end)
}

/// § 5, §§ 3a
fn paragraph(s: &[char], i: usize) -> Option<usize> {
    let start = run(s, i, 2, &|c| matches!(c, '§' | '№'));
    let number = spaces(s, start);
    let end = digits(s, number);
    let letter = usize::from(at(s, end).is_ascii_lowercase() && !at(s, end + 1).is_alphanumeric());
    (start > i && end > number).then_some(end + letter)
}

fn signs(s: &[char], i: usize, from: Language) -> Option<usize> {
    // Lehrer*innen
    let inside_word = before(s, i).is_alphabetic() && at(s, i + 1).is_alphabetic();
    if from == Language::German && matches!(at(s, i), '*' | '_') && inside_word {
        return None;
    }
    let end = run(s, i, 16, &|c| is_sign(c) || is_unknown(c));
    (end > i).then_some(end)
}

/// Neither a letter nor a mark that a text in one of the two languages has.
fn is_unknown(c: char) -> bool {
    !c.is_ascii()
        && !c.is_alphanumeric()
        && !c.is_whitespace()
        && !c.is_control()
        && !is_invisible(c)
        && !is_combining(c)
        && !is_double_quote(c)
        && !is_single_quote(c)
        && !matches!(c, '\u{2010}'..='\u{2015}' | '…' | '¡' | '¿' | '‼' | '⁇'..='⁉' | '·' | '\u{FF01}'..='\u{FF65}' | '\u{FFFD}'
            | '\u{2024}'..='\u{2027}')
}
