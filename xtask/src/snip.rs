//! Cutting out functions that are linked but can't be reached.
//!
//! The linker keeps what a table of methods names: all of an operator's methods, and so all of tract's optimiser, though
//! the crate wires its plans itself. `snip.txt` says which functions never run; each becomes a trap, and what only they
//! called goes too.

use std::collections::HashSet;

use anyhow::{Context, Result, bail};
use walrus::ir::{Instr, InstrLocId, Visitor, dfs_in_order};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};

/// What is cut: see the file.
pub const LIST: &str = include_str!("../snip.txt");
/// What the linker makes of all constructors.
const CONSTRUCTORS: &str = "__wasm_call_ctors";

/// Cuts what a list names out of a binary whose functions still have their names.
pub fn snip(module: &mut Module, list: &str) -> Result<()> {
    let rules = parse(list);
    let mut matched = vec![false; rules.len()];
    let mut cut = HashSet::new();
    for function in module.funcs.iter() {
        let (Some(name), FunctionKind::Local(local)) = (&function.name, &function.kind) else {
            continue;
        };
        if is_trivial(local) {
            continue;
        }
        let name = plain(name);
        // As in .gitignore, the last rule that fits decides.
        let mut last = None;
        for (rule, matched) in rules.iter().zip(&mut matched) {
            if fits(rule.pattern, &name) {
                *matched = true;
                last = Some(rule);
            }
        }
        if last.is_some_and(|rule| rule.cut) {
            cut.insert(function.id());
        }
    }
    let idle: Vec<&str> = rules
        .iter()
        .zip(&matched)
        .filter_map(|(rule, matched)| (!matched).then_some(rule.line))
        .collect();
    if !idle.is_empty() {
        bail!(
            "xtask/snip.txt: no function fits\n    {}\nDrop these lines, or correct them if the functions have another name now",
            idle.join("\n    ")
        );
    }
    drop_constructors(module, &cut)?;
    let (count, all) = (cut.len(), module.funcs.iter().count());
    for id in cut {
        trap(module, id);
    }
    walrus::passes::gc::run(module);
    println!(
        "\nsnip: {count} of {all} functions cut, {} left",
        module.funcs.iter().count()
    );
    Ok(())
}

struct Rule<'a> {
    line: &'a str,
    pattern: &'a str,
    cut: bool,
}

fn parse(list: &str) -> Vec<Rule<'_>> {
    let lines = list.lines().map(str::trim);
    let rules = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    rules
        .map(|line| match line.strip_prefix('!') {
            Some(pattern) => Rule {
                line,
                pattern,
                cut: false,
            },
            None => Rule {
                line,
                pattern: line,
                cut: true,
            },
        })
        .collect()
}

/// A function's path without crates' hashes and the number of a copy: `path[0123456789abcdef]::to::function[2]`.
pub fn plain(name: &str) -> String {
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

/// Whether a name fits a pattern, in which `*` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether there is next to nothing to gain. The compiler makes one function of equal ones, under any of their names, so
/// the little ones that return a constant or a field may serve anybody.
fn is_trivial(function: &LocalFunction) -> bool {
    const FEW: u64 = 40;
    let mut calls = Calls(false);
    dfs_in_order(&mut calls, function, function.entry_block());
    function.size() <= FEW && !calls.0
}

/// Whether a function calls any other.
struct Calls(bool);

impl Visitor<'_> for Calls {
    fn visit_instr(&mut self, instr: &Instr, _: &InstrLocId) {
        self.0 |= matches!(
            instr,
            Instr::Call(_)
                | Instr::CallIndirect(_)
                | Instr::ReturnCall(_)
                | Instr::ReturnCallIndirect(_)
        );
    }
}

/// Calls no constructor that is cut.
fn drop_constructors(module: &mut Module, cut: &HashSet<FunctionId>) -> Result<()> {
    let id = module
        .funcs
        .by_name(CONSTRUCTORS)
        .with_context(|| format!("the binary has no {CONSTRUCTORS}"))?;
    let function = module.funcs.get_mut(id).kind.unwrap_local_mut();
    let entry = function.entry_block();
    function
        .block_mut(entry)
        .instrs
        .retain(|(instr, _)| !matches!(instr, Instr::Call(call) if cut.contains(&call.func)));
    Ok(())
}

fn trap(module: &mut Module, id: FunctionId) {
    let (params, results) = module.types.params_results(module.funcs.get(id).ty());
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    builder.func_body().unreachable();
    let args = params.iter().map(|&ty| module.locals.add(ty)).collect();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("a::b", "a::b", true),
            ("a::b", "a::bc", false),
            ("a::*", "a::b::c", true),
            ("a::*", "b::a::c", false),
            ("<a::* as *>::eval", "<a::B as c::D>::eval", true),
            ("<a::* as *>::eval", "<a::B as c::D>::eval_more", false),
            ("*eval*", "<a::B as c::D>::eval_more", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} on {name}");
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
