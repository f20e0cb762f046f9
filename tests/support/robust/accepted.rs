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
    let mut right = match (language, year) {
        ("de", None) => vec![format!("{d}. {german}"), format!("{day}. {german}")],
        ("de", Some(year)) => vec![
            format!("{d}. {german} {year}"),
            format!("{day}. {german} {year}"),
        ],
        (_, year) => {
            let ordinal = match d {
                1 | 21 | 31 => "st",
                2 | 22 => "nd",
                3 | 23 => "rd",
                _ => "th",
            };
            let mut out = Vec::new();
            for month in [*english, &format!("{}.", &english[..3]), &english[..3]] {
                for day in [format!("{d}"), format!("{d}{ordinal}"), day.to_string()] {
                    let (after, before, of) = (
                        format!("{month} {day}"),
                        format!("{day} {month}"),
                        format!("{day} of {month}"),
                    );
                    match year {
                        None => out.extend([after, before, of]),
                        Some(year) => out.extend([
                            format!("{after}, {year}"),
                            format!("{after} {year}"),
                            format!("{before} {year}"),
                            format!("{before}, {year}"),
                            format!("{of} {year}"),
                            format!("{of}, {year}"),
                        ]),
                    }
                }
            }
            out
        }
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
    Some(Notations {
        right,
        wrong: Vec::new(),
    })
}

/// `17:45`, of twenty-four hours.
pub fn time(value: &str, language: &str) -> Option<Notations> {
    let (hour, minute) = value.split_once(':')?;
    let h: usize = hour.parse().ok().filter(|&h| h < 24)?;
    let full = minute == "00";
    minute.parse::<usize>().ok().filter(|&m| m < 60)?;
    let twelve = match h % 12 {
        0 => 12,
        hour => hour,
    };
    let (english, german) = HOURS[twelve - 1];
    let plain = [
        format!("{h}:{minute}"),
        format!("{h:02}:{minute}"),
        format!("{h}.{minute}"),
    ];
    let (own, other) = match h < 12 {
        true => ("a", "p"),
        false => ("p", "a"),
    };
    if language == "de" {
        let mut right = plain.to_vec();
        right.push(format!("{h:02}.{minute}"));
        for part in [
            "morgens",
            "früh",
            "vormittags",
            "mittags",
            "nachmittags",
            "abends",
            "nachts",
            "am *",
            "in der *",
        ] {
            // A half of the day that does not fit is not looked for: hardly any model makes that mistake.
            let hours: &[String] = match full {
                true => &[format!("{twelve} Uhr"), format!("{german} Uhr")],
                false => &[
                    format!("{twelve}:{minute} Uhr"),
                    format!("{twelve}.{minute} Uhr"),
                ],
            };
            right.extend(hours.iter().map(|hour| format!("{hour} {part}")));
        }
        if full {
            right.push(format!("{h} Uhr"));
            right.extend((1..=12).contains(&h).then(|| format!("{german} Uhr")));
        }
        match (h, full) {
            (0, true) => right.extend(["24 Uhr", "24:00", "Mitternacht"].map(String::from)),
            (12, true) => right.extend(["Mittag", "mittags"].map(String::from)),
            _ => {}
        }
        let wrong = ["a.m", "p.m", "pm", "Uhr Uhr"].map(String::from).to_vec();
        return Some(Notations { right, wrong });
    }
    let halves = |half: &str, hour: &str| {
        ["", " "].map(|space| {
            [
                format!("{hour}{space}{half}.m"),
                format!("{hour}{space}{half}m"),
            ]
        })
    };
    let mut right = plain.to_vec();
    let mut wrong = vec!["Uhr".to_string()];
    let mut hours = vec![
        format!("{twelve}:{minute}"),
        format!("{twelve}.{minute}"),
        format!("{twelve:02}:{minute}"),
        format!("{h}:{minute}"),
    ];
    hours.extend(full.then(|| format!("{twelve}")));
    for hour in &hours {
        right.extend(halves(own, hour).concat());
        wrong.extend(halves(other, hour).concat());
        for part in ["in the *", "at night", "at noon"] {
            right.push(format!("{hour} {part}"));
            right.push(format!("{hour} o'clock {part}"));
        }
    }
    // "13:05 p.m." is no time.
    wrong.extend(
        (h > 12 || h == 0)
            .then(|| halves(own, &format!("{h}:{minute}")).concat())
            .into_iter()
            .flatten(),
    );
    if full {
        for part in ["in the *", "at night"] {
            right.push(format!("{english} {part}"));
            right.push(format!("{english} o'clock {part}"));
        }
        if (1..=12).contains(&h) {
            right.extend([format!("{h} o'clock"), format!("{english} o'clock")]);
        }
    }
    match (h, full) {
        (0, true) => right.push("midnight".into()),
        (12, true) => right.push("noon".into()),
        _ => {}
    }
    Some(Notations { right, wrong })
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
