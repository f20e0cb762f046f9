"""Bytes on the wire against quality: bundles of several runs (of different sparsity) and bit widths, compressed and scored.

python -m training.export.compression runs/lite-160 runs/pruned-50 --bits 7 6 5 4 --data-dir DATA

Prints a table and, with --out, writes it into a JSON file, beside what other calls have measured. Sizes are those of all files
of a bundle, each compressed by itself, as a server sends them. BLEU is of the engine's integer arithmetic (simulate.py). The
mark is the float32 weights, 4 bytes each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import sacrebleu

from training.corpus import Corpus, add_arguments, open_corpus
from training.export.architecture import Architecture
from training.export.bundle import FILES, Header, write_bundle
from training.export.card import compressed
from training.export.graph import Parameters
from training.export.parameters import graph_parameters
from training.export.quantise import Quantisation, quantise_parameters
from training.export.run import read_run
from training.export.simulate import Simulation
from training.export.steps import translate_simulated
from training.export.tokenizer import lean_tokenizer
from training.model import EOS
from training.search import SearchConfig
from training.vocabulary import load_tokenizer

SETS = ("tatoeba/test", "multi30k/test_2016")
CLIP_STEPS = 40


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


def measure(
    run: Path, quantisation: Quantisation | None, corpus: Corpus, sets: list[str], search: SearchConfig, limit: int | None
) -> Point:
    architecture, state = read_run(run)
    plain = graph_parameters(architecture, state)
    chosen = quantise_parameters(plain, quantisation) if quantisation else plain
    raw, zipped, brotlied = sizes(run, architecture, plain, quantisation)
    matrices = [value for name, value in chosen.items() if value.ndim == 2 and name.endswith(".weight")]
    zeros = sum(int((m == 0).sum()) for m in matrices) / sum(m.size for m in matrices)
    weights = 4 * sum(int(np.prod(value.shape)) for value in state.values())
    bleu = scores(run, Simulation(architecture, chosen), corpus, sets, search, limit)
    bits, step = (quantisation.bits, quantisation.step) if quantisation else (None, 0.0)
    return Point(run.name, bits, step, round(zeros, 3), raw, zipped, brotlied, round(weights / brotlied, 2), bleu)


def sizes(
    run: Path, architecture: Architecture, parameters: Parameters, quantisation: Quantisation | None
) -> tuple[int, int, int]:
    """Bytes of the bundle's files: raw, in gzip, in brotli."""
    with tempfile.TemporaryDirectory() as name:
        folder, tokenizer = Path(name), lean_tokenizer(run / "tokenizer.model")
        write_bundle(folder, Header("measured", "de", "en"), architecture, parameters, tokenizer, quantisation)
        files = [(folder / file).read_bytes() for file in FILES]
    return (
        sum(map(len, files)),
        sum(len(gzip.compress(data, 9)) for data in files),
        sum(compressed(data) for data in files),
    )


def scores(
    run: Path, simulation: Simulation, corpus: Corpus, sets: list[str], search: SearchConfig, limit: int | None
) -> dict[str, float]:
    tokenizer, out = load_tokenizer(run / "tokenizer.model"), {}
    data = json.loads((run / "config.json").read_text(encoding="utf-8"))["data"]
    for name in sets:
        pairs = corpus.pairs([name], data["source"], data["target"])[:limit]
        found = translate_simulated(simulation, [x + [EOS] for x in tokenizer.encode([a for a, _ in pairs])], search)
        texts = tokenizer.decode([hypotheses[0].tokens for hypotheses in found])
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
    parser.add_argument("--bits", type=int, nargs="+", default=[7, 6, 5, 4], help="8 or fewer; 0 for float32")
    parser.add_argument("--step", type=float, default=0.0, help="levels so many root mean squares of a channel apart")
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=1.4)
    parser.add_argument("--limit", type=int, help="only so many lines of each set")
    parser.add_argument("--out", type=Path, help="JSON file to write into")
    arguments = parser.parse_args()
    corpus, search = open_corpus(arguments), SearchConfig(arguments.beam, arguments.length_penalty)
    points = []
    for run in arguments.runs:
        for bits in arguments.bits:
            quantisation = Quantisation(bits, CLIP_STEPS, arguments.step) if bits else None
            points.append(measure(run, quantisation, corpus, arguments.sets, search, arguments.limit))
            print(table(points[-1:], arguments.sets).splitlines()[-1], flush=True)
    print("\n" + table(points, arguments.sets))
    if arguments.out:
        write_points(arguments.out, points)


if __name__ == "__main__":
    main()
