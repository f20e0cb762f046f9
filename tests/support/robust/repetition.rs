//! What must hold of every translation: nothing is repeated that the source does not repeat, and no output runs away.

use std::collections::HashMap;
use std::ops::RangeInclusive;

/// Words that stand twice in a row in good sentences ("dass sie sie sah", "had had").
const DOUBLED: [&str; 7] = ["die", "der", "das", "sie", "ihr", "that", "had"];

/// A repetition, or a length, that the source does not account for.
pub fn excess(source: &str, output: &str) -> Option<String> {
    let (from, to) = (words(source), words(output));
    if to.len() > 2 * from.len() + 10 {
        return Some(format!(
            "is {} words long, the source {}",
            to.len(),
            from.len()
        ));
    }
    // "Haaaallo" and "Regierungsregierungsregierung".
    for (sizes, natural) in [(1..=3, 3), (4..=12, 2)] {
        let allowed = letters_in_a_row(source, sizes.clone()).max(natural);
        let found = letters_in_a_row(output, sizes);
        if found > allowed {
            return Some(format!("repeats letters {found} times in a row"));
        }
    }
    let allowed = longest_run(&from, false).map_or(1, |run| run.1);
    if let Some((word, _)) = longest_run(&to, true).filter(|run| run.1 > allowed) {
        return Some(format!("repeats {word:?} in a row"));
    }
    // A word of the source is one of the target's or several; what it says twice may be said twice.
    let allowed = most(from.iter().filter(|word| word.chars().count() > 3))
        .max(most(from.windows(2)))
        .max(1);
    let mut long = to.iter().filter(|word| word.chars().count() > 4);
    if most(long.by_ref()) > allowed.max(2) {
        return Some(format!("has one word more than {} times", allowed.max(2)));
    }
    (most(to.windows(3)) > allowed).then(|| format!("has three words more than {allowed} times"))
}

/// In small letters, without the marks around them, but for those that make a template's name of a word: "order ${order}"
/// says nothing twice.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || c == '-' || c == '/');
    let mark = |c: char| !c.is_alphanumeric() && !matches!(c, '{' | '}');
    let words = words.map(|word| word.trim_matches(mark));
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// How often the most frequent of them occurs.
fn most<T: std::hash::Hash + Eq>(items: impl Iterator<Item = T>) -> usize {
    let mut counts: HashMap<T, usize> = HashMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

/// One to four words repeated in a row, and how often: the most there are, two or more.
fn longest_run(words: &[String], but_doubled: bool) -> Option<(String, usize)> {
    let mut longest = None;
    for size in 1..=4 {
        for start in 0..words.len() {
            let unit = &words[start..(start + size).min(words.len())];
            let run = words[start..]
                .chunks_exact(size)
                .take_while(|chunk| *chunk == unit)
                .count();
            // "W I L L K O M M E N" too.
            let doubled = |word: &str| DOUBLED.contains(&word) || word.chars().count() == 1;
            let natural = but_doubled && size == 1 && run == 2 && doubled(&unit[0]);
            if run > 1 && !natural && longest.as_ref().is_none_or(|(_, most)| run > *most) {
                longest = Some((unit.join(" "), run));
            }
        }
    }
    longest
}

/// How often so many letters are repeated within a word, at most: "Wwww" has one four times.
fn letters_in_a_row(text: &str, sizes: RangeInclusive<usize>) -> usize {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let mut longest = 0;
    for size in sizes {
        for start in 0..letters.len() {
            let unit = &letters[start..(start + size).min(letters.len())];
            if unit.iter().all(|c| c.is_alphabetic()) {
                let run = letters[start..]
                    .chunks_exact(size)
                    .take_while(|chunk| *chunk == unit);
                longest = longest.max(run.count());
            }
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_source_repeats_is_repeated() {
        let cases = [
            ("Ja.", "Yes.", true),
            ("Der Laden ist zu.", "The chief chief chief", false),
            ("Sehr, sehr gut.", "Very, very good.", true),
            ("Sehr gut.", "Very, very good.", false),
            ("The man saw her.", "Der Mann, der der Frau half.", true),
            ("Im Haus.", "In the house of the house of the house.", false),
            ("Im Haus.", "In the house in the house.", false),
            ("Ihre Bestellung ${order}.", "Your order ${order}.", true),
            ("www", "Wwwwww", false),
            ("W E L C O M E", "W I L L K O M M E N", true),
            ("WELCOME", "W I L L L K O M M E N", false),
            ("Haaaaallo", "Heeeeello", true),
            ("Er lacht.", "Hahahahaha.", false),
            ("Frage", "Regierungsregierungsregierungs", false),
            ("Er kam.", "a b c d e f g h i j k l m n o", false),
            (
                "Ich weiß, was du weißt, und du weißt, was ich weiß.",
                "I know what you know, and you know what I know.",
                true,
            ),
            (
                "Der Hund und die Katze des Nachbarn",
                "The dog of the neighbor and the cat of the neighbor",
                false,
            ),
            ("Ein Buch", "A book, one book or two; the book", true),
            ("Ein Tisch", "A table, one table or two; the table", false),
            ("", "", true),
        ];
        for (source, output, expected) in cases {
            let found = excess(source, output);
            assert_eq!(found.is_none(), expected, "{output:?}: {found:?}");
        }
    }
}
