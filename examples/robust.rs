//! Judges models by the cases of `tests/data/robust.tsv`: what must hold of their translations, kind by kind.
//!
//! `robust [--cases FILE] [--json] BUNDLE…`
//!
//! A table for each bundle and the cases that fail; as JSON one object a bundle and line.

#[path = "../tests/support/robust/mod.rs"]
mod robust;

use lite_transformer::{Bundle, Translator};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut file = String::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/robust.tsv"
    ));
    let mut json = false;
    let mut folders = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--cases" => file = arguments.next().ok_or("--cases needs a value")?,
            "--json" => json = true,
            option if option.starts_with("--") => {
                return Err(format!("unknown option {option}").into());
            }
            _ => folders.push(argument),
        }
    }
    if folders.is_empty() {
        return Err("which bundles? As in `robust models/de-en`".into());
    }
    let text = std::fs::read_to_string(&file)?;
    let cases = robust::read(&text).map_err(|error| format!("{file}: {error}"))?;
    for folder in folders {
        let translator = Translator::new(Bundle::from_dir(&folder)?)?;
        let kinds = robust::run(&translator, &cases)?;
        match json {
            true => print_json(&folder, &kinds),
            false => print_table(&folder, &kinds),
        }
    }
    Ok(())
}

type Kinds<'a> = std::collections::BTreeMap<&'a str, robust::Kind<'a>>;

fn print_table(folder: &str, kinds: &Kinds) {
    println!("{folder}");
    for (name, kind) in kinds {
        println!("{name:<16} {:>3} / {}", kind.passed(), kind.total);
    }
    let (passed, total) = kinds.values().fold((0, 0), |(passed, total), kind| {
        (passed + kind.passed(), total + kind.total)
    });
    println!("{:<16} {passed:>3} / {total}", "all");
    for (name, kind) in kinds {
        for failure in &kind.failures {
            println!("\n{name}: {:?}", failure.case.source);
            println!("     -> {:?}", failure.output);
            println!("    not {}", failure.failed.join(" ; "));
        }
    }
    println!();
}

fn print_json(folder: &str, kinds: &Kinds) {
    let kinds: serde_json::Map<String, serde_json::Value> = kinds
        .iter()
        .map(|(name, kind)| {
            let failures: Vec<_> = kind
                .failures
                .iter()
                .map(|failure| {
                    serde_json::json!({
                        "source": failure.case.source,
                        "output": failure.output,
                        "failed": failure.failed,
                    })
                })
                .collect();
            let value = serde_json::json!({
                "passed": kind.passed(),
                "total": kind.total,
                "failures": failures,
            });
            (name.to_string(), value)
        })
        .collect();
    println!(
        "{}",
        serde_json::json!({ "bundle": folder, "kinds": kinds })
    );
}
