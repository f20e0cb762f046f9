//! Measures how well the decoder's attention to the source aligns words, by `tests/data/aligned.tsv`: layer by layer and
//! of what the library tells.
//!
//! `aligned [--cases FILE] [--heads] [--errors] BUNDLE…`
//!
//! The model is made to write the translations that were aligned by hand. In the first layers a step may still look at
//! the token that it reads, not at the one that it writes, so each layer is measured both ways. `--heads` adds each head by
//! itself, `--errors` the sentences that the library aligns otherwise.

#[path = "../tests/support/aligned/mod.rs"]
mod aligned;

use aligned::{Agreement, Case};
use lite_transformer::{Bundle, Map2D, SentenceVisualization, Translator};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut file = String::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/aligned.tsv"
    ));
    let (mut heads, mut errors) = (false, false);
    let mut folders = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--cases" => file = arguments.next().ok_or("--cases needs a value")?,
            "--heads" => heads = true,
            "--errors" => errors = true,
            option if option.starts_with("--") => {
                return Err(format!("unknown option {option}").into());
            }
            _ => folders.push(argument),
        }
    }
    if folders.is_empty() {
        return Err("which bundles? As in `aligned models/de-en`".into());
    }
    let text = std::fs::read_to_string(&file)?;
    let cases = aligned::read(&text).map_err(|error| format!("{file}: {error}"))?;
    for folder in folders {
        let translator = Translator::new(Bundle::from_dir(&folder)?)?;
        let manifest = translator.manifest();
        let direction = format!("{}-{}", manifest.source_language, manifest.target_language);
        let shown = cases
            .iter()
            .filter(|case| case.direction == direction)
            .map(|case| Ok((case, aligned::show(&translator, case)?)))
            .collect::<Result<Vec<_>, lite_transformer::Error>>()?;
        println!("{folder}: {} sentences", shown.len());
        println!("{:<34} precision  recall     AER", "");
        print_layers(&shown, heads);
        print_shipped(&shown, errors);
        println!();
    }
    Ok(())
}

type Shown<'a> = [(&'a Case, SentenceVisualization)];

fn print_layers(shown: &Shown, heads: bool) {
    let Some((_, first)) = shown.first() else {
        return;
    };
    for layer in 0..first.decoder.len() {
        let count = first.decoder[layer].cross.as_ref().map_or(0, Vec::len);
        let singles = (0..count).filter(|_| heads).map(|head| head..head + 1);
        for part in std::iter::once(0..count).chain(singles) {
            for (token, shift) in [("written", 0), ("read", 1)] {
                let mut agreement = Agreement::default();
                for (case, shown) in shown {
                    let maps = shown.decoder[layer].cross.as_deref().unwrap_or_default();
                    let map = shifted(&mean(&maps[part.clone()]), shift);
                    agreement.add(case, &aligned::by_map(case, shown, &map));
                }
                let name = match part.len() == count {
                    true => format!("layer {}, token {token}", layer + 1),
                    false => format!("  head {}, token {token}", part.start + 1),
                };
                print(&name, &agreement);
            }
        }
    }
}

fn print_shipped(shown: &Shown, errors: bool) {
    let mut kinds: Vec<&str> = shown.iter().map(|(case, _)| case.kind.as_str()).collect();
    kinds.dedup();
    for kind in kinds.into_iter().map(Some).chain([None]) {
        let mut agreement = Agreement::default();
        for (case, shown) in shown {
            if kind.is_none_or(|kind| kind == case.kind) {
                agreement.add(case, &shown.words.alignments);
            }
        }
        print(
            &format!("the library's, {}", kind.unwrap_or("all")),
            &agreement,
        );
    }
    for (case, shown) in shown.iter().filter(|_| errors) {
        let mut agreement = Agreement::default();
        agreement.add(case, &shown.words.alignments);
        if agreement.error_rate() > 0.0 {
            println!(
                "{:.2} {:?} -> {:?}",
                agreement.error_rate(),
                case.source,
                shown.translation
            );
            for one in &shown.words.alignments {
                let (source, target) = (
                    &case.source[one.source.clone()],
                    &shown.translation[one.target.clone()],
                );
                print!("  {source}={target} {:.2}", one.weight);
            }
            println!();
        }
    }
}

fn print(name: &str, agreement: &Agreement) {
    let (precision, recall) = (agreement.precision(), agreement.recall());
    let error = agreement.error_rate();
    println!("{name:<34} {precision:>9.3} {recall:>7.3} {error:>7.3}");
}

fn mean(maps: &[Map2D]) -> Map2D {
    let mut mean = maps[0].clone();
    for map in &maps[1..] {
        mean.data
            .iter_mut()
            .zip(&map.data)
            .for_each(|(sum, x)| *sum += x);
    }
    mean.data
        .iter_mut()
        .for_each(|sum| *sum /= maps.len() as f32);
    mean
}

/// The rows of a map as those of the steps that read what the steps before wrote.
fn shifted(map: &Map2D, by: usize) -> Map2D {
    let mut data = map.data[by * map.cols..].to_vec();
    data.resize(map.data.len(), 0.0);
    Map2D {
        data,
        ..map.clone()
    }
}
