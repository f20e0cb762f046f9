//! Dates: 3. März 2027, 03.05.2024; March 3, 2027, 3rd of March.

use super::language::Language;
use super::placeholder::Class;
use super::protect::Found;
use super::scan::{
    any_word, at, before, digits, has, inside, lower, spaces, text, value, word_before,
};

/// Month by month: the German name, the English one, then how both are shortened.
const MONTHS: [(&str, &str, &str); 12] = [
    ("Januar", "January", "jänner jän jan"),
    ("Februar", "February", "feber feb febr"),
    ("März", "March", "mär mrz mar"),
    ("April", "April", "apr"),
    ("Mai", "May", ""),
    ("Juni", "June", "jun"),
    ("Juli", "July", "jul"),
    ("August", "August", "aug"),
    ("September", "September", "sept sep"),
    ("Oktober", "October", "okt oct"),
    ("November", "November", "nov"),
    ("Dezember", "December", "dez dec"),
];

/// A date, with or without its year.
pub fn date(s: &[char], i: usize, from: Language) -> Option<Found> {
    if inside(s, i)
        || (matches!(before(s, i), '.' | '/' | '-' | ',' | ':') && at(s, i).is_ascii_digit())
    {
        return None;
    }
    let found = match from {
        Language::German => german(s, i).or_else(|| german_digits(s, i)),
        Language::English => english(s, i)
            .or_else(|| english_day_first(s, i))
            .or_else(|| english_digits(s, i)),
    };
    let (end, target) = found.or_else(|| iso(s, i))?;
    Some(Found {
        end,
        class: Class::Date,
        target,
    })
}

/// Whether a month's name begins at a place.
pub fn is_month(s: &[char], i: usize, language: Language) -> bool {
    month(s, i, language).is_some()
}

/// The month at a place and where its name ends, the full stop of a short form included.
fn month(s: &[char], i: usize, language: Language) -> Option<(usize, usize)> {
    // "may" and "march" are other words.
    if language == Language::English && !at(s, i).is_uppercase() {
        return None;
    }
    let found = |(which, (german, english, short)): (usize, &(&str, &str, &str))| {
        let name = match language {
            Language::German => german,
            Language::English => english,
        };
        let lowered: String = name.chars().map(lower).collect();
        if let Some(end) = any_word(s, i, &lowered) {
            return Some((which, end));
        }
        let end = any_word(s, i, short)?;
        // The last full stop of a text is the sentence's.
        let dot = at(s, end) == '.' && end + 1 < s.len();
        Some((which, end + usize::from(dot)))
    };
    MONTHS.iter().enumerate().find_map(found)
}

/// A day of the month: one or two digits from 1 to 31.
fn day(s: &[char], i: usize) -> Option<(usize, u32)> {
    let end = digits(s, i);
    if !(1..=2).contains(&(end - i)) {
        return None;
    }
    let day = value(s, i..end);
    (1..=31).contains(&day).then_some((end, day))
}

/// A year of four digits.
fn year(s: &[char], i: usize) -> Option<(usize, String)> {
    let end = digits(s, i);
    let follows = at(s, end);
    let goes_on = matches!(follows, '.' | ',' | ':') && at(s, end + 1).is_ascii_digit();
    let ends = !follows.is_alphanumeric() && !goes_on;
    (end == i + 4 && ends).then(|| (end, text(s, i..end)))
}

fn german(s: &[char], i: usize) -> Option<(usize, String)> {
    let (first_end, first) = day(s, i)?;
    let mut days = first.to_string();
    let mut at_day = first_end;
    // 3.–5. März, 3. bis 5. März
    let dot = first_end + usize::from(at(s, first_end) == '.');
    let (joint, second) = match at(s, dot) {
        '-' | '–' => ("–", dot + 1),
        _ => {
            let next = spaces(s, dot);
            match at(s, next) {
                '-' | '–' => ("–", spaces(s, next + 1)),
                _ => match any_word(s, next, "bis") {
                    Some(end) if dot > first_end => (" to ", spaces(s, end)),
                    _ => ("", dot),
                },
            }
        }
    };
    if !joint.is_empty()
        && let Some((end, second)) = day(s, second)
    {
        days = format!("{days}{joint}{second}");
        at_day = end;
    }
    if at(s, at_day) != '.' {
        return None;
    }
    let (month, end) = month(s, spaces(s, at_day + 1), Language::German)?;
    let name = MONTHS[month].1;
    Some(match year(s, spaces(s, end)) {
        Some((end, year)) => (end, format!("{name} {days}, {year}")),
        None => (end, format!("{name} {days}")),
    })
}

