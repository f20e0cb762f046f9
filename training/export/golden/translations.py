"""translations.json: encoder outputs, logits, greedy and beam translations of each sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import sentencepiece
import torch

from training.decode import translate
from training.export.golden.files import numbers, round_up
from training.export.session import BundleSession, next_caches
from training.export.simulate import Simulation
from training.export.steps import translate_onnx, translate_simulated
from training.model import BOS, EOS, LiteTransformer
from training.search import Hypothesis, SearchConfig

EDGE_CHANNELS = 8
TOP = 16
JITTERED_RUNS = 8
# The first float32 operations of two engines differ by about this much.
JITTER = 1e-6


@dataclass
class Programs:
    onnx: BundleSession
    """With `encoder.output` among its outputs."""
    simulation: Simulation
    jittered: Simulation
    trained: LiteTransformer | None


@dataclass
class Computed:
    encoder: np.ndarray
    logits: np.ndarray
    """[T,V] along a given translation, usually its own greedy one."""
    greedy: Hypothesis
    beam: list[Hypothesis]


def translation_entries(
    programs: Programs, pieces: sentencepiece.SentencePieceProcessor, sentences: list[str], manifest: dict
) -> tuple[dict, list[dict]]:
    """(header with tolerances, entries)."""
    entries = []
    measured: dict[str, float] = {}

    def measure(name: str, value: float) -> None:
        measured[name] = max(measured.get(name, 0.0), float(value))

    torch.manual_seed(1)
    beam = SearchConfig(**manifest["decoding"], max_target_tokens=manifest["limits"]["max_target_tokens"])
    configs = (replace(beam, beam_size=1), beam)
    for text in sentences:
        ids = pieces.encode(text) + [EOS]
        onnx = _by_onnx(programs.onnx, ids, configs)
        path = onnx.greedy.tokens
        others = _by_simulation(programs.simulation, ids, configs, path, 1)
        others += _by_simulation(programs.jittered, ids, configs, path, JITTERED_RUNS)
        for other in others:
            for name in ("encoder", "logits"):
                difference = np.abs(getattr(other, name) - getattr(onnx, name))
                measure(name, difference.max())
                measure(name + "_mean", difference.mean())
            if other.beam[0].tokens == onnx.beam[0].tokens:
                measure("score", abs(other.beam[0].score - onnx.beam[0].score))
        entry = {
            "text": text,
            "ids": ids,
            "greedy_is_stable": all(other.greedy.tokens == path for other in others),
            "beam_is_stable": all(other.beam[0].tokens == onnx.beam[0].tokens for other in others),
            "int8": _values(onnx, pieces),
        }
        if programs.trained:
            trained = _by_trained_model(programs.trained, ids, configs)
            entry["f32"] = _values(trained, pieces)
            entry["greedy_as_f32"] = path == trained.greedy.tokens
            entry["beam_as_f32"] = onnx.beam[0].tokens == trained.beam[0].tokens
        entries.append(entry)
    header = {
        "tolerance": {name: round_up(2 * value) for name, value in measured.items()},
        "measured": {name: numbers(np.array(value), 3) for name, value in measured.items()},
        "note": (
            "int8 is onnxruntime with the bundle's files; f32 is the trained PyTorch model. Where a value lies on a rounding boundary "
            "of an activation's uint8, two right engines may round it to either side, so int8 values agree only within `tolerance`: "
            "largest and mean absolute difference of a sentence, twice what was `measured` between onnxruntime and "
            f"1 + {JITTERED_RUNS} runs of a PyTorch simulation, all but the first with activations jittered by {JITTER} relative. "
            "Ids must agree exactly where greedy_is_stable or beam_is_stable says that all those runs did."
        ),
        "differing_from_f32": {
            "greedy": [entry["text"] for entry in entries if not entry.get("greedy_as_f32", True)],
            "beam": [entry["text"] for entry in entries if not entry.get("beam_as_f32", True)],
        },
        "beam_size": beam.beam_size,
        "length_penalty": beam.length_penalty,
    }
    return header, entries


Configs = tuple[SearchConfig, SearchConfig]


def _by_onnx(session: BundleSession, ids: list[int], configs: Configs) -> Computed:
    greedy, beam = (translate_onnx(session, ids, config) for config in configs)
    encoded, caches, rows = session.encode(ids), session.start(), []
    for position, token in enumerate([BOS, *greedy[0].tokens]):
        outputs = session.step(encoded, caches, [token], position)
        caches = next_caches(outputs)
        rows.append(outputs["logits"])
    return Computed(encoded["encoder.output"][0], np.concatenate(rows), greedy[0], beam)


def _by_simulation(simulation: Simulation, ids: list[int], configs: Configs, path: list[int], runs: int) -> list[Computed]:
    """Several runs as one batch: each has a jitter of its own."""
    source, record = torch.tensor([ids] * runs), {}
    encoded, caches, rows = simulation.encode(source, record), simulation.start(runs), []
    for position, token in enumerate([BOS, *path]):
        logits, caches = simulation.step(encoded, caches, torch.full((runs,), token), position, runs)
        rows.append(logits.numpy())
    greedy, beam = (translate_simulated(simulation, [ids] * runs, config) for config in configs)
    encoder, logits = record["encoder.output"].numpy(), np.stack(rows, 1)
    return [Computed(encoder[run], logits[run], greedy[run][0], beam[run]) for run in range(runs)]


@torch.inference_mode()
def _by_trained_model(model: LiteTransformer, ids: list[int], configs: Configs) -> Computed:
    """The logits without any cache: all positions at once."""
    greedy, beam = (translate(model, [ids], config)[0] for config in configs)
    memory, context = model.encode(torch.tensor([ids]))
    logits = model.project(model.decode(torch.tensor([[BOS, *greedy[0].tokens]]), memory, context))
    return Computed(memory[0].numpy(), logits[0].numpy(), greedy[0], beam)


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
        "ids": hypothesis.tokens,
        "text": pieces.decode(hypothesis.tokens),
        "score": numbers(np.array(hypothesis.score)),
        "truncated": hypothesis.truncated,
    }
