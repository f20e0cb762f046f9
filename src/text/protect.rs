//! Which stretches of a sentence the model need not see, and what stands in the translation for each.

mod address;
mod identifier;
mod name;
mod sign;
mod template;

pub use self::sign::{emoticon, pictures};

use std::ops::Range;

use super::Preparation;
use super::date::date;
use super::number::number;
use super::placeholder::{Class, Placeholders};
use super::scan::{at, text};
use super::time::time;

/// What a detector found at the place it was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it ends.
    pub end: usize,
    /// What it is.
    pub class: Class,
    /// What it is in the target language.
    pub target: String,
}

impl Found {
    /// Something that is copied as it is.
    fn copy(s: &[char], part: Range<usize>) -> Found {
        Found {
            end: part.end,
            class: Class::Copy,
            target: text(s, part),
        }
    }
}

/// A stretch of characters and what stands for it in the translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Characters of the sentence.
    pub part: Range<usize>,
    /// What it is.
    pub class: Class,
    /// What it is in the target language.
    pub target: String,
}

/// Everything in a text that the model need not see, in order.
pub fn spans(s: &[char], how: &Preparation) -> Vec<Span> {
    let Preparation { from, to, .. } = *how;
    let mut spans: Vec<Span> = Vec::new();
    let mut names = name::Names::default();
    let mut token = 0..0;
    let mut i = 0;
    while i < s.len() {
        if at(s, i).is_whitespace() {
            i += 1;
            continue;
        }
        if i >= token.end {
            let rest = s[i..].iter();
            token = i..i + rest.take_while(|c| !c.is_whitespace()).count();
        }
        let found = template::template(s, i)
            .or_else(|| address::address(s, i, &token, from))
            .or_else(|| date(s, i, from))
            .or_else(|| time(s, i, from))
            .or_else(|| identifier::identifier(s, i, from))
            .or_else(|| sign::formula(s, i))
            .or_else(|| number(s, i, from, to, how.all_numbers))
            .or_else(|| names.name(s, i, from, how.likeliness))
            .or_else(|| sign::sign(s, i, from));
        match found {
            Some(Found { end, class, target }) if end > i => {
                push(
                    &mut spans,
                    s,
                    Span {
                        part: i..end,
                        class,
                        target,
                    },
                );
                i = end;
            }
            _ => i += 1,
        }
    }
    spans
}

/// Adds a span, as one with the last where nothing but a space stands between two copies, or nothing at all.
fn push(spans: &mut Vec<Span>, s: &[char], span: Span) {
    if let Some(last) = spans.last_mut() {
        let gap = last.part.end..span.part.start;
        let copies = last.class == Class::Copy && span.class == Class::Copy;
        let blank = gap.len() <= 2 && s[gap.clone()].iter().all(|c| c.is_whitespace());
        if gap.is_empty() || (copies && blank) {
            last.join(s, span);
            return;
        }
    }
    spans.push(span);
}

impl Span {
    /// Takes in a later span and what stands between.
    fn join(&mut self, s: &[char], other: Span) {
        self.target.extend(&s[self.part.end..other.part.start]);
        self.target.push_str(&other.target);
        self.part.end = other.part.end;
        if self.class != other.class {
            self.class = Class::Copy;
        }
    }
}

/// Gives each span a placeholder. Where a class has too few, numbers and the like go as copies, and copies that stand
/// near one another become one, with what is between them. What then has none is left out.
pub fn allot(spans: Vec<Span>, s: &[char], available: &Placeholders) -> Vec<(Span, char)> {
    let mut spans = spans;
    for class in [Class::Date, Class::Time, Class::Number] {
        let of_class = spans.iter_mut().filter(|span| span.class == class);
        for span in of_class.skip(available.count(class)) {
            span.class = match class {
                Class::Number => Class::Copy,
                _ => Class::Number,
            };
        }
    }
    let spans = join_nearest(spans, s, available.count(Class::Copy));
    let mut used = [0usize; 4];
    let allotted = spans.into_iter().filter_map(|span| {
        let count = &mut used[span.class as usize];
        *count += 1;
        let placeholder = available.get(span.class, *count - 1)?;
        Some((span, placeholder))
    });
    allotted.collect()
}

