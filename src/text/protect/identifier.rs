//! Numbers and codes that name something and count nothing: account, telephone and order numbers, versions, hashes.

use super::Found;
use crate::text::language::Language;
use crate::text::scan::{at, before, digits, has, inside, listed, run, spaces, word_before};

/// Words before a number that make a name of it: its marks stay as they are.
const NAMED: &str = "version release kapitel chapter abschnitt section figure table tabelle abbildung update python java node \
    windows android ios macos ubuntu firefox chrome iso din en rfc usb bluetooth http";

/// A code at a place.
pub fn identifier(s: &[char], i: usize, from: Language) -> Option<Found> {
    if inside(s, i) {
        return None;
    }
    let end = account(s, i)
        .or_else(|| dotted(s, i, from))
        .or_else(|| digit_groups(s, i))
        .or_else(|| plate(s, i))
        .or_else(|| code(s, i))
        .or_else(|| colons(s, i))?;
    Some(Found::copy(s, i..end))
}

/// IBAN: two letters, two digits, and groups of letters and digits, 15 to 34 in all.
fn account(s: &[char], i: usize) -> Option<usize> {
    if !(at(s, i).is_ascii_uppercase()
        && at(s, i + 1).is_ascii_uppercase()
        && digits(s, i + 2) >= i + 4)
    {
        return None;
    }
    let part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let mut end = run(s, i, 34, &part);
    let mut count = end - i;
    let (mut whole, mut whole_count) = (end, count);
    loop {
        let next = spaces(s, end);
        let group_end = run(s, next, 4, &part);
        let has_digit = s[next..group_end].iter().any(char::is_ascii_digit);
        let letters = !has_digit && group_end == next + 4;
        if next == end
            || !(has_digit || letters)
            || count + (group_end - next) > 34
            || at(s, group_end).is_alphanumeric()
        {
            break;
        }
        count += group_end - next;
        end = group_end;
        if has_digit {
            (whole, whole_count) = (end, count);
        }
    }
    ((15..=34).contains(&whole_count) && !at(s, whole).is_alphanumeric()).then_some(whole)
}

/// IP addresses and versions: at least three numbers with full stops between, or two behind a "v" or a product's name.
fn dotted(s: &[char], i: usize, from: Language) -> Option<usize> {
    let v = matches!(at(s, i), 'v' | 'V');
    let start = i + usize::from(v);
    let mut end = digits(s, start);
    if end == start || (!v && matches!(before(s, i), '.' | ',')) {
        return None;
    }
    let first = end - start;
    let (mut numbers, mut thousands) = (1, first <= 3);
    while at(s, end) == '.' && at(s, end + 1).is_ascii_digit() {
        let next = digits(s, end + 1);
        thousands &= next - end == 4;
        end = next;
        numbers += 1;
    }
    // 1.000.000 is a number in German.
    let number = from == Language::German && thousands && !v;
    let named = numbers == 2 && listed(NAMED, word_before(s, i).as_str());
    if !(v || (numbers >= 3 && !number) || named) {
        return None;
    }
    // 2.0.0-beta.1, 10.0.0.0/8, 10.0.0.1:8080
    if matches!(at(s, end), '-' | '/' | ':' | '+')
        && at(s, end + 1).is_ascii_alphanumeric()
        && numbers >= 3
    {
        end = run(s, end + 1, 30, &|c| {
            c.is_ascii_alphanumeric() || c == '.' || c == '-'
        });
        while s[end - 1] == '.' || s[end - 1] == '-' {
            end -= 1;
        }
    }
    if at(s, end) == 'x' && at(s, end - 1) == '.' {
        end += 1;
    }
    (!at(s, end).is_alphanumeric()).then_some(end)
}

