//! A text whose every character remembers where it comes from.

use std::ops::Range;

/// Characters and, for each, the bytes of another text that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spanned {
    pub chars: Vec<char>,
    pub origins: Vec<Range<usize>>,
}

impl Spanned {
    /// A part of a text, each character standing for itself.
    pub fn of(text: &str, part: Range<usize>) -> Spanned {
        let mut spanned = Spanned::default();
        for (at, c) in text[part.clone()].char_indices() {
            let start = part.start + at;
            spanned.push(c, start..start + c.len_utf8());
        }
        spanned
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn push(&mut self, c: char, origin: Range<usize>) {
        self.chars.push(c);
        self.origins.push(origin);
    }

    /// Appends characters that all stand for the same.
    pub fn push_str(&mut self, text: &str, origin: Range<usize>) {
        for c in text.chars() {
            self.push(c, origin.clone());
        }
    }

    /// Appends a part of another text as it is.
    pub fn push_part(&mut self, other: &Spanned, part: Range<usize>) {
        self.chars.extend(&other.chars[part.clone()]);
        self.origins.extend_from_slice(&other.origins[part]);
    }

    /// What a stretch of characters stands for; an empty range between its neighbours if the stretch is empty.
    pub fn origin(&self, part: Range<usize>) -> Range<usize> {
        let stands_for = &self.origins[part.clone()];
        match (stands_for.first(), stands_for.last()) {
            (Some(first), Some(last)) => first.start..last.end.max(first.start),
            _ => {
                let end = part.start.checked_sub(1).map_or(0, |i| self.origins[i].end);
                end..end
            }
        }
    }

    /// Puts other characters in the place of some; each stands for all that those stood for.
    pub fn replace(&mut self, part: Range<usize>, with: &str) {
        let origin = self.origin(part.clone());
        self.chars.splice(part.clone(), with.chars());
        let origins = std::iter::repeat_n(origin, with.chars().count());
        self.origins.splice(part, origins);
    }

    #[cfg(test)]
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Spanned;

    #[test]
    fn origins_follow_the_characters() {
        let mut spanned = Spanned::of("aäbc", 1..5);
        assert_eq!((spanned.text().as_str(), spanned.len()), ("äbc", 3));
        assert_eq!(spanned.origin(0..2), 1..4);
        spanned.replace(0..2, "xyz");
        assert_eq!(spanned.text(), "xyzc");
        assert_eq!(spanned.origins, [1..4, 1..4, 1..4, 4..5]);
        assert_eq!(spanned.origin(4..4), 5..5);
    }
}
