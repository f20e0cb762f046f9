//! Small steps over characters that the detectors share. Beyond either end stands `'\0'`, which is no part of anything.
//!
//! They are kept out of line: the detectors call them a few hundred times, and copies would make up half of the layer.

use std::ops::Range;

/// The character at a place.
#[inline(never)]
pub fn at(s: &[char], i: usize) -> char {
    s.get(i).copied().unwrap_or('\0')
}

/// The character before a place.
#[inline(never)]
pub fn before(s: &[char], i: usize) -> char {
    i.checked_sub(1).map_or('\0', |i| at(s, i))
}

/// The end of a run of characters, at most so many.
#[inline(never)]
pub fn run(s: &[char], i: usize, most: usize, is: &dyn Fn(char) -> bool) -> usize {
    let rest = s.get(i..).unwrap_or_default().iter();
    i + rest.take(most).take_while(|&&c| is(c)).count()
}

/// The end of a run of ASCII digits.
#[inline(never)]
pub fn digits(s: &[char], i: usize) -> usize {
    run(s, i, usize::MAX, &|c| c.is_ascii_digit())
}

/// The end of a run of letters, at most 40.
#[inline(never)]
pub fn letters(s: &[char], i: usize) -> usize {
    run(s, i, 40, &char::is_alphabetic)
}

/// The place behind at most two spaces of any kind but line breaks.
#[inline(never)]
pub fn spaces(s: &[char], i: usize) -> usize {
    run(s, i, 2, &is_space)
}

/// Whether a text stands at a place, in this very case.
#[inline(never)]
pub fn has(s: &[char], i: usize, text: &str) -> bool {
    let mut end = i;
    text.chars().all(|c| {
        end += 1;
        at(s, end - 1) == c
    })
}

/// Whether a word is among some that single spaces part: as one text they take half the room of a list.
#[inline(never)]
pub fn listed(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

/// Whether a word ends in one of some endings.
#[inline(never)]
pub fn ends_in(endings: &str, word: &str) -> bool {
    endings.split(' ').any(|ending| word.ends_with(ending))
}

/// The end of the first of some words (lower case) that stands at a place, in whatever case, and goes on with no letter
/// or digit.
#[inline(never)]
pub fn any_word(s: &[char], i: usize, words: &str) -> Option<usize> {
    words.split(' ').find_map(|word| {
        let mut end = i;
        let same = word.chars().all(|c| {
            end += 1;
            lower(at(s, end - 1)) == c
        });
        (same && !at(s, end).is_alphanumeric()).then_some(end)
    })
}

/// The word before a place, lower-cased; spaces between are passed over.
#[inline(never)]
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
#[inline(never)]
pub fn value(s: &[char], part: Range<usize>) -> u32 {
    s[part].iter().fold(0u32, |value, c| {
        let digit = c.to_digit(10).unwrap_or(0);
        value.saturating_mul(10).saturating_add(digit)
    })
}

/// The characters of a stretch.
#[inline(never)]
pub fn text(s: &[char], part: Range<usize>) -> String {
    s[part].iter().collect()
}

/// A space inside a line.
#[inline(never)]
pub fn is_space(c: char) -> bool {
    c.is_whitespace()
        && !matches!(
            c,
            '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
}

/// The lower-case form where it is one character, else the character itself.
#[inline(never)]
pub fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Whether a number or a word can't begin here because one is under way.
#[inline(never)]
pub fn inside(s: &[char], i: usize) -> bool {
    let c = before(s, i);
    c.is_alphanumeric() || c == '_'
}

/// The capital of a letter of German, English or their neighbours; all others stay. Unicode's own table would cost as
/// much as a language's lists of words. "ß" has none of one letter and is left to the caller.
pub fn upper(c: char) -> char {
    let code = u32::from(c);
    let odd = code % 2 == 1;
    let capital = match code {
        0x61..=0x7A | 0xE0..=0xF6 | 0xF8..=0xFE => code - 0x20,
        0xFF => 0x178,
        0x131 => 0x49,
        0x100..=0x137 | 0x14A..=0x177 if odd => code - 1,
        0x139..=0x148 | 0x179..=0x17E if !odd => code - 1,
        _ => code,
    };
    char::from_u32(capital).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::upper;

    #[test]
    fn capitals_are_those_of_unicode() {
        for c in ('\0'..'\u{17F}').filter(|c| !matches!(c, 'ß' | 'µ' | 'ŉ')) {
            let capital: String = c.to_uppercase().collect();
            assert_eq!(upper(c).to_string(), capital, "{c}");
        }
    }
}
