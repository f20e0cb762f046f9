//! Gender forms: Lehrer*innen, Ärzt:innen, AutorInnen, eine:r. A model reads them as the plural, or the one person.

use super::scan::{at, before, ends_in, inside, run, text, upper};
use super::spanned::Spanned;

/// What German shortens both forms with.
fn is_joint(c: char) -> bool {
    matches!(c, '*' | ':' | '_' | '·' | '•')
}

/// Whether a word is such a form; then it's no name in code.
pub fn is_form(word: &[char]) -> bool {
    (0..word.len()).any(|i| suffix(word, i).is_some())
}

/// A suffix at a place.
struct Suffix {
    /// Where its word begins.
    stem: usize,
    /// Where it ends.
    end: usize,
    /// It's the plural.
    plural: bool,
}

/// "*innen" and the like at a place inside a word that began with a capital.
fn suffix(s: &[char], i: usize) -> Option<Suffix> {
    if !before(s, i).is_lowercase() {
        return None;
    }
    // Lehrer/-innen, Lehrer(innen)
    let (start, capital) = match (at(s, i), at(s, i + 1)) {
        ('/', '-') => (i + 2, false),
        ('(', _) => (i + 1, false),
        ('/', _) => (i + 1, false),
        ('I', 'n') => (i, true),
        (c, _) if is_joint(c) => (i + 1, false),
        _ => return None,
    };
    let mut stem = i;
    while stem > 0 && i - stem < 40 && at(s, stem - 1).is_alphabetic() {
        stem -= 1;
    }
    if !at(s, stem).is_uppercase() || i - stem < 3 {
        return None;
    }
    let first = if capital { 'I' } else { 'i' };
    let feminine = at(s, start) == first && at(s, start + 1) == 'n';
    if !feminine {
        return None;
    }
    let plural = at(s, start + 2) == 'n' && at(s, start + 3) == 'e' && at(s, start + 4) == 'n';
    let end = start + if plural { 5 } else { 2 };
    if at(s, i) == '(' {
        return (at(s, end) == ')').then_some(Suffix {
            stem,
            end: end + 1,
            plural,
        });
    }
    if !plural && at(s, end).is_alphabetic() {
        return None;
    }
    // LinkedIn and PlugIn are no people.
    let person = [
        "er", "or", "ent", "ant", "ist", "eur", "är", "og", "at", "ling", "ärzt", "eut",
    ];
    let stem_text = text(s, stem..i);
    if capital && !plural && !person.iter().any(|ending| stem_text.ends_with(ending)) {
        return None;
    }
    Some(Suffix { stem, end, plural })
}

/// Puts forms that a model knows in the place of those.
pub fn read_as_one(spanned: &Spanned) -> Spanned {
    let s = &spanned.chars;
    let mut out = Spanned::default();
    // Up to where `out` has what `s` has.
    let mut done = 0;
    let mut i = 0;
    while i < s.len() {
        let form = match suffix(s, i) {
            Some(Suffix {
                stem,
                end,
                plural: many,
            }) => {
                let masculine = if many { plural } else { singular };
                Some((stem, end, masculine(&text(s, stem..i))))
            }
            None => inflected(s, i).map(|(start, end, word)| (start, end, word.to_owned())),
        };
        match form {
            Some((start, end, word)) if start >= done => {
                out.push_part(spanned, done..start);
                out.push_str(&word, spanned.origin(start..end));
                done = end;
                i = end;
            }
            _ => i += 1,
        }
    }
    out.push_part(spanned, done..s.len());
    out
}