fn german_digits(s: &[char], i: usize) -> Option<(usize, String)> {
    let (end, day) = day(s, i)?;
    if at(s, end) != '.' {
        return None;
    }
    let start = spaces(s, end + 1);
    let spaced = start > end + 1;
    let end = digits(s, start);
    let month = (1..=2)
        .contains(&(end - start))
        .then(|| value(s, start..end))?;
    if !(1..=12).contains(&month) || at(s, end) != '.' {
        return None;
    }
    let name = MONTHS[month as usize - 1].1;
    let start = spaces(s, end + 1);
    let year_end = digits(s, start);
    let goes_on = at(s, year_end) == '.' && at(s, year_end + 1).is_ascii_digit();
    let ends = !at(s, year_end).is_alphanumeric() && !goes_on;
    if ends && (year_end == start + 4 || (year_end == start + 2 && start == end + 1)) {
        let year = match value(s, start..year_end) {
            year @ 0..70 if year_end == start + 2 => 2000 + year,
            year @ 70..100 => 1900 + year,
            year => year,
        };
        return Some((year_end, format!("{name} {day}, {year}")));
    }
    // Without a year only where nothing but a date makes sense.
    let said = [
        "am", "vom", "bis", "zum", "ab", "seit", "den", "der", "dem", "und",
    ];
    let bare = !spaced && year_end == start && said.contains(&word_before(s, i).as_str());
    // The last full stop of a text is the sentence's as well.
    let dot = usize::from(end + 1 < s.len());
    bare.then(|| (end + dot, format!("{name} {day}")))
}

/// The letters of an English ordinal.
fn ordinal(s: &[char], i: usize) -> usize {
    any_word(s, i, "st nd rd th").unwrap_or(i)
}

/// A day and month, in German, with the year that stands behind them, after a comma or not.
fn with_english_year(s: &[char], i: usize, date: String) -> (usize, String) {
    let comma = i + usize::from(at(s, i) == ',');
    let start = spaces(s, comma);
    match (start > i).then(|| year(s, start)).flatten() {
        Some((end, year)) => (end, format!("{date} {year}")),
        None => (i, date),
    }
}

fn english(s: &[char], i: usize) -> Option<(usize, String)> {
    let (month, end) = month(s, i, Language::English)?;
    let start = spaces(s, end);
    let (end, first) = day(s, start).filter(|_| start > end)?;
    let mut days = first.to_string();
    let mut end = ordinal(s, end);
    if matches!(at(s, end), '-' | '–')
        && let Some((second_end, second)) = day(s, end + 1)
    {
        days = format!("{days}.–{second}");
        end = ordinal(s, second_end);
    }
    let follows = at(s, end);
    let more = at(s, end + 1).is_ascii_digit();
    if follows.is_alphanumeric() || follows == '%' || (matches!(follows, '.' | ':' | '/') && more) {
        return None;
    }
    let name = MONTHS[month].0;
    Some(with_english_year(s, end, format!("{days}. {name}")))
}

fn english_day_first(s: &[char], i: usize) -> Option<(usize, String)> {
    let start = any_word(s, i, "the").map_or(i, |end| spaces(s, end));
    let (end, day) = day(s, start)?;
    let start = spaces(s, ordinal(s, end));
    let start = any_word(s, start, "of").map_or(start, |end| spaces(s, end));
    let (month, end) = month(s, start, Language::English).filter(|_| start > end)?;
    let name = MONTHS[month].0;
    Some(with_english_year(s, end, format!("{day}. {name}")))
}

