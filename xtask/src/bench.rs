//! The benchmark: ours beside plain tract-onnx, onnxruntime-web and rten. What is timed and how is in benches/.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process::{command, run};
use crate::tools::{ensure_node_packages, ensure_wasm_target, node, npm};
use crate::{at, chromium, package, wasm};

/// What the peers are compiled with, as ours is.
const FEATURES: &str = "+simd128,+bulk-memory,+nontrapping-fptoint,+sign-ext,+mutable-globals";
/// The SIMD levels that are measured, and the peers that can use them; tract is slow enough to build once.
const LEVELS: [(&str, &str, &[&str]); 2] = [
    ("simd128", "", &["bench-peak", "bench-rten", "bench-tract"]),
    ("relaxed", ",+relaxed-simd", &["bench-peak", "bench-rten"]),
];

/// What to do.
#[derive(clap::Args)]
pub struct Options {
    /// Show in a minute that everything runs; the figures mean nothing
    #[arg(long)]
    quick: bool,
    /// What to build first: the package and the rest, all but the package, or nothing
    #[arg(long, value_enum, default_value_t = Build::All)]
    build: Build,
    /// Write docs/performance.md's tables and charts from benches/results and measure nothing
    #[arg(long)]
    report: bool,
    /// Where to measure: node, chromium or both
    #[arg(long, default_value = "node,chromium")]
    r#where: String,
    /// Measure these parts only: peak, encoder, decoder, sentences, load, long, workers, sizes
    #[arg(long)]
    only: Option<String>,
}

/// What to build before measuring.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Build {
    All,
    Peers,
    None,
}

/// Builds, measures, reports.
pub fn bench(options: &Options) -> Result<()> {
    ensure_node_packages()?;
    install_peers()?;
    if options.report {
        return report();
    }
    if options.build == Build::All {
        package::build(wasm::Options::RELEASE)?;
    }
    if options.build != Build::None {
        build_wasm()?;
    }
    let mut bench = node();
    bench.args(["benches/bench.js", "--where", &options.r#where]);
    if options.quick {
        bench.arg("--quick");
    }
    if let Some(parts) = &options.only {
        bench.args(["--only", parts]);
    }
    if options.r#where.contains("chromium") {
        bench.env("CHROMIUM", chromium::ensure()?);
    }
    run(&mut bench)?;
    if options.quick {
        return Ok(());
    }
    report()
}

fn report() -> Result<()> {
    run(node().arg("benches/report.js"))
}

/// The peers' npm packages have a lock file of their own: nothing else needs their hundreds of megabytes.
fn install_peers() -> Result<()> {
    let modified = |path: &str| fs::metadata(at(path)).and_then(|file| file.modified()).ok();
    let installed = modified("benches/node_modules/.package-lock.json");
    if installed.is_some() && installed >= modified("benches/package-lock.json") {
        return Ok(());
    }
    run(npm().args(["ci", "--prefix", "benches"]))
}

/// Builds the benchmark's own WebAssembly into target/bench/wasm.
fn build_wasm() -> Result<()> {
    ensure_wasm_target()?;
    for (level, extra, peers) in LEVELS {
        let flags = format!("-C target-feature={FEATURES}{extra}");
        let out = at("target/bench/wasm").join(level);
        let target = at("target/bench").join(level);
        for name in peers {
            let mut build = command("cargo");
            build
                .args(["build", "--locked", "--release", "--package", name])
                .args(["--manifest-path", "benches/peers/Cargo.toml"]);
            build.args(["--target", "wasm32-unknown-unknown", "--target-dir"]);
            run(build.arg(&target).env("RUSTFLAGS", &flags))?;
            let wasm = target.join(format!(
                "wasm32-unknown-unknown/release/{}.wasm",
                name.replace('-', "_")
            ));
            bind(&wasm, &out)?;
        }
    }
    // Compiled as the package is, so that its dependencies are there already.
    wasm::build_open(&at("target/bench/wasm"))
}

fn bind(wasm: &Path, out: &Path) -> Result<()> {
    let name = wasm.file_stem().and_then(|name| name.to_str());
    let name = name.unwrap_or_default();
    // The machine's limits are measured without any glue.
    if name == "bench_peak" {
        fs::create_dir_all(out)?;
        fs::copy(wasm, out.join("bench_peak.wasm"))
            .with_context(|| format!("cannot copy {}", wasm.display()))?;
        return Ok(());
    }
    let linked = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    wasm::bind_into(name, linked, out)
}
