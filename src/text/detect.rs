//! Which language a sentence is in, where that is plain: by the small words that only one of the two has.

use super::language::Language;
use super::scan::listed;

pub(super) const GERMAN: &str = "der er das und ist nicht ich du wir ihr sie es ein eine einen einem einer den dem des mit auf für von zu \
    im sich auch wie wenn aber oder nach bei aus noch nur sind haben habe wird werden kann mein meine dein \
    sein seine uns mir dir mich dich dass wo wer zum zur vom kein keine über heute hier bitte sehr wurde \
    diese dieser dieses schon immer wann warum mehr als vielen dank deinen meinen keinen jeden unser unsere";
pub(super) const ENGLISH: &str = "the and is are not you he she it we they of to for with this that these those have has had were been from \
    by at my your his our their what when where who how why there which would could should don't doesn't \
    didn't can't it's i'm isn't but if or about please very because than me him them do does did on as be i \
    can one some";
/// Shorter sentences are made of names too often.
const FEWEST_WORDS: usize = 4;

/// The language of a sentence; nothing where it is short, mixed or made of names.
pub fn detect(text: &str) -> Option<Language> {
    let (mut words, mut german, mut english, mut nouns) = (0, 0, 0, 0);
    let mut foreign_letters = false;
    let part = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’');
    for word in text
        .split(|c: char| !part(c))
        .filter(|word| word.contains(char::is_alphabetic))
    {
        nouns += usize::from(words > 0 && word.starts_with(char::is_uppercase));
        let word = word.to_lowercase().replace('’', "'");
        let word = word.trim_matches('\'');
        words += 1;
        german += usize::from(listed(GERMAN, word));
        english += usize::from(listed(ENGLISH, word));
        foreign_letters |= word.contains(['ä', 'ö', 'ü', 'ß']);
    }
    if words < FEWEST_WORDS {
        return None;
    }
    let plain = |hits: usize, others: usize| hits >= 2 && others == 0 && hits * 4 >= words;
    // German shows by its nouns as well: "Erste Zeile des Textes."
    let nouns = german >= 1 && english == 0 && nouns >= 2 && german + nouns + 1 == words;
    if plain(german, english) || nouns {
        Some(Language::German)
    } else if plain(english, german) && !foreign_letters {
        Some(Language::English)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, detect};

    #[test]
    fn plain_sentences_are_known() {
        for text in [
            "This is a book about the sea.",
            "I don't know what you have done.",
            "Please close the door when you leave.",
            "THE SHOP IS CLOSED TODAY",
        ] {
            assert_eq!(detect(text), Some(Language::English), "{text}");
        }
        for text in [
            "Das ist ein Buch über das Meer.",
            "Ich weiß nicht, was du gemacht hast.",
            "der laden ist heute zu",
            "Erste Zeile des Textes.",
            "Draußen warten mehr als 300 Leute.",
        ] {
            assert_eq!(detect(text), Some(Language::German), "{text}");
        }
    }

    #[test]
    fn doubtful_ones_are_not() {
        for text in [
            "",
            "The Beatles",
            "Save",
            "Hotel Restaurant Bar Berlin",
            "Der Film The Lord of the Rings ist lang.",
            "Er sagte: I am the king of the world.",
            "Man in the Mirror",
            "New York Times Square Garden",
            "Angela Merkel Peter Altmaier Olaf Scholz",
        ] {
            let found = detect(text);
            assert!(found.is_none(), "{text}: {found:?}");
        }
    }
}
