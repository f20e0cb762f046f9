"""tokenizer.json: ids, pieces and byte offsets of awkward lines, and texts of id sequences, by SentencePiece itself."""

from __future__ import annotations

import random

import sentencepiece

SEED = 7


def tokenizer_entries(pieces: sentencepiece.SentencePieceProcessor, lines: list[str]) -> list[dict]:
    """`ranges` are bytes of the UTF-8 text; of the byte pieces of one character the last holds its range."""
    entries = []
    for text in lines:
        found = pieces.encode(text, return_type="proto").pieces
        entries.append(
            {
                "text": text,
                "ids": [piece.id for piece in found],
                "pieces": [piece.piece for piece in found],
                "ranges": [[piece.begin, piece.end] for piece in found],
                "decoded": pieces.decode([piece.id for piece in found]),
            }
        )
    return entries


def decoding_entries(pieces: sentencepiece.SentencePieceProcessor) -> list[dict]:
    """Ids that no text gives: special ids in the middle, torn and overlong UTF-8 in byte pieces, random sequences."""
    byte = {value: pieces.piece_to_id(f"<0x{value:02X}>") for value in range(256)}
    word, space = pieces.piece_to_id("\u2581Hallo"), pieces.piece_to_id("\u2581")
    torn = [b"\xff", b"\xf0\x9f\x98", b"\xc3", b"\xa4", b"\xc3\xa4\xc3", b"\xe2\x82A", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\x00", b" ", b"\n"]
    cases = [[], [0], [1], [2], [3], [space], [space, space], [word, 2, word, 3, 0, word, 1], [1, word], [word, 1]]
    cases += [[byte[value] for value in data] for data in torn]
    cases += [[word, *(byte[value] for value in data), word] for data in torn]
    cases += [[*(byte[value] for value in data), space, byte[0xE4]] for data in torn[:4]]
    draw = random.Random(SEED)
    cases += [[draw.randrange(pieces.vocab_size()) for _ in range(12)] for _ in range(10)]
    cases += [[draw.choice(list(byte.values())) for _ in range(12)] for _ in range(6)]
    return [{"ids": ids, "decoded": pieces.decode(ids)} for ids in cases]
