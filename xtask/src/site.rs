//! The site, in dist/site.

use anyhow::{Result, bail};

use crate::process::run;
use crate::tools::{node, npm};
use crate::{at, package};

/// Builds dist/site on top of dist/npm.
pub fn build() -> Result<()> {
    run(npm().args(["run", "build", "--workspace", "www"]))?;
    let out = at("dist/site");
    if !out.join("index.html").exists() {
        bail!("the site's build left no dist/site/index.html");
    }
    package::copy_models(&out.join("models"))
}

/// Serves dist/site until interrupted.
pub fn serve(port: u16) -> Result<()> {
    run(node()
        .arg("xtask/serve.mjs")
        .arg(at("dist/site"))
        .arg(port.to_string()))
}
