//! Abbreviations written out for the model, which saw them too seldom to read them.

use super::language::Language;
use super::scan::{at, before, has, inside, is_space, lower, upper};
use super::spanned::Spanned;

/// When a short form stands for a long one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// Only before a number.
    Number,
}

use When::{Always, Number};

/// Short forms without their spaces, lower-cased, and what they stand for.
const GERMAN: &[(&str, &str, When)] = &[
    ("z.b.", "zum Beispiel", Always),
    ("d.h.,", "das heißt,", Always),
    ("d.h.", "das heißt,", Always),
    ("u.a.", "unter anderem", Always),
    ("u.u.", "unter Umständen", Always),
    ("u.ä.", "und Ähnliches", Always),
    ("o.ä.", "oder Ähnliches", Always),
    ("i.d.r.", "in der Regel", Always),
    ("z.t.", "zum Teil", Always),
    ("z.zt.", "zurzeit", Always),
    ("z.z.", "zurzeit", Always),
    ("v.a.", "vor allem", Always),
    ("s.o.", "siehe oben", Always),
    ("s.u.", "siehe unten", Always),
    ("m.e.", "meines Erachtens", Always),
    ("i.a.", "im Allgemeinen", Always),
    ("v.chr.", "vor Christus", Always),
    ("n.chr.", "nach Christus", Always),
    ("usw.", "und so weiter", Always),
    ("usf.", "und so fort", Always),
    ("bzw.", "beziehungsweise", Always),
    ("ca.", "etwa", Always),
    ("bspw.", "beispielsweise", Always),
    ("evtl.", "eventuell", Always),
    ("ggf.", "gegebenenfalls", Always),
    ("inkl.", "inklusive", Always),
    ("zzgl.", "zuzüglich", Always),
    ("vgl.", "vergleiche", Always),
    ("mind.", "mindestens", Always),
    ("sog.", "sogenannte", Always),
    ("mio.", "Millionen", Always),
    ("mrd.", "Milliarden", Always),
    ("jh.", "Jahrhundert", Always),
    ("std.", "Stunden", Always),
    ("tel.", "Telefon", Always),
    ("nr.", "Nummer", Always),
    ("etc.", "und so weiter", Always),
    ("prof.", "Professor", Always),
    ("vermutl.", "vermutlich", Always),
    ("voraussichtl.", "voraussichtlich", Always),
    ("str.", "Straße", Number),
    ("allg.", "allgemein", Always),
    ("einschl.", "einschließlich", Always),
    ("insb.", "insbesondere", Always),
    ("insbes.", "insbesondere", Always),
    ("hr.", "Herr", Always),
    ("hrn.", "Herrn", Always),
    ("abb.", "Abbildung", Number),
    ("kap.", "Kapitel", Number),
    ("abs.", "Absatz", Number),
    ("s.", "Seite", Number),
    ("bd.", "Band", Number),
    ("max.", "maximal", Number),
    ("min.", "mindestens", Number),
];
const ENGLISH: &[(&str, &str, When)] = &[
    ("e.g.", "for example", Always),
    ("i.e.,", "that is,", Always),
    ("i.e.", "that is,", Always),
    ("etc.", "and so on", Always),
    ("esp.", "especially", Always),
    ("vs.", "against", Always),
    ("prof.", "Professor", Always),
    ("u.s.", "USA", Always),
    ("u.k.", "UK", Always),
    ("approx.", "approximately", Always),
    ("incl.", "including", Always),
    ("dept.", "department", Always),
    ("w/o", "without", Always),
    ("w/", "with", Always),
    ("no.", "number", Number),
    ("fig.", "figure", Number),
    ("p.", "page", Number),
    ("pp.", "pages", Number),
    ("vol.", "volume", Number),
    ("ch.", "chapter", Number),
    ("max.", "maximum", Number),
    ("min.", "minimum", Number),
];

