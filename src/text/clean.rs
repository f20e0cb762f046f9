//! Signs as the model's training text has them. Compatibility forms (ligatures, full width) are the tokenizer's matter.

use super::chars::{is_double_quote, is_invisible, is_single_quote};
use super::spanned::Spanned;

/// Takes out what is invisible, makes all spaces, hyphens and quotation marks one kind each, and repeated marks one.
pub fn clean(spanned: &Spanned) -> Spanned {
    let mut out = Spanned::default();
    let s = &spanned.chars;
    for (i, &c) in s.iter().enumerate() {
        let origin = spanned.origins[i].clone();
        let last = out.chars.last().copied();
        let c = match c {
            c if is_invisible(c) => continue,
            // A word divided at the end of a line.
            '-' if s.get(i + 1) == Some(&'\n')
                && s.get(i + 2).is_some_and(|c| c.is_lowercase()) =>
            {
                continue;
            }
            '\n' if i > 0 && s[i - 1] == '-' && s.get(i + 1).is_some_and(|c| c.is_lowercase()) => {
                continue;
            }
            c if c.is_whitespace() || c.is_control() => ' ',
            '\u{2010}' | '\u{2011}' | '\u{2212}' | '\u{FF0D}' => '-',
            '\u{2012}' | '\u{2014}' | '\u{2015}' => '–',
            c if is_double_quote(c) => '"',
            c if is_single_quote(c) => '\'',
            c => c,
        };
        let repeated = match (last, c) {
            (None | Some(' '), ' ') => true,
            (Some('!'), '?') => {
                // A question is one however loud.
                if let Some(last) = out.chars.last_mut() {
                    *last = '?';
                }
                true
            }
            (Some('!' | '?'), '!' | '?') => true,
            // Three full stops say something else than one.
            (Some('.'), '.') => out.chars.ends_with(&['.', '.', '.']),
            (Some('…'), '…' | '.') => true,
            _ => false,
        };
        if !repeated {
            out.push(c, origin);
        }
    }
    while out.chars.last() == Some(&' ') {
        out.chars.pop();
        out.origins.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Spanned, clean};

    #[test]
    fn signs_become_those_of_the_training_text() {
        for (text, expected) in [
            ("Der Bä\u{ad}cker ver\u{ad}kauft", "Der Bäcker verkauft"),
            ("T\u{2011}Shirt\u{2010}Laden", "T-Shirt-Laden"),
            ("a\u{a0}\u{202f} b\tc\u{3000}d", "a b c d"),
            ("„Komm“, »rief« ‚er‘", "\"Komm\", \"rief\" 'er'"),
            ("Halt!!! Was??? Na ja..... gut", "Halt! Was? Na ja... gut"),
            ("Was???!!! Nein!? Nicht………… so", "Was? Nein? Nicht… so"),
            ("Null\u{200b}breite\u{feff} ", "Nullbreite"),
            ("Donau-\ndampfer\nfährt", "Donaudampfer fährt"),
            ("Ein\u{0}Hund", "Ein Hund"),
        ] {
            assert_eq!(clean(&Spanned::of(text, 0..text.len())).text(), expected);
        }
        let text = "Bä\u{ad}cker";
        let found = clean(&Spanned::of(text, 0..text.len()));
        assert_eq!(found.origins[2], 5..6);
    }
}
