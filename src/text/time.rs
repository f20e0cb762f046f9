//! Times of day: 17:45 Uhr, 9 bis 17 Uhr; 9 p.m., 12:25 a.m.

use super::language::Language;
use super::placeholder::Class;
use super::protect::Found;
use super::scan::{
    any_word, at, before, digits, has, inside, is_space, spaces, text, value, word_before,
};

/// A time of day. `end` is where the text ends whose last full stop is its own.
pub fn time(s: &[char], i: usize, from: Language) -> Option<Found> {
    if inside(s, i)
        || matches!(
            before(s, i),
            '.' | ',' | ':' | '/' | '-' | '–' | '+' | '$' | '€' | '£'
        )
    {
        return None;
    }
    let (end, target) = match from {
        Language::German => german(s, i),
        Language::English => english(s, i),
    }
    .or_else(|| bare(s, i, from))?;
    Some(Found {
        end,
        class: Class::Time,
        target,
    })
}

/// Hours, and the minutes and seconds as they are written.
struct Clock {
    hour: u32,
    rest: String,
    end: usize,
}

impl Clock {
    fn read(s: &[char], i: usize) -> Option<Clock> {
        let hour_end = digits(s, i);
        if !(1..=2).contains(&(hour_end - i)) {
            return None;
        }
        let hour = value(s, i..hour_end);
        let mut end = hour_end;
        let mut rest = String::new();
        // Minutes, then perhaps seconds.
        while rest.len() < 6
            && (at(s, end) == ':' || (at(s, end) == '.' && rest.is_empty()))
            && digits(s, end + 1) == end + 3
            && value(s, end + 1..end + 3) < 60
        {
            rest.push(':');
            rest.push_str(&text(s, end + 1..end + 3));
            end += 3;
        }
        (hour <= 24).then_some(Clock { hour, rest, end })
    }

    fn german(&self) -> String {
        format!("{}{}", self.hour, self.rest)
    }

    fn meridiem(&self) -> &'static str {
        match self.hour {
            12..=23 => "p.m.",
            _ => "a.m.",
        }
    }

    fn english(&self) -> String {
        let hour = match self.hour % 12 {
            0 => 12,
            hour => hour,
        };
        format!("{hour}{}", self.rest)
    }
}

fn german(s: &[char], i: usize) -> Option<(usize, String)> {
    let mut first = Clock::read(s, i)?;
    if let Some((end, second)) = german_uhr(s, &mut first) {
        return Some((end, second));
    }
    let (dash, second_start) = joint(s, first.end, "bis und oder")?;
    let mut second = Clock::read(s, second_start)?;
    let (end, written) = german_uhr(s, &mut second)?;
    let one = format!("{} {}", first.english(), first.meridiem());
    if !dash {
        return Some((first.end, one));
    }
    let one = match first.meridiem() == second.meridiem() {
        true => first.english(),
        false => one,
    };
    Some((end, format!("{one}–{written}")))
}

/// What joins a clock's digits to those of a second time: whether it's a dash, or else one of some words, and where the
/// second begins. 9–17 Uhr is one time, in "9 bis 17 Uhr" the model sees the word between the two.
fn joint(s: &[char], i: usize, words: &str) -> Option<(bool, usize)> {
    match at(s, i) {
        '-' | '–' | '‑' => Some((true, i + 1)),
        c if is_space(c) => {
            let next = spaces(s, i);
            if matches!(at(s, next), '-' | '–') {
                return Some((true, spaces(s, next + 1)));
            }
            let end = any_word(s, next, words)?;
            Some((false, spaces(s, end)))
        }
        _ => None,
    }
}

/// What follows a clock's digits in German, if they are followed by "Uhr".
fn german_uhr(s: &[char], clock: &mut Clock) -> Option<(usize, String)> {
    let mut end = any_word(s, spaces(s, clock.end), "uhr")?;
    if at(s, end) == '-' && at(s, end + 1).is_alphabetic() {
        return None;
    }
    let minutes = spaces(s, end);
    if clock.rest.is_empty() && minutes > end && digits(s, minutes) == minutes + 2 {
        let after = at(s, minutes + 2);
        if value(s, minutes..minutes + 2) < 60
            && !after.is_alphanumeric()
            && !matches!(after, ':' | '%')
        {
            clock.rest = format!(":{}", text(s, minutes..minutes + 2));
            end = minutes + 2;
        }
    }
    let word = spaces(s, end);
    if word > end {
        let morning = any_word(s, word, "morgens früh vormittags");
        let later = any_word(s, word, "abends nachmittags");
        let night = any_word(s, word, "nachts");
        if let Some(word_end) = later {
            if (1..12).contains(&clock.hour) {
                clock.hour += 12;
            }
            end = word_end;
        } else if let Some(word_end) = night {
            if (8..12).contains(&clock.hour) {
                clock.hour += 12;
            } else if clock.hour == 12 {
                clock.hour = 0;
            }
            end = word_end;
        } else if let Some(word_end) = morning {
            end = word_end;
        }
    }
    Some((end, format!("{} {}", clock.english(), clock.meridiem())))
}

