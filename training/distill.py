"""Sequence-level distillation (Kim and Rush 2016): a teacher's translations of the training sources, as training data.

python -m training.distill runs/TEACHER/model.safetensors CONFIG --data-dir DATA --out runs/TEACHER/distilled

For every training file of the config, writes `OUT/FILE.de` and `OUT/FILE.en`: the source lines and what the teacher's beam
search makes of them, without those that the length limit cut off. A student's config names them as
`./runs/TEACHER/distilled/FILE` beside the originals; `training.keep_close` leaves out what the teacher got wrong. Stopped
and started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import sentencepiece
import torch
from tqdm import tqdm

from training.checkpoint import load_model
from training.config import load_config
from training.corpus import Corpus, add_arguments, open_corpus
from training.model import EOS, LiteTransformer
from training.search import SearchConfig, translate_ids
from training.vocabulary import load_tokenizer

CHUNK = 2048
"""Sentences translated and written together; a restart repeats at most one such chunk."""


@dataclass(frozen=True)
class Teacher:
    model: LiteTransformer
    tokenizer: sentencepiece.SentencePieceProcessor
    search: SearchConfig

    def translate(self, texts: list[str]) -> list[str | None]:
        """Translations; None where the limit cut one off or nothing came out."""
        found = translate_ids(self.model, [x + [EOS] for x in self.tokenizer.encode(texts)], self.search)
        best = [hypotheses[0] for hypotheses in found]
        return [
            text if text and not h.truncated else None
            for h, text in zip(best, self.tokenizer.decode([h.tokens for h in best]), strict=True)
        ]


def distil(
    teacher: Teacher,
    corpus: Corpus,
    name: str,
    languages: tuple[str, str],
    out: Path,
    most_tokens: int,
    part: tuple[int, int] = (1, 1),
) -> int:
    """Translates one training file, or its part `n of m`, as far as it is not done yet; the number of pairs written by this call."""
    source, target = languages
    sources = {text for text, _ in corpus.pairs([name], source, target)}  # many a one stands there with several targets
    texts = [t for t in sorted(sources) if len(teacher.tokenizer.encode(t)) < most_tokens][part[0] - 1 :: part[1]]
    files = [out / f"{name}.{language}" for language in languages]
    progress = out / f"{name}.progress"
    files[0].parent.mkdir(parents=True, exist_ok=True)
    done, sizes = 0, [0, 0]
    if progress.is_file():
        done, *sizes = map(int, progress.read_text().split())
    written = 0
    with open(files[0], "ab") as a, open(files[1], "ab") as b, tqdm(total=len(texts), initial=done, desc=name) as bar:
        for file, size in zip((a, b), sizes, strict=True):
            file.truncate(size)
            file.seek(size)
        for start in range(done, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            for text, translation in zip(chunk, teacher.translate(chunk), strict=True):
                if translation is not None:
                    a.write(f"{text}\n".encode())
                    b.write(f"{translation}\n".encode())
                    written += 1
            a.flush()
            b.flush()
            progress.write_text(f"{start + len(chunk)} {a.tell()} {b.tell()}")
            bar.update(len(chunk))
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("config")
    parser.add_argument("overrides", nargs="*")
    add_arguments(parser)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=1.0)
    parser.add_argument("--part", default="1/1", help="such as 2/4: every fourth sentence, from the second on; to run several at once")
    args = parser.parse_intermixed_args()
    part = tuple(map(int, args.part.split("/")))
    if len(part) != 2 or not 1 <= part[0] <= part[1]:
        parser.error(f"--part {args.part}: expected a number, a slash and how many parts there are, such as 2/4")
    data = load_config(args.config, args.overrides).data
    model = load_model(args.teacher)
    if torch.cuda.is_available():
        torch.set_float32_matmul_precision("high")
        model = model.cuda()
    tokenizer = load_tokenizer(args.teacher.parent / "tokenizer.model")
    teacher = Teacher(model, tokenizer, SearchConfig(args.beam, args.length_penalty))
    corpus = open_corpus(args, data)
    for name in dict.fromkeys(data.train):  # a file may be listed several times
        distil(teacher, corpus, name, (data.source, data.target), args.out, data.max_tokens, part)


if __name__ == "__main__":
    main()
