"""Bytes on the wire against quality: bundles of several runs (of different sparsity) and bit widths, compressed and scored.

python -m training.export.compression runs/lite-160-de-en runs/nano-de-en --bits 7 6 5 4 --data-dir DATA

Prints a table and, with --out, writes it into a JSON file, beside what other calls have measured. Sizes are those of all files
of a bundle, each compressed by itself, as a server sends them. BLEU is of what the engine makes of it (engine.py). The mark is the
float32 weights, 4 bytes each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import sacrebleu

from training.corpus import Corpus, add_arguments, open_corpus
from training.evaluate import TEST_SETS
from training.export.bundle import FILES, Header, read_parameters, write_bundle
from training.export.card import compressed
from training.export.engine import add_program, translate
from training.export.parameters import graph_parameters
from training.export.quantise import Quantisation
from training.export.run import read_run
from training.export.tokenizer import lean_tokenizer
from training.quantised import CLIP_STEPS


@dataclass(frozen=True)
class Point:
    run: str
    bits: int | None
    """None: float32."""
    step: float
    """Between two levels, in root mean squares of a channel; 0: the clipping point of least squared error."""
    zeros: float
    """Share of zeros among the quantised weights."""
    raw: int
    gzip: int
    brotli: int
    ratio: float
    """Float32 weights over the bundle in brotli."""
    bleu: dict[str, float]


@dataclass(frozen=True)
class Conditions:
    """What is translated, and how."""

    program: Path
    corpus: Corpus
    sets: list[str]
    decoding: dict[str, float]
    limit: int | None


def measure(run: Path, quantisation: Quantisation | None, conditions: Conditions) -> Point:
    architecture, state = read_run(run)
    data = json.loads((run / "config.json").read_text(encoding="utf-8"))["data"]
    with tempfile.TemporaryDirectory() as name:
        folder, header = Path(name), Header("measured", data["source"], data["target"], decoding=conditions.decoding)
        parameters, tokenizer = graph_parameters(architecture, state), lean_tokenizer(run / "tokenizer.model")
        write_bundle(folder, header, architecture, parameters, tokenizer, quantisation)
        raw, zipped, brotlied = sizes(folder)
        zeros, bleu = share_of_zeros(folder), scores(folder, data["source"], data["target"], conditions)
    weights = 4 * sum(value.size for value in state.values())
    bits, step = (quantisation.bits, quantisation.step) if quantisation else (None, 0.0)
    return Point(run.name, bits, step, round(zeros, 3), raw, zipped, brotlied, round(weights / brotlied, 2), bleu)


def sizes(folder: Path) -> tuple[int, int, int]:
    """Bytes of the bundle's files: raw, in gzip, in brotli."""
    files = [(folder / file).read_bytes() for file in FILES]
    return (
        sum(map(len, files)),
        sum(len(gzip.compress(data, 9)) for data in files),
        sum(compressed(data) for data in files),
    )


def share_of_zeros(folder: Path) -> float:
    matrices = [m for name, m in read_parameters(folder).items() if m.ndim == 2 and name.endswith(".weight")]
    return sum(int((m == 0).sum()) for m in matrices) / sum(m.size for m in matrices)


def scores(folder: Path, source: str, target: str, conditions: Conditions) -> dict[str, float]:
    out = {}
    for name in conditions.sets:
        pairs = conditions.corpus.pairs([name], source, target)[: conditions.limit]
        texts = translate(conditions.program, folder, [a for a, _ in pairs])
        out[name] = round(sacrebleu.corpus_bleu(texts, [[b for _, b in pairs]]).score, 2)
    return out


def table(points: list[Point], sets: list[str]) -> str:
    head = "| run | weights | zeros | raw | gzip | brotli | times smaller than f32 | " + " | ".join(sets) + " |\n"
    head += "|---|---|---:|---:|---:|---:|---:" + "|---:" * len(sets) + "|\n"
    return head + "".join(
        f"| {p.run} | {weights_of(p)} | {p.zeros:.0%} | {p.raw:,} | {p.gzip:,} | {p.brotli:,} | {p.ratio:.1f} | "
        + " | ".join(f"{p.bleu[name]:.2f}" for name in sets)
        + " |\n"
        for p in points
    )


def weights_of(point: Point) -> str:
    if point.bits is None:
        return "f32"
    return f"{point.bits} bits" + (f", step {point.step:g}" if point.step else "")


def write_points(path: Path, points: list[Point]) -> None:
    """Adds the points to the file, in place of older ones of the same run and grid."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    by_name = {(p["run"], p["bits"], p["step"]): p for p in [*before, *(asdict(p) for p in points)]}
    path.write_text(json.dumps(list(by_name.values()), indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export.compression", description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+", help="run folders")
    add_arguments(parser)
    add_program(parser)
    parser.add_argument("--bits", type=int, nargs="+", default=[7, 6, 5, 4], help="8 or fewer; 0 for float32")
    parser.add_argument("--step", type=float, default=0.0, help="levels so many root mean squares of a channel apart")
    parser.add_argument("--sets", nargs="+", default=list(TEST_SETS))
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=1.4)
    parser.add_argument("--limit", type=int, help="only so many lines of each set")
    parser.add_argument("--out", type=Path, help="JSON file to write into")
    arguments = parser.parse_args()
    decoding = {"beam_size": arguments.beam, "length_penalty": arguments.length_penalty}
    conditions = Conditions(arguments.program, open_corpus(arguments), arguments.sets, decoding, arguments.limit)
    points = []
    for run in arguments.runs:
        for bits in arguments.bits:
            quantisation = Quantisation(bits, CLIP_STEPS, arguments.step) if bits else None
            points.append(measure(run, quantisation, conditions))
            print(table(points[-1:], arguments.sets).splitlines()[-1], flush=True)
    print("\n" + table(points, arguments.sets))
    if arguments.out:
        write_points(arguments.out, points)


if __name__ == "__main__":
    main()
