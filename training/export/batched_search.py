"""Beam search with the simulation over many sentences at once; greedy is a beam of one. The rules are golden/search.py's."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.export.golden.search import BOS, EOS, PAD, UNK, Hypothesis, limit
from training.export.simulate import Simulation

# Source tokens times beams of one batch.
BATCH_SLOTS = 4096


@dataclass(frozen=True)
class SearchRules:
    beam_size: int = 1
    length_penalty: float = 1.0
    max_target_tokens: int = 384


def translate(simulation: Simulation, sources: list[list[int]], rules: SearchRules) -> list[Hypothesis]:
    """The best hypothesis of each source (ids that end in eos), sentences of like length together."""
    order = sorted(range(len(sources)), key=lambda i: -len(sources[i]))
    out: list[Hypothesis | None] = [None] * len(sources)
    while order:
        count = max(1, BATCH_SLOTS // (len(sources[order[0]]) * rules.beam_size))
        rows, order = order[:count], order[count:]
        for i, hypothesis in zip(rows, _translate_batch(simulation, [sources[i] for i in rows], rules)):
            out[i] = hypothesis
    return out


@torch.inference_mode()
def _translate_batch(simulation: Simulation, sources: list[list[int]], rules: SearchRules) -> list[Hypothesis]:
    beam, width = rules.beam_size, max(map(len, sources))
    ids = torch.tensor([source + [PAD] * (width - len(source)) for source in sources])
    limits = [limit(len(source), rules.max_target_tokens) for source in sources]
    finished: list[list[Hypothesis]] = [[] for _ in sources]
    live = list(range(len(sources)))
    encoded = simulation.encode(ids).select(torch.arange(len(sources)).repeat_interleave(beam))
    caches = simulation.start(len(sources) * beam)
    tokens = torch.full((len(sources) * beam,), BOS)
    # At first all rows of a sentence are one hypothesis; the others must not be chosen.
    sums = torch.full((len(sources), beam), -torch.inf)
    sums[:, 0] = 0
    written = torch.empty(len(sources), beam, 0, dtype=torch.long)

    for position in range(max(limits)):
        length, n = position + 1, len(live)
        logits, caches = simulation.step(encoded, caches, tokens, position, n)
        scores = logits.log_softmax(-1)
        scores[:, [PAD, UNK, BOS]] = -torch.inf
        vocabulary = scores.shape[1]
        candidates, places = (sums[..., None] + scores.view(n, beam, -1)).view(n, -1).topk(2 * beam)
        parent, token = places // vocabulary, places % vocabulary
        ends = token == EOS
        for row, rank in ends[:, :beam].nonzero().tolist():
            if len(finished[live[row]]) < beam:
                path = written[row, parent[row, rank]].tolist()
                score = float(candidates[row, rank]) / length**rules.length_penalty
                finished[live[row]].append(Hypothesis(path, score, False))
        kept = (ends * 2 * beam + torch.arange(2 * beam)).topk(beam, largest=False, sorted=True).indices
        parent, token, sums = parent.gather(1, kept), token.gather(1, kept), candidates.gather(1, kept)
        written = torch.cat([written.gather(1, parent[..., None].expand(-1, -1, position)), token[..., None]], 2)
        for row, sentence in enumerate(live):
            if len(finished[sentence]) < beam and length == limits[sentence]:
                cut = zip(written[row].tolist(), sums[row].tolist())
                finished[sentence] += [Hypothesis(path, total / length**rules.length_penalty, True) for path, total in cut]
        going = torch.tensor([len(finished[i]) < beam for i in live])
        if not bool(going.any()):
            break
        rows = ((torch.arange(n) * beam)[:, None] + parent)[going].flatten()
        live = [i for i, goes in zip(live, going.tolist()) if goes]
        encoded, caches = encoded.select(rows), {name: value[rows] for name, value in caches.items()}
        tokens, sums, written = token[going].flatten(), sums[going], written[going]
    return [max(hypotheses, key=_score) for hypotheses in finished]


def _score(hypothesis: Hypothesis) -> float:
    return hypothesis.score
