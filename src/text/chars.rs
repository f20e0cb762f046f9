//! What kinds of characters there are, as far as the layer cares.

/// Characters that are nothing to a model: soft hyphens, zero-width characters, marks of direction, variation selectors.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}')
}

/// A double quotation mark.
pub fn is_double_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '〝' | '〞' | '＂'
    )
}

/// A single quotation mark or an apostrophe.
pub fn is_single_quote(c: char) -> bool {
    matches!(
        c,
        '\'' | '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '´' | '`'
    )
}

/// A mark that ends a sentence.
pub fn is_final(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉')
}

/// The closing bracket of an opening one.
pub fn closing(c: char) -> Option<char> {
    Some(match c {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '（' => '）',
        '【' => '】',
        _ => return None,
    })
}

/// An emoji or another picture, or a part of one that is nothing by itself. User text in the private-use area counts as
/// well: nobody but its author knows what it shows.
pub fn is_picture(c: char) -> bool {
    matches!(u32::from(c),
        0x2190..=0x21FF     // arrows
        | 0x2300..=0x23FF   // technical
        | 0x2460..=0x24FF   // in circles
        | 0x2500..=0x27BF   // boxes, shapes, dingbats
        | 0x27F0..=0x27FF
        | 0x2900..=0x297F
        | 0x2B00..=0x2BFF
        | 0x3030 | 0x303D | 0x3297 | 0x3299
        | 0xE000..=0xF8FF | 0xF0000..=0x10FFFF
        | 0xFE00..=0xFE0F
        | 0x1F000..=0x1FBFF
        | 0xE0020..=0xE007F)
}

/// What joins pictures to one: a joiner, a selector, the keycap's frame, tags.
pub fn joins_pictures(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{20E3}' | '\u{E0020}'..='\u{E007F}')
}

/// Signs of mathematics, units, currencies and the like that are no letters of a word and that mean the same everywhere.
pub fn is_sign(c: char) -> bool {
    matches!(c,
        '=' | '<' | '>' | '+' | '*' | '^' | '~' | '|' | '\\' | '$' | '%' | '#' | '@' | '_' | '{' | '}'
        | '¢'..='©' | '¬' | '®'..='³' | 'µ'..='¹' | '¼'..='¾' | '×' | '÷'
        | '†'..='‣' | '‰'..='‱' | '⁂'
        | '\u{2044}' | '\u{2052}' | '\u{2070}'..='\u{209C}' | '\u{20A0}'..='\u{20CF}'
        | '\u{2100}'..='\u{218F}' | '\u{2200}'..='\u{22FF}' | '\u{27C0}'..='\u{27EF}'
        | '\u{2980}'..='\u{2AFF}' | '\u{1D400}'..='\u{1D7FF}')
}

/// A sign that joins the two sides of a formula.
pub fn is_operator(c: char) -> bool {
    matches!(c, '=' | '<' | '>' | '+' | '*' | '^' | '±' | '×' | '÷' | '·' | '≈' | '−'
        | '\u{2190}'..='\u{21FF}' | '\u{2200}'..='\u{22FF}')
}

/// A letter of neither language's script.
pub fn is_foreign(c: char) -> bool {
    c.is_alphabetic()
        && !matches!(u32::from(c),
            0..=0x02AF          // Latin, its extensions and phonetic letters
            | 0x02B0..=0x02FF
            | 0x1D00..=0x1DBF
            | 0x1E00..=0x1EFF
            | 0x2071 | 0x207F | 0x2090..=0x209C
            | 0x2100..=0x218F
            | 0x24B6..=0x24E9
            | 0x2C60..=0x2C7F
            | 0xA720..=0xA7FF
            | 0xAB30..=0xAB6F
            | 0xFB00..=0xFB06   // ligatures
            | 0xFF21..=0xFF5A   // full width
            | 0x1D400..=0x1D7FF
            | 0x1F100..=0x1F1FF)
}

/// A mark that belongs to the letter before it.
pub fn is_combining(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x064B..=0x065F | 0x0670
        | 0x093A..=0x094F | 0x0E31..=0x0E3A | 0x0E47..=0x0E4E | 0x1AB0..=0x1AFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F)
}
