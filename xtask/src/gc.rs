//! Dropping what was linked for the constructors' sake.
//!
//! The linker keeps what can be reached, and takes constructors for roots: tract registers its kernels, runtimes and
//! model transforms in some, and from these one gets to nearly all of it. The crate wires plans of its own operators and
//! asks none of the registries, so the constructors go, and what only they reached goes after them: functions, and
//! constants with the tables of methods among them. What refers to what is in the records that the linker leaves with
//! `--emit-relocs`, so nothing is dropped that anything left could call or read. One function goes besides that could be
//! called by these records and never is: it prints backtraces, which WebAssembly doesn't have.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use anyhow::{Context, Result, anyhow, bail};
use rustc_demangle::demangle;
use walrus::{
    ElementItems, Function, FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig,
};
use wasmparser::{ExternalKind, KnownCustom, Linking, Parser, Payload, SymbolInfo, TypeRef};

/// The linker's argument that makes it leave its records.
pub const LINKER_ARGUMENT: &str = "--emit-relocs";
/// What the linker makes of all constructors.
const CONSTRUCTORS: &str = "__wasm_call_ctors";
/// Prints a backtrace that was captured; on this platform capturing one gives none.
const BACKTRACE: &str = "<std::backtrace::Backtrace as core::fmt::Display>::fmt";

/// Returns a linked binary without what only its constructors reach; they do nothing any more.
pub fn collect(linked: &[u8]) -> Result<Vec<u8>> {
    let mut links = Links::read(linked)?;
    let mut module = ModuleConfig::new()
        .strict_validate(false)
        .parse(linked)
        .map_err(|error| anyhow!("cannot read the linked binary: {error:#}"))?;
    let before = module.funcs.iter().count();
    for index in empty_backtraces(&mut module) {
        links.references.remove(&Item::Function(index));
    }
    let live = links.reach();
    let kept = drop_functions(&mut module, &live)?;
    let zeroed = zero_constants(&mut module, &links, &live)?;
    module.customs.remove_raw("linking");
    for section in [CODE, DATA] {
        module.customs.remove_raw(section);
    }
    println!("\ngc: {kept} of {before} functions are left, {zeroed} bytes of constants are not");
    Ok(module.emit_wasm())
}

/// A thing that others refer to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Item {
    /// By its index in the binary.
    Function(u32),
    /// By its place in `Links::constants`.
    Constant(usize),
}

/// What a linked binary is made of and what of it refers to what. Ranges are those of the file's bytes.
#[derive(Default)]
struct Links {
    imports: u32,
    bodies: Vec<Range<usize>>,
    segments: Vec<Range<usize>>,
    /// In order; some lie within others.
    constants: Vec<Range<usize>>,
    exports: Vec<u32>,
    references: HashMap<Item, Vec<Item>>,
}

const CODE: &str = "reloc.CODE";
const DATA: &str = "reloc.DATA";

