//! Numbers, dates and times of day as either language may write them.

/// Patterns of which a translation must have one of the right and none of the wrong.
pub struct Notations {
    pub right: Vec<String>,
    pub wrong: Vec<String>,
}

const MONTHS: [(&str, &str); 12] = [
    ("January", "Januar"),
    ("February", "Februar"),
    ("March", "März"),
    ("April", "April"),
    ("May", "Mai"),
    ("June", "Juni"),
    ("July", "Juli"),
    ("August", "August"),
    ("September", "September"),
    ("October", "Oktober"),
    ("November", "November"),
    ("December", "Dezember"),
];

const HOURS: [(&str, &str); 12] = [
    ("one", "ein"),
    ("two", "zwei"),
    ("three", "drei"),
    ("four", "vier"),
    ("five", "fünf"),
    ("six", "sechs"),
    ("seven", "sieben"),
    ("eight", "acht"),
    ("nine", "neun"),
    ("ten", "zehn"),
    ("eleven", "elf"),
    ("twelve", "zwölf"),
];

/// `-1234.5`: with the language's decimal separator, its grouping or none.
pub fn number(value: &str, language: &str) -> Option<Notations> {
    let (negative, digits) = match value.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let (point, groups): (&str, &[&str]) = match language {
        "de" => (",", &["", ".", " ", "'"]),
        _ => (".", &["", ",", " "]),
    };
    let fraction = match fraction {
        "" => String::new(),
        digits => format!("{point}{digits}"),
    };
    let signs: &[&str] = if negative {
        &["-", "–", "minus "]
    } else {
        &[""]
    };
    let mut right = Vec::new();
    for group in groups {
        let whole = grouped(whole, group);
        right.extend(signs.iter().map(|sign| format!("{sign}{whole}{fraction}")));
    }
    Some(Notations {
        right,
        wrong: Vec::new(),
    })
}

/// The digits in threes from the right.
fn grouped(digits: &str, separator: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// `2027-03-09`, or `03-09` without a year.
pub fn date(value: &str, language: &str) -> Option<Notations> {
    let parts: Vec<&str> = value.split('-').collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] => (Some(year), month, day),
        [month, day] => (None, month, day),
        _ => return None,
    };
    let (m, d): (usize, usize) = (month.parse().ok()?, day.parse().ok()?);
    let (english, german) = MONTHS.get(m.checked_sub(1)?)?;
    let mut right = match language {
        "de" => [d.to_string(), day.to_string()]
            .map(|day| match year {
                None => format!("{day}. {german}"),
                Some(year) => format!("{day}. {german} {year}"),
            })
            .to_vec(),
        _ => english_dates(english, d, day, year),
    };
    let orders: &[[&str; 2]] = match language {
        "de" => &[[day, month]],
        _ => &[[day, month], [month, day]],
    };
    for [first, second] in orders {
        let (f, s) = (
            first.trim_start_matches('0'),
            second.trim_start_matches('0'),
        );
        for separator in [".", "/", ". ", "-"] {
            for (first, second) in [(*first, *second), (f, s)] {
                right.push(match year {
                    Some(year) => format!("{first}{separator}{second}{separator}{year}"),
                    None => format!("{first}{separator}{second}"),
                });
            }
        }
    }
    right.push(value.to_string());
    // "Mai 9. Mai 2028"
    let wrong = match language {
        "de" => vec![format!("{german} {d}.")],
        _ => Vec::new(),
    };
    Some(Notations { right, wrong })
}

