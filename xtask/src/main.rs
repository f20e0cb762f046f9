//! `cargo xtask`: everything that is done with this repository besides writing it.

mod chromium;
mod package;
mod process;
mod site;
mod test;
mod tools;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, serves and tests the project")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the npm package (dist/npm) and the site (dist/site)
    Build {
        /// Skip link-time optimisation and wasm-opt: a quick round at the desk
        #[arg(long)]
        dev: bool,
    },
    /// Build the site and serve it
    Serve {
        /// Port to listen on
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// As for build
        #[arg(long)]
        dev: bool,
    },
    /// Run every check and test
    Test {
        /// Run one part only
        #[arg(long)]
        only: Option<Part>,
        /// As for build
        #[arg(long)]
        dev: bool,
    },
    /// Print the sizes of what is in dist/npm, as it is and compressed
    Sizes,
}

/// A part of the tests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Format, clippy, the crate's own tests
    Native,
    /// Types and lint of the TypeScript, the npm package in Node
    Node,
    /// The site in headless Chromium
    Browser,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Build { dev } => {
            package::build(dev)?;
            site::build()
        }
        Command::Serve { port, dev } => {
            package::build(dev)?;
            site::build()?;
            site::serve(port)
        }
        Command::Test { only, dev } => test::all(only, dev),
        Command::Sizes => package::print_sizes(),
    }
}

/// The repository's root.
fn root() -> &'static Path {
    const XTASK: &str = env!("CARGO_MANIFEST_DIR");
    Path::new(XTASK).parent().unwrap_or(Path::new("."))
}

/// A path below the root.
fn at(path: &str) -> PathBuf {
    root().join(path)
}
