//! All checks and tests, one after the other; the first that fails ends the run.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::process::{command, run};
use crate::tools::{
    ensure_lint_tools, ensure_node_packages, ensure_target, ensure_wasm_target, node, node_program,
    npm,
};
use crate::{Part, at, chromium, package, site, wasm};

/// Runs all parts, or one of them.
pub fn all(only: Option<Part>, how: wasm::Options) -> Result<()> {
    let wanted = |part| only.is_none() || only == Some(part);
    let mut times = Vec::new();
    let mut step = |name: &str, run: &mut dyn FnMut() -> Result<()>| {
        println!("\n=== {name} ===");
        let start = Instant::now();
        run().with_context(|| format!("{name} failed"))?;
        times.push(format!("{name}: {:.0} s", start.elapsed().as_secs_f64()));
        anyhow::Ok(())
    };
    if wanted(Part::Native) {
        step("Rust: format and lint", &mut lint_rust)?;
        step("Rust: tests", &mut test_rust)?;
        step("kernels: tests in WebAssembly", &mut test_kernels)?;
    }
    if wanted(Part::Node) || wanted(Part::Browser) {
        step("npm package: build", &mut || package::build(how))?;
    }
    if wanted(Part::Node) {
        step("TypeScript: format, lint, types", &mut lint_typescript)?;
        step("npm package: tests in Node", &mut test_in_node)?;
    }
    if wanted(Part::Browser) {
        step("site: build", &mut site::build)?;
        step("site: tests in Chromium", &mut test_in_browser)?;
    }
    println!("\n=== All passed ===\n{}", times.join("\n"));
    Ok(())
}

fn lint_rust() -> Result<()> {
    ensure_wasm_target()?;
    ensure_lint_tools()?;
    run(command("cargo").args(["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--locked"];
    let deny = ["--", "--deny", "warnings"];
    run(command("cargo")
        .args(clippy)
        .args(["--workspace", "--all-targets"])
        .args(deny))?;
    run(command("cargo")
        .args(clippy)
        .args(["--lib", "--target", "wasm32-unknown-unknown"])
        .args(deny))
}

fn test_rust() -> Result<()> {
    let test = ["test", "--locked", "--package"];
    run(command("cargo").args(test).arg("lite-transformer"))?;
    run(command("cargo")
        .args(test)
        .args(["xtask", "--profile", "xtask"]))
}

/// The kernels' own tests without vectors, with them, and with the relaxed ones.
fn test_kernels() -> Result<()> {
    const TARGET: &str = "wasm32-wasip1";
    ensure_target(TARGET)?;
    let runner = format!("node --no-warnings {}", at("tests/wasi.mjs").display());
    for features in ["", "+simd128", "+simd128,+relaxed-simd"] {
        println!("features: {features:?}");
        run(command("cargo")
            .args(["test", "--quiet", "--locked", "--target", TARGET])
            .arg("--manifest-path")
            .arg(at("tests/kernels/Cargo.toml"))
            .arg("--target-dir")
            .arg(at("target/kernels"))
            .env("RUSTFLAGS", format!("-C target-feature={features}"))
            .env("CARGO_TARGET_WASM32_WASIP1_RUNNER", &runner)
            .env_remove("CARGO_ENCODED_RUSTFLAGS"))?;
    }
    Ok(())
}

fn lint_typescript() -> Result<()> {
    ensure_node_packages()?;
    run(node_program("biome").args(["ci", "."]))?;
    run(node_program("tsc").args(["--project", "tests/node"]))?;
    run(npm().args(["run", "check", "--workspace", "www"]))
}

fn test_in_node() -> Result<()> {
    run(node().args([
        "--test",
        "--test-reporter=spec",
        "tests/node/",
        "benches/test/",
    ]))
}

fn test_in_browser() -> Result<()> {
    ensure_node_packages()?;
    let chromium = chromium::ensure()?;
    run(npm()
        .args(["test", "--workspace", "tests/browser"])
        .env("CHROMIUM", chromium)
        .env("SITE_DIR", at("dist/site")))
}