/// ein:e, jede*r, der:die: the masculine form of a word whose endings are joined at a place.
fn inflected(s: &[char], i: usize) -> Option<(usize, usize, &'static str)> {
    const FORMS: &[(&str, &str)] = &[
        ("der die", "der"),
        ("die der", "der"),
        ("den die", "den"),
        ("dem der", "dem"),
        ("des der", "des"),
        ("ein e", "ein"),
        ("eine r", "einer"),
        ("eine n", "einen"),
        ("einem r", "einem"),
        ("kein e", "kein"),
        ("keine r", "keiner"),
        ("keine n", "keinen"),
        ("jede r", "jeder"),
        ("jede n", "jeden"),
        ("jeder m", "jedem"),
        ("diese r", "dieser"),
        ("diese n", "diesen"),
        ("welche r", "welcher"),
        ("er sie", "er"),
        ("sie er", "er"),
        ("sein ihr", "sein"),
        ("ihr sein", "sein"),
        ("seine ihre", "seine"),
        ("ihre seine", "seine"),
        ("zum zur", "zum"),
        ("mein e", "mein"),
        ("dein e", "dein"),
        ("sein e", "sein"),
        ("ihr e", "ihr"),
        ("unser e", "unser"),
        ("neue r", "neuer"),
        ("neue n", "neuen"),
        ("gute r", "guter"),
    ];
    let joint = at(s, i);
    if !(is_joint(joint) || joint == '/')
        || !before(s, i).is_alphabetic()
        || !at(s, i + 1).is_alphabetic()
    {
        return None;
    }
    let mut start = i;
    while start > 0 && i - start < 8 && at(s, start - 1).is_alphabetic() {
        start -= 1;
    }
    let end = run(s, i + 1, 6, &char::is_alphabetic);
    if inside(s, start) || at(s, end).is_alphanumeric() {
        return None;
    }
    let written = format!("{} {}", text(s, start..i), text(s, i + 1..end));
    let lowered = written.to_lowercase();
    // "er/sie" is said as it is.
    let said = joint == '/'
        && lowered
            .split(' ')
            .next_back()
            .is_some_and(|ending| ending.len() > 2);
    let form = FORMS.iter().find(|(form, _)| *form == lowered)?;
    let capital = written.starts_with(char::is_uppercase);
    (!said && !capital).then_some((start, end, form.1))
}

/// The masculine singular of a stem that "in" is added to.
fn singular(stem: &str) -> String {
    for (changed, own) in [
        ("ärzt", "arzt"),
        ("nwält", "nwalt"),
        ("köch", "koch"),
        ("bäuer", "bauer"),
    ] {
        if let Some(start) = stem.to_lowercase().strip_suffix(changed) {
            let kept: String = stem.chars().take(start.chars().count()).collect();
            return match kept.is_empty() {
                true => capitalised(own),
                false => kept + own,
            };
        }
    }
    let ending = ["Kolleg", "Kund", "Zeug", "Genoss", "Expert", "Pädagog"];
    match ending.iter().any(|weak| stem.ends_with(weak)) || stem.ends_with("log") {
        true => format!("{stem}e"),
        false => stem.to_owned(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if let Some(first) = letters.first_mut() {
        *first = upper(*first);
    }
    letters.into_iter().collect()
}

/// The masculine plural of a stem that "innen" is added to.
fn plural(stem: &str) -> String {
    const WEAK: &str = "or ent ant ist at et it ot og eut oph om graf graph urg und pert eug eld oss beamt jud osoph nom athlet \
    sklav türk franzos ath ad";
    const STRONG: &str = "freund eur är ling wirt gäst ärzt wält köch hund mönch vögt";
    let lowered = stem.to_lowercase();
    let ends = |endings: &str| ends_in(endings, &lowered);
    if ends("er el") {
        stem.to_owned()
    } else if ends("chef") {
        format!("{stem}s")
    } else if ends("nachbar") {
        format!("{stem}n")
    } else if ends(STRONG) {
        format!("{stem}e")
    } else if ends("kolleg") || ends(WEAK) {
        format!("{stem}en")
    } else {
        format!("{stem}innen")
    }
}

#[cfg(test)]
mod tests {
    use super::{Spanned, is_form, read_as_one};

    #[test]
    fn forms_are_read_as_the_plural_or_the_person() {
        for (text, expected) in [
            ("Die Lehrer*innen kommen.", "Die Lehrer kommen."),
            ("Die Ärzt:innen streiken.", "Die Ärzte streiken."),
            (
                "Viele AutorInnen und Autor_innen",
                "Viele Autoren und Autoren",
            ),
            ("Student*innenausweis", "Studentenausweis"),
            (
                "Kolleg/-innen, Bürger/innen, Schüler(innen)",
                "Kollegen, Bürger, Schüler",
            ),
            ("Die Hausärzt*in ist da.", "Die Hausarzt ist da."),
            ("ein:e Ärzt:in", "ein Arzt"),
            ("jede*r Kund*in", "jeder Kunde"),
            ("Nachbar:innen und Chef:innen", "Nachbarn und Chefs"),
            (
                "Journalist:innen, Ingenieur:innen",
                "Journalisten, Ingenieure",
            ),
            (
                "Bei LinkedIn gibt es PlugIns: innen und außen.",
                "Bei LinkedIn gibt es PlugIns: innen und außen.",
            ),
            ("er/sie und/oder", "er/sie und/oder"),
        ] {
            let found = read_as_one(&Spanned::of(text, 0..text.len()));
            assert_eq!(found.text(), expected);
        }
        assert!(is_form(&"Autor_innen".chars().collect::<Vec<_>>()));
        assert!(!is_form(&"plan_mai".chars().collect::<Vec<_>>()));
    }
}
