//! What the decoder might have written instead: the likeliest next tokens of a step.

use crate::kernels::softmax;

/// Candidates kept of each step.
pub const CANDIDATES: usize = 10;

/// A token that a step of the decoder considered.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub id: u32,
    /// The piece of the vocabulary, with `▁` for a space.
    pub piece: String,
    /// Softmax over the whole vocabulary, special tokens included, of the step's logits.
    pub probability: f32,
}

/// The `count` likeliest ids and their probabilities, the likeliest first; of equals the lower id.
pub fn likeliest(mut logits: Vec<f32>, count: usize) -> Vec<(u32, f32)> {
    softmax(&mut logits);
    let mut ranked: Vec<(u32, f32)> = (0..).zip(logits).collect();
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if count < ranked.len() {
        ranked.select_nth_unstable_by(count, order);
        ranked.truncate(count);
    }
    ranked.sort_unstable_by(order);
    ranked
}

#[cfg(test)]
mod tests {
    use super::likeliest;

    #[test]
    fn ranks_by_probability_then_by_id() {
        let logits = vec![
            0.0,
            2.0_f32.ln(),
            4.0_f32.ln(),
            2.0_f32.ln(),
            f32::NEG_INFINITY,
        ];
        let found = likeliest(logits, 3);
        let ids: Vec<u32> = found.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, [2, 1, 3]);
        for ((_, probability), expected) in found.iter().zip([4.0 / 9.0, 2.0 / 9.0, 2.0 / 9.0]) {
            assert!((probability - expected).abs() < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn gives_all_where_there_are_no_more() {
        assert_eq!(likeliest(vec![1.0, 1.0], 10), [(0, 0.5), (1, 0.5)]);
        assert_eq!(likeliest(Vec::new(), 3), []);
    }
}
