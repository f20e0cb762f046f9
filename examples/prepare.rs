//! Shows what a model reads of each line of standard input, without a model: `prepare TOKENIZER [--from-english]`.
//!
//! Each line gives its sentences, reserved characters written as `<c1>`, and what stands for each of them.

use std::io::stdin;

use lite_transformer::text::{self, Language, Placeholders, Preparation, prepare};
use lite_transformer::tokenizer::Tokenizer;
use lite_transformer::{LineBreaks, sentences::sentences};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let tokenizer = Tokenizer::new(&std::fs::read(arguments.next().ok_or("which tokenizer?")?)?)?;
    let (from, to) = match arguments.next().as_deref() {
        Some("--from-english") => (Language::English, Language::German),
        _ => (Language::German, Language::English),
    };
    let how = Preparation {
        from,
        to,
        placeholders: Placeholders::all(),
        all_numbers: false,
        likeliness: &|word| tokenizer.score(word),
    };
    for line in stdin().lines() {
        let line = line?.replace("\\n", "\n");
        for range in sentences(&line, LineBreaks::Keep) {
            let sentence = &line[range];
            let prepared = prepare(sentence, &how);
            let mut shown = String::new();
            for c in prepared.text().chars() {
                match text::is_reserved(c) {
                    true => shown.push_str(&format!("<{:X}>", u32::from(c) & 0xFF)),
                    false => shown.push(c),
                }
            }
            let detected = text::detect(sentence).map_or("", Language::tag);
            let back = prepared
                .settled()
                .map_or_else(|| prepared.restore(prepared.text()).text, String::from);
            let settled = if prepared.settled().is_some() {
                "="
            } else {
                ""
            };
            println!("{sentence}\n    {detected}{settled} {shown}\n    -> {back}");
        }
    }
    Ok(())
}
