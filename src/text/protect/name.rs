//! Names of people and places: "Frau Kurz" must not become "Ms. Shortly", nor a rare name anything.

use super::Found;
use crate::text::capitals::Likeliness;
use crate::text::language::Language;
use crate::text::scan::{
    any_word, at, before, ends_in, has, inside, letters, listed, run, spaces, text, word_before,
};

const GERMAN: &str =
    "frau herr herrn herren familie fräulein fr hr hrn dr prof oma opa onkel tante";
const ENGLISH: &str =
    "mr mrs ms miss mx dr prof professor sir lady lord aunt uncle grandma grandpa";
/// What may stand between a title and a name, or is no name at all.
const RANKS: &str = "Doktor Professor Professorin Präsident Präsidentin Kanzler Kanzlerin Bundeskanzler Bundeskanzlerin \
    Minister Ministerin Ministerpräsident Ministerpräsidentin Bundespräsident Direktor Direktorin \
    Bürgermeister Bürgermeisterin Oberbürgermeister Oberbürgermeisterin Pfarrer Pfarrerin Kollege Kollegin \
    Nachbar Nachbarin Vorsitzende Vorsitzender Doctor Abgeordnete Abgeordneter Kommissar Kommissarin Lehrer \
    Lehrerin President Chairman Speaker Secretary Minister Ober Wirt Wirtin Mutter Vater Und Oder";
const PARTICLES: &str = "von vom van zu zur de del della di da le la der den";
/// Towns whose names are words as well, known by the preposition before them.
const GERMAN_TOWNS: &str = "essen singen halle siegen hagen weiden plauen gießen worms kehl lingen ahlen bergen senden wesel kamen \
    fürth herne werne";
const ENGLISH_TOWNS: &str = "reading bath hull sandwich deal rugby wells rye bury barking derby cork nice split mobile phoenix buffalo \
    stone ware battle dover chester lancaster bolton";
/// Endings of words that are no given names.
const NO_NAME: &str = "ung eur ur gramm stück keit heit schaft tät ers hof ian ish ese ean ism ist land ican day tion sion \
    ment ity ence ance logy ship ics cy een ing age ive al ic or";

/// Where names are expected.
#[derive(Debug, Default)]
pub struct Names {
    /// Where the name behind the last title begins.
    expected: Option<usize>,
}

impl Names {
    /// A name at a place: behind a title, a town's, or one so rare that it's no word.
    pub fn name(
        &mut self,
        s: &[char],
        i: usize,
        from: Language,
        likely: Likeliness,
    ) -> Option<Found> {
        if !at(s, i).is_alphabetic() || inside(s, i) {
            return None;
        }
        if let Some(end) = title(s, i, from) {
            self.expected = Some(end);
            return None;
        }
        if self.expected == Some(i) {
            let end = word(s, i);
            if !listed(RANKS, text(s, i..end).as_str()) {
                return full_name(s, i).map(|end| Found::copy(s, i..end));
            }
            self.expected = Some(spaces(s, end));
            return None;
        }
        let end = town(s, i, from)
            .or_else(|| family(s, i, from))
            .or_else(|| rare(s, i, from, likely))?;
        Some(Found::copy(s, i..end))
    }
}

/// A title at a place; gives where the next word begins.
fn title(s: &[char], i: usize, from: Language) -> Option<usize> {
    if !at(s, i).is_uppercase() || before(s, i) == '-' {
        return None;
    }
    let titles = match from {
        Language::German => GERMAN,
        Language::English => ENGLISH,
    };
    let end = any_word(s, i, titles)?;
    let end = end + usize::from(at(s, end) == '.');
    let next = spaces(s, end);
    (next > end).then_some(next)
}

/// One or two words with capitals, particles before the last: Klein, Anna Klein, von der Leyen.
fn full_name(s: &[char], i: usize) -> Option<usize> {
    let mut end = None;
    let mut next = i;
    for _ in 0..2 {
        let mut start = next;
        while let Some(particle) = particle(s, start) {
            start = particle;
        }
        let stop = word(s, start);
        let shouted = stop > start + 1 && s[start..stop].iter().all(|c| c.is_uppercase());
        let capital = at(s, start).is_uppercase() && !shouted;
        // "Dr." is one more title and "M." an initial, which goes on.
        let initial = stop == start + 1 && at(s, stop) == '.';
        let dotted = at(s, stop) == '.' && !initial && stop + 1 < s.len();
        if !capital || stop == start || (dotted && short(s, start, stop)) {
            break;
        }
        let stop = stop + usize::from(initial);
        end = Some(stop);
        next = spaces(s, stop);
        if next == stop {
            break;
        }
    }
    end
}

