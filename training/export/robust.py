"""What must hold of translations whatever the text holds (tests/data/robust.tsv), by kind, for any bundles, by the engine itself.

`python -m training.export.robust models/de-en models/en-de`
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

COMMAND = ["cargo", "run", "--quiet", "--release", "--example", "robust", "--"]


def judge(bundles: list[Path], cases: Path | None = None) -> list[dict]:
    """For each bundle the cases passed and failed of each kind; `examples/robust.rs` writes them."""
    options = ["--json", *(["--cases", str(cases)] if cases else [])]
    run = subprocess.run([*COMMAND, *options, *map(str, bundles)], stdout=subprocess.PIPE)
    if run.returncode:
        sys.exit(run.returncode)
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def table(results: list[dict]) -> str:
    """A line a kind, a column a bundle."""
    out = f"| kind | {' | '.join(Path(result['bundle']).name for result in results)} |\n|---|{'---:|' * len(results)}\n"
    kinds = dict.fromkeys(kind for result in results for kind in result["kinds"])
    for kind in kinds:
        out += f"| {kind} | {' | '.join(cell([r['kinds'][kind]] if kind in r['kinds'] else []) for r in results)} |\n"
    return out + f"| all | {' | '.join(cell(list(result['kinds'].values())) for result in results)} |\n"


def cell(kinds: list[dict]) -> str:
    passed, total = (sum(kind[key] for kind in kinds) for key in ("passed", "total"))
    return f"{passed} / {total} ({100 * passed / total:.0f} %)" if total else "–"


def failures(results: list[dict]) -> str:
    """The cases that fail, with what was expected of them."""
    out = ""
    for result in results:
        out += f"\n{result['bundle']}\n"
        for kind, found in result["kinds"].items():
            for case in found["failures"]:
                out += f"- {kind}: {case['source']!r} -> {case['output']!r}: {' ; '.join(case['failed'])}\n"
    return out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export.robust", description=__doc__)
    parser.add_argument("bundles", type=Path, nargs="+", metavar="BUNDLE")
    parser.add_argument("--cases", type=Path, help="another file of the same form")
    parser.add_argument("--failures", action="store_true", help="the failing cases below the table")
    parser.add_argument("--out", type=Path, help="everything, as JSON")
    arguments = parser.parse_args()

    results = judge(arguments.bundles, arguments.cases)
    if arguments.out:
        arguments.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(results) + (failures(results) if arguments.failures else ""), end="")


if __name__ == "__main__":
    main()
