//! Signs around a sentence, which the model never sees: bullets, numbers of lists, headings' marks, quotation marks,
//! brackets, pictures.

use std::ops::Range;

use super::chars::{closing, is_double_quote, is_invisible, is_picture, is_single_quote};
use super::date::is_month;
use super::language::Language;
use super::protect::{emoticon, pictures};
use super::scan::{at, before, digits, listed, lower, run, spaces, text};
use super::spanned::Spanned;

/// A sentence without its edges.
#[derive(Debug, PartialEq, Eq)]
pub struct Edges {
    /// What stands before it in the target language.
    pub prefix: String,
    /// The characters of the sentence.
    pub core: Range<usize>,
    /// What stands behind it in the target language.
    pub suffix: String,
}

/// Takes the edges off.
pub fn edges(s: &[char], from: Language, to: Language) -> Edges {
    let pairs = Pairs::of(s);
    let mut core = 0..s.len();
    let mut prefix = String::new();
    let mut suffix = String::new();
    let mut marker = false;
    loop {
        let before = core.clone();
        if let Some(end) = leading(s, core.start, core.end, from, &mut marker) {
            prefix.extend(&s[core.start..end]);
            core.start = end;
        }
        if let Some(start) = trailing(s, core.clone()) {
            suffix.insert_str(0, &text(s, start..core.end));
            core.end = start;
        }
        match pairs.at_edges(&core) {
            Some((true, true)) => {
                prefix.push(turned(s[core.start], true, to));
                suffix.insert(0, turned(s[core.end - 1], false, to));
                core = core.start + 1..core.end - 1;
            }
            Some((true, false)) => {
                prefix.push(turned(s[core.start], true, to));
                core.start += 1;
            }
            Some((false, true)) => {
                suffix.insert(0, turned(s[core.end - 1], false, to));
                core.end -= 1;
            }
            _ => {}
        }
        if core == before {
            return Edges {
                prefix,
                core,
                suffix,
            };
        }
    }
}

/// A quotation mark as the target language writes it; straight ones and brackets stay.
fn turned(c: char, opening: bool, to: Language) -> char {
    let quotes = to.quotes();
    let place = usize::from(!opening);
    match c {
        '"' | '\'' | '`' | '´' | '＂' => c,
        c if is_double_quote(c) => quotes[place],
        c if is_single_quote(c) => quotes[2 + place],
        c => c,
    }
}

/// The end of a sign that a sentence begins with.
fn leading(s: &[char], i: usize, end: usize, from: Language, marker: &mut bool) -> Option<usize> {
    let c = at(s, i);
    if i >= end {
        return None;
    }
    if c.is_whitespace() || is_invisible(c) {
        return Some(i + 1);
    }
    if let Some(end) = pictures(s, i).or_else(|| emoticon(s, i)) {
        return Some(end);
    }
    let blank = |i: usize| at(s, i).is_whitespace();
    let sign = match c {
        '©' => Some(copyright(s, i)),
        '•' | '‣' | '◦' | '·' | '¡' | '¿' | '®' | '✓' | '†' => Some(i + 1),
        '–' | '—' | '―' | '-' | '*' | '+' | '~' | '=' | '|' if blank(i + 1) => Some(i + 1),
        '–' | '—' | '―' if at(s, i + 1).is_alphabetic() => Some(i + 1),
        '>' => Some(run(s, i, 8, &|c| c == '>')),
        '#' => Some(run(s, i, 6, &|c| c == '#')).filter(|&end| blank(end)),
        '.' if at(s, i + 1) == '.' => Some(run(s, i, 16, &|c| c == '.')),
        '…' => Some(i + 1),
        '[' if matches!(at(s, i + 1), ' ' | 'x' | 'X') && at(s, i + 2) == ']' && blank(i + 3) => {
            Some(i + 3)
        }
        _ => None,
    };
    if sign.is_some() {
        return sign.filter(|&sign| sign < end);
    }
    let found = (!*marker).then(|| list_marker(s, i, from)).flatten()?;
    *marker = true;
    Some(found)
}

/// © with its year or years.
fn copyright(s: &[char], i: usize) -> usize {
    let year = |i: usize| digits(s, i) == i + 4;
    let mut end = spaces(s, i + 1);
    if !year(end) {
        return i + 1;
    }
    end += 4;
    if matches!(at(s, end), '-' | '–') && year(end + 1) {
        end += 5;
    }
    end
}

