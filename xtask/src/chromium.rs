//! Finding Chromium for the tests.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::{command, output, run, succeeds};

const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const PLACES: [&str; 3] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/// The browser's program: `$CHROMIUM` if set, else from the usual places, else, for root on a Debian system, installed.
pub fn ensure() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        let path = PathBuf::from(path);
        if !path.exists() {
            bail!("$CHROMIUM is {}, which doesn't exist", path.display());
        }
        return Ok(path);
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    let root = output(command("id").arg("-u")).as_deref() == Some("0");
    if root && succeeds(command("apt-get").arg("--version")) {
        run(command("apt-get").arg("update"))?;
        run(command("apt-get")
            .args(["install", "--yes", "--no-install-recommends", "chromium"])
            .env("DEBIAN_FRONTEND", "noninteractive"))?;
        if let Some(path) = find() {
            return Ok(path);
        }
    }
    bail!(
        "no Chromium or Chrome for the browser tests: install one (on Debian: sudo apt-get install chromium), \
         or set CHROMIUM to its path"
    )
}

fn find() -> Option<PathBuf> {
    let on_path = NAMES.iter().find_map(|name| which::which(name).ok());
    on_path.or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.exists()))
}
