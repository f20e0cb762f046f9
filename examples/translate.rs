//! Translates standard input line by line; each line of input gives exactly one line of output.
//!
//! `translate [--bundle DIR] [--beam N] [--length-penalty X] [--no-split] [--json] [--reference]`
//!
//! `--no-split` takes each line as one sentence, as test sets want it. Speed goes to standard error.

use std::io::{BufWriter, Write, stdin, stdout};
use std::time::Instant;

use lite_transformer::{Bundle, Options, Translator};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut folder = String::from("models/de-en");
    let mut options = Options::default();
    let (mut split, mut json, mut reference) = (true, false, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--bundle" => folder = value()?,
            "--beam" => options.beam_size = Some(value()?.parse()?),
            "--length-penalty" => options.length_penalty = Some(value()?.parse()?),
            "--no-split" => split = false,
            "--json" => json = true,
            "--reference" => reference = true,
            other => return Err(format!("unknown option {other}").into()),
        }
    }

    let start = Instant::now();
    let bundle = Bundle::from_dir(folder)?;
    let read = start.elapsed();
    let translator = match reference {
        true => Translator::reference(bundle)?,
        false => Translator::new(bundle)?,
    };
    eprintln!(
        "read and checked in {read:.1?}, loaded in {:.1?}",
        start.elapsed() - read
    );

    let mut out = BufWriter::new(stdout().lock());
    let (mut lines, mut tokens) = (0, 0);
    let start = Instant::now();
    for line in stdin().lines() {
        let line = line?;
        let (text, sentences) = match split {
            true => {
                let translation = translator.translate(&line, &options)?;
                (translation.text, translation.sentences)
            }
            false => {
                let sentence = translator.translate_sentence(&line, &options)?;
                (sentence.text.clone(), vec![sentence])
            }
        };
        lines += 1;
        tokens += sentences
            .iter()
            .map(|sentence| sentence.tokens)
            .sum::<usize>();
        if json {
            let sentences: Vec<serde_json::Value> = sentences
                .iter()
                .map(|sentence| {
                    serde_json::json!({
                        "source": [sentence.source.start, sentence.source.end],
                        "target": [sentence.target.start, sentence.target.end],
                        "score": sentence.score,
                        "confidence": sentence.confidence,
                        "tokens": sentence.tokens,
                        "truncated": sentence.truncated,
                        "split": sentence.split,
                        "alternatives": sentence.alternatives.iter().map(|other| {
                            serde_json::json!({ "text": other.text, "score": other.score })
                        }).collect::<Vec<_>>(),
                    })
                })
                .collect();
            writeln!(
                out,
                "{}",
                serde_json::json!({ "text": text, "sentences": sentences })
            )?;
        } else {
            // A byte piece can be a line break.
            writeln!(out, "{}", text.replace(['\n', '\r'], " "))?;
        }
    }
    let time = start.elapsed();
    eprintln!(
        "{lines} lines, {tokens} target tokens in {time:.1?}: {:.3} ms a line, {:.1} lines/s",
        time.as_secs_f64() * 1e3 / f64::from(lines.max(1)),
        f64::from(lines) / time.as_secs_f64(),
    );
    Ok(())
}