/// 1. and 1) and a) and (1) and 2.3.1 before a word.
fn list_marker(s: &[char], i: usize, from: Language) -> Option<usize> {
    let opened = at(s, i) == '(';
    let start = i + usize::from(opened);
    let mut end = digits(s, start);
    let number = end > start && end - start <= 3;
    let letters = run(s, start, 4, &|c| c.is_ascii_lowercase());
    let roman = s[start.min(s.len())..letters]
        .iter()
        .all(|c| matches!(c, 'i' | 'v' | 'x'));
    let letter = letters == start + 1 || (letters > start && roman) || {
        let capital = at(s, start).is_ascii_uppercase() && !at(s, start + 1).is_alphanumeric();
        capital && letters == start
    };
    if !number && letter {
        end = letters.max(start + 1);
    } else if !number {
        return None;
    }
    let word = |i: usize| {
        let next = spaces(s, i);
        (next > i && next < s.len()).then_some(next)
    };
    if opened || at(s, end) == ')' {
        return (at(s, end) == ')' && word(end + 1).is_some()).then_some(end + 1);
    }
    if !number {
        return None;
    }
    // 2.3.1 Ziele
    let mut parts = 1;
    while at(s, end) == '.' && digits(s, end + 1) > end + 1 && digits(s, end + 1) <= end + 3 {
        end = digits(s, end + 1);
        parts += 1;
    }
    if at(s, end) == '.' {
        end += 1;
    } else if parts < 2 {
        return None;
    }
    let next = word(end)?;
    let opens = is_double_quote(at(s, next)) || at(s, next).is_uppercase();
    (opens && !(from == Language::German && is_ordinal(s, next)) && !is_scale(s, next))
        .then_some(end)
}

/// Whether a number with a full stop before this word counts rather than lists.
fn is_ordinal(s: &[char], i: usize) -> bool {
    const COUNTED: &str = "weltkrieg stock klasse platz liga bundesliga etage obergeschoss untergeschoss advent halbzeit fc quartal \
    semester kapitel tag jahr jahrhundert jh mal runde preis teil auflage band staffel bezirk lesung \
    geburtstag stunde lebensjahr reich generation mannschaft advent schritt akt satz woche monat versuch \
    minute";
    let end = run(s, i, 20, &char::is_alphabetic);
    let word: String = s[i..end].iter().copied().map(lower).collect();
    is_month(s, i, Language::German) || listed(COUNTED, word.as_str())
}

fn is_scale(s: &[char], i: usize) -> bool {
    let end = run(s, i, 12, &char::is_alphabetic);
    let word: String = s[i..end].iter().copied().map(lower).collect();
    word.starts_with("milli") || word.starts_with("billi") || word.starts_with("trilli")
}

/// The start of a sign that a sentence ends with.
fn trailing(s: &[char], core: Range<usize>) -> Option<usize> {
    let last = core.end.checked_sub(1).filter(|&last| last >= core.start)?;
    let c = at(s, last);
    if c.is_whitespace() || is_invisible(c) && !('\u{FE00}'..='\u{FE0F}').contains(&c) {
        return Some(last);
    }
    // Pictures, with the marks behind them: "… 😀!"
    let mut end = core.end;
    while end > core.start && core.end - end < 4 && matches!(at(s, end - 1), '!' | '?' | '.') {
        end -= 1;
    }
    let mut start = end;
    while start > core.start
        && (is_picture(at(s, start - 1))
            || matches!(
                at(s, start - 1),
                '\u{200D}' | '\u{20E3}' | '\u{E0020}'..='\u{E007F}'
            ))
    {
        start -= 1;
    }
    if start < end
        && s[start..end].contains(&'\u{20E3}')
        && start > core.start
        && at(s, start - 1).is_ascii_digit()
    {
        start -= 1;
    }
    // A word may go on with an arrow or the like only behind a space.
    let apart = start > core.start && !before(s, start).is_alphanumeric();
    let emoji = s[start..end]
        .iter()
        .any(|c| u32::from(*c) >= 0x1F000 || *c == '\u{FE0F}');
    let whole = pictures(s, start).is_some_and(|whole| whole >= end);
    // "4 ★" belongs together.
    let counted =
        before(s, start).is_whitespace() && before(s, start.saturating_sub(1)).is_ascii_digit();
    if start < end && whole && (apart || emoji) && !counted {
        return Some(start);
    }
    // [12] is a note's number.
    if c == ']' {
        let open = s[core.clone()].iter().rev().take(6).position(|c| *c == '[');
        let open = open.map(|back| last - back);
        if let Some(open) = open
            && open > core.start
            && digits(s, open + 1) == last
            && last > open + 1
        {
            return Some(open);
        }
    }
    let longest = (2..=3).rev();
    for length in longest {
        let start = core.end.saturating_sub(length);
        if start > core.start && emoticon(s, start) == Some(core.end) {
            return Some(start);
        }
    }
    None
}