impl Links {
    fn read(linked: &[u8]) -> Result<Links> {
        let mut links = Links::default();
        let mut starts = HashMap::new();
        let mut symbols = Vec::new();
        let mut relocations = Vec::new();
        for payload in Parser::new(0).parse_all(linked) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let function =
                            matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
                        links.imports += u32::from(function);
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func && export.name != CONSTRUCTORS {
                            links.exports.push(export.index);
                        }
                    }
                }
                Payload::CodeSectionStart { range, .. } => {
                    starts.insert(CODE, range.start);
                }
                Payload::CodeSectionEntry(body) => links.bodies.push(body.range()),
                Payload::DataSection(segments) => {
                    starts.insert(DATA, segments.range().start);
                    for segment in segments {
                        let segment = segment?;
                        let end = segment.range.end;
                        links.segments.push(end - segment.data.len()..end);
                    }
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Linking(linking) => {
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(table) = part? {
                                symbols = table.into_iter().collect::<Result<_, _>>()?;
                            }
                        }
                    }
                    KnownCustom::Reloc(section_relocations) => {
                        if let Some(name) = [CODE, DATA]
                            .into_iter()
                            .find(|&name| name == section.name())
                        {
                            relocations.push((name, section_relocations));
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if symbols.is_empty() || relocations.len() != 2 {
            bail!("the linker left no records: it needs {LINKER_ARGUMENT}");
        }
        let items = links.items(&symbols)?;
        for (section, relocations) in relocations {
            let start = starts
                .get(section)
                .with_context(|| format!("{section} has no section"))?;
            for relocation in relocations.entries() {
                let relocation = relocation?;
                // The others are of types, tables and globals.
                use wasmparser::RelocationType::TypeIndexLeb;
                if relocation.ty == TypeIndexLeb {
                    continue;
                }
                let Some(&Some(to)) = items.get(relocation.index as usize) else {
                    continue;
                };
                let from = links.owners(section, start + relocation.offset as usize)?;
                for from in from {
                    links.references.entry(from).or_default().push(to);
                }
            }
        }
        Ok(links)
    }

    /// What each symbol stands for; sets `constants`.
    fn items(&mut self, symbols: &[SymbolInfo]) -> Result<Vec<Option<Item>>> {
        let mut ranges = Vec::new();
        for symbol in symbols {
            ranges.push(match symbol {
                SymbolInfo::Data {
                    symbol: Some(place),
                    ..
                } => {
                    let segment = self.segments.get(place.index as usize);
                    let start = segment.context("a constant is in no segment")?.start
                        + place.offset as usize;
                    Some(start..start + place.size as usize)
                }
                _ => None,
            });
        }
        self.constants = ranges.iter().flatten().cloned().collect();
        self.constants.sort_by_key(|range| (range.start, range.end));
        self.constants.dedup();
        let place = |range: &Range<usize>| {
            let found = self
                .constants
                .binary_search_by_key(&(range.start, range.end), |other| (other.start, other.end));
            found.map_err(|_| anyhow!("a constant was lost"))
        };
        let items = symbols
            .iter()
            .zip(&ranges)
            .map(|(symbol, range)| match (symbol, range) {
                (SymbolInfo::Func { index, .. }, _) => Ok(Some(Item::Function(*index))),
                (_, Some(range)) => Ok(Some(Item::Constant(place(range)?))),
                _ => Ok(None),
            });
        items.collect()
    }

    /// What a byte is of: one function, or every constant that covers it.
    fn owners(&self, section: &str, at: usize) -> Result<Vec<Item>> {
        if section == CODE {
            let body = self.bodies.partition_point(|body| body.end <= at);
            return Ok(vec![Item::Function(self.imports + u32::try_from(body)?)]);
        }
        let end = self
            .constants
            .partition_point(|constant| constant.start <= at);
        // Few overlap, and those that do are short strings; a table of methods is not among them.
        let near =
            (end.saturating_sub(OVERLAPPING)..end).filter(|&i| self.constants[i].contains(&at));
        let owners: Vec<Item> = near.map(Item::Constant).collect();
        if owners.is_empty() {
            bail!("the linker's records name no constant at byte {at}");
        }
        Ok(owners)
    }

    /// All that the exports reach, themselves included.
    fn reach(&self) -> HashSet<Item> {
        let mut live: HashSet<Item> = self
            .exports
            .iter()
            .map(|&index| Item::Function(index))
            .collect();
        let mut open: Vec<Item> = live.iter().copied().collect();
        while let Some(item) = open.pop() {
            for &next in self.references.get(&item).into_iter().flatten() {
                if live.insert(next) {
                    open.push(next);
                }
            }
        }
        live
    }
}

/// How many constants before a byte may reach over it.
const OVERLAPPING: usize = 64;

/// Has the printing of backtraces end in a trap; returns the functions' indices.
fn empty_backtraces(module: &mut Module) -> Vec<u32> {
    let named = |function: &Function| {
        let name = function.name.as_deref().unwrap_or_default();
        format!("{:#}", demangle(name)) == BACKTRACE
    };
    // The order of the module's functions is that of their indices.
    let found = (0u32..).zip(module.funcs.iter());
    let found = found.filter(|(_, function)| named(function));
    let found: Vec<_> = found
        .map(|(index, function)| (index, function.id(), function.ty()))
        .collect();
    for &(_, id, ty) in &found {
        let (params, results) = module.types.params_results(ty);
        let (params, results) = (params.to_vec(), results.to_vec());
        let mut trap = FunctionBuilder::new(&mut module.types, &params, &results);
        trap.func_body().unreachable();
        let arguments = params
            .iter()
            .map(|&param| module.locals.add(param))
            .collect();
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap.local_func(arguments));
    }
    found.into_iter().map(|(index, ..)| index).collect()
}

