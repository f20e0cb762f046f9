//! CAPITALS, Title Case and s p a c e d letters, read as ordinary words.

use super::language::Language;
use super::placeholder::is_reserved;
use super::scan::{listed, lower, text};
use super::spanned::Spanned;

/// How likely a word is as it is written, so that of two spellings the usual one can be told: the higher the likelier.
pub type Likeliness<'a> = &'a dyn Fn(&str) -> f32;

/// Whether a text is written in capitals throughout: two words of them at least, or one that is no mere abbreviation.
pub fn shouts(s: &[char]) -> bool {
    let (mut letters, mut words, mut longest) = (0, 0, 0);
    for word in s.split(|c| !c.is_alphabetic()) {
        let capitals = word.iter().filter(|c| c.is_uppercase()).count();
        if word.iter().any(|c| c.is_lowercase() && *c != 'ß') {
            return false;
        }
        letters += capitals;
        words += usize::from(capitals >= 2);
        longest = longest.max(capitals);
    }
    // "IBAN: …" is a label.
    let alone = s.iter().all(|c| !is_reserved(*c));
    words >= 2 && letters >= 4 || longest >= if alone { 4 } else { 6 }
}

/// Writes a text in capitals as a sentence: each word in the likelier of its two spellings, the first with a capital.
pub fn calm(spanned: &mut Spanned, language: Language, likely: Likeliness) {
    each_word(spanned, |word, first| {
        let own = language == Language::English && matches!(word, ['I' | 'i']);
        usual(word, first || own, likely)
    });
}

/// A word in small letters, with its capital where it must have one or is likelier with it.
fn usual(word: &[char], capital: bool, likely: Likeliness) -> Vec<char> {
    let lowered: Vec<char> = word.iter().copied().map(lower).collect();
    let mut large = lowered.clone();
    large[0] = word[0];
    let score = |word: &[char]| likely(&text(word, 0..word.len()));
    match capital || score(&large) > score(&lowered) {
        true => large,
        false => lowered,
    }
}

/// Writes single words in capitals as usual, where they are no abbreviations: "Das ist WICHTIG."
pub fn calm_words(spanned: &mut Spanned, likely: Likeliness) {
    each_word(spanned, |word, first| {
        let shouted = word.len() >= 4 && word.iter().all(|c| c.is_uppercase());
        if !shouted {
            return word.to_vec();
        }
        let score = |word: &[char]| likely(&text(word, 0..word.len()));
        let usual = usual(word, first, likely);
        // Much likelier, or it is a name that is written so.
        let known = score(&usual) >= -14.0 || score(&usual) >= -2.2 * word.len() as f32;
        match known && score(&usual) > score(word) + 8.0 {
            true => usual,
            false => word.to_vec(),
        }
    });
}

/// Whether every word of a headline has a capital, those that never have one in a sentence included.
pub fn is_title_case(s: &[char], language: Language) -> bool {
    let small = function_words(language);
    // Headlines are no lists and no sentences.
    if s.contains(&',') || s.last() == Some(&'.') {
        return false;
    }
    let words = s
        .split(|c| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    let (mut capital, mut all, mut telling) = (0, 0, 0);
    for (n, word) in words.enumerate() {
        if word.iter().any(|c| is_reserved(*c)) {
            continue;
        }
        let lowered: String = word.iter().copied().map(lower).collect();
        let function_word = listed(small, &lowered);
        let has_capital = word[0].is_uppercase();
        all += usize::from(!function_word || has_capital);
        capital += usize::from(has_capital);
        telling += usize::from(n > 0 && function_word && has_capital);
    }
    // In English a headline shows by its many capitals; German has as many in a sentence.
    let english = language == Language::English && all >= 4;
    capital == all && all >= 3 && (telling > 0 || english)
}

/// Writes a headline as a sentence.
pub fn untitle(spanned: &mut Spanned, language: Language, likely: Likeliness) {
    let small = function_words(language);
    // A German noun keeps its capital in doubt.
    let margin = match language {
        Language::German => 0.5,
        Language::English => 0.0,
    };
    each_word(spanned, |word, first| {
        let lowered: Vec<char> = word.iter().copied().map(lower).collect();
        let lowered_text: String = lowered.iter().collect();
        let mixed = word[1..].iter().any(|c| c.is_uppercase());
        let usual = listed(small, &lowered_text)
            || likely(&lowered_text) >= likely(&text(word, 0..word.len())) + margin;
        match !first && !mixed && lowered_text != "i" && usual {
            true => lowered,
            false => word.to_vec(),
        }
    });
}

fn function_words(language: Language) -> &'static str {
    match language {
        Language::German => {
            "und oder für mit von der die das den dem des ein eine einen einem einer im in am an auf aus bei \
             zu zum zur ist sind nicht wie nach vor über ohne jetzt man so als auch es wir du ich"
        }
        Language::English => {
            "a an the and or but for with of to in on at by from is are was be not how as your you it its my \
             our their that this into over after before about than up"
        }
    }
}

