"""Make tests/golden/*.json anew from a bundle: `python -m training.export.golden models/de-en --run runs/lite-160`."""

from __future__ import annotations

import argparse
from pathlib import Path

import sentencepiece

from training.export.golden.files import read_lines, write_golden
from training.export.golden.tokenizer import decoding_entries, tokenizer_entries


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export.golden", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--run", type=Path, help="the run that the bundle was exported from; without it no float32 values")
    parser.add_argument("--out", type=Path, default=Path("tests/golden"))
    arguments = parser.parse_args()

    lines = read_lines()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(arguments.bundle / "tokenizer.model"))
    write_golden(
        arguments.out / "tokenizer.json",
        {"made_with": f"sentencepiece {sentencepiece.__version__}", "ranges": "bytes of the text in UTF-8"},
        encoding=tokenizer_entries(pieces, lines["tokenizer"]),
        decoding=decoding_entries(pieces),
    )


if __name__ == "__main__":
    main()
