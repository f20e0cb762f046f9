//! The programs that the project needs, installed where that is ours to do, named where it isn't.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{command, output, run, succeeds};
use crate::{at, root};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The oldest Node that has everything the package uses.
const NODE: (u32, u32) = (20, 16);

/// Adds Rust's wasm target to the toolchain if it is missing.
pub fn ensure_wasm_target() -> Result<()> {
    ensure_target(WASM_TARGET)
}

/// Adds a target to the toolchain if it is missing.
pub fn ensure_target(target: &str) -> Result<()> {
    let sysroot = output(command("rustc").args(["--print", "sysroot"]))
        .context("rustc doesn't run: install Rust from https://rustup.rs")?;
    let installed = PathBuf::from(sysroot).join("lib/rustlib").join(target);
    if installed.exists() {
        return Ok(());
    }
    if which::which("rustup").is_err() {
        bail!(
            "Rust's {target} target is missing, and so is rustup to add it: \
             install Rust from https://rustup.rs, or the target's package of your system"
        );
    }
    run(command("rustup").args(["target", "add", target]))
}

/// Adds Rust's formatter and linter to the toolchain where they are missing.
pub fn ensure_lint_tools() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !succeeds(command("cargo").args([subcommand, "--version"])) {
            run(command("rustup").args(["component", "add", component]))
                .with_context(|| format!("cargo {subcommand} is missing"))?;
        }
    }
    Ok(())
}

/// Checks Node and installs the packages of the lock file unless they are there.
pub fn ensure_node_packages() -> Result<()> {
    ensure_node()?;
    // npm writes this file last, so it is newer than the lock file once an install is through.
    let modified = |path: PathBuf| fs::metadata(path).and_then(|file| file.modified()).ok();
    let installed = modified(at("node_modules/.package-lock.json"));
    let wanted = modified(at("package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    run(npm().arg("ci"))
}

fn ensure_node() -> Result<()> {
    let (major, minor) = NODE;
    let how = format!("install Node {major}.{minor} or newer from https://nodejs.org");
    let version = output(command("node").arg("--version"))
        .with_context(|| format!("node doesn't run: {how}"))?;
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    let found = numbers.next().zip(numbers.next());
    if !matches!(found, Some((Ok(major), Ok(minor))) if (major, minor) >= NODE) {
        bail!("node is {version}: {how}");
    }
    output(npm().arg("--version")).with_context(|| format!("npm doesn't run: {how}"))?;
    Ok(())
}

pub fn npm() -> Command {
    command(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

pub fn node() -> Command {
    command("node")
}

/// A program that an npm package brings.
pub fn node_program(name: &str) -> Command {
    let name = if cfg!(windows) {
        format!("{name}.cmd")
    } else {
        name.to_owned()
    };
    command(root().join("node_modules/.bin").join(name))
}
