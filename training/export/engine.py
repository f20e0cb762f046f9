"""The engine at work on a bundle, so that what is measured is what is shipped: `cargo build --release --example translate` first."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PROGRAM = Path("target/release/examples/translate")


def add_program(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--program", type=Path, default=PROGRAM, help=f"the engine; {PROGRAM} by default")


def translate(program: Path, bundle: Path, lines: Sequence[str], split: bool = False, options: Sequence[str] = ()) -> list[str]:
    """Each line as one sentence, or as the text that it is, with the bundle's own beam and length penalty unless the options differ."""
    if not program.is_file():
        sys.exit(f"{program}: no such program; `cargo build --release --example translate` makes it")
    command = [str(program), "--bundle", str(bundle), *([] if split else ["--no-split"]), *options]
    run = subprocess.run(command, input="".join(line + "\n" for line in lines).encode(), capture_output=True)
    if run.returncode:
        sys.exit(f"{' '.join(command)}: {run.stderr.decode().strip()}")
    texts = run.stdout.decode().split("\n")[:-1]
    if len(texts) != len(lines):
        sys.exit(f"{' '.join(command)}: {len(lines)} lines in, {len(texts)} out")
    return texts