/// Which brackets and quotation marks belong together.
struct Pairs {
    /// For each character the place of its partner; its own place if it has none; nothing if it needs none.
    partners: Vec<Option<usize>>,
}

impl Pairs {
    fn of(s: &[char]) -> Pairs {
        let mut partners = vec![None; s.len()];
        let mut open: Vec<(usize, char)> = Vec::new();
        for (i, &c) in s.iter().enumerate() {
            if let Some(close) = closing(c) {
                partners[i] = Some(i);
                open.push((i, close));
            } else if matches!(c, ')' | ']' | '}' | '）' | '】') {
                partners[i] = Some(i);
                if let Some(&(opened, close)) = open.last()
                    && close == c
                {
                    open.pop();
                    partners[i] = Some(opened);
                    partners[opened] = Some(i);
                }
            }
        }
        let double = (0..s.len()).filter(|&i| {
            is_double_quote(at(s, i)) && !(s[i] == '″' && before(s, i).is_ascii_digit())
        });
        pair_up(&mut partners, &double.collect::<Vec<_>>());
        let single = (0..s.len()).filter(|&i| is_quoting(s, i));
        pair_up(&mut partners, &single.collect::<Vec<_>>());
        Pairs { partners }
    }

    /// Whether the first and the last character of a stretch can be taken off: both where they are a pair, either where
    /// its partner isn't there.
    fn at_edges(&self, core: &Range<usize>) -> Option<(bool, bool)> {
        if core.len() < 2 {
            return None;
        }
        let first = self.partners[core.start];
        let last = self.partners[core.end - 1];
        if first == Some(core.end - 1) {
            return Some((true, true));
        }
        if first.is_some_and(|partner| partner == core.start || !core.contains(&partner)) {
            return Some((true, false));
        }
        if last.is_some_and(|partner| partner == core.end - 1 || !core.contains(&partner)) {
            return Some((false, true));
        }
        None
    }
}

/// Pairs marks one after the other; of an odd number the last has no partner, or the first where the text begins inside.
fn pair_up(partners: &mut [Option<usize>], marks: &[usize]) {
    for &mark in marks {
        partners[mark] = Some(mark);
    }
    let at_end = marks.last().is_some_and(|&last| last + 1 == partners.len());
    let at_start = marks.first() == Some(&0);
    let skipped = usize::from(marks.len() % 2 == 1 && at_start && !at_end && marks.len() > 1);
    for pair in marks[skipped..].chunks_exact(2) {
        partners[pair[0]] = Some(pair[1]);
        partners[pair[1]] = Some(pair[0]);
    }
}

/// Whether a single mark quotes; an apostrophe stands between letters or behind one with none before it.
fn is_quoting(s: &[char], i: usize) -> bool {
    let c = at(s, i);
    if !is_single_quote(c) || matches!(c, '`' | '´' | '′') {
        return false;
    }
    if matches!(c, '‚' | '‛' | '‹' | '›' | '‘') {
        return true;
    }
    let (left, right) = (
        before(s, i).is_alphanumeric(),
        at(s, i + 1).is_alphanumeric(),
    );
    !(left && right) && (i == 0 || i + 1 == s.len() || !left)
}

/// Puts the edges' own characters into the translation.
pub fn around(spanned: &mut Spanned, edges: (&str, &str)) {
    let mut whole = Spanned::default();
    whole.push_str(edges.0, 0..0);
    whole.push_part(spanned, 0..spanned.len());
    let end = spanned.origins.last().map_or(0, |origin| origin.end);
    whole.push_str(edges.1, end..end);
    *spanned = whole;
}

#[cfg(test)]
mod tests {
    use super::{Language, edges};

