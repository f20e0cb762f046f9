//! Offsets as JavaScript counts them.

/// Turns byte offsets into UTF-16 ones; rising offsets cost one pass over the text in all.
pub struct Utf16Offsets<'a> {
    text: &'a str,
    bytes: usize,
    units: usize,
}

impl<'a> Utf16Offsets<'a> {
    pub fn new(text: &'a str) -> Self {
        Utf16Offsets {
            text,
            bytes: 0,
            units: 0,
        }
    }

    pub fn at(&mut self, offset: usize) -> usize {
        if offset < self.bytes {
            (self.bytes, self.units) = (0, 0);
        }
        // An offset inside a character (a byte-fallback token) counts as the character's start.
        let end = self.text.floor_char_boundary(offset);
        self.units += self.text[self.bytes..end].encode_utf16().count();
        self.bytes = end;
        self.units
    }
}