/// Telephone numbers, ISBN, card numbers: groups of digits, seven digits and more in all.
fn digit_groups(s: &[char], i: usize) -> Option<usize> {
    let first = at(s, i);
    let international = first == '+' && at(s, i + 1).is_ascii_digit();
    let bracket = first == '(' && matches!(at(s, i + 1), '0'..='9' | '+');
    if !(first.is_ascii_digit() || international || bracket)
        || matches!(before(s, i), '.' | ',' | '-' | '/')
    {
        return None;
    }
    let (mut count, mut separators, mut end) = (0, 0, i);
    // Whether it can be a number with spaces between thousands.
    let mut thousands = first.is_ascii_digit() && first != '0';
    let mut at_group =
        i + usize::from(international || bracket) + usize::from(bracket && at(s, i + 1) == '+');
    let leading = at(s, at_group) == '0';
    loop {
        let group_end = digits(s, at_group);
        if group_end == at_group {
            break;
        }
        let length = group_end - at_group;
        thousands &= if separators == 0 {
            length <= 3
        } else {
            length == 3
        };
        count += length;
        end = group_end;
        // What may stand between two groups: ") ", " / ", "-", " ".
        let joint = run(s, end, 4, &|c| {
            matches!(
                c,
                ' ' | '-' | '/' | '(' | ')' | '–' | '‑' | '\u{A0}' | '\u{202F}'
            )
        });
        thousands &= joint == end || (joint == end + 1 && !matches!(at(s, end), '-' | '/'));
        if joint == end || count > 40 || !at(s, joint).is_ascii_digit() {
            if joint == end + 1
                && at(s, end) == '-'
                && at(s, joint) == 'X'
                && !at(s, joint + 1).is_alphanumeric()
            {
                // The check digit of an ISBN.
                end = joint + 1;
                count += 1;
            }
            break;
        }
        separators += 1;
        at_group = joint;
    }
    let follows = at(s, end);
    if follows.is_alphanumeric()
        || (matches!(follows, ',' | '.' | ':') && at(s, end + 1).is_ascii_digit())
    {
        return None;
    }
    let phone = (international && count >= 7) || (bracket && count >= 6) || (leading && count >= 7);
    let groups = separators >= 2 && count >= 7;
    ((phone || groups) && !(thousands && separators > 0)).then_some(end)
}

/// A car's number: B-MK 4321.
fn plate(s: &[char], i: usize) -> Option<usize> {
    let town = run(s, i, 4, &char::is_uppercase);
    let letters = run(s, town + 1, 3, &char::is_uppercase);
    let number = spaces(s, letters);
    let end = digits(s, number);
    let sized = (1..=3).contains(&(town - i)) && (1..=2).contains(&(letters - town - 1));
    let written = sized && at(s, town) == '-' && number == letters + 1;
    (written && (1..=4).contains(&(end - number)) && !at(s, end).is_alphanumeric()).then_some(end)
}

/// Letters and digits in one word: H2O, RX-2024-0815, DE123456789, mp3, f0c10e7.
fn code(s: &[char], i: usize) -> Option<usize> {
    let mut end = run(s, i, 80, &|c| {
        c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_')
    });
    while end > i && !at(s, end - 1).is_alphanumeric() {
        end -= 1;
    }
    let word = &s[i..end];
    if !word.iter().any(char::is_ascii_digit)
        || !word.iter().all(char::is_ascii)
        || at(s, end).is_alphanumeric()
    {
        return None;
    }
    let letters = word.iter().any(char::is_ascii_alphabetic);
    let small = word.iter().any(char::is_ascii_lowercase);
    let hex = |c: &char| c.is_ascii_hexdigit() && !c.is_ascii_uppercase();
    let hash = letters && word.len() >= 7 && word.iter().all(|c| hex(c) || *c == '-');
    let capitals = letters && !small;
    // Letters, then digits, and no more: mp3, Windows11.
    let name = run(s, i, 20, &|c| c.is_ascii_alphabetic());
    let numbered = name > i && digits(s, name) == end;
    // x86_64, utf8mb4, i18n
    let inner =
        name > i && name - i <= 5 && word.iter().all(|c| c.is_ascii_alphanumeric() || *c == '_');
    // 10-A and 5K are left to the numbers.
    let starts =
        at(s, i).is_ascii_alphabetic() || (capitals && word.len() >= 2 && !unit_like(word));
    let hexadecimal = has(s, i, "0x");
    (hash || hexadecimal || (capitals && starts) || numbered || inner || utf(s, i, end))
        .then_some(end)
}

fn unit_like(word: &[char]) -> bool {
    let start = word.iter().take_while(|c| c.is_ascii_digit()).count();
    matches!(word[start..], ['A'..='Z']) && !matches!(word[start..], ['D'])
}

fn utf(s: &[char], i: usize, end: usize) -> bool {
    (has(s, i, "utf-") || has(s, i, "sha-") || has(s, i, "iso-")) && digits(s, i + 4) == end
}

/// IPv6 and MAC addresses.
fn colons(s: &[char], i: usize) -> Option<usize> {
    let end = run(s, i, 50, &|c| c.is_ascii_hexdigit() || c == ':');
    let word = &s[i..end];
    let colons = word.iter().filter(|&&c| c == ':').count();
    let ends = !at(s, end).is_alphanumeric() && word.last().is_some_and(char::is_ascii_hexdigit);
    (colons >= 3 && ends && word.iter().any(char::is_ascii_digit)).then_some(end)
}
