//! Cuts each line of standard input into pieces: `tokenize MODEL [--offsets | --decode]`.
//!
//! Prints the ids, with `--offsets` each as `id:start:end` in bytes; with `--decode` reads ids and prints text.

use std::io::{BufWriter, Write, stdin, stdout};

use lite_transformer::tokenizer::Tokenizer;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("usage: tokenize MODEL [--offsets | --decode]")?;
    let mode = arguments.next();
    let tokenizer = Tokenizer::new(&std::fs::read(path)?)?;
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lines() {
        let line = line?;
        let words: Vec<String> = match mode.as_deref() {
            None => tokenizer
                .encode(&line)
                .iter()
                .map(|piece| piece.id.to_string())
                .collect(),
            Some("--offsets") => tokenizer
                .encode(&line)
                .iter()
                .map(|piece| format!("{}:{}:{}", piece.id, piece.range.start, piece.range.end))
                .collect(),
            Some("--decode") => {
                let ids = line.split_whitespace().map(str::parse);
                vec![tokenizer.decode(&ids.collect::<Result<Vec<u32>, _>>()?).0]
            }
            Some(other) => return Err(format!("unknown option {other}").into()),
        };
        writeln!(out, "{}", words.join(" "))?;
    }
    Ok(())
}
