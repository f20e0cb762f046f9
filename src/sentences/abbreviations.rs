//! Full stops that end no sentence, in German and English.

/// Abbreviations that are followed by what they belong to. Those that often end a sentence (usw., etc., Inc.) are left
/// out: what follows them, upper or lower case, decides. Lower case; looked up in lower case.
const ABBREVIATIONS: &[&str] = &[
    // Titles and names.
    "dr",
    "prof",
    "hr",
    "hrn",
    "fr",
    "frl",
    "dipl",
    "ing",
    "st",
    "mr",
    "mrs",
    "ms",
    "messrs",
    "sr",
    "jr",
    "lic",
    "phil",
    "rer",
    "capt",
    "cpt",
    "lt",
    "sgt",
    "cmdr",
    "sen",
    "gov",
    "pres",
    "supt",
    // References and counting.
    "nr",
    "nrn",
    "nos",
    "abs",
    "bd",
    "bde",
    "kap",
    "s",
    "p",
    "pp",
    "vol",
    "ed",
    "hrsg",
    "abb",
    "anm",
    "aufl",
    "ausg",
    "ziff",
    "op",
    "ca",
    "ungef",
    "mio",
    "mrd",
    // In the middle of a sentence.
    "bzw",
    "vgl",
    "evtl",
    "ggf",
    "inkl",
    "exkl",
    "einschl",
    "zzgl",
    "bspw",
    "sog",
    "geb",
    "gest",
    "verh",
    "ehem",
    "insb",
    "insbes",
    "allg",
    "entspr",
    "zw",
    "vs",
    "cf",
    "approx",
    "tel",
    "dt",
    "engl",
    "franz",
    "griech",
    "jh",
    "jhd",
    "chr",
    "co",
    "hd",
    "univ",
    "abt",
    "std",
    "dept",
    "ave",
    "mind",
    "zzt",
    "zt",
    "red",
    "einh",
    "incl",
    "gegr",
    "vermutl",
    "voraussichtl",
    "verst",
    // Months.
    "jan",
    "feb",
    "febr",
    "apr",
    "aug",
    "sept",
    "okt",
    "oct",
    "nov",
    "dez",
    "dec",
];

/// Words that, in upper case behind a full stop, begin a sentence even after a number or a single letter. Lower case.
const STARTERS: &[&str] = &[
    "der", "die", "das", "ein", "eine", "er", "sie", "es", "ich", "du", "wir", "ihr", "man",
    "dies", "diese", "dieser", "dieses", "und", "aber", "oder", "doch", "denn", "dann", "da", "so",
    "auch", "nun", "wenn", "als", "weil", "wer", "was", "wo", "wie", "warum", "wann", "nach",
    "bei", "im", "in", "am", "an", "auf", "aus", "mit", "von", "vor", "für", "seit", "heute",
    "morgen", "gestern", "hier", "dort", "nein", "ja", "the", "a", "an", "he", "she", "it", "i",
    "you", "we", "they", "this", "that", "these", "those", "and", "but", "or", "then", "there",
    "what", "who", "when", "where", "why", "how", "if", "no", "yes", "on", "at",
];

/// Words that no sentence ends in: articles and the like, before a German noun that a line begins with.
const UNFINISHED: &[&str] = &[
    "der", "des", "dem", "den", "ein", "eine", "einen", "einem", "einer", "eines", "jeder",
    "jeden", "jedem", "jedes", "kein", "keine", "keinen", "mein", "meine", "meinen", "dein",
    "deine", "sein", "seine", "seinen", "ihre", "ihren", "unsere", "im", "am", "zum", "zur", "vom",
    "beim", "und", "oder", "für", "ohne", "durch", "gegen", "diesen", "diese", "dieser", "dieses",
    "the", "a", "an", "of", "and", "or", "my", "your", "our", "their", "every", "with", "from",
];

/// Whether a word at the end of a line belongs to the next line.
pub fn needs_more(word: &str) -> bool {
    UNFINISHED.contains(&word)
}

/// Abbreviations that are words as well: they belong to what follows only if that is a number.
const ALSO_WORDS: &[&str] = &[
    "no", "art", "do", "di", "mi", "mo", "min", "max", "fig", "tab", "rep", "lit", "bes", "gem",
    "gen", "maj", "rev", "hon", "mag", "nat", "med", "str", "col", "mt", "ft",
];

/// Whether `words`, which a full stop follows, end in something that `next` belongs to.
pub fn ends_in_abbreviation(words: &str, next: &str) -> bool {
    let boundary =
        |c: char| c.is_whitespace() || matches!(c, '.' | '(' | '[' | '„' | '"' | '“' | '-' | '/');
    let word = words.rsplit(boundary).next().unwrap_or_default();
    let mut characters = word.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let single_letter = first.is_alphabetic() && characters.next().is_none();
    // The 3rd of May, the 19th century; a year is no ordinal.
    let ordinal = word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    if single_letter || ordinal {
        return !starts_a_sentence(next);
    }
    let word = word.to_lowercase();
    let word = word.as_str();
    match ALSO_WORDS.contains(&word) {
        true => next.starts_with(|c: char| c.is_ascii_digit()),
        false => ABBREVIATIONS.contains(&word),
    }
}

/// Whether a text begins with a word that begins a sentence.
fn starts_a_sentence(text: &str) -> bool {
    let text = text.trim_start_matches(['"', '„', '“', '»', '«', '\'', '(', '–', '-', ' ']);
    let word = text
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    word.starts_with(char::is_uppercase) && STARTERS.contains(&word.to_lowercase().as_str())
}
