//! Numbers with separators, signs, units and currencies, and how the other language writes them.

use super::language::Language;
use super::placeholder::Class;
use super::protect::Found;
use super::scan::{any_word, at, before, digits, has, inside, is_space, listed, run, spaces, text};

const CURRENCIES: &[char] = &['€', '$', '£', '¥', '₹', '₽', '₩', '₺', '₿', '¢'];
/// Units that a model hardly saw, written with signs. The longer of two comes first.
const SIGNED_UNITS: &[&str] = &[
    "km/h", "m/s", "km²", "cm²", "mm²", "m²", "cm³", "mm³", "m³", "µm", "μm", "µg", "μg", "kΩ",
    "MΩ", "Ω", "EUR", "USD", "CHF", "GBP", "°C", "°F", "° C", "° F", "℃", "℉", "°", "‰", "kWh",
    "MWh",
];
/// Units that may stand right behind the digits.
const ATTACHED_UNITS: &str = "km cm mm nm m kg mg g t l L ml cl dl h ms min W kW MW GW V kV A mA mAh Hz kHz MHz GHz B KB kB MB GB TB \
    K k Mbit Gbit px pt em dpi cc ha kcal kJ hPa bar dB lb lbs oz ft mph";
const SCALES: &[(&str, &str, &str)] = &[
    ("Million", "Millionen", "million"),
    ("Milliarde", "Milliarden", "billion"),
    ("Billion", "Billionen", "trillion"),
];

/// A number that the model need not see. Bare whole numbers of up to four digits are seen, unless `all` is said.
pub fn number(s: &[char], i: usize, from: Language, to: Language, all: bool) -> Option<Found> {
    if inside(s, i) {
        return None;
    }
    let amount = Amount::read(s, i, from)?;
    if !amount.special && !all {
        return None;
    }
    Some(Found {
        end: amount.end,
        class: Class::Number,
        target: amount.write(to),
    })
}

/// An amount as it stands in the source.
struct Amount {
    sign: String,
    /// Before the digits in English, behind them in German.
    currency: Option<char>,
    /// One number, or the two of a range and what stands between them.
    numerals: Vec<Numeral>,
    between: String,
    scale: Option<usize>,
    /// The unit, with the space before it as typed.
    unit: String,
    end: usize,
    special: bool,
}

impl Amount {
    fn read(s: &[char], start: usize, from: Language) -> Option<Amount> {
        let mut i = start;
        let mut sign = String::new();
        if is_minus(at(s, i)) || matches!(at(s, i), '+' | '±') {
            if !starts_freely(s, i) {
                return None;
            }
            sign.push(at(s, i));
            i += 1;
        } else if matches!(before(s, i), '.' | ',' | ':' | '/' | '-') && digit(s, i.wrapping_sub(2))
        {
            // The rest of something that was not understood.
            return None;
        }
        let mut currency = None;
        if CURRENCIES.contains(&at(s, i)) {
            currency = Some(at(s, i));
            i = spaces(s, i + 1);
            if sign.is_empty() && is_minus(at(s, i)) {
                sign.push(at(s, i));
                i += 1;
            }
        }
        if !digit(s, i) {
            return None;
        }
        // A dash is a minus only before something that is measured.
        let dash = sign.starts_with('–');
        let first = Numeral::read(s, i, from)?;
        i = first.end;
        let mut special = !sign.is_empty() || currency.is_some() || first.special();
        let mut numerals = vec![first];
        let mut between = String::new();
        let joined = match at(s, i) {
            '-' | '–' | '‑' | '−' | ':' | '/' => i + 1,
            ' ' if matches!(at(s, i + 1), '-' | '–') && at(s, i + 2) == ' ' => i + 3,
            _ => i,
        };
        if joined > i
            && digit(s, joined)
            && let Some(second) = Numeral::read(s, joined, from)
        {
            // 3:2, 3/4, 2024/25 are copied; 10-12 is seen.
            special |= second.special() || matches!(at(s, i), ':' | '/');
            between = text(s, i..joined);
            i = second.end;
            numerals.push(second);
        }
        let mut scale = None;
        if let Some((end, which)) = read_scale(s, spaces(s, i), from) {
            let sign_behind = CURRENCIES.contains(&at(s, spaces(s, end)));
            if currency.is_some() || sign_behind {
                scale = Some(which);
                i = end;
            }
        }
        let mut unit = String::new();
        let next = spaces(s, i);
        if currency.is_none() && CURRENCIES.contains(&at(s, next)) && ends_word(s, next + 1) {
            currency = Some(at(s, next));
            i = next + 1;
            special = true;
        } else if at(s, next) == '%' && ends_word(s, next + 1) {
            unit.push('%');
            i = next + 1;
            special = true;
        } else if let Some(end) = signed_unit(s, next) {
            unit = text(s, i..end);
            i = end;
            special = true;
        } else if at(s, i).is_alphabetic() {
            let end = attached_unit(s, i)?;
            unit = text(s, i..end);
            i = end;
            special = true;
        }
        if dash && unit.is_empty() && currency.is_none() {
            return None;
        }
        Some(Amount {
            sign,
            currency,
            numerals,
            between,
            scale,
            unit,
            end: i,
            special,
        })
    }