/// Joins neighbouring copies, the nearest first, until there are no more than `most` of them.
fn join_nearest(spans: Vec<Span>, s: &[char], most: usize) -> Vec<Span> {
    let copies: Vec<usize> = (0..spans.len())
        .filter(|&i| spans[i].class == Class::Copy)
        .collect();
    if copies.len() <= most || most == 0 {
        return spans;
    }
    let mut gaps: Vec<(usize, usize)> = copies
        .windows(2)
        .map(|pair| (spans[pair[1]].part.start - spans[pair[0]].part.end, pair[0]))
        .collect();
    gaps.sort_unstable();
    // Whether the span at this place is joined with the next copy.
    let mut joined = vec![false; spans.len()];
    for &(_, first) in gaps.iter().take(copies.len() - most) {
        joined[first] = true;
    }
    let mut out: Vec<Span> = Vec::new();
    let mut open = false;
    for (i, span) in spans.into_iter().enumerate() {
        let copy = span.class == Class::Copy;
        match out.last_mut() {
            Some(last) if open => last.join(s, span),
            _ => out.push(span),
        }
        if copy {
            open = joined[i];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Placeholders, Preparation, Span, allot, spans};
    use crate::text::Language;

    fn how(from: Language, to: Language) -> Preparation<'static> {
        Preparation {
            from,
            to,
            placeholders: Placeholders::all(),
            all_numbers: false,
            // As if words with a z were rare.
            likeliness: &|word| match word.to_lowercase().contains('z') {
                true => -4.0 * word.len() as f32,
                false => -2.0 * word.len() as f32,
            },
        }
    }

    /// The text with each span in brackets.
    fn marked(text: &str, from: Language, to: Language) -> String {
        let s: Vec<char> = text.chars().collect();
        let mut out = String::new();
        let mut end = 0;
        for span in spans(&s, &how(from, to)) {
            out.extend(&s[end..span.part.start]);
            out.push('⟦');
            out.push_str(&span.target);
            out.push('⟧');
            end = span.part.end;
        }
        out.extend(&s[end..]);
        out
    }

    #[test]
    fn what_is_copied_from_german() {
        for case in [
            "Siehe ⟦https://www.example.org/pfad?x=1&y=2⟧.",
            "Schreib an ⟦max.muster@example.com⟧!",
            "Auf ⟦beispiel.de/kontakt⟧, ⟦www.test.org⟧ und ⟦Spiegel.de⟧.",
            "Öffne ⟦plan_mai.xlsx⟧ und ⟦README.md⟧.",
            "Die Funktion ⟦get_name()⟧ gibt ⟦userName⟧ zurück.",
            "Tippe ⟦`cargo test --lib`⟧ ein.",
            "Frag doch ⟦@jonas.k⟧ oder ⟦@tine_w⟧!",
            "Das war der ⟦#Waldlauf⟧.",
            "Hallo ⟦{{name}}⟧, du hast ⟦{0}⟧ und ⟦%s⟧ von ⟦%1$d⟧ in ⟦${x}⟧.",
            "⟦<b>⟧Wichtig⟦</b>⟧ ist das.",
            "IBAN: ⟦DE02 1203 0000 0000 2020 51⟧",
            "Ruf ⟦+44 20 7946 0018⟧ an.",
            "Telefon ⟦0711 / 123456-7⟧ oder ⟦(030) 123 456⟧ oder ⟦0301234567⟧.",
            "Die ISBN ist ⟦978-3-16-148410-0⟧.",
            "Unsere USt-IdNr. ⟦DE123456789⟧.",
            "Bestellung ⟦RX-2024-0815⟧ ist da.",
            "Der Server ⟦192.168.0.1⟧ läuft mit ⟦2.10.3⟧ und ⟦v1.2⟧.",
            "Der Hund ⟦👨‍👩‍👧⟧ ist ⟦❤️⟧ da.",
            "Also gilt ⟦x ≥ 3⟧ und ⟦E = mc²⟧.",
            "Das Wort ⟦Привет, мир⟧ ist russisch, ⟦東京⟧ nicht.",
            "Frau ⟦Kurz⟧ wohnt in ⟦Singen⟧.",
            "Frau Dr. ⟦Klein⟧ und Herr ⟦von Berg⟧ kommen.",
            "Familie ⟦Sommer⟧ ist weg.",
            "Oma ⟦Hilde⟧ kommt aus ⟦Essen⟧ zum Essen.",
            "Gestern traf ich ⟦Zoltan Brzezinski⟧ im Zug.",
            "Die Ziegen laufen durch ⟦Bad Salzungen⟧, nicht ins Bad Hof.",
            "Nach ⟦§ 5⟧ geht das.",
            "Das kostet im ⟦H2O⟧-Laden viel.",
            "Der Preis ist gut ⟦:-)⟧ oder?",
            "Das ist ein Satz, z. B. und/oder etwas usw.",
            "Die Lehrer*innen, Autor:innen, AutorInnen und Autor_innen.",
            "Der T-Shirt-Laden ist zu.",
            "Die 3-jährige Tochter kam 1. Klasse im 2. Stock.",
            "Das sind 12 Äpfel im Jahr 2019.",
        ] {
            let plain = case.replace(['⟦', '⟧'], "");
            let found = marked(&plain, Language::German, Language::English);
            let expected = case.replace("⟦H2O⟧-Laden", "H2O-Laden");
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_is_copied_from_english() {
        for case in [
            "Mr. ⟦Cook⟧ and Mrs. ⟦Anna Field⟧ met Dr. ⟦Young⟧'s wife.",
            "Open ⟦config.yaml⟧ in ⟦C:\\Temp\\a.txt⟧ or ⟦/etc/hosts⟧.",
            "Call ⟦(555) 123-4567⟧ or ⟦555-123-4567⟧.",
            "Run it with ⟦--verbose⟧ in ⟦$HOME⟧.",
            "We use ⟦C++⟧ and ⟦C#⟧ here.",
            "The hash ⟦f0c10e7⟧ is ⟦550e8400-e29b-41d4-a716-446655440000⟧.",
            "He came 1st, she 22nd, 20-year-old.",
            "It's John's book & mine.",
            "The ⟦Baker⟧ family met ⟦Zebedeez Crazyham⟧ in ⟦Bath⟧.",
        ] {
            let plain = case.replace(['⟦', '⟧'], "");
            assert_eq!(marked(&plain, Language::English, Language::German), case);
        }
    }

    #[test]
    fn what_is_converted() {
        for (german, english) in [
            (
                "Die Karte kostet um 17:45 Uhr 23,50 Euro.",
                "Die Karte kostet um ⟦5:45 p.m.⟧ ⟦23.50⟧ Euro.",
            ),
            (
                "Am 3. März 2027 um 21 Uhr.",
                "Am ⟦March 3, 2027⟧ um ⟦9 p.m.⟧.",
            ),
            ("Von 9 bis 17 Uhr.", "Von ⟦9 a.m.⟧ bis ⟦5 p.m.⟧."),
            ("Nachts sind es −12 °C.", "Nachts sind es ⟦−12 °C⟧."),
            (
                "Es sind 5 % oder 1.000.000.",
                "Es sind ⟦5%⟧ oder ⟦1,000,000⟧.",
            ),
        ] {
            assert_eq!(marked(german, Language::German, Language::English), english);
        }
    }

    #[test]
    fn too_many_are_joined() {
        let text = "a@b.de, c@d.de, e@f.de und auch noch g@h.de";
        let s: Vec<char> = text.chars().collect();
        let found = spans(&s, &how(Language::German, Language::English));
        assert_eq!(found.len(), 4);
        let two = Placeholders::of(|c| c == '\u{E000}' || c == '\u{E001}');
        let allotted = allot(found.clone(), &s, &two);
        let targets: Vec<&str> = allotted
            .iter()
            .map(|(Span { target, .. }, _)| target.as_str())
            .collect();
        assert_eq!(targets, ["a@b.de, c@d.de, e@f.de", "g@h.de"]);
        assert_eq!(allot(found, &s, &Placeholders::default()), []);
        let text = "1,5 und 2,5 und 3,5";
        let s: Vec<char> = text.chars().collect();
        let found = spans(&s, &how(Language::German, Language::English));
        let some = Placeholders::of(|c| matches!(c, '\u{E000}' | '\u{E001}' | '\u{E010}'));
        let used: Vec<char> = allot(found, &s, &some)
            .into_iter()
            .map(|(_, c)| c)
            .collect();
        assert_eq!(used, ['\u{E010}', '\u{E000}', '\u{E001}']);
    }
}
