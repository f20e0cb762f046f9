//! Addresses, paths, names of files and names in code: what is one word without spaces and no word of a language.

use std::ops::Range;

use super::Found;
use crate::text::gender;
use crate::text::language::Language;
use crate::text::scan::{at, before, listed, run, text};

const TOP_LEVEL: &str = "com org net de eu ch at io dev app info biz gov edu uk fr nl pl cz es se dk fi pt ru cn jp br ca au nz tv \
    ai xyz online shop blog berlin wiki test example local";
const EXTENSIONS: &str = "md txt pdf doc docx odt rtf xls xlsx ods ppt pptx csv tsv json jsonl xml html htm css scss js mjs ts jsx \
    tsx py ipynb rs go c h cpp hpp cs java kt rb php swift lua sh ps1 bat exe msi dll so zip tar gz tgz bz2 \
    xz rar 7z png jpg jpeg gif svg webp bmp ico tif tiff mp3 mp4 wav ogg flac avi mov mkv webm log ini cfg \
    conf toml yaml yml lock sql db sqlite bak tmp iso img apk dmg deb rpm jar wasm onnx srt vtt epub eml ics \
    vcf tex bib env key pem crt psd ttf woff woff2";

/// Quotation marks that may open as well as close.
const QUOTES: &str = "\"'“”‘’»«›‹";

/// Something of that kind at a place; `token` is the stretch without white space that it stands in.
pub fn address(s: &[char], i: usize, token: &Range<usize>, from: Language) -> Option<Found> {
    let opened = {
        let c = before(s, i);
        c == '\0' || QUOTES.contains(c) || "([{<„‚,;:=–—…¿¡".contains(c)
    };
    // Deep inside a word without spaces nothing begins; so each character is looked at a few times only.
    let starts = i == token.start || (opened && i - token.start <= 16);
    if !starts {
        return None;
    }
    let end = trimmed(s, i..token.end);
    if end <= i {
        return None;
    }
    if let Some(end) = handle(s, i, end) {
        return Some(Found::copy(s, i..end));
    }
    let word = &s[i..end];
    if is_address(word) || is_code(word, from) {
        return Some(Found::copy(s, i..end));
    }
    let end = camel_case(s, i, from)?;
    Some(Found::copy(s, i..end))
}

/// The end without the marks that belong to the sentence.
fn trimmed(s: &[char], token: Range<usize>) -> usize {
    let mut end = token.end;
    while end > token.start {
        let last = at(s, end - 1);
        let closes_own = match last {
            ')' => s[token.start..end].contains(&'('),
            ']' => s[token.start..end].contains(&'['),
            '}' => s[token.start..end].contains(&'{'),
            _ => false,
        };
        let mark = QUOTES.contains(last) || ".,;:!?)]}>…–—*".contains(last);
        if !mark || closes_own {
            break;
        }
        end -= 1;
    }
    end
}

/// @name or #tag, up to where it can't go on.
fn handle(s: &[char], i: usize, end: usize) -> Option<usize> {
    if !matches!(at(s, i), '@' | '#') {
        return None;
    }
    let dots = at(s, i) == '@';
    let mut stop = run(s, i + 1, end - i - 1, &|c| {
        c.is_alphanumeric() || matches!(c, '_' | '-') || (dots && matches!(c, '.' | '/'))
    });
    while stop > i + 1 && matches!(at(s, stop - 1), '.' | '-' | '/') {
        stop -= 1;
    }
    (stop > i + 1).then_some(stop)
}

fn is_address(word: &[char]) -> bool {
    let text: String = word.iter().collect();
    let lowered = text.to_lowercase();
    if let Some((scheme, rest)) = text.split_once("://") {
        return !scheme.is_empty()
            && !rest.is_empty()
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '+');
    }
    if lowered.starts_with("mailto:") || (lowered.starts_with("www.") && lowered[4..].contains('.'))
    {
        return true;
    }
    if let Some((local, domain)) = text.split_once('@') {
        let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '%');
        return !local.is_empty()
            && !domain.is_empty()
            && local.chars().all(part)
            && domain.chars().all(part);
    }
    is_path(&text) || is_domain(&lowered) || is_file(&text)
}

