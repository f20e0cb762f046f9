//! The crate as WebAssembly: cargo, `gc`, wasm-bindgen, wasm-opt.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{command, run};
use crate::tools::node_program;
use crate::{at, gc, tools};

const NAME: &str = "lite_transformer";

/// How to build.
#[derive(Clone, Copy)]
pub struct Options {
    /// Without `gc` and wasm-opt.
    pub dev: bool,
    /// With the binary for relaxed SIMD beside the one that runs everywhere.
    pub relaxed: bool,
}

impl Options {
    /// As the package is published.
    pub const RELEASE: Options = Options {
        dev: false,
        relaxed: true,
    };
}

/// The two binaries of the package. One and the same JavaScript runs both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binary {
    /// For every engine of the last years.
    Baseline,
    /// For those with relaxed SIMD, which Node 20 has behind a flag.
    Relaxed,
}

impl Binary {
    fn file(self) -> String {
        match self {
            Binary::Baseline => format!("{NAME}_bg.wasm"),
            Binary::Relaxed => format!("{NAME}_relaxed_bg.wasm"),
        }
    }

    /// The constant of `build.js` that holds its size.
    fn size(self) -> &'static str {
        match self {
            Binary::Baseline => "wasmBytes",
            Binary::Relaxed => "relaxedWasmBytes",
        }
    }
}

const FEATURES: [&str; 5] = [
    "simd128",
    "bulk-memory",
    "nontrapping-fptoint",
    "sign-ext",
    "mutable-globals",
];

/// Names that tell generic functions apart, for `cargo xtask sizes --functions`.
const NAMES: &str = " -C symbol-mangling-version=v0";

/// Builds the binaries, `lite_transformer.js` and its types into a folder.
pub fn build(options: Options, out: &Path) -> Result<()> {
    tools::ensure_wasm_target()?;
    fs::create_dir_all(out)?;
    make(Binary::Baseline, options.dev, out)?;
    if options.relaxed {
        // wasm-bindgen names its JavaScript after the binary, so both binaries get the same name, in two folders.
        let apart = at("target/wasm/relaxed");
        make(Binary::Relaxed, options.dev, &apart)?;
        for file in [format!("{NAME}.js"), format!("{NAME}_bg.wasm.d.ts")] {
            if fs::read(apart.join(&file))? != fs::read(out.join(&file))? {
                bail!(
                    "{file} is not the same for both binaries, so one package can't load either: compare {} and {}",
                    apart.join(&file).display(),
                    out.join(&file).display()
                );
            }
        }
        fs::copy(
            apart.join(Binary::Baseline.file()),
            out.join(Binary::Relaxed.file()),
        )?;
    }
    describe(options, out)
}

/// Builds one binary, and what wasm-bindgen makes of it, into a folder.
fn make(binary: Binary, dev: bool, out: &Path) -> Result<()> {
    bind_into(NAME, linked(binary, dev, &[])?, out)?;
    if !dev {
        optimise(binary, &out.join(Binary::Baseline.file()))?;
    }
    Ok(())
}

/// Builds both binaries with the crate's feature `bench`, each into a folder of its own in `out`; not optimised.
pub fn build_open(out: &Path) -> Result<()> {
    for (binary, level) in [(Binary::Baseline, "simd128"), (Binary::Relaxed, "relaxed")] {
        let linked = linked(binary, false, &["--features", "bench"])?;
        bind_into(NAME, linked, &out.join(level))?;
    }
    Ok(())
}

/// Runs wasm-bindgen over a linked crate.
pub fn bind_into(name: &str, linked: Vec<u8>, out: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    let bound = bindgen
        .input_bytes(name, linked)
        .web(true)
        .and_then(|bindgen| bindgen.typescript(true).generate_output());
    let mut bound = bound.map_err(|error| anyhow!("wasm-bindgen: {error:#}"))?;
    let written = bound.emit(out);
    written.map_err(|error| anyhow!("cannot write the binary to {}: {error:#}", out.display()))
}

/// The crate as the linker leaves it, without what nothing reaches.
fn linked(binary: Binary, dev: bool, more: &[&str]) -> Result<Vec<u8>> {
    let compiled = compile(binary, dev, more)?;
    let linked =
        fs::read(&compiled).with_context(|| format!("{} is missing", compiled.display()))?;
    if dev {
        Ok(linked)
    } else {
        gc::collect(&linked)
    }
}

