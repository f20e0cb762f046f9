"""What quantisation costs: BLEU of greedy translations, float32 against int8 weights of 8 and 7 bits.

`python -m training.export.quality --run runs/lite-160-de-en --data DATA` prints a table; the arithmetic is the engine's (simulate.py).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import sacrebleu
import sentencepiece

from training.export.parameters import graph_parameters
from training.export.quantise import Quantisation, quantise_parameters
from training.export.run import read_run
from training.export.simulate import Simulation
from training.export.steps import translate_simulated
from training.model import EOS
from training.search import SearchConfig

SETS = ("tatoeba/test", "multi30k/test_2016")
CHOICES = {
    "f32": None,
    "8 bits": Quantisation(8),
    "8 bits, clipped": Quantisation(8, 40),
    "7 bits": Quantisation(7),
    "7 bits, clipped": Quantisation(7, 40),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export.quality", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder with model.safetensors and tokenizer.model")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds tatoeba/ and multi30k/")
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--choices", nargs="+", default=list(CHOICES), choices=list(CHOICES))
    parser.add_argument("--lines", type=int, help="only so many lines of each set")
    arguments = parser.parse_args()

    architecture, state = read_run(arguments.run)
    parameters = graph_parameters(architecture, state)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(arguments.run / "tokenizer.model"))
    metric = sacrebleu.BLEU()
    plain: dict[str, list[str]] = {}
    print("| weights | " + " | ".join(arguments.sets) + " |")
    print("|---" * (len(arguments.sets) + 1) + "|")
    for choice in arguments.choices:
        quantisation = CHOICES[choice]
        chosen = quantise_parameters(parameters, quantisation) if quantisation else parameters
        simulation, cells = Simulation(architecture, chosen), []
        for name in arguments.sets:
            sources, references = (read_lines(arguments.data / f"{name}.{language}", arguments.lines) for language in ("de", "en"))
            outputs = translate_simulated(simulation, [ids + [EOS] for ids in pieces.encode(sources)], SearchConfig(beam_size=1))
            texts = pieces.decode([hypotheses[0].tokens for hypotheses in outputs])
            same = sum(a == b for a, b in zip(texts, plain.setdefault(name, texts)))
            cells.append(f"{metric.corpus_score(texts, [references]).score:.2f} ({same / len(texts):.1%} as f32)")
        print(f"| {choice} | " + " | ".join(cells) + " |", flush=True)
    print(metric.get_signature())


def read_lines(path: Path, limit: int | None) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[:limit]


if __name__ == "__main__":
    main()
