"""A smaller tokenizer.model with the same pieces: the rules of normalisation that can't matter to its languages are left out.

Of the 225,276 rules of SentencePiece's nmt_nfkc most lead to Hangul and Chinese characters. No piece holds those: they are spelled
in bytes, normalised or not.
"""

from __future__ import annotations

from pathlib import Path

from sentencepiece import SentencePieceNormalizer, sentencepiece_model_pb2

KEPT = ((0x0000, 0x052F), (0x1E00, 0x1FFF), (0x2000, 0x20CF))
"""Where the results of the rules lie that are kept: Latin, Greek and Cyrillic letters with their marks, punctuation, currencies."""


def lean_tokenizer(path: Path) -> bytes:
    """The tokenizer.model at `path` without the rules whose results lie elsewhere and in no piece."""
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(path.read_bytes())
    spelled = {character for piece in model.pieces for character in piece.piece}
    rules = SentencePieceNormalizer(normalizer_spec=model.normalizer_spec).Decompile()
    kept = [(text, result) for text, result in rules if all(c in spelled or _near(c) for c in result)]
    lean = sentencepiece_model_pb2.NormalizerSpec()
    lean.ParseFromString(SentencePieceNormalizer(norm_map=kept).serialized_normalizer_spec())
    model.normalizer_spec.precompiled_charsmap = lean.precompiled_charsmap
    return model.SerializeToString()


def _near(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in KEPT)