fn is_path(text: &str) -> bool {
    let named =
        |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_'));
    for start in ["./", "../", "~/", "\\\\"] {
        if let Some(rest) = text.strip_prefix(start) {
            return named(rest);
        }
    }
    if let Some(rest) = text.strip_prefix('/') {
        return named(rest) && rest.contains(['/', '.', '_']);
    }
    let mut chars = text.chars();
    let drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    drive && chars.next() == Some(':') && matches!(chars.next(), Some('\\' | '/'))
}

fn is_domain(lowered: &str) -> bool {
    let host_end = lowered.find(['/', ':', '?', '#']).unwrap_or(lowered.len());
    let host = &lowered[..host_end];
    let Some((names, top)) = host.rsplit_once('.') else {
        return false;
    };
    let name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-');
    let lettered = names.contains(char::is_alphabetic) && names.len() >= 2;
    listed(TOP_LEVEL, top) && lettered && names.split('.').all(name)
}

fn is_file(text: &str) -> bool {
    let Some((stem, extension)) = text.rsplit_once('.') else {
        return false;
    };
    if stem.is_empty() {
        // .gitignore
        return extension.len() > 2
            && extension
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '_' || c == '-');
    }
    let named = |c: char| {
        c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '\\' | '+' | '(' | ')' | '*')
    };
    stem.contains(|c: char| c.is_alphanumeric() || c == '*')
        && stem.chars().all(named)
        && listed(EXTENSIONS, extension.to_ascii_lowercase().as_str())
}

/// snake_case, calls(), a::b, a->b, key=value, --options, $variables, C++.
fn is_code(word: &[char], from: Language) -> bool {
    let between = |is: fn(char) -> bool, is_joint: fn(char) -> bool| {
        word.windows(3)
            .any(|three| is(three[0]) && is_joint(three[1]) && is(three[2]))
    };
    let snake = between(|c| c.is_ascii_alphanumeric() || c == '_', |c| c == '_');
    if snake {
        let wordlike = word
            .iter()
            .all(|c| c.is_alphanumeric() || "_-./()[]:=".contains(*c));
        return wordlike && !(from == Language::German && gender::is_form(word));
    }
    if between(|c| c.is_ascii_alphanumeric(), |c| matches!(c, '=' | '+')) {
        return true;
    }
    let text: String = word.iter().collect();
    let named = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let call = text.find("()").is_some_and(|at| at > 0);
    let joined = ["::", "->", "=>", "==", "!=", "&&", "||"]
        .iter()
        .any(|joint| {
            text.find(joint)
                .is_some_and(|at| at > 0 && at + joint.len() < text.len())
        });
    let language = matches!(
        text.as_str(),
        "C++" | "C#" | "F#" | "A+" | "B+" | "Notepad++"
    );
    let option = text
        .strip_prefix("--")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    let variable = text
        .strip_prefix('$')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    (named && (call || joined)) || language || option || variable
}

/// The end of a word with a capital behind a small letter: userName, iPhone. Not in a compound, where the model has to
/// see what the other part is.
fn camel_case(s: &[char], i: usize, from: Language) -> Option<usize> {
    let end = run(s, i, 64, &char::is_alphanumeric);
    let word = &s[i..end];
    let humped = word
        .windows(2)
        .any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
    let ascii = word.iter().all(char::is_ascii_alphanumeric);
    let compound = at(s, end) == '-' && at(s, end + 1).is_alphabetic();
    let gendered = from == Language::German && gender::is_form(word);
    let rest = text(s, end..(end + 2).min(s.len()));
    (humped && ascii && !compound && !gendered && !rest.starts_with('*')).then_some(end)
}
