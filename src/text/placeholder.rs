//! The reserved pieces: private-use characters that a model is trained to carry from the source to the target.

/// What a placeholder stands for. The model is told no more than this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// What is copied character for character: addresses, code, names, emoji.
    Copy,
    /// A number with separators, a sign, a unit or a currency.
    Number,
    /// A date.
    Date,
    /// A time of day.
    Time,
}

const CLASSES: [(Class, u32, u32); 4] = [
    (Class::Copy, 0xE000, 8),
    (Class::Number, 0xE010, 8),
    (Class::Date, 0xE020, 4),
    (Class::Time, 0xE030, 4),
];

/// Whether a character may be a reserved piece.
pub fn is_reserved(c: char) -> bool {
    let code = u32::from(c);
    let within = |&(_, first, count): &(Class, u32, u32)| (first..first + count).contains(&code);
    CLASSES.iter().any(within)
}

/// All reserved characters.
pub fn reserved() -> impl Iterator<Item = char> {
    let codes = CLASSES
        .iter()
        .flat_map(|&(_, first, count)| first..first + count);
    codes.filter_map(char::from_u32)
}

/// The placeholders of a vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placeholders {
    /// How many of each class there are, in the order of `CLASSES`.
    counts: [u32; 4],
}

impl Placeholders {
    /// Those that a vocabulary has. Of each class only the ones before the first gap count.
    pub fn of(has: impl Fn(char) -> bool) -> Placeholders {
        let count = |(_, first, count): (Class, u32, u32)| {
            let known = |code: &u32| char::from_u32(*code).is_some_and(&has);
            (first..first + count).take_while(known).count() as u32
        };
        Placeholders {
            counts: CLASSES.map(count),
        }
    }

    /// Every one of them.
    pub fn all() -> Placeholders {
        Placeholders::of(|_| true)
    }

    /// Whether there is any at all.
    pub fn is_empty(&self) -> bool {
        self.counts == [0; 4]
    }

    /// How many there are of a class.
    pub(super) fn count(&self, class: Class) -> usize {
        self.counts[place(class)] as usize
    }

    /// The `n`th of a class.
    pub(super) fn get(&self, class: Class, n: usize) -> Option<char> {
        let (_, first, _) = CLASSES[place(class)];
        let n = u32::try_from(n).ok()?;
        let there = n < self.counts[place(class)];
        there.then(|| char::from_u32(first + n)).flatten()
    }
}

fn place(class: Class) -> usize {
    class as usize
}

#[cfg(test)]
mod tests {
    use super::{Class, Placeholders, is_reserved, reserved};

    #[test]
    fn classes_are_found_in_a_vocabulary() {
        let all = Placeholders::all();
        assert_eq!(reserved().count(), 24);
        assert!(reserved().all(is_reserved));
        assert_eq!(all.get(Class::Copy, 0), Some('\u{E000}'));
        assert_eq!(all.get(Class::Number, 7), Some('\u{E017}'));
        assert_eq!(all.get(Class::Date, 3), Some('\u{E023}'));
        assert_eq!(all.get(Class::Time, 4), None);
        let some = Placeholders::of(|c| c == '\u{E000}' || c == '\u{E002}');
        assert_eq!((some.count(Class::Copy), some.count(Class::Time)), (1, 0));
        assert!(Placeholders::of(|_| false).is_empty());
    }
}