    fn write(&self, to: Language) -> String {
        let numerals: Vec<String> = self.numerals.iter().map(|n| n.write(to)).collect();
        let mut number = numerals.join(&self.between);
        if let Some(scale) = self.scale {
            let (one, many, english) = SCALES[scale];
            number.push(' ');
            number.push_str(match to {
                Language::English => english,
                Language::German if numerals == ["1"] => one,
                Language::German => many,
            });
        }
        let unit = match (self.unit.as_str(), to) {
            ("%", Language::German) => " %",
            (unit, _) => unit,
        };
        let sign = &self.sign;
        match (self.currency, to) {
            (Some(currency), Language::English) => format!("{sign}{currency}{number}{unit}"),
            (Some(currency), Language::German) => format!("{sign}{number}{unit} {currency}"),
            (None, _) => format!("{sign}{number}{unit}"),
        }
    }
}

/// A run of digits with the marks in it.
struct Numeral {
    /// The digits between the marks of thousands.
    groups: Vec<String>,
    decimals: Option<String>,
    /// As it stands, where its marks are not those of its language.
    literal: Option<String>,
    end: usize,
}

impl Numeral {
    fn read(s: &[char], start: usize, from: Language) -> Option<Numeral> {
        let mut i = digits(s, start);
        let mut groups = vec![text(s, start..i)];
        if i - start <= 3 && groups[0] != "0" {
            let mark = at(s, i);
            if mark == from.group_mark() || is_space(mark) || matches!(mark, '\'' | '’') {
                while at(s, i) == mark && digits(s, i + 1) == i + 4 {
                    groups.push(text(s, i + 1..i + 4));
                    i += 4;
                }
            }
        }
        let mut decimals = None;
        let mut literal = None;
        let end = digits(s, i + 1);
        if end > i + 1 {
            if at(s, i) == from.decimal_mark() {
                decimals = Some(text(s, i + 1..end));
                i = end;
            } else if at(s, i) == from.group_mark() && groups.len() == 1 {
                literal = Some(text(s, start..end));
                i = end;
            }
        }
        // 1,2,3 and 1.2.3 are lists or versions.
        if matches!(at(s, i), '.' | ',') && digit(s, i + 1) {
            while matches!(at(s, i), '.' | ',') && digit(s, i + 1) {
                i = digits(s, i + 1);
            }
            literal = Some(text(s, start..i));
        }
        Some(Numeral {
            groups,
            decimals,
            literal,
            end: i,
        })
    }

    /// Whether it's more than a whole number of up to four digits.
    fn special(&self) -> bool {
        self.groups.len() > 1
            || self.decimals.is_some()
            || self.literal.is_some()
            || self.groups[0].len() > 4
    }

    fn write(&self, to: Language) -> String {
        if let Some(literal) = &self.literal {
            return literal.clone();
        }
        let mut number = self.groups.join(&to.group_mark().to_string());
        if let Some(decimals) = &self.decimals {
            number.push(to.decimal_mark());
            number.push_str(decimals);
        }
        number
    }
}

fn digit(s: &[char], i: usize) -> bool {
    at(s, i).is_ascii_digit()
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '−' | '–' | '‑' | '－')
}

fn starts_freely(s: &[char], i: usize) -> bool {
    let c = before(s, i);
    c == '\0'
        || c.is_whitespace()
        || matches!(
            c,
            '(' | '[' | ':' | '"' | '„' | '“' | '‚' | '‘' | '»' | '~' | '≈' | '/'
        )
}