/// Leaves the live functions, and of the constructors an empty one; returns how many there are.
fn drop_functions(module: &mut Module, live: &HashSet<Item>) -> Result<usize> {
    // The order of the module's functions is that of their indices.
    let dead: HashSet<FunctionId> = (0u32..)
        .zip(module.funcs.iter())
        .filter(|(index, _)| !live.contains(&Item::Function(*index)))
        .map(|(_, function)| function.id())
        .collect();
    let constructors = module.funcs.by_name(CONSTRUCTORS);
    let constructors = constructors.with_context(|| format!("the binary has no {CONSTRUCTORS}"))?;
    let nothing = FunctionBuilder::new(&mut module.types, &[], &[]);
    module.funcs.get_mut(constructors).kind = FunctionKind::Local(nothing.local_func(Vec::new()));

    let mut trap = FunctionBuilder::new(&mut module.types, &[], &[]);
    trap.func_body().unreachable();
    let trap = trap.finish(Vec::new(), &mut module.funcs);
    for element in module.elements.iter_mut() {
        let ElementItems::Functions(functions) = &mut element.items else {
            bail!("a table of functions is of a kind that rustc doesn't make");
        };
        for function in functions
            .iter_mut()
            .filter(|function| dead.contains(function))
        {
            *function = trap;
        }
    }
    walrus::passes::gc::run(module);
    let left: Vec<_> = module.funcs.iter().collect();
    let wrong = left
        .iter()
        .find(|function| dead.contains(&function.id()) && function.id() != constructors);
    if let Some(function) = wrong {
        bail!(
            "{} is called, but the linker's records say that nothing reaches it",
            function.name.as_deref().unwrap_or("a function")
        );
    }
    Ok(left.len())
}

/// Writes zeros over the dead constants, which wasm-opt leaves out of the binary; returns how many bytes.
fn zero_constants(module: &mut Module, links: &Links, live: &HashSet<Item>) -> Result<usize> {
    let ids: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    if ids.len() != links.segments.len() {
        bail!("the binary's data segments are not those of the linker's records");
    }
    let mut zeroed = 0;
    for (id, segment) in ids.into_iter().zip(&links.segments) {
        let data = module.data.get_mut(id);
        // Bytes that are of no constant stay.
        let mut dead = vec![false; data.value.len()];
        for of_live in [false, true] {
            for (i, constant) in links.constants.iter().enumerate() {
                let inside = segment.start <= constant.start && constant.end <= segment.end;
                if inside && live.contains(&Item::Constant(i)) == of_live {
                    dead[constant.start - segment.start..constant.end - segment.start]
                        .fill(!of_live);
                }
            }
        }
        for (byte, _) in data.value.iter_mut().zip(dead).filter(|(_, dead)| *dead) {
            *byte = 0;
            zeroed += 1;
        }
    }
    Ok(zeroed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_without_records_is_refused() {
        let binary = Module::default().emit_wasm();
        let error = collect(&binary).expect_err("nothing to go by");
        assert!(error.to_string().contains(LINKER_ARGUMENT), "{error}");
    }

    #[test]
    fn what_is_reached_lives() {
        let reference = |from, to| (Item::Function(from), vec![to]);
        let links = Links {
            exports: vec![0],
            references: HashMap::from([
                reference(0, Item::Constant(1)),
                (Item::Constant(1), vec![Item::Function(2)]),
                reference(2, Item::Function(0)),
                reference(3, Item::Constant(0)),
            ]),
            ..Links::default()
        };
        let live = HashSet::from([Item::Function(0), Item::Constant(1), Item::Function(2)]);
        assert!(links.reach() == live);
    }

    #[test]
    fn a_byte_is_of_every_constant_over_it() -> Result<()> {
        let links = Links {
            constants: vec![0..9, 2..4, 4..6],
            ..Links::default()
        };
        assert!(links.owners(DATA, 3)? == [Item::Constant(0), Item::Constant(1)]);
        assert!(links.owners(DATA, 9).is_err());
        Ok(())
    }
}
