//! How probable it is that a text is in one language, in the other, or in neither: for callers that want a guess where
//! `detect` says nothing. Words that one language alone has weigh most, then its typical letters.

use super::detect::{ENGLISH, GERMAN};
use super::scan::listed;

/// Words of short texts, which have few of the small ones.
const MORE_GERMAN: &str = "hallo danke guten gute gutes guter morgen abend tag nacht ja nein haus hund katze wetter kind kinder frau mann \
    jahr jahre jahren zeit leben welt geht gehen kommt kommen gut schön groß große klein neue neuen alte alten viel wenig etwas alles \
    alle wieder jetzt dann doch ganz beim ins ans unter zwischen durch gegen ohne seit während weil damit deshalb trotzdem \
    ihre ihren ihrem seinen seiner eines zwei drei vier fünf sechs sieben acht neun zehn herr straße stadt wasser arbeit \
    muss müssen soll sollen will wollen können konnte sagt sagte macht machen gibt geben weiß wissen steht stehen tschüss entschuldigung \
    freitag montag dienstag mittwoch donnerstag samstag sonntag woche monat uhr preis rechnung öffnen schließen speichern abbrechen weiter zurück";
const MORE_ENGLISH: &str = "hello thanks thank good morning evening day night yes no house dog cat weather child children woman man \
    year years time life world go goes come comes nice big small new old much little something everything \
    all again now then still through against without since while although therefore just only also into over under between \
    her his hers its two three four five six seven eight nine ten street city water work works \
    must should would want wants make makes give gives know knows say says said see get got like let's let please sorry \
    friday monday tuesday wednesday thursday saturday sunday week month price bill open close save cancel next back never always here";
/// Small words of neighbours, which share letters and words with the two.
const NEITHER: &str = "og det jeg ikke på med af til hvad hvor het een niet ik van ook voor zijn naar wat dit deze maar le la les des est et je \
    vous nous que qui dans pour avec une el los las y por con para está il che di per non sono gli della och inte att jag \
    som är från ett nie jest się na do że w o não uma um os com bir ve bu için ja hän ovat että ei mutta kun olen te tu du's \
    c'est j'ai ne pas mais sur au aux ce cette lo una del al se su más pero como ho è anche mi ti si ma più da";

/// Shares of 1; what is left is the probability of neither.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likelihoods {
    /// Of German.
    pub german: f32,
    /// Of English.
    pub english: f32,
}

/// More words don't change anything.
const MOST_WORDS: usize = 2000;

/// The likelihoods of both languages, from what is known of their words.
pub fn likelihoods(text: &str) -> Likelihoods {
    let (mut german, mut english) = (0.0, 0.0);
    // Before there is any evidence, neither of the two is as probable as both together.
    let mut neither = 1.0;
    let part = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’');
    let words = text
        .split(|c: char| !part(c))
        .filter(|word| word.contains(char::is_alphabetic))
        .take(MOST_WORDS);
    for (i, typed) in words.enumerate() {
        let word = typed.to_lowercase().replace('’', "'");
        let word = word.trim_matches('\'');
        let listed_in = |lists: &[&str]| lists.iter().any(|list| listed(list, word));
        let (de, en) = (
            listed_in(&[GERMAN, MORE_GERMAN]),
            listed_in(&[ENGLISH, MORE_ENGLISH]),
        );
        let other = listed_in(&[NEITHER]);
        if de || en || other {
            german += if de { KNOWN } else { 0.0 };
            english += if en { KNOWN } else { 0.0 };
            neither += if other { KNOWN } else { 0.0 };
            continue;
        }
        if word.contains(|c: char| !matches!(c, 'a'..='z' | 'ä' | 'ö' | 'ü' | 'ß' | '\'')) {
            neither += KNOWN;
            continue;
        }
        let (de, en) = (sum(word, GERMAN_SIGNS), sum(word, ENGLISH_SIGNS));
        let noun = i > 0 && typed.starts_with(char::is_uppercase);
        german += de + if noun && de > 0.0 { NOUN } else { 0.0 };
        english += en;
        neither += if de + en == 0.0 { UNKNOWN } else { UNSURE };
    }
    let [german, english, neither] =
        [german, english, neither].map(|x: f32| (SHARPNESS * x).exp2().min(1e30));
    let all = german + english + neither;
    Likelihoods {
        german: german / all,
        english: english / all,
    }
}

