//! The crate as WebAssembly: cargo, wasm-bindgen, wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{command, run};
use crate::tools::node_program;
use crate::{at, tools};

const NAME: &str = "lite_transformer";

/// What every engine of the last years has. Relaxed SIMD is no part of it: Node 20 lacks it.
const FEATURES: [&str; 5] = [
    "simd128",
    "bulk-memory",
    "nontrapping-fptoint",
    "sign-ext",
    "mutable-globals",
];

/// Builds `lite_transformer.js`, `lite_transformer_bg.wasm` and their types into a folder.
pub fn build(dev: bool, out: &Path) -> Result<()> {
    tools::ensure_wasm_target()?;
    let compiled = compile(dev)?;
    bind(&compiled, out)?;
    let wasm = out.join(format!("{NAME}_bg.wasm"));
    if !dev {
        optimise(&wasm)?;
    }
    describe(&wasm, out)
}

fn compile(dev: bool) -> Result<PathBuf> {
    let profile = if dev { "wasm-dev" } else { "wasm" };
    let features = FEATURES.map(|feature| format!("+{feature}")).join(",");
    // A folder of its own, so that these flags don't make native builds start over.
    let target = at("target/wasm");
    run(command("cargo")
        .args([
            "build",
            "--locked",
            "--package",
            "lite-transformer",
            "--lib",
        ])
        .args(["--target", "wasm32-unknown-unknown", "--profile", profile])
        .arg("--target-dir")
        .arg(&target)
        .env("RUSTFLAGS", format!("-C target-feature={features}"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS"))?;
    Ok(target
        .join("wasm32-unknown-unknown")
        .join(profile)
        .join(format!("{NAME}.wasm")))
}

fn bind(compiled: &Path, out: &Path) -> Result<()> {
    println!("\nwasm-bindgen -> {}", out.display());
    let mut bindgen = Bindgen::new();
    let result = bindgen
        .input_path(compiled)
        .web(true)
        .and_then(|bindgen| bindgen.typescript(true).generate(out));
    result.map_err(|error| anyhow!("wasm-bindgen: {error:#}"))
}

const WASM_OPT: [&str; 10] = [
    "-O2",
    "--strip-debug",
    "--strip-producers",
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Runs wasm-opt, which takes minutes, unless it has already seen this very binary.
fn optimise(wasm: &Path) -> Result<()> {
    let cache = at("target/wasm/wasm-opt");
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

/// Leaves the binary's size beside it, which the package needs for its progress events.
fn describe(wasm: &Path, out: &Path) -> Result<()> {
    let bytes = fs::metadata(wasm)
        .with_context(|| format!("{} is missing", wasm.display()))?
        .len();
    fs::write(
        out.join("build.js"),
        format!(
            "export const wasmBytes = {bytes};\nexport const relaxedWasmBytes = undefined;\n"
        ),
    )?;
    fs::write(
        out.join("build.d.ts"),
        "export const wasmBytes: number;\nexport const relaxedWasmBytes: number | undefined;\n",
    )?;
    Ok(())
}
