//! How far a translation can be trusted, from what the search and the tokenizer know.
//!
//! Two things tell a guess: the model gives its own words low probabilities, and the source falls into many short
//! pieces, because it is in another language or in none. A logistic regression puts them together; docs/confidence.md
//! says what it was measured on.

/// Letters in a piece of ordinary text are so many and more; beyond them the source tells nothing.
const ORDINARY: f32 = 2.5;
/// A source of one or two pieces says little: it counts as if there were one more, of so many letters.
const PRIOR: f32 = 3.0;
const BIAS: f32 = -12.8;
const PER_LOG_PROBABILITY: f32 = 5.4;
const PER_LETTER: f32 = 6.3;

/// 0 to 1; below a half it is a guess. `mean` is the mean log-probability of the translation's tokens, `letters` those of
/// the source, `pieces` the source's pieces that have any, in whole or (byte pieces) in part.
pub fn confidence(mean: f32, letters: usize, pieces: usize) -> f32 {
    let letters_in_piece = (letters as f32 + PRIOR) / (pieces as f32 + 1.0);
    let evidence = BIAS + PER_LOG_PROBABILITY * mean + PER_LETTER * letters_in_piece.min(ORDINARY);
    1.0 / (1.0 + (-evidence).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_below_a_half() {
        for (name, mean, letters, pieces, guess) in [
            ("an ordinary sentence", -0.25, 30, 9, false),
            ("one that is hard to translate", -0.4, 90, 30, false),
            ("a word", -0.3, 7, 2, false),
            ("a short word", -0.2, 2, 1, false),
            ("a number", -0.2, 0, 0, false),
            ("words at random", -0.8, 30, 9, true),
            ("letters at random", -0.4, 20, 18, true),
            ("another script, in bytes", -0.2, 10, 20, true),
        ] {
            let found = confidence(mean, letters, pieces);
            assert!((0.0..=1.0).contains(&found));
            assert_eq!(found < 0.5, guess, "{name}: {found}");
        }
    }
}