fn english(s: &[char], i: usize) -> Option<(usize, String)> {
    let mut first = Clock::read(s, i)?;
    if let Some((end, half)) = half(s, first.end) {
        half.apply(&mut first);
        return Some((end, format!("{} Uhr", first.german())));
    }
    let (dash, second_start) = joint(s, first.end, "to and or until till")?;
    let mut second = Clock::read(s, second_start)?;
    let (end, half) = half(s, second.end)?;
    // From 11 to 1 p.m. begins in the morning.
    let before_noon = half == Half::Afternoon && first.hour % 12 > second.hour % 12;
    match before_noon {
        true => Half::Morning.apply(&mut first),
        false => half.apply(&mut first),
    }
    half.apply(&mut second);
    Some(match dash {
        true => (end, format!("{}–{} Uhr", first.german(), second.german())),
        false => (first.end, format!("{} Uhr", first.german())),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
    Unsaid,
    Noon,
    Midnight,
}

impl Half {
    fn apply(self, clock: &mut Clock) {
        clock.hour = match (self, clock.hour) {
            (Half::Morning | Half::Midnight, 12) => 0,
            (Half::Afternoon, hour @ 1..12) => hour + 12,
            (_, hour) => hour,
        };
    }
}

/// Which half of the day is said at a place, and where that ends. The full stop of a sentence is not taken.
fn half(s: &[char], i: usize) -> Option<(usize, Half)> {
    let next = spaces(s, i);
    let letter = at(s, next).to_ascii_lowercase();
    if matches!(letter, 'a' | 'p') {
        let half = match letter {
            'a' => Half::Morning,
            _ => Half::Afternoon,
        };
        let dotted = at(s, next + 1) == '.';
        let m = match dotted {
            true => spaces(s, next + 2),
            false => next + 1,
        };
        if at(s, m).eq_ignore_ascii_case(&'m') && !at(s, m + 1).is_alphanumeric() {
            let dot = dotted && at(s, m + 1) == '.' && m + 2 < s.len();
            return Some((m + 1 + usize::from(dot), half));
        }
        return None;
    }
    if let Some(end) = any_word(s, next, "noon") {
        return Some((end, Half::Noon));
    }
    if let Some(end) = any_word(s, next, "midnight") {
        return Some((end, Half::Midnight));
    }
    for clock in ["o'clock", "o’clock"] {
        if has(s, next, clock) {
            return Some((next + 7, Half::Unsaid));
        }
    }
    None
}

/// 17:45 without a word. In English, where it's said when, German adds "Uhr".
fn bare(s: &[char], i: usize, from: Language) -> Option<(usize, String)> {
    let clock = Clock::read(s, i)?;
    if clock.rest.is_empty() || !has(s, digits(s, i), ":") {
        return None;
    }
    let after = at(s, clock.end);
    if after.is_alphanumeric()
        || (matches!(after, ':' | '.' | ',' | '/') && at(s, clock.end + 1).is_ascii_digit())
    {
        return None;
    }
    let mut target = text(s, i..clock.end);
    let said = [
        "at", "from", "until", "till", "by", "before", "after", "since", "around",
    ];
    if from == Language::English && said.contains(&word_before(s, i).as_str()) {
        target.push_str(" Uhr");
    }
    Some((clock.end, target))
}

#[cfg(test)]
mod tests {
    use super::{Language, time};

    fn written(text: &str, from: Language) -> Option<String> {
        let s: Vec<char> = text.chars().collect();
        let found = time(&s, 0, from)?;
        let rest: String = s[found.end..].iter().collect();
        Some(format!("{}|{rest}", found.target))
    }

    #[test]
    fn german_times_in_english() {
        for (german, english) in [
            ("21 Uhr", "9 p.m.|"),
            ("9 Uhr.", "9 a.m.|."),
            ("12:05 Uhr", "12:05 p.m.|"),
            ("0:25 Uhr", "12:25 a.m.|"),
            ("17.45 Uhr ab", "5:45 p.m.| ab"),
            ("17 Uhr 30", "5:30 p.m.|"),
            ("17 Uhr 300", "5 p.m.| 300"),
            ("24 Uhr", "12 a.m.|"),
            ("9–17 Uhr", "9 a.m.–5 p.m.|"),
            ("9 bis 17 Uhr", "9 a.m.| bis 17 Uhr"),
            ("14-16 Uhr", "2–4 p.m.|"),
            ("8 Uhr abends", "8 p.m.|"),
            ("2 Uhr nachts", "2 a.m.|"),
            ("14:30:15 Uhr", "2:30:15 p.m.|"),
            ("17:45", "17:45|"),
        ] {
            let found = written(german, Language::German);
            assert_eq!(found.as_deref(), Some(english), "{german}");
        }
        for other in [
            "12-Uhr-Termin",
            "25 Uhr",
            "5 Uhren",
            "17.45",
            "3:2",
            "12:345",
            "1:2:3",
            "Uhr",
        ] {
            assert_eq!(written(other, Language::German), None, "{other}");
        }
    }

    #[test]
    fn english_times_in_german() {
        for (english, german) in [
            ("9 p.m.", "21 Uhr|."),
            ("9 p.m. sharp", "21 Uhr| sharp"),
            ("12:05 p.m. now", "12:05 Uhr| now"),
            ("12:25 a.m. now", "0:25 Uhr| now"),
            ("11pm", "23 Uhr|"),
            ("9:30 AM.", "9:30 Uhr|."),
            ("12 noon", "12 Uhr|"),
            ("12 midnight", "0 Uhr|"),
            ("9 o'clock", "9 Uhr|"),
            ("9-11 a.m. on", "9–11 Uhr| on"),
            ("11–1 p.m. on", "11–13 Uhr| on"),
            ("9 to 11 p.m.", "21 Uhr| to 11 p.m."),
            ("17:45", "17:45|"),
        ] {
            let found = written(english, Language::English);
            assert_eq!(found.as_deref(), Some(german), "{english}");
        }
        assert_eq!(written("9 pmx", Language::English), None);
        let s: Vec<char> = "at 17:45".chars().collect();
        let found = time(&s, 3, Language::English).expect("a time");
        assert_eq!(found.target, "17:45 Uhr");
    }
}