fn english_dates(month: &str, d: usize, day: &str, year: Option<&str>) -> Vec<String> {
    let ordinal = match d {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    let mut dates = Vec::new();
    for month in [month, &format!("{}.", &month[..3]), &month[..3]] {
        for day in [d.to_string(), format!("{d}{ordinal}"), day.to_string()] {
            for date in [
                format!("{month} {day}"),
                format!("{day} {month}"),
                format!("{day} of {month}"),
            ] {
                match year {
                    None => dates.push(date),
                    Some(year) => {
                        dates.extend([format!("{date}, {year}"), format!("{date} {year}")]);
                    }
                }
            }
        }
    }
    dates
}

/// `17:45`, of twenty-four hours.
pub fn time(value: &str, language: &str) -> Option<Notations> {
    let (hour, minute) = value.split_once(':')?;
    let hour: usize = hour.parse().ok().filter(|&hour| hour < 24)?;
    let valid = minute.len() == 2 && minute.parse::<usize>().ok()? < 60;
    valid.then(|| match language {
        "de" => german_time(hour, minute),
        _ => english_time(hour, minute),
    })
}

/// The hour on a clock's face.
fn of_twelve(hour: usize) -> usize {
    match hour % 12 {
        0 => 12,
        hour => hour,
    }
}

fn german_time(h: usize, minute: &str) -> Notations {
    let twelve = of_twelve(h);
    let word = HOURS[twelve - 1].1;
    let mut right = Vec::new();
    for separator in [":", "."] {
        right.push(format!("{h}{separator}{minute}"));
        right.push(format!("{h:02}{separator}{minute}"));
    }
    let mut hours = vec![
        format!("{twelve}:{minute} Uhr"),
        format!("{twelve}.{minute} Uhr"),
    ];
    if minute == "00" {
        hours.extend([format!("{twelve} Uhr"), format!("{word} Uhr")]);
        right.push(format!("{h} Uhr"));
        right.extend((1..=12).contains(&h).then(|| format!("{word} Uhr")));
        let named: &[&str] = match h {
            0 => &["24 Uhr", "24:00", "Mitternacht"],
            12 => &["Mittag", "mittags"],
            _ => &[],
        };
        right.extend(named.iter().map(|name| name.to_string()));
    }
    let parts: &[&str] = match h < 12 {
        true => &[
            "morgens",
            "früh",
            "vormittags",
            "nachts",
            "am Morgen",
            "am Vormittag",
            "in der Nacht",
            "in der Früh",
        ],
        false => &[
            "mittags",
            "nachmittags",
            "abends",
            "nachts",
            "am Mittag",
            "am Nachmittag",
            "am Abend",
            "in der Nacht",
        ],
    };
    for hour in &hours {
        right.extend(parts.iter().map(|part| format!("{hour} {part}")));
    }
    let wrong = ["a.m", "p.m", "pm", "Uhr Uhr"].map(String::from).to_vec();
    Notations { right, wrong }
}

fn english_time(h: usize, minute: &str) -> Notations {
    let twelve = of_twelve(h);
    let word = HOURS[twelve - 1].0;
    let mut right = vec![
        format!("{h}:{minute}"),
        format!("{h:02}:{minute}"),
        format!("{h}.{minute}"),
    ];
    let mut wrong = vec!["Uhr".to_string()];
    let mut hours = vec![
        format!("{twelve}:{minute}"),
        format!("{twelve}.{minute}"),
        format!("{twelve:02}:{minute}"),
    ];
    if minute == "00" {
        hours.extend([format!("{twelve}"), word.to_string()]);
        hours.extend([format!("{twelve} o'clock"), format!("{word} o'clock")]);
        if (1..=12).contains(&h) {
            right.extend([format!("{h} o'clock"), format!("{word} o'clock")]);
        }
        right.extend((h == 0).then(|| "midnight".into()));
        right.extend((h == 12).then(|| "noon".into()));
    }
    let (half, other, parts): (_, _, &[&str]) = match h < 12 {
        true => ("a", "p", &["in the morning", "at night"]),
        false => (
            "p",
            "a",
            &["in the afternoon", "in the evening", "at night", "at noon"],
        ),
    };
    for hour in &hours {
        for space in ["", " "] {
            for m in [".m", "m"] {
                right.push(format!("{hour}{space}{half}{m}"));
                wrong.push(format!("{hour}{space}{other}{m}"));
            }
        }
        right.extend(parts.iter().map(|part| format!("{hour} {part}")));
    }
    if h > 12 || h == 0 {
        // "17:45 p.m."
        for half in ["a.m", "p.m", "am", "pm"] {
            wrong.push(format!("{h}:{minute} {half}"));
        }
    }
    Notations { right, wrong }
}

#[cfg(test)]
mod tests {
    use super::super::checks::Check;

    #[test]
    fn notations_of_either_language() {
        let cases = [
            ("number:1234.5", "en", "1,234.5 1234.5", true),
            ("number:1234.5", "en", "1.234,5", false),
            ("number:1234.5", "de", "1.234,5", true),
            ("number:1234.5", "de", "1,234.5", false),
            ("number:1000000", "de", "1.000.000.", true),
            ("number:3", "en", "3.5", false),
            ("number:3.5", "en", "3.5 %", true),
            ("number:-12", "en", "minus 12", true),
            ("number:-12", "en", "at −12 °C", true),
            ("number:-12", "en", "12", false),
            ("date:2027-03-03", "en", "on March 3, 2027.", true),
            ("date:2027-03-03", "en", "on the 3rd of March 2027", true),
            ("date:2027-03-03", "en", "on 3 March, 2027", true),
            ("date:2027-03-03", "en", "03/03/2027", true),
            ("date:2027-03-03", "en", "on March 3", false),
            ("date:2027-03-03", "en", "on March 13, 2027", false),
            ("date:2027-03-03", "de", "am 3. März 2027", true),
            ("date:2027-03-03", "de", "am 03.03.2027", true),
            ("date:2027-03-03", "de", "am März 3, 2027", false),
            ("date:2028-05-09", "de", "Mai 9. Mai 2028", false),
            ("date:05-09", "en", "on 9 May", true),
            ("date:05-09", "de", "der 9. Mai", true),
            ("time:17:45", "en", "at 5:45 p.m.", true),
            ("time:17:45", "en", "at 5:45pm", true),
            ("time:17:45", "en", "at 17:45.", true),
            ("time:17:45", "en", "at 17:45 p.m.", false),
            ("time:17:45", "en", "at 5:45.", false),
            ("time:12:10", "en", "12:10 p.m.", true),
            ("time:12:10", "en", "12:10", true),
            ("time:12:10", "en", "12:10 a.m.", false),
            ("time:22:00", "en", "at 10 o'clock", false),
            ("time:22:00", "en", "at ten at night", true),
            ("time:9:00", "en", "at nine o'clock", true),
            ("time:9:00", "en", "at 9 p.m.", false),
            ("time:21:00", "en", "at nine in the morning", false),
            ("time:0:25", "de", "um 0:25 Uhr", true),
            ("time:0:25", "de", "um 00.25 Uhr", true),
            ("time:0:25", "de", "um 12:25 Uhr", false),
            ("time:23:00", "de", "um 23 Uhr", true),
            ("time:23:00", "de", "um 11 Uhr abends", true),
            ("time:23:00", "de", "um 11 Uhr", false),
            ("time:12:00", "de", "zu Mittag", true),
        ];
        for (check, target, output, expected) in cases {
            let parsed = Check::parse(check).unwrap_or_else(|error| panic!("{error}"));
            let found = parsed.holds("", output, target);
            assert_eq!(found, expected, "{check} of {output:?}");
        }
    }
}