fn compile(binary: Binary, dev: bool, more: &[&str]) -> Result<PathBuf> {
    let profile = if dev { "wasm-dev" } else { "wasm" };
    let features = FEATURES.map(|feature| format!("+{feature}")).join(",");
    let names = if dev { "" } else { NAMES };
    // A folder of its own, so that these flags don't make native builds start over.
    let target = at("target/wasm");
    let mut cargo = command("cargo");
    cargo
        .args(["rustc", "--locked", "--package", "lite-transformer"])
        .args(["--lib", "--crate-type", "cdylib"])
        .args(more)
        .args(["--target", "wasm32-unknown-unknown", "--profile", profile])
        .arg("--target-dir")
        .arg(&target)
        .env("RUSTFLAGS", format!("-C target-feature={features}{names}"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    // These are for the crate alone: its kernels do the work, and the dependencies are compiled once for both binaries.
    cargo.arg("--");
    if !dev {
        cargo.args(["-C", &format!("link-arg={}", gc::LINKER_ARGUMENT)]);
    }
    if binary == Binary::Relaxed {
        cargo.args(["-C", "target-feature=+relaxed-simd"]);
    }
    run(&mut cargo)?;
    Ok(target
        .join("wasm32-unknown-unknown")
        .join(profile)
        .join(format!("{NAME}.wasm")))
}

const WASM_OPT: [&str; 12] = [
    "-O2",
    // A loop inlined into a function that runs once stays in the engine's slow tier to its end.
    "--one-caller-inline-max-function-size=50",
    "--strip-debug",
    "--strip-producers",
    "--enable-simd",
    "--enable-relaxed-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What went into wasm-opt the last time, and what came out.
fn cache(binary: Binary) -> PathBuf {
    at("target/wasm/wasm-opt").join(binary.file())
}

/// Runs wasm-opt, which takes minutes, unless it has already seen this very binary.
fn optimise(binary: Binary, wasm: &Path) -> Result<()> {
    let cache = cache(binary);
    let (known, output) = (cache.join("input.wasm"), cache.join("output.wasm"));
    let arguments = cache.join("arguments");
    let same = fs::read(&known).ok() == Some(fs::read(wasm)?)
        && fs::read_to_string(&arguments).ok() == Some(WASM_OPT.join(" "))
        && output.is_file();
    if !same {
        fs::create_dir_all(&cache)?;
        fs::copy(wasm, &known)?;
        // Only a finished run leaves its arguments behind.
        let _ = fs::remove_file(&arguments);
        run(node_program("wasm-opt")
            .args(WASM_OPT)
            .arg(wasm)
            .arg("-o")
            .arg(&output))?;
        fs::write(&arguments, WASM_OPT.join(" "))?;
    }
    fs::copy(&output, wasm)?;
    Ok(())
}

/// The baseline as it was built last, its functions' names kept.
pub fn named() -> Result<PathBuf> {
    let cache = cache(Binary::Baseline);
    let named = cache.join("named.wasm");
    let arguments = WASM_OPT
        .iter()
        .filter(|argument| !argument.starts_with("--strip"));
    run(node_program("wasm-opt")
        .args(arguments)
        .arg("--debuginfo")
        .arg(cache.join("input.wasm"))
        .arg("-o")
        .arg(&named))
    .context("cargo xtask build makes what this needs")?;
    Ok(named)
}

/// Leaves the binaries' sizes beside them, which the package needs for its progress events; `undefined` for one that
/// was not built.
fn describe(options: Options, out: &Path) -> Result<()> {
    let (mut code, mut types) = (String::new(), String::new());
    for (binary, built) in [(Binary::Baseline, true), (Binary::Relaxed, options.relaxed)] {
        let bytes = match built {
            true => {
                let wasm = out.join(binary.file());
                let file = fs::metadata(&wasm)
                    .with_context(|| format!("{} is missing", wasm.display()))?;
                file.len().to_string()
            }
            false => "undefined".into(),
        };
        let name = binary.size();
        let kind = match binary {
            Binary::Baseline => "number",
            Binary::Relaxed => "number | undefined",
        };
        writeln!(code, "export const {name} = {bytes};")?;
        writeln!(types, "export const {name}: {kind};")?;
    }
    fs::write(out.join("build.js"), code)?;
    fs::write(out.join("build.d.ts"), types)?;
    Ok(())
}
