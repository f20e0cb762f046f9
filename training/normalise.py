"""Text as a model sees it: one kind of quotation mark, hyphen and space, nothing invisible. `src/text/` does the same to what is typed."""

from __future__ import annotations

import re

INVISIBLE = ((0x00AD, 0x00AD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF))
REMOVED = [chr(c) for first, last in INVISIBLE for c in range(first, last + 1)]
TABLE = str.maketrans({
    **dict.fromkeys(REMOVED, ""),
    **dict.fromkeys("‐‑−－", "-"),
    **dict.fromkeys("‒―—", "–"),
    **dict.fromkeys("“”„‟«»″〝〞＂\x84\x93\x94", '"'),
    **dict.fromkeys("‘’‚‛‹›′´`\x91\x92", "'"),
    # Reserved characters stand for something only where placeholders.py has put them.
    **dict.fromkeys((chr(c) for c in range(0xE000, 0xE040)), ""),
})
SPACES = re.compile(r"\s+")


def normalise(text: str) -> str:
    return one_line(text.translate(TABLE))


def one_line(text: str) -> str:
    return SPACES.sub(" ", text).strip()