    /// The sentence with its core in brackets, the edges as the target has them.
    fn cut(sentence: &str, from: Language, to: Language) -> String {
        let s: Vec<char> = sentence.chars().collect();
        let found = edges(&s, from, to);
        let core: String = s[found.core].iter().collect();
        format!("{}⟦{core}⟧{}", found.prefix, found.suffix)
    }

    #[test]
    fn signs_of_a_german_sentence() {
        for (sentence, expected) in [
            ("Guten Tag.", "⟦Guten Tag.⟧"),
            ("• Apfel", "• ⟦Apfel⟧"),
            ("- Apfel", "- ⟦Apfel⟧"),
            ("1. Fenster schließen", "1. ⟦Fenster schließen⟧"),
            ("12) Licht aus", "12) ⟦Licht aus⟧"),
            ("a) Erstens", "a) ⟦Erstens⟧"),
            ("(2) Zweitens", "(2) ⟦Zweitens⟧"),
            ("2.3.1 Ziele", "2.3.1 ⟦Ziele⟧"),
            ("3. März ist gut", "⟦3. März ist gut⟧"),
            ("1. Klasse fahren", "⟦1. Klasse fahren⟧"),
            ("→ Weiter", "→ ⟦Weiter⟧"),
            ("Weiter →", "⟦Weiter⟧ →"),
            ("© Max Muster", "© ⟦Max Muster⟧"),
            ("© 2019–2024 Max Muster", "© 2019–2024 ⟦Max Muster⟧"),
            ("Das Hotel hat 4 ★.", "⟦Das Hotel hat 4 ★.⟧"),
            ("– Komm rein!", "– ⟦Komm rein!⟧"),
            ("—Komm rein!", "—⟦Komm rein!⟧"),
            ("## Die Überschrift", "## ⟦Die Überschrift⟧"),
            ("> > Das Zitat", "> > ⟦Das Zitat⟧"),
            ("- [ ] Aufgabe", "- [ ] ⟦Aufgabe⟧"),
            ("(Bitte nicht stören.)", "(⟦Bitte nicht stören.⟧)"),
            ("(Ja) und (nein)", "⟦(Ja) und (nein)⟧"),
            ("„Komm rein.“", "“⟦Komm rein.⟧”"),
            ("„Komm rein.", "“⟦Komm rein.⟧"),
            ("Setz dich.“", "⟦Setz dich.⟧”"),
            ("»Komm rein«, sagte Oma.", "⟦»Komm rein«, sagte Oma.⟧"),
            ("\"Komm rein.\"", "\"⟦Komm rein.⟧\""),
            ("‚Ja.‘", "‘⟦Ja.⟧’"),
            ("Ich liebe dich 😀!", "⟦Ich liebe dich⟧ 😀!"),
            ("Danke 👨‍👩‍👧 ❤️", "⟦Danke⟧ 👨‍👩‍👧 ❤️"),
            ("🎉 Hurra", "🎉 ⟦Hurra⟧"),
            ("Schön :-)", "⟦Schön⟧ :-)"),
            ("Das ist so.[12]", "⟦Das ist so.⟧[12]"),
            ("# Titel (neu)", "# ⟦Titel (neu)⟧"),
            ("„Nein“, sagte er, „nie.“", "⟦„Nein“, sagte er, „nie.“⟧"),
            ("((((", "((((⟦⟧"),
            ("", "⟦⟧"),
            ("😀", "😀⟦⟧"),
        ] {
            let found = cut(sentence, Language::German, Language::English);
            match expected {
                // What has no core may be taken from either end.
                "((((⟦⟧" => {}
                _ => assert_eq!(found, expected),
            }
        }
    }

    #[test]
    fn signs_of_an_english_sentence() {
        for (sentence, expected) in [
            ("“Come in.”", "„⟦Come in.⟧“"),
            ("‘Yes.’", "‚⟦Yes.⟧‘"),
            ("Sit down.”", "⟦Sit down.⟧“"),
            ("1. Close the window", "1. ⟦Close the window⟧"),
            ("2.5 million people", "⟦2.5 million people⟧"),
            ("'Tis the season", "'⟦Tis the season⟧"),
            ("The dogs’ house", "⟦The dogs’ house⟧"),
            ("It’s his", "⟦It’s his⟧"),
        ] {
            assert_eq!(cut(sentence, Language::English, Language::German), expected);
        }
    }
}