/// 12/25/2024 is turned round where only one order makes sense, 5/3/2024 is copied.
fn english_digits(s: &[char], i: usize) -> Option<(usize, String)> {
    let (first_end, first) = day(s, i)?;
    if at(s, first_end) != '/' {
        return None;
    }
    let (second_end, second) = day(s, first_end + 1)?;
    if at(s, second_end) != '/' {
        return None;
    }
    let (end, year) = year(s, second_end + 1)?;
    Some((
        end,
        match (first, second) {
            (1..=12, 13..) => format!("{second}.{first}.{year}"),
            (13.., 1..=12) => format!("{first}.{second}.{year}"),
            _ => text(s, i..end),
        },
    ))
}

/// 2024-05-03 is read everywhere.
fn iso(s: &[char], i: usize) -> Option<(usize, String)> {
    let year_end = digits(s, i);
    if year_end != i + 4 || !has(s, year_end, "-") {
        return None;
    }
    let month_end = digits(s, year_end + 1);
    if month_end != year_end + 3 || !has(s, month_end, "-") {
        return None;
    }
    let (end, _) = day(s, month_end + 1)?;
    let ends = !at(s, end).is_alphanumeric() && at(s, end) != '-';
    let month = (1..=12).contains(&value(s, year_end + 1..month_end));
    (month && ends && end == month_end + 3).then(|| (end, text(s, i..end)))
}

#[cfg(test)]
mod tests {
    use super::{Language, date};

    fn written(text: &str, at: usize, from: Language) -> Option<String> {
        let s: Vec<char> = text.chars().collect();
        let found = date(&s, at, from)?;
        let rest: String = s[found.end..].iter().collect();
        Some(format!("{}|{rest}", found.target))
    }

    #[test]
    fn german_dates_in_english() {
        for (german, english) in [
            ("3. März 2027", "March 3, 2027|"),
            ("5. Juni 2028 kam", "June 5, 2028| kam"),
            ("3. Mai.", "May 3|."),
            ("3.\u{a0}Okt. 2024", "October 3, 2024|"),
            ("24. Dez.", "December 24|."),
            ("3.–5. März 2027", "March 3–5, 2027|"),
            ("3. bis 5. März", "March 3 to 5|"),
            ("03.05.2024", "May 3, 2024|"),
            ("3. 5. 2024", "May 3, 2024|"),
            ("03.05.24", "May 3, 2024|"),
            ("2024-05-03", "2024-05-03|"),
        ] {
            let found = written(german, 0, Language::German);
            assert_eq!(found.as_deref(), Some(english), "{german}");
        }
        for other in [
            "3. Stock",
            "32. März 2027",
            "3.5",
            "1.2.3.4",
            "3. Maiglöckchen",
            "2024-13-01",
        ] {
            assert_eq!(written(other, 0, Language::German), None, "{other}");
        }
        assert_eq!(
            written("am 24.12. kam", 3, Language::German).as_deref(),
            Some("December 24| kam")
        );
    }

    #[test]
    fn english_dates_in_german() {
        for (english, german) in [
            ("March 3, 2027", "3. März 2027|"),
            ("May 9, 2028.", "9. Mai 2028|."),
            ("March 3rd", "3. März|"),
            ("March 3", "3. März|"),
            ("Sept. 11, 2001, was", "11. September 2001|, was"),
            ("3rd of March 2027", "3. März 2027|"),
            ("3 March 2027", "3. März 2027|"),
            ("the 3rd of March", "3. März|"),
            ("March 3–5, 2027", "3.–5. März 2027|"),
            ("12/25/2024", "25.12.2024|"),
            ("05/03/2024", "05/03/2024|"),
        ] {
            let found = written(english, 0, Language::English);
            assert_eq!(found.as_deref(), Some(german), "{english}");
        }
        for other in ["may 5", "May 1968", "May 5%", "Marching 5", "3 Marches"] {
            assert_eq!(written(other, 0, Language::English), None, "{other}");
        }
    }
}