/// Rewrites each word, keeping its length; the first is told.
fn each_word(spanned: &mut Spanned, rewrite: impl Fn(&[char], bool) -> Vec<char>) {
    let mut start = 0;
    let mut first = true;
    while start < spanned.len() {
        let rest = &spanned.chars[start..];
        let length = rest.iter().take_while(|c| c.is_alphabetic()).count();
        if length > 0 {
            let word = rewrite(&spanned.chars[start..start + length], first);
            first = false;
            spanned.chars[start..start + length].copy_from_slice(&word);
        }
        start += length.max(1);
    }
}

/// Whether a text is written with a space behind every letter: four letters at least, and nothing longer.
pub fn is_spaced(s: &[char]) -> bool {
    let mut letters = 0;
    let mut joined = false;
    for (i, c) in s.iter().enumerate() {
        if c.is_alphabetic() {
            letters += 1;
            joined |= s.get(i + 1).is_some_and(|next| next.is_alphanumeric());
        }
        if is_reserved(*c) {
            return false;
        }
    }
    let spaces = s.iter().filter(|c| **c == ' ').count();
    letters >= 4 && !joined && spaces + 2 >= letters
}

/// Joins spaced letters; where more than one space stands there is a space in the end.
pub fn close_up(spanned: &Spanned) -> Spanned {
    let mut out = Spanned::default();
    let s = &spanned.chars;
    for (i, &c) in s.iter().enumerate() {
        let single = c.is_whitespace()
            && i > 0
            && !s[i - 1].is_whitespace()
            && s.get(i + 1).is_some_and(|next| !next.is_whitespace());
        if !single {
            out.push(c, spanned.origins[i].clone());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Language, Spanned, calm, close_up, is_spaced, is_title_case, shouts, untitle};

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// As if these words were usual with a capital, all others without.
    fn likely(word: &str) -> f32 {
        let names = ["Berlin", "Rasen"];
        let known = names.contains(&word);
        let lowered_name = names.iter().any(|name| name.to_lowercase() == word);
        match known || (word.starts_with(char::is_lowercase) && !lowered_name) {
            true => 5.0,
            false => 0.0,
        }
    }

    #[test]
    fn capitals() {
        for text in ["RASEN BITTE NICHT BETRETEN", "STOP", "GROßE ÄPFEL", "GO IN"] {
            assert!(shouts(&chars(text)), "{text}");
        }
        for text in ["USA", "Der ADAC hilft", "A B C", "iPHONE", "", "123"] {
            assert!(!shouts(&chars(text)), "{text}");
        }
        let text = "DEN RASEN IN BERLIN NICHT BETRETEN";
        let mut spanned = Spanned::of(text, 0..text.len());
        calm(&mut spanned, Language::German, &likely);
        assert_eq!(spanned.text(), "Den Rasen in Berlin nicht betreten");
    }

    #[test]
    fn title_case() {
        for (text, language, expected) in [
            (
                "How To Bake Bread In Berlin",
                Language::English,
                "How to bake bread in Berlin",
            ),
            (
                "Jetzt Neu Im Angebot",
                Language::German,
                "Jetzt neu im angebot",
            ),
        ] {
            assert!(is_title_case(&chars(text), language), "{text}");
            let mut spanned = Spanned::of(text, 0..text.len());
            untitle(&mut spanned, language, &likely);
            assert_eq!(spanned.text(), expected);
        }
        for (text, language) in [
            ("Der Hund Bello", Language::German),
            ("Peter Müller Schmidt Meier", Language::German),
            ("John Smith came", Language::English),
            ("He lives in New York City", Language::English),
        ] {
            assert!(!is_title_case(&chars(text), language), "{text}");
        }
    }

    #[test]
    fn spaced_letters() {
        assert!(is_spaced(&chars("W i l l k o m m e n !")));
        assert!(!is_spaced(&chars("a b c")) && !is_spaced(&chars("Ich bin da")));
        let text = "A l l e s  G u t e";
        let found = close_up(&Spanned::of(text, 0..text.len()));
        assert_eq!(found.text(), "Alles  Gute");
    }
}
