"""Sequence-level distillation (Kim and Rush 2016): a teacher's translations of the training sources, as training data.

python -m training.distill runs/TEACHER/model.safetensors CONFIG --data-dir DATA --out runs/TEACHER/de-en --part 1/3

Translates the sources of the config's files in all their forms (packed.py), those of files that stand rarely in an epoch less often.
Of the beam's hypotheses the one nearest to the reference is kept (section 3.3 of the paper), with its nearness: F1 over pieces and
pairs of pieces, 0 to 1. Writes `OUT-1.tsv`: source, translation (none where no hypothesis would do), nearness. A config names them in
`data.taught`. Chunks of sentences come in random order, so that it may be stopped at any time; started again, it goes on.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from tqdm import tqdm

from training.checkpoint import load_model
from training.config import DataConfig, load_config
from training.corpus import add_arguments, open_corpus
from training.decode import translate
from training.model import EOS, LiteTransformer
from training.packed import CACHE, Store, rows_of
from training.placeholders import RESERVED
from training.search import SearchConfig
from training.vocabulary import load_tokenizer

CHUNK, GPU_CHUNK = 2048, 12288
"""Sentences of like length translated and written together; a restart repeats at most one such chunk."""
MOST_REFERENCES = 8
FULL_TIMES = 0.9
"""Files that stand so often in an epoch are translated whole, of others a share that falls with the square."""

Ids = tuple[int, ...]


def grams(ids: Sequence[int]) -> Counter:
    return Counter(ids) + Counter(zip(ids, ids[1:], strict=False))


def nearness(a: Counter, b: Counter) -> float:
    return 2 * (a & b).total() / max(1, a.total() + b.total())


@dataclass(frozen=True)
class Teacher:
    model: LiteTransformer
    tokenizer: sentencepiece.SentencePieceProcessor
    search: SearchConfig

    def translate(self, sources: Sequence[Ids], references: dict[Ids, list[Ids]]) -> list[tuple[str, float]]:
        """The hypothesis nearest to a reference of each source, and its nearness; "" where none is whole with every reserved piece."""
        reserved = {self.tokenizer.piece_to_id(c) for c in RESERVED}
        out = []
        for source, hypotheses in zip(sources, translate(self.model, sources, self.search), strict=True):
            wanted = sorted(reserved.intersection(source))
            whole = [h.tokens for h in hypotheses if not h.truncated and sorted(t for t in h.tokens if t in reserved) == wanted]
            near = [grams(r[:-1]) for r in references[source][:MOST_REFERENCES]]
            best = max(((max(nearness(grams(h), r) for r in near), -place) for place, h in enumerate(whole)), default=(0.0, 0))
            out.append((self.tokenizer.decode(whole[-best[1]]) if whole else "", best[0]))
        return out


def sources_of(store: Store, data: DataConfig, names: Sequence[str], most_tokens: int) -> dict[Ids, list[Ids]]:
    """What is to be translated, with the references of each."""
    draw = random.Random(0)
    found: dict[Ids, list[Ids]] = defaultdict(list)
    for name, arrays in store.files().items():
        if not any(fnmatch(name.removeprefix("./"), pattern) for pattern in names):
            continue
        chance = min(1.0, (data.files[name] / FULL_TIMES) ** 2)
        for source, target in zip(rows_of(arrays, "source"), rows_of(arrays, "target"), strict=True):
            if draw.random() < chance and 3 < len(source) <= most_tokens:
                found[tuple(source.tolist())].append(tuple(target.tolist()))
    return found


def chunks_of(sources: Sequence[Ids], size: int) -> list[list[Ids]]:
    """Like lengths together, in random order."""
    order = sorted(sources, key=lambda ids: (len(ids), ids))
    chunks = [order[i : i + size] for i in range(0, len(order), size)]
    random.Random(0).shuffle(chunks)
    return chunks


def distil(teacher: Teacher, references: dict[Ids, list[Ids]], out: Path, part: tuple[int, int], chunk: int, until: float) -> Iterator[int]:
    """Translates a part of the sources as far as it is not done yet and there is time; yields how many at a time."""
    chunks = chunks_of(sorted(references)[part[0] - 1 :: part[1]], chunk)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("a+b") as file:
        for group in chunks[_whole_chunks(file, chunks) :]:
            if time.monotonic() >= until:
                return
            translations = teacher.translate(group, references)
            texts = teacher.tokenizer.decode([list(ids[:-1]) for ids in group])
            file.write("".join(f"{a}\t{b}\t{near:.3f}\n" for a, (b, near) in zip(texts, translations, strict=True)).encode())
            file.flush()
            yield len(group)


def _whole_chunks(file, chunks: list[list[Ids]]) -> int:  # noqa: ANN001
    """How many chunks the file holds; what was written of another is cut off."""
    file.seek(0)
    ends = np.cumsum([0] + [len(line) for line in file if line.endswith(b"\n")])
    lines = np.cumsum([0] + [len(chunk) for chunk in chunks])
    done = int((lines < len(ends)).sum()) - 1
    file.truncate(int(ends[lines[done]]))
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("config")
    parser.add_argument("overrides", nargs="*")
    add_arguments(parser)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--part", default="1/1", help="such as 2/4: every fourth sentence, from the second on; to run several at once")
    parser.add_argument("--files", nargs="+", default=["*"], help="which files of the config, such as 'broad/corpora/*' (default: all)")
    parser.add_argument("--most-tokens", type=int, default=44, help="longer sources are left out: they take the most time")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=1.0)
    args = parser.parse_intermixed_args()
    part = tuple(map(int, args.part.split("/")))
    if len(part) != 2 or not 1 <= part[0] <= part[1]:
        parser.error(f"--part {args.part}: expected a number, a slash and how many parts there are, such as 2/4")
    until = time.monotonic() + 60 * args.minutes
    data = load_config(args.config, args.overrides).data
    gpu = torch.cuda.is_available()
    # bfloat16 makes a third more sentences a second than float32 also on a CPU that has instructions for it.
    model = load_model(args.teacher).to("cuda" if gpu else "cpu", torch.bfloat16)
    teacher = Teacher(model, load_tokenizer(data.tokenizer), SearchConfig(args.beam, args.length_penalty))
    references = sources_of(Store(CACHE, open_corpus(args, data), data), data, args.files, args.most_tokens)
    out = args.out.with_name(f"{args.out.name}-{part[0]}.tsv")
    with tqdm(total=len(references) // part[1], desc=str(out)) as bar:
        for count in distil(teacher, references, out, part, GPU_CHUNK if gpu else CHUNK, until):
            bar.update(count)


if __name__ == "__main__":
    main()
