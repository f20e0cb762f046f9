//! The npm package, in dist/npm.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use crate::process::run;
use crate::tools::{ensure_node_packages, node, node_program};
use crate::{at, wasm};

/// Builds dist/npm from nothing.
pub fn build(options: wasm::Options) -> Result<()> {
    ensure_node_packages()?;
    let out = at("dist/npm");
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("cannot clear {}", out.display()))?;
    }
    wasm::build(options, &out.join("wasm"))?;
    run(node()
        .arg("xtask/models.mjs")
        .args([at("models"), out.join("models")]))?;
    run(node_program("tsc").args(["--project", "pkg-config"]))?;
    run(node().args([at("xtask/vendor.mjs"), out.join("lib")]))?;
    let options = "cli/options.json";
    copy(
        &at("pkg-config/src").join(options),
        &out.join("lib").join(options),
    )?;
    run(node().arg("xtask/licences.mjs").arg(&out))?;
    write_manifest(&out)?;
    copy_folder(&at("pkg-config/bin"), &out.join("bin"))?;
    run(node().arg("xtask/entries.mjs").arg(&out))?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&at(name), &out.join(name))?;
    }
    copy_folder(&at("pkg-config/examples"), &out.join("examples"))?;
    copy_folder(&at("pkg-config/docs"), &out.join("docs"))?;
    run(node().arg("xtask/api.mjs").arg(&out).arg("--reference"))?;
    for name in ["README.md", "CHANGELOG.md"] {
        copy(&at("pkg-config").join(name), &out.join(name))?;
    }
    Ok(())
}

/// Copies every bundle of models/ into a folder.
pub fn copy_models(out: &Path) -> Result<()> {
    copy_folder(&at("models"), out)
}

/// pkg-config/package.json with the crate's version.
fn write_manifest(out: &Path) -> Result<()> {
    const PLACEHOLDER: &str = "\"version\": \"0.0.0\"";
    let template = fs::read_to_string(at("pkg-config/package.json"))?;
    if !template.contains(PLACEHOLDER) {
        bail!(
            "pkg-config/package.json: expected {PLACEHOLDER}, which the crate's version replaces"
        );
    }
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(
        out.join("package.json"),
        template.replace(PLACEHOLDER, &version),
    )?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        if entry.file_type().is_file() {
            copy(entry.path(), &to.join(entry.path().strip_prefix(from)?))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}
