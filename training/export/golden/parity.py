"""Compare the engine's tokenizer with SentencePiece on whole data sets.

`python -m training.export.golden.parity models/de-en --program target/release/examples/tokenize FILES...`: the program
gets MODEL --offsets, reads lines and prints `id:start:end` for each piece (bytes). Prints mismatches; exit status 1 if any.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import sentencepiece

SHOWN = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export.golden.parity", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()

    model = arguments.bundle / "tokenizer.model"
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model))
    total = wrong = 0
    for path in arguments.files:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        wanted = [
            " ".join(f"{piece.id}:{piece.begin}:{piece.end}" for piece in found.pieces)
            for found in pieces.encode(lines, return_type="proto")
        ]
        command = [str(arguments.program), str(model), "--offsets"]
        run = subprocess.run(command, input=path.read_bytes(), stdout=subprocess.PIPE, check=True)
        got = run.stdout.decode().split("\n")[:-1]
        if len(got) != len(lines):
            sys.exit(f"{path}: {len(lines)} lines in, {len(got)} out")
        mismatches = [i for i, (a, b) in enumerate(zip(wanted, got)) if a != b]
        for i in mismatches[:SHOWN]:
            print(f"{path}:{i + 1}: {lines[i]}\n  expected {wanted[i]}\n  got      {got[i]}")
        print(f"{path}: {len(lines)} lines, {len(mismatches)} differ")
        total, wrong = total + len(lines), wrong + len(mismatches)
    print(f"{total} lines, {wrong} differ")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
