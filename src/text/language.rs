//! The two languages whose signs the layer knows.

/// A language whose numbers, dates, quotation marks and abbreviations are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// German.
    German,
    /// English.
    English,
}

impl Language {
    /// The language of a BCP 47 tag such as `de` or `en-GB`.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "de" => Some(Language::German),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::German => "de",
            Language::English => "en",
        }
    }

    /// The mark between groups of three digits.
    pub(super) fn group_mark(self) -> char {
        match self {
            Language::German => '.',
            Language::English => ',',
        }
    }

    /// The mark before the decimals.
    pub(super) fn decimal_mark(self) -> char {
        match self {
            Language::German => ',',
            Language::English => '.',
        }
    }

    /// Its quotation marks: double opening and closing, single opening and closing.
    pub(super) fn quotes(self) -> [char; 4] {
        match self {
            Language::German => ['„', '“', '‚', '‘'],
            Language::English => ['“', '”', '‘', '’'],
        }
    }
}
