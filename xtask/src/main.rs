//! `cargo xtask`: everything that is done with this repository besides writing it.

mod bench;
mod chromium;
mod gc;
mod package;
mod process;
mod site;
mod sizes;
mod test;
mod tools;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};

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
        #[command(flatten)]
        how: How,
    },
    /// Build the site and serve it
    Serve {
        /// Port to listen on
        #[arg(long, default_value_t = 8080)]
        port: u16,
        #[command(flatten)]
        how: How,
    },
    /// Run every check and test
    Test {
        /// Run one part only
        #[arg(long)]
        only: Option<Part>,
        #[command(flatten)]
        how: How,
    },
    /// Print the sizes of what is in dist/npm, as it is and compressed
    Sizes {
        /// Print what the last built baseline binary is made of instead
        #[arg(long)]
        functions: bool,
    },
    /// Measure speed, memory and size beside tract-onnx, onnxruntime-web and rten
    Bench(bench::Options),
}

/// How the package is built.
#[derive(Args)]
struct How {
    /// Skip wasm-opt and the binary for relaxed SIMD: a quick round at the desk
    #[arg(long)]
    dev: bool,
    /// With --dev: build the binary for relaxed SIMD nevertheless
    #[arg(long, requires = "dev")]
    relaxed: bool,
}

impl From<How> for wasm::Options {
    fn from(How { dev, relaxed }: How) -> wasm::Options {
        wasm::Options {
            dev,
            relaxed: relaxed || !dev,
        }
    }
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
        Command::Build { how } => {
            package::build(how.into())?;
            site::build()
        }
        Command::Serve { port, how } => {
            package::build(how.into())?;
            site::build()?;
            site::serve(port)
        }
        Command::Test { only, how } => test::all(only, how.into()),
        Command::Sizes { functions: false } => sizes::print(),
        Command::Sizes { functions: true } => sizes::print_functions(),
        Command::Bench(options) => bench::bench(&options),
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
