//! What the package weighs, and which functions make up a binary.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use walrus::{FunctionKind, Module};

use crate::process::run;
use crate::tools::node;
use crate::wasm;

/// Prints the size of every file of dist/npm, as it is and compressed.
pub fn print() -> Result<()> {
    run(node().args(["xtask/sizes.mjs", "dist/npm"]))
}

/// Prints which crates and functions the baseline binary is made of.
pub fn print_functions() -> Result<()> {
    let functions = functions(&wasm::named()?)?;
    let mut crates: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (bytes, name) in &functions {
        let entry = crates.entry(home(name)).or_default();
        *entry = (entry.0 + bytes, entry.1 + 1);
    }
    let mut crates: Vec<_> = crates.into_iter().collect();
    crates.sort_by_key(|&(_, (bytes, _))| std::cmp::Reverse(bytes));
    let total: usize = functions.iter().map(|(bytes, _)| bytes).sum();
    println!("\n   bytes functions  crate");
    for (name, (bytes, count)) in &crates {
        println!("{bytes:8} {count:9}  {name}");
    }
    println!("{total:8} {:9}  in all", functions.len());
    println!("\n   bytes  function");
    for (bytes, name) in functions.iter().take(40) {
        println!("{bytes:8}  {name}");
    }
    Ok(())
}

/// Bytes and name of every function, the largest first.
fn functions(wasm: &Path) -> Result<Vec<(usize, String)>> {
    let module = Module::from_file(wasm)
        .map_err(|error| anyhow!("cannot read {}: {error:#}", wasm.display()))?;
    let mut functions = Vec::new();
    for function in module.funcs.iter() {
        if let FunctionKind::Local(local) = &function.kind {
            let range = local
                .original_range
                .as_ref()
                .context("a function has no place")?;
            let name = function.name.as_deref().unwrap_or("(no name)");
            functions.push((range.len(), plain(name)));
        }
    }
    functions.sort_by_key(|&(bytes, _)| std::cmp::Reverse(bytes));
    Ok(functions)
}

/// A function's path without crates' hashes and the number of a copy: `path[0123456789abcdef]::to::function[2]`.
fn plain(name: &str) -> String {
    let mut rest = match name.rsplit_once('[') {
        Some((path, copy)) if copy.strip_suffix(']').is_some_and(is_number) => path,
        _ => name,
    };
    let mut path = String::new();
    while let Some(start) = rest.find('[') {
        let (before, bracket) = rest.split_at(start);
        path.push_str(before);
        match bracket[1..].split_once(']') {
            Some((hash, after)) if is_hash(hash) => rest = after,
            _ => {
                path.push('[');
                rest = &bracket[1..];
            }
        }
    }
    path + rest
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a crate's hash and not the `f32` of a slice's type.
fn is_hash(text: &str) -> bool {
    text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The crate that a function is of: the first one its path names. What the crate exports has no path.
fn home(name: &str) -> &str {
    let path = name.trim_start_matches(['<', '&', '*', '[', '(']);
    let path = ["mut ", "const ", "dyn "]
        .iter()
        .fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
    match path.split_once("::") {
        Some((home, _))
            if home
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
        {
            home
        }
        _ => "exports and others",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes() {
        for (name, expected) in [
            ("core::fmt::write", "core"),
            ("<alloc::vec::Vec<a::B>>::push", "alloc"),
            (
                "<&mut serde_json::de::Deserializer as c::D>::e",
                "serde_json",
            ),
            ("<dyn core::fmt::Debug>::x", "core"),
            ("rawtranslator_new", "exports and others"),
        ] {
            assert_eq!(home(name), expected, "{name}");
        }
    }

    #[test]
    fn names() {
        for (name, expected) in [
            ("a::b", "a::b"),
            ("a[0123456789abcdef]::b", "a::b"),
            (
                "<a[123456789abcdef]::B<[f32]> as c[0123456789abcdef]::D>::e[2]",
                "<a::B<[f32]> as c::D>::e",
            ),
        ] {
            assert_eq!(plain(name), expected);
        }
    }
}
