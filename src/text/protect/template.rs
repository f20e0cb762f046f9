//! Places that a program fills in, code in backticks, tags and entities.

use super::Found;
use crate::text::scan::{at, before, digits, has, run};

/// The most characters between a pair of backticks or tag brackets.
const MOST: usize = 300;

/// Something of a template or of markup at a place.
pub fn template(s: &[char], i: usize) -> Option<Found> {
    let end = match at(s, i) {
        '`' => backticks(s, i),
        '{' if at(s, i + 1) == '{' => enclosed(s, i + 2, "}}", |c| c != '{'),
        '{' => enclosed(s, i + 1, "}", is_field),
        '$' | '#' | '%' if at(s, i + 1) == '{' => enclosed(s, i + 2, "}", is_field),
        '%' => percent(s, i),
        '<' => tag(s, i),
        '&' => entity(s, i),
        ':' => shortcode(s, i),
        '[' if at(s, i + 1) == '[' => enclosed(s, i + 2, "]]", |c| c != '['),
        _ => None,
    }?;
    Some(Found::copy(s, i..end))
}

fn is_field(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(
            c,
            '_' | '.' | ':' | '-' | ',' | '#' | '$' | '@' | '/' | '|' | '[' | ']'
        )
}

/// The end of something that is closed on the same line, all its characters being allowed.
fn enclosed(
    s: &[char],
    start: usize,
    close: &str,
    allowed: impl Fn(char) -> bool,
) -> Option<usize> {
    let first = close.chars().next()?;
    let end = run(s, start, MOST, &|c| c != first && c != '\n' && allowed(c));
    has(s, end, close).then(|| end + close.chars().count())
}

fn backticks(s: &[char], i: usize) -> Option<usize> {
    let start = run(s, i, 3, &|c| c == '`');
    let close = &"```"[..start - i];
    let mut end = start;
    while end < s.len() && end - start < MOST {
        if at(s, end) == '`' && has(s, end, close) {
            return (end > start).then(|| end + close.len());
        }
        end += 1;
    }
    None
}

/// %s, %1$d, %-5.2f, %(name)s; not 5 % of something.
fn percent(s: &[char], i: usize) -> Option<usize> {
    if before(s, i).is_ascii_digit() {
        return None;
    }
    let mut end = i + 1;
    if at(s, end) == '(' {
        end = enclosed(s, end + 1, ")", is_field)?;
    } else if at(s, digits(s, end)) == '$' {
        end = digits(s, end) + 1;
    }
    end = run(s, end, 3, &|c| matches!(c, '-' | '+' | '0' | '#'));
    end = digits(s, end);
    if at(s, end) == '.' {
        end = digits(s, end + 1);
    }
    end = run(s, end, 2, &|c| matches!(c, 'l' | 'h' | 'z'));
    let conversion = matches!(
        at(s, end),
        's' | 'd' | 'i' | 'f' | 'u' | 'x' | 'X' | 'c' | 'g' | 'e' | 'o' | '@'
    );
    (conversion && !at(s, end + 1).is_alphabetic()).then_some(end + 1)
}

fn tag(s: &[char], i: usize) -> Option<usize> {
    let name = i + 1 + usize::from(at(s, i + 1) == '/');
    if !at(s, name).is_ascii_alphabetic() && !has(s, i, "<!--") {
        return None;
    }
    enclosed(s, name, ">", |c| c != '<')
}

fn entity(s: &[char], i: usize) -> Option<usize> {
    let name = i + 1 + usize::from(at(s, i + 1) == '#');
    let end = run(s, name, 8, &|c| c.is_ascii_alphanumeric());
    (end > name + 1 && at(s, end) == ';').then_some(end + 1)
}

fn shortcode(s: &[char], i: usize) -> Option<usize> {
    if before(s, i) != '\0' && !before(s, i).is_whitespace() {
        return None;
    }
    let end = run(s, i + 1, 30, &|c| {
        c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '+' | '-')
    });
    (end > i + 2 && at(s, end) == ':').then_some(end + 1)
}