fn ends_word(s: &[char], i: usize) -> bool {
    let compound = at(s, i) == '-' && at(s, i + 1).is_alphabetic();
    !at(s, i).is_alphanumeric() && !compound
}

fn signed_unit(s: &[char], i: usize) -> Option<usize> {
    let there = |unit: &&&str| has(s, i, unit) && ends_word(s, i + unit.chars().count());
    let unit = SIGNED_UNITS.iter().find(there)?;
    Some(i + unit.chars().count())
}

fn attached_unit(s: &[char], i: usize) -> Option<usize> {
    let end = run(s, i, 6, &char::is_alphabetic);
    let unit = text(s, i..end);
    (listed(ATTACHED_UNITS, unit.as_str()) && ends_word(s, end)).then_some(end)
}

/// A word for a power of ten at a place, and which.
fn read_scale(s: &[char], i: usize, from: Language) -> Option<(usize, usize)> {
    let words = match from {
        Language::German => [
            "millionen million mio. mio",
            "milliarden milliarde mrd. mrd",
            "billionen billion",
        ],
        Language::English => ["million mn", "billion bn", "trillion"],
    };
    let found = |(which, words): (usize, &&str)| any_word(s, i, words).map(|end| (end, which));
    words.iter().enumerate().find_map(found)
}

#[cfg(test)]
mod tests {
    use super::{Language, number};

    fn written(text: &str, from: Language, to: Language, all: bool) -> Option<String> {
        let s: Vec<char> = text.chars().collect();
        let found = number(&s, 0, from, to, all)?;
        let rest: String = s[found.end..].iter().collect();
        Some(format!("{}{rest}", found.target))
    }

    #[test]
    fn german_numbers_in_english() {
        for (german, english) in [
            ("23,50", "23.50"),
            ("1.000.000 Leute", "1,000,000 Leute"),
            ("1.234,56 €", "€1,234.56"),
            ("23,50 Euro", "23.50 Euro"),
            ("5 %", "5%"),
            ("5\u{a0}%.", "5%."),
            ("−12 °C", "−12 °C"),
            ("-3,5 %", "-3.5%"),
            ("–5 °C", "–5 °C"),
            ("12 000 Euro", "12,000 Euro"),
            ("1'000 Franken", "1,000 Franken"),
            ("12345", "12345"),
            ("3.5", "3.5"),
            ("3:2", "3:2"),
            ("23,50 EUR", "23.50 EUR"),
            ("2024/25", "2024/25"),
            ("120 km/h", "120 km/h"),
            ("50 m²", "50 m²"),
            ("512MB", "512MB"),
            ("2,5–3,5 kg", "2.5–3.5 kg"),
            ("10–12 %", "10–12%"),
            ("5 Mio. €", "€5 million"),
            ("2,5 Millionen €", "€2.5 million"),
            ("-5 €", "-€5"),
            ("1,2,3", "1,2,3"),
            ("+3 Punkte", "+3 Punkte"),
        ] {
            let found = written(german, Language::German, Language::English, false);
            assert_eq!(found.as_deref(), Some(english), "{german}");
        }
    }

    #[test]
    fn english_numbers_in_german() {
        for (english, german) in [
            ("23.50", "23,50"),
            ("1,000,000", "1.000.000"),
            ("€23.50", "23,50 €"),
            ("-$1,200.50", "-1.200,50 $"),
            ("$-5", "-5 $"),
            ("5%", "5 %"),
            ("$5 million", "5 Millionen $"),
            ("$1 billion", "1 Milliarde $"),
            ("0.5", "0,5"),
            ("23,50", "23,50"),
            ("50°F", "50°F"),
        ] {
            let found = written(english, Language::English, Language::German, false);
            assert_eq!(found.as_deref(), Some(german), "{english}");
        }
    }

    #[test]
    fn bare_numbers_are_seen() {
        for text in [
            "12 Äpfel",
            "2019",
            "90er",
            "1st",
            "2-Zimmer-Wohnung",
            "10-12 Tage",
            "5%ige",
            "–5 Leute",
        ] {
            let found = written(text, Language::German, Language::English, false);
            assert_eq!(found, None, "{text}");
        }
        let found = written("12 Äpfel", Language::German, Language::English, true);
        assert_eq!(found.as_deref(), Some("12 Äpfel"));
    }
}