/// What a word that a list has says of its language; the other weights are in this unit.
const KNOWN: f32 = 2.0;
const UNKNOWN: f32 = 0.4;
const UNSURE: f32 = 0.2;
const NOUN: f32 = 0.2;
const SHARPNESS: f32 = 1.0;

enum Sign {
    Has(&'static str, f32),
    Ends(&'static str, f32),
    Begins(&'static str, f32),
}
use Sign::{Begins, Ends, Has};

const GERMAN_SIGNS: &[Sign] = &[
    Has("ß", 2.5),
    Has("ä", 0.7),
    Has("ö", 0.7),
    Has("ü", 0.7),
    Has("sch", 1.0),
    Has("cht", 1.0),
    Has("tz", 0.6),
    Has("pf", 0.6),
    Has("ie", 0.2),
    Has("ei", 0.4),
    Has("eu", 0.3),
    Has("ck", 0.2),
    Has("zw", 0.8),
    // Rechnungsnummer, Wohnungstür.
    Has("ungs", 0.8),
    Ends("ung", 1.2),
    Ends("ungen", 1.5),
    Ends("lich", 1.2),
    Ends("keit", 1.2),
    Ends("heit", 1.2),
    Ends("isch", 0.8),
    Ends("chen", 0.8),
    Ends("ch", 0.4),
    Ends("en", 0.6),
    Ends("er", 0.2),
    Ends("em", 0.4),
    Ends("t", 0.1),
    Begins("ge", 0.3),
    Begins("ver", 0.5),
    Begins("be", 0.2),
    Begins("ein", 0.5),
    Begins("auf", 0.6),
];

const ENGLISH_SIGNS: &[Sign] = &[
    Has("th", 0.9),
    Has("wh", 0.9),
    Has("ght", 1.2),
    Has("oo", 0.4),
    Has("ea", 0.5),
    Has("ou", 0.4),
    Has("ow", 0.5),
    Has("sh", 0.7),
    Has("qu", 0.2),
    Has("'s", 0.7),
    Has("n't", 2.0),
    Ends("ing", 1.2),
    Ends("tion", 0.4),
    Ends("ly", 0.9),
    Ends("ed", 0.7),
    Ends("ness", 1.0),
    Ends("ful", 0.9),
    Ends("ment", 0.3),
    Ends("ies", 0.6),
    Ends("y", 0.5),
    Ends("ck", 0.4),
    Ends("ll", 0.4),
    Ends("d", 0.1),
];

fn sum(word: &str, signs: &[Sign]) -> f32 {
    let told = signs.iter().map(|sign| match *sign {
        Has(part, weight) if word.contains(part) => weight,
        Ends(part, weight) if word.len() > part.len() + 1 && word.ends_with(part) => weight,
        Begins(part, weight) if word.len() > part.len() + 2 && word.starts_with(part) => weight,
        _ => 0.0,
    });
    told.sum()
}

#[cfg(test)]
mod tests {
    use super::likelihoods;

    #[test]
    fn shares_add_up_to_no_more_than_one() {
        for text in [
            "",
            "123",
            "Haus",
            "house",
            "das the",
            &"das ".repeat(10_000),
            "你好",
        ] {
            let found = likelihoods(text);
            for share in [found.german, found.english] {
                assert!((0.0..=1.0).contains(&share), "{text}: {found:?}");
            }
            assert!(
                found.german + found.english <= 1.0 + f32::EPSILON,
                "{found:?}"
            );
        }
    }

    #[test]
    fn the_right_one_is_the_greatest() {
        let of = |text| {
            let found = likelihoods(text);
            let neither = 1.0 - found.german - found.english;
            [found.german, found.english, neither]
        };
        for (text, at) in [
            ("Guten Morgen", 0),
            ("Rechnungsnummer ungültig", 0),
            ("Das Wetter ist heute schön.", 0),
            ("Good morning", 1),
            ("Something went wrong", 1),
            ("The weather is nice today.", 1),
            ("", 2),
            ("12:30", 2),
            ("Il fait beau aujourd'hui", 2),
            ("Привет, мир", 2),
        ] {
            let shares = of(text);
            assert!(
                shares.iter().all(|&share| share <= shares[at]),
                "{text}: {shares:?}"
            );
        }
    }
}
