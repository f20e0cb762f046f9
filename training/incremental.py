"""A model decoding one position at a time, with the caches that this takes, for many hypotheses of many sentences."""

from __future__ import annotations

import torch
from torch import Tensor

from training.model import LiteTransformer


class ModelSteps:
    """The next-token scores of `beam` hypotheses of each of several sentences (rows of the padded ids `source`)."""

    def __init__(self, model: LiteTransformer, source: Tensor, beam: int) -> None:
        self.model, self.beam = model, beam
        memory, context = model.encode(source)
        self.scores = context.scores
        self.keys_values = [layer.cross.keys_values(memory) for layer in model.decoder]
        self.caches: list[list[Tensor | None]] = [[None] * len(layer.branches) for layer in model.decoder]
        self.position = 0

    def advance(self, tokens: Tensor) -> Tensor:
        """[sentences, beam] newest tokens -> [sentences, beam, vocabulary] log-probabilities of the next."""
        model, (sentences, beam) = self.model, tokens.shape
        x = model.embed(tokens.reshape(-1, 1), self.position)
        for layer, (k, v), caches in zip(model.decoder, self.keys_values, self.caches, strict=True):
            parts = []
            for i, (branch, part) in enumerate(zip(layer.branches, x.split(layer.widths, -1), strict=True)):
                out, caches[i] = branch.step(part, caches[i])
                parts.append(out)
            x = layer.norm1(x + torch.cat(parts, -1))
            # All hypotheses of a sentence look at one copy of its keys and values, as if they were positions.
            cross = layer.cross(x.view(sentences, beam, -1), k, v, self.scores)
            x = layer.norm2(x + cross.view(sentences * beam, 1, -1))
            x = layer.norm3(x + layer.feed_forward(x))
        self.position += 1
        return model.project(x.view(sentences, beam, -1)).log_softmax(-1)

    def keep(self, sentences: Tensor, parents: Tensor) -> None:
        """Goes on with some sentences; hypothesis i of each continues hypothesis parents[·, i] of before."""
        rows = (sentences[:, None] * self.beam + parents).reshape(-1)
        before = self.caches[0][0]
        assert before is not None
        if not torch.equal(rows, torch.arange(len(before), device=rows.device)):
            self.caches = [[None if c is None else c.index_select(0, rows) for c in caches] for caches in self.caches]
        if len(sentences) < len(self.keys_values[0][0]):
            self.keys_values = [(k[sentences], v[sentences]) for k, v in self.keys_values]
            if self.scores is not None:
                self.scores = self.scores[sentences]
