"""translations.json: encoder outputs, logits, greedy and beam translations of each sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import sentencepiece
import torch

from training.export.golden.files import numbers
from training.export.golden.search import BOS, EOS, Hypothesis, Stepper, limit, search
from training.export.golden.steppers import OnnxStepper, SimulationStepper, TrainedStepper
from training.export.session import BundleSession
from training.export.simulate import Simulation

EDGE_CHANNELS = 8
TOP = 16
JITTERED_RUNS = 3
# The first float32 operations of two engines differ by about this much.
JITTER = 1e-6


@dataclass
class Programs:
    onnx: BundleSession
    """With `encoder.output` among its outputs."""
    simulation: Simulation
    jittered: Simulation
    trained: TrainedStepper | None


@dataclass
class Computed:
    encoder: np.ndarray
    logits: np.ndarray
    """[T,V] along the greedy translation of onnxruntime."""
    greedy: Hypothesis
    beam: list[Hypothesis]


def translation_entries(
    programs: Programs, pieces: sentencepiece.SentencePieceProcessor, sentences: list[str], manifest: dict
) -> tuple[dict, list[dict]]:
    """(header with tolerances, entries)."""
    decoding, entries = manifest["decoding"], []
    measured = {f"{name}.{kind}": 0.0 for name in ("encoder_output", "logits") for kind in ("max", "mean")} | {"score.max": 0.0}

    def measure(name: str, difference: np.ndarray) -> None:
        for kind, value in (("max", difference.max()), ("mean", difference.mean())):
            if f"{name}.{kind}" in measured:
                measured[f"{name}.{kind}"] = max(measured[f"{name}.{kind}"], float(value))

    torch.manual_seed(1)
    for text in sentences:
        ids = pieces.encode(text) + [EOS]
        bound = limit(len(ids), manifest["limits"]["max_target_tokens"])

        def searches(stepper: Stepper) -> tuple[Hypothesis, list[Hypothesis]]:
            greedy = search(stepper, ids, 1, decoding["length_penalty"], bound)[0]
            return greedy, search(stepper, ids, decoding["beam_size"], decoding["length_penalty"], bound)

        def compute(stepper: Stepper, encoder: np.ndarray, path: list[int] | None = None) -> Computed:
            greedy, beam = searches(stepper)
            return Computed(encoder, _logits_along(stepper, ids, path or greedy.ids), greedy, beam)

        onnx = compute(OnnxStepper(programs.onnx), programs.onnx.encode(ids)["encoder.output"][0])
        path = onnx.greedy.ids
        others = [
            compute(SimulationStepper(simulation), _encoder_output(simulation, ids), path)
            for simulation in [programs.simulation] + [programs.jittered] * JITTERED_RUNS
        ]
        for other in others:
            measure("encoder_output", np.abs(other.encoder - onnx.encoder))
            measure("logits", np.abs(other.logits - onnx.logits))
            if other.beam[0].ids == onnx.beam[0].ids:
                measure("score", np.abs(np.array(other.beam[0].score - onnx.beam[0].score)))
        entry = {
            "text": text,
            "ids": ids,
            "greedy_is_stable": all(other.greedy.ids == onnx.greedy.ids for other in others),
            "beam_is_stable": all(other.beam[0].ids == onnx.beam[0].ids for other in others),
            "int8": _values(onnx, pieces),
        }
        if programs.trained:
            stepper = programs.trained
            stepper.start(ids)
            trained = compute(stepper, stepper.memory[0].numpy())
            entry["f32"] = _values(trained, pieces)
            entry["greedy_as_f32"] = onnx.greedy.ids == trained.greedy.ids
            entry["beam_as_f32"] = onnx.beam[0].ids == trained.beam[0].ids
        entries.append(entry)
    header = {
        "tolerance": {name: _round_up(2 * value) for name, value in measured.items()},
        "measured": {name: numbers(np.array(value), 3) for name, value in measured.items()},
        "note": (
            "int8 is onnxruntime with the bundle's files; f32 is the trained PyTorch model. Where a value lies on a rounding boundary "
            "of an activation's uint8, two right engines may round it to either side, so int8 values agree only within `tolerance`: "
            "the largest and the mean absolute difference of a sentence, twice what was `measured` between onnxruntime and "
            f"1 + {JITTERED_RUNS} runs of a PyTorch simulation, all but the first with activations jittered by {JITTER} relative. "
            "Ids must agree exactly where greedy_is_stable or beam_is_stable says that all those runs did."
        ),
        "differing_from_f32": {
            "greedy": [entry["text"] for entry in entries if not entry.get("greedy_as_f32", True)],
            "beam": [entry["text"] for entry in entries if not entry.get("beam_as_f32", True)],
        },
        "beam_size": decoding["beam_size"],
        "length_penalty": decoding["length_penalty"],
    }
    return header, entries


def _encoder_output(simulation: Simulation, ids: list[int]) -> np.ndarray:
    record: dict[str, torch.Tensor] = {}
    simulation.encode(torch.tensor([ids]), record)
    return record["encoder.output"][0].numpy()


def _logits_along(stepper: Stepper, ids: list[int], path: list[int]) -> np.ndarray:
    stepper.start(ids)
    return np.concatenate([stepper.step([0], [token], position) for position, token in enumerate([BOS, *path])])


def _values(computed: Computed, pieces: sentencepiece.SentencePieceProcessor) -> dict:
    encoder = computed.encoder
    return {
        "encoder_output": {
            "norm": numbers(np.linalg.norm(encoder, axis=1)),
            "mean": numbers(encoder.mean(1)),
            "first": numbers(encoder[:, :EDGE_CHANNELS]),
            "last": numbers(encoder[:, -EDGE_CHANNELS:]),
        },
        "first_logits": _summary(computed.logits[0], TOP),
        "greedy_logits": [_summary(row, 4) for row in computed.logits],
        "greedy": _hypothesis(computed.greedy, pieces),
        "beam": [_hypothesis(hypothesis, pieces) for hypothesis in computed.beam],
    }


def _summary(logits: np.ndarray, count: int) -> dict:
    top = np.argsort(-logits, kind="stable")[:count]
    return {"ids": top.tolist(), "values": numbers(logits[top]), "sum": numbers(logits.astype(np.float64).sum())}


def _hypothesis(hypothesis: Hypothesis, pieces: sentencepiece.SentencePieceProcessor) -> dict:
    return {
        "ids": hypothesis.ids,
        "text": pieces.decode(hypothesis.ids),
        "score": numbers(np.array(hypothesis.score)),
        "truncated": hypothesis.truncated,
    }


def _round_up(value: float) -> float:
    """To two significant digits."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1) if value > 0 else 1.0
    return float(f"{math.ceil(value / unit) * unit:.2g}")