fn short(s: &[char], start: usize, stop: usize) -> bool {
    any_word(s, start, GERMAN).or_else(|| any_word(s, start, ENGLISH)) == Some(stop)
}

/// Where the word behind a particle begins.
fn particle(s: &[char], i: usize) -> Option<usize> {
    let there = |word: &&str| has(s, i, word) && at(s, i + word.chars().count()) == ' ';
    let word = PARTICLES.split(' ').find(there)?;
    let next = spaces(s, i + word.chars().count());
    (at(s, next).is_uppercase() || PARTICLES.split(' ').any(|word| has(s, next, word)))
        .then_some(next)
}

/// The end of a word with hyphens, and apostrophes before capitals: Müller-Lüdenscheidt, O'Brien.
fn word(s: &[char], i: usize) -> usize {
    let mut end = letters(s, i);
    for _ in 0..3 {
        let joined = matches!(at(s, end), '-' | '‑' | '\'' | '’') && at(s, end + 1).is_uppercase();
        if !joined {
            break;
        }
        end = run(s, end + 1, 40, &char::is_alphabetic);
    }
    end
}

/// A town behind the word that says where: in Essen, from Reading; and the towns that begin with "Bad".
fn town(s: &[char], i: usize, from: Language) -> Option<usize> {
    if !at(s, i).is_uppercase() {
        return None;
    }
    let (places, towns) = match from {
        Language::German => (["in", "aus", "nach", "durch"], GERMAN_TOWNS),
        Language::English => (["in", "from", "to", "near"], ENGLISH_TOWNS),
    };
    if !places.contains(&word_before(s, i).as_str()) {
        return None;
    }
    let end = word(s, i);
    let next = spaces(s, end);
    if from == Language::German && has(s, i, "Bad ") && at(s, next).is_uppercase() {
        return Some(word(s, next));
    }
    // "in Bath Street" is something else.
    let alone = next == end || !at(s, next).is_uppercase();
    (any_word(s, i, towns) == Some(end) && alone).then_some(end)
}

/// The Baker family.
fn family(s: &[char], i: usize, from: Language) -> Option<usize> {
    let end = word(s, i);
    let follows = any_word(s, spaces(s, end), "family family's");
    let named = from == Language::English && at(s, i).is_uppercase() && word_before(s, i) == "the";
    (named && follows.is_some()).then_some(end)
}

/// Words so rare that they are names: two in a row, or one with hyphens behind the word that says where.
fn rare(s: &[char], i: usize, from: Language, likely: Likeliness) -> Option<usize> {
    let rare = |i: usize| {
        let end = compound(s, i);
        let length = end - i;
        let shouted =
            s[i..end].iter().filter(|c| c.is_uppercase()).count() > 1 && !s[i..end].contains(&'-');
        if !at(s, i).is_uppercase() || shouted || length < 4 {
            return None;
        }
        let word = text(s, i..end);
        let score = likely(&word).max(likely(&word.to_lowercase()));
        (score <= -22.0 && score <= -3.0 * length as f32
            || (score <= -24.0 && length >= 10 && from == Language::English))
            .then_some(end)
    };
    let first = word(s, i);
    // Little Snoring
    if from == Language::English
        && before(s, i) == ' '
        && any_word(s, i, "little great upper lower east west").is_some()
    {
        return rare(spaces(s, first)).filter(|_| at(s, i).is_uppercase());
    }
    let mut end = rare(i)?;
    let first = text(s, i..end).to_lowercase();
    let mut words = 1;
    // A small vocabulary has few long words, so that many a profession looks as rare as a name: given names are short.
    let given = first.chars().count() <= 9
        && !ends_in(NO_NAME, &first)
        && !(from == Language::German && ends_in("e en", &first));
    while given && words < 4 && at(s, end) == ' ' {
        let Some(next) = rare(end + 1) else { break };
        end = next;
        words += 1;
    }
    // Wanne-Eickel, Stoke-on-Trent
    let place = listed("in aus nach from", &word_before(s, i));
    let hyphenated = place && first.contains('-') && first.chars().count() >= 10;
    (words > 1 || hyphenated).then_some(end)
}

/// The end of a word with all that hyphens join: Stoke-on-Trent.
fn compound(s: &[char], i: usize) -> usize {
    let mut end = letters(s, i);
    for _ in 0..3 {
        if at(s, end) != '-' || !at(s, end + 1).is_alphabetic() {
            break;
        }
        end = letters(s, end + 1);
    }
    end
}
