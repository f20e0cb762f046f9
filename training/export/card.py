"""The model card, models/NAME/README.md, written from the manifest and from what the bundle answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import brotli
import sentencepiece

from training.export.bundle import read_manifest
from training.export.session import BundleSession
from training.export.steps import translate_onnx
from training.model import EOS
from training.search import SearchConfig

LANGUAGES = {"de": "German", "en": "English"}


@dataclass(frozen=True)
class Corpus:
    """Where training data comes from and what its licence asks for."""

    name: str
    licence: str
    attribution: str


# By the start of a data file's name.
CORPORA = {
    "tatoeba/": Corpus("Tatoeba", "CC BY 2.0 FR", "sentences and translations by the contributors of <https://tatoeba.org>"),
    "multi30k/": Corpus(
        "Multi30k",
        "the authors' release, for research",
        "Elliott, Frank, Sima'an and Specia 2016, *Multi30K: Multilingual English-German Image Descriptions*; captions derive from Flickr30k",
    ),
    "news/": Corpus("WMT news test sets", "free for research", "the Conference on Machine Translation, <https://statmt.org>"),
    "iwslt14/": Corpus("IWSLT'14", "CC BY-NC-ND 4.0", "TED talks, <https://www.ted.com>"),
    "runs/phrases/": Corpus("Sentence patterns", "MIT OR Apache-2.0", "filled by `training/phrases/patterns.py`, in this repository"),
    "training/phrases/": Corpus("Everyday phrases", "MIT OR Apache-2.0", "written for this project, in this repository"),
}


TRANSLATED = re.compile(r"runs/([^/]+)/(?:distilled|close)/(.*)")
"""A run's own translations of a corpus (training/distill.py, training/keep_close.py)."""


def corpus_of(name: str) -> Corpus:
    translated = TRANSLATED.fullmatch(name)
    for start, corpus in CORPORA.items():
        if translated and translated[2].startswith(start):
            return replace(corpus, name=f"{corpus.name}, translated by `{translated[1]}`")
        if name.startswith(start):
            return corpus
    raise ValueError(f"training data {name}: no licence known; add it to CORPORA in training/export/card.py")


@dataclass(frozen=True)
class Limit:
    """A sentence that shows a weakness, and its name."""

    text: str
    about: str


def write_card(folder: Path, limits: list[Limit]) -> None:
    manifest = read_manifest(folder)
    parts = [_head(folder, manifest), _scores(manifest), _training(manifest), _limits(folder, manifest, limits), _licence(manifest)]
    (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def compressed(data: bytes) -> int:
    """Bytes on the wire, as a server with brotli sends them."""
    return len(brotli.compress(data, quality=11))


def _head(folder: Path, manifest: dict) -> str:
    shape, quantisation = manifest["architecture"], manifest["quantisation"]
    source, target = (LANGUAGES[manifest[f"{side}_language"]] for side in ("source", "target"))
    weights = _weights(quantisation) if quantisation else "float32 weights"
    sizes = [(f"`{entry['name']}`", entry["bytes"], compressed((folder / entry["name"]).read_bytes())) for entry in manifest["files"]]
    sizes.append(("all", *(sum(size[i] for size in sizes) for i in (1, 2))))
    rows = "".join(f"| {name} | {raw:,} | {brotlied:,} |\n" for name, raw, brotlied in sizes)
    return f"""# {manifest["name"]}: {source} to {target}

{_describe(shape)}, d = {shape["d_model"]}, {shape["vocab_size"]:,} SentencePiece pieces shared by both languages, {weights}.
It translates one sentence at a time, of at most {manifest["limits"]["max_source_tokens"]} pieces. This file is written by the exporter from `manifest.json`.

| file | bytes | in brotli |
|---|---:|---:|
{rows}"""


def _weights(quantisation: dict) -> str:
    text = f"int8 weights of {quantisation['bits']} bits, one scale per output channel"
    if step := quantisation.get("step"):
        text += f" ({step:g} times its root mean square)"
    return text


def _describe(shape: dict) -> str:
    layer, depth = shape["encoder"][0], f"{len(shape['encoder'])} encoder and {len(shape['decoder'])} decoder layers"
    if "global" in layer and "local" in layer:
        return f"Lite Transformer (Wu et al. 2020, arXiv 2004.11886): attention and {layer['local']['kind']} convolution side by side in {depth}"
    return f"Standard Transformer of {depth}" if "global" in layer else f"{layer['local']['kind'].title()} convolution in {depth}"


def _scores(manifest: dict) -> str:
    if not manifest["scores"]:
        return "## Scores\n\nNot measured yet: `python -m training.export.scores` does it.\n"
    rows, signatures = "", {}
    for name, score in manifest["scores"].items():
        rows += f"| {name} | {score['lines']:,} | {score['bleu']:.1f} | {score['chrf']:.1f} |\n"
        signatures |= {score["bleu_signature"]: "BLEU", score["chrf_signature"]: "chrF"}
    first = next(iter(manifest["scores"].values()))
    named = "\n".join(f"- {metric}: `{signature}`" for signature, metric in signatures.items())
    return f"""## Scores

Of these very files through the native engine (`cargo build --release --example translate`), beam {first["beam_size"]}, length penalty {first["length_penalty"]}; sacreBLEU, detokenised, case-sensitive.
None of these sets was trained on or selected by.

| test set | lines | BLEU | chrF |
|---|---:|---:|---:|
{rows}
{named}
"""


def _training(manifest: dict) -> str:
    training, rows = manifest["training"], ""
    for entry in training["data"]:
        corpus = corpus_of(entry["files"])
        times = f" (each epoch {entry['times']} times)" if entry["times"] > 1 else ""
        rows += f"| {entry['files']}{times} | {corpus.name} | {corpus.licence} | {corpus.attribution} |\n"
    recipe = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in training["recipe"].items())
    augment = training["augment"]
    command = f"`python -m training.train {training['config']}`" if "config" in training else f"Run {training['run']}"
    lines = [f"{command}: {recipe}."]
    if "minutes" in training:
        lines.append(f"{training['update']:,} updates in {training['minutes']:.0f} minutes, {training['epoch']} epochs begun.")
    if augment["noise"] or augment["join"]:
        lines.append(
            f"A source is written as people type with chance {augment['noise']}, joined with the next with chance {augment['join']} (`training/augment.py`)."
        )
    if augment.get("short_times", 1) > 1:
        lines.append(f"Pairs of at most {augment['short_words']} words are read {augment['short_times']} times an epoch.")
    if "started_from" in training:
        lines.append(f"Started from {training['started_from']}.")
    return f"""## Training

{chr(10).join(lines)}

| files | corpus | licence | attribution |
|---|---|---|---|
{rows}
Validated on {", ".join(training["valid"])}.
"""


def _limits(folder: Path, manifest: dict, limits: list[Limit]) -> str:
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    session, config, rows = BundleSession(folder), SearchConfig(**manifest["decoding"]), ""
    for limit in limits:
        best = translate_onnx(session, pieces.encode(limit.text) + [EOS], config)[0]
        rows += f"| {limit.about} | {limit.text} | {pieces.decode(best.tokens)} |\n"
    return f"""## Limits

A model of this size knows everyday sentences and image captions best. It invents names and rare words from pieces, loses details of long
sentences, takes each sentence by itself and says nothing of its own doubt. Not for medical, legal or other uses where an error does harm.
What it answers, good or bad, to sentences written to try it:

| case | sentence | translation |
|---|---|---|
{rows}"""


def _licence(manifest: dict) -> str:
    return f"## Licence\n\n{manifest['licence']}\n"
