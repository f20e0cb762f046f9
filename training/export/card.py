"""The model card, models/NAME/README.md, written from the manifest and from what the bundle answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import brotli

from training.export.bundle import read_manifest
from training.export.sources import source_of

LANGUAGES = {"de": "German", "en": "English"}


@dataclass(frozen=True)
class Limit:
    """A sentence that shows a weakness, and its name."""

    text: str
    about: str


@dataclass(frozen=True)
class Weaknesses:
    """What a bundle is bad at, in words, and sentences that show it."""

    about: str
    limits: list[Limit]


def write_card(folder: Path, weaknesses: Weaknesses, answers: Sequence[str] = ()) -> None:
    """`answers` are the engine's translations of the limits' sentences; none before there is an engine to ask."""
    manifest = read_manifest(folder)
    parts = [_head(folder, manifest), _weak(weaknesses, answers), _scores(manifest), _training(manifest), _licence(manifest)]
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
    training = manifest["training"]
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
    if augment.get("insert"):
        lines.append(f"Into {augment['insert']:.0%} of the pairs something copied is put, a reserved piece in its place.")
    if augment.get("short_times", 1) > 1:
        lines.append(f"Pairs of at most {augment['short_words']} words are read {augment['short_times']} times an epoch.")
    if "started_from" in training:
        lines.append(f"Started from {training['started_from']}.")
    if taught := training.get("taught"):
        lines.append(f"A teacher's translations of these sources stand beside the references ({_files(taught)}; `training/distill.py`).")
    return f"""## Training

{chr(10).join(lines)}
Validated on {", ".join(training["valid"])}.

{_sources(training["data"])}"""


MANY = 12
"""So many files or more are folded away, with a line for each folder in their place."""


def _sources(data: Sequence[dict]) -> str:
    """Every file with its licence."""
    rows, folders = "", {}
    for entry in data:
        source = source_of(entry["files"])
        pairs = f"{source.pairs:,}" if source.pairs else ""
        rows += f"| {entry['files']} | {pairs} | {entry['times']:g} | {source.what} | {source.origin} | {source.licence} |\n"
        files, total = folders.get(folder := entry["files"].rpartition("/")[0], (0, 0))
        folders[folder] = files + 1, total + (source.pairs or 0)
    table = f"""| file | pairs | times an epoch | what | from | licence |
|---|---:|---:|---|---|---|
{rows}"""
    if len(data) < MANY:
        return table
    summary = "".join(f"| {folder} | {files} | {f'{total:,}' if total else ''} |\n" for folder, (files, total) in folders.items())
    return f"""| folder | files | pairs |
|---|---:|---:|
{summary}
<details>
<summary>Each of the {len(data)} files with its source and licence</summary>

{table}
</details>
"""


def _files(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _weak(weaknesses: Weaknesses, answers: Sequence[str]) -> str:
    rows = [f"| {limit.about} | {limit.text} | {answer} |" for limit, answer in zip(weaknesses.limits, answers, strict=bool(answers))]
    table = ["| case | sentence | translation |", "|---|---|---|", *rows] if rows else ["Not asked yet: `python -m training.export.scores` does it."]
    return f"""## What it is bad at

{weaknesses.about.strip()}
What it answers, good or bad, to sentences written to try it:

{chr(10).join(table)}
"""


def _licence(manifest: dict) -> str:
    return f"## Licence\n\n{manifest['licence']}\n"
