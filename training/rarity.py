"""How much coarser a row of the embedding may be than another, its piece being rarer.

An error in a row costs in proportion to how often its piece is read and written, which falls about as the inverse of the piece's
rank (Zipf's law). The least loss for the bytes then has levels farther apart by a power of the rank: 0.5 in theory, which holds for
small steps; for large ones a smaller power is safer. SentencePiece numbers pieces by their frequency, after the special ones and those
of single bytes.
"""

from __future__ import annotations

import numpy as np

SPECIAL, BYTES = 4, 256
POWER = 0.3
FINEST = 0.3


def coarseness(vocabulary: int) -> np.ndarray:
    """Factors [vocabulary] of the distance between levels, near 1 on average; bytes count as the rarest pieces, special ones as frequent."""
    rank = np.arange(vocabulary) - (SPECIAL + BYTES - 1)
    rank[: SPECIAL + BYTES] = vocabulary
    rank[:SPECIAL] = 1
    return np.maximum((3 * rank / vocabulary) ** POWER, FINEST)