/// Writes out what is short. A full stop that ends the text as well stays.
pub fn write_out(spanned: &Spanned, language: Language) -> Spanned {
    let list = match language {
        Language::German => GERMAN,
        Language::English => ENGLISH,
    };
    let s = &spanned.chars;
    let closing = |c: &char| matches!(c, '"' | '\'' | ')' | ' ');
    let last = s
        .iter()
        .rposition(|c| !closing(c))
        .map_or(0, |last| last + 1);
    let mut out = Spanned::default();
    let mut i = 0;
    while i < s.len() {
        if let Some(end) = street(s, i) {
            out.push_str("straße", spanned.origin(i..end));
            i = end;
            continue;
        }
        let begins = at(s, i).is_alphabetic() && !inside(s, i) && before(s, i) != '.';
        let found = begins.then(|| {
            list.iter()
                .find_map(|entry| Some((short_form(s, i, entry)?, entry.1)))
        });
        let Some((end, long)) = found.flatten() else {
            out.push_part(spanned, i..i + 1);
            i += 1;
            continue;
        };
        let end = end - usize::from(end == last && at(s, end - 1) == '.');
        let origin = spanned.origin(i..end);
        let capital = at(s, i).is_uppercase() && (i == 0 || matches!(before(s, i), '"' | '('));
        let mut letters = long.chars();
        if capital && let Some(first) = letters.next() {
            out.push(upper(first), origin.clone());
        }
        out.push_str(letters.as_str(), origin);
        i = end;
    }
    out
}

/// Bahnhofstr. 5: the end of a street's "str." before its number.
fn street(s: &[char], i: usize) -> Option<usize> {
    let number = at(s, i + 4 + usize::from(at(s, i + 4) == ' ')).is_ascii_digit();
    (before(s, i).is_lowercase() && has(s, i, "str.") && number).then_some(i + 4)
}

/// The end of a short form at a place; a space may stand behind each of its full stops.
fn short_form(s: &[char], i: usize, (short, _, when): &(&str, &str, When)) -> Option<usize> {
    let mut end = i;
    for (n, c) in short.chars().enumerate() {
        if n > 0 && at(s, end - 1) == '.' && is_space(at(s, end)) {
            end += 1;
        }
        if lower(at(s, end)) != c {
            return None;
        }
        end += 1;
    }
    let follows = at(s, end);
    let next = at(s, end + usize::from(follows == ' '));
    let number = next.is_ascii_digit() || ('\u{E000}'..'\u{F8FF}').contains(&next);
    let goes_on = follows.is_alphanumeric() && at(s, end - 1) != '.';
    (!goes_on && (*when == Always || number)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::{Language, Spanned, write_out};

    fn written(text: &str, language: Language) -> String {
        write_out(&Spanned::of(text, 0..text.len()), language).text()
    }

    #[test]
    fn german() {
        for (short, long) in [
            ("Obst, z. B. Kirschen.", "Obst, zum Beispiel Kirschen."),
            ("Obst, z.B. Kirschen", "Obst, zum Beispiel Kirschen"),
            ("Z. B. heute.", "Zum Beispiel heute."),
            ("Äpfel usw.", "Äpfel und so weiter."),
            ("Äpfel usw. sind da.", "Äpfel und so weiter sind da."),
            (
                "Es war, d. h. ist, d. h., war",
                "Es war, das heißt, ist, das heißt, war",
            ),
            ("Nr. 5 auf S. 7", "Nummer 5 auf Seite 7"),
            ("Das S. steht da.", "Das S. steht da."),
            ("In der Bahnhofstr. 5", "In der Bahnhofstraße 5"),
            ("Dr. Klein aus St. Gallen", "Dr. Klein aus St. Gallen"),
            ("50 v. Chr. in Rom", "50 vor Christus in Rom"),
        ] {
            assert_eq!(written(short, Language::German), long);
        }
    }

    #[test]
    fn english() {
        for (short, long) in [
            ("fruit, e.g. cherries", "fruit, for example cherries"),
            (
                "that, i.e., this i.e. that",
                "that, that is, this that is, that",
            ),
            (
                "from the U.S. and esp. here",
                "from the USA and especially here",
            ),
            ("No. 5 is no. She said no.", "Number 5 is no. She said no."),
            ("tea w/o milk", "tea without milk"),
        ] {
            assert_eq!(written(short, Language::English), long);
        }
    }
}
