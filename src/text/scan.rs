//! Small steps over characters that the detectors share. Beyond either end stands `'\0'`, which is no part of anything.

use std::ops::Range;

/// The character at a place.
pub fn at(s: &[char], i: usize) -> char {
    s.get(i).copied().unwrap_or('\0')
}

/// The character before a place.
pub fn before(s: &[char], i: usize) -> char {
    i.checked_sub(1).map_or('\0', |i| at(s, i))
}

/// The end of a run of characters, at most so many.
pub fn run(s: &[char], i: usize, most: usize, is: impl Fn(char) -> bool) -> usize {
    let rest = s.get(i..).unwrap_or_default().iter();
    i + rest.take(most).take_while(|&&c| is(c)).count()
}

/// The end of a run of ASCII digits.
pub fn digits(s: &[char], i: usize) -> usize {
    run(s, i, usize::MAX, |c| c.is_ascii_digit())
}

/// The end of a run of letters, at most 40.
pub fn letters(s: &[char], i: usize) -> usize {
    run(s, i, 40, char::is_alphabetic)
}

/// The place behind at most two spaces of any kind but line breaks.
pub fn spaces(s: &[char], i: usize) -> usize {
    run(s, i, 2, is_space)
}

/// Whether a text stands at a place, in this very case.
pub fn has(s: &[char], i: usize, text: &str) -> bool {
    let mut end = i;
    text.chars().all(|c| {
        end += 1;
        at(s, end - 1) == c
    })
}

/// The end of the first of some texts that stands at a place, in whatever case, and goes on with no letter or digit.
pub fn any_word(s: &[char], i: usize, words: &[&str]) -> Option<usize> {
    let same = |word: &&&str| {
        let mut end = i;
        word.chars().all(|c| {
            end += 1;
            lower(at(s, end - 1)) == c
        }) && !at(s, end).is_alphanumeric()
    };
    words.iter().find(same).map(|word| i + word.chars().count())
}

/// The word before a place, lower-cased; spaces between are passed over.
pub fn word_before(s: &[char], i: usize) -> String {
    let mut end = i;
    while end > 0 && i - end < 2 && is_space(s[end - 1]) {
        end -= 1;
    }
    let mut start = end;
    while start > 0 && end - start < 24 && s[start - 1].is_alphabetic() {
        start -= 1;
    }
    s[start..end].iter().copied().map(lower).collect()
}

/// The number that digits spell; the greatest there is if it is greater.
pub fn value(s: &[char], part: Range<usize>) -> u32 {
    s[part].iter().fold(0u32, |value, c| {
        let digit = c.to_digit(10).unwrap_or(0);
        value.saturating_mul(10).saturating_add(digit)
    })
}

/// The characters of a stretch.
pub fn text(s: &[char], part: Range<usize>) -> String {
    s[part].iter().collect()
}

/// A space inside a line.
pub fn is_space(c: char) -> bool {
    c.is_whitespace()
        && !matches!(
            c,
            '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
}

/// The lower-case form where it is one character, else the character itself.
pub fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Whether a number or a word can't begin here because one is under way.
pub fn inside(s: &[char], i: usize) -> bool {
    let c = before(s, i);
    c.is_alphanumeric() || c == '_'
}
