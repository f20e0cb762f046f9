"""Compares finished runs on the test sets: BLEU, chrF and their paired bootstrap against the first run.

python -m training.compare runs/lite-matched runs/transformer-matched ... --data-dir DATA

The first run is the baseline of the tests. Keeps each run's config and log in `training/results/RUN/` and the figures in
`training/results/comparison.json`, and writes `training/RESULTS.md` from them; `--report` only writes that again.
Translations are kept in the run's folder, so that only a changed model is translated anew.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sacrebleu
from sacrebleu.significance import PairedTest

from training.checkpoint import load_model
from training.config import ConfigError, ModelConfig, from_dict
from training.corpus import Corpus, add_arguments, open_corpus, write_lines
from training.cost import summary
from training.evaluate import TEST_SETS, evaluate_set
from training.vocabulary import load_tokenizer

RESULTS = Path("training/results")
BEAM, LENGTH_PENALTY = 4, 1.0
"""One search for all, tuned for none of them."""


@dataclass(frozen=True)
class Run:
    """A finished run as the trainer left it."""

    folder: Path
    name: str
    config: dict[str, Any]
    log: list[dict[str, Any]]

    @classmethod
    def open(cls, folder: Path) -> Run:
        for needed in ("config.json", "log.jsonl", "model.safetensors", "tokenizer.model"):
            if not (folder / needed).is_file():
                raise ConfigError(f"{folder / needed}: missing; expected the folder of a run of training.train")
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        log = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
        if log[-1]["event"] != "end":
            raise ConfigError(f"{folder}: stands at update {log[-1]['update']}; only finished runs are compared")
        return cls(folder, config["name"], config, log)

    def facts(self) -> dict[str, Any]:
        cost, last = summary(from_dict(ModelConfig, self.config["model"])), self.log[-1]
        parts = {"updates": last["update"], "epochs_begun": last["epoch"], "minutes": round(last["minutes"])}
        return {"name": self.name} | asdict(cost) | parts

    def translations(self, corpus: Corpus, name: str) -> tuple[list[str], list[str]]:
        """What the run makes of a test set, and the references."""
        source, target = self.config["data"]["source"], self.config["data"]["target"]
        pairs, model = corpus.pairs([name], source, target), self.folder / "model.safetensors"
        file = self.folder / "translations" / f"{name.replace('/', '-')}.{target}"
        if not file.is_file() or file.stat().st_mtime < model.stat().st_mtime:
            tokenizer = load_tokenizer(self.folder / "tokenizer.model")
            ((_, texts),) = evaluate_set(load_model(model), tokenizer, name, pairs, BEAM, [LENGTH_PENALTY])
            write_lines(file, texts)
        return file.read_text(encoding="utf-8").split("\n")[:-1], [reference for _, reference in pairs]

    def keep(self) -> None:
        kept = RESULTS / self.name
        kept.mkdir(parents=True, exist_ok=True)
        for file in ("config.json", "log.jsonl"):
            shutil.copyfile(self.folder / file, kept / file)


def compare_set(runs: list[Run], corpus: Corpus, name: str) -> dict[str, Any]:
    """Scores of every run on one set; p is of the difference to the first run, by 1,000 paired bootstrap samples."""
    outputs = [run.translations(corpus, name) for run in runs]
    metrics = {"BLEU": sacrebleu.BLEU(references=[outputs[0][1]]), "chrF2": sacrebleu.CHRF(references=[outputs[0][1]])}
    systems = [(run.name, texts) for run, (texts, _) in zip(runs, outputs, strict=True)]
    signatures, scores = PairedTest(systems, metrics, None, test_type="bs", n_samples=1000)()
    rows = []
    for i, run in enumerate(runs):
        row: dict[str, Any] = {"name": run.name}
        for metric in metrics:
            result = scores[metric][i]
            row[metric] = {"score": round(float(result.score), 2), "interval": round(float(result.ci), 2)}
            if i > 0:
                row[metric]["p"] = round(float(result.p_value), 4)
        rows.append(row)
    return {"set": name, "lines": len(outputs[0][1]), "signatures": {m: str(signatures[m]) for m in metrics}, "runs": rows}


def report(figures: dict[str, Any]) -> str:
    """RESULTS.md."""
    runs = figures["runs"]
    head = "| model | parameters | without embedding | mult-adds | updates | epochs begun | minutes |\n|---|---:|---:|---:|---:|---:|---:|\n"
    shape = "".join(
        f"| {r['name']} | {r['parameters']:,} | {r['parameters_without_embedding']:,} | {r['mult_adds'] / 1e6:.1f} M "
        f"| {r['updates']:,} | {r['epochs_begun']} | {r['minutes']} |\n"
        for r in runs
    )
    tables = ""
    for metric in ("BLEU", "chrF2"):
        tables += f"\n## {metric}\n\n| model | " + " | ".join(s["set"] for s in figures["sets"]) + " |\n"
        tables += "|---" + "|---:" * len(figures["sets"]) + "|\n"
        for i, run in enumerate(runs):
            tables += f"| {run['name']} | " + " | ".join(_cell(s["runs"][i][metric]) for s in figures["sets"]) + " |\n"
        signatures = sorted({s["signatures"][metric] for s in figures["sets"]})
        tables += "\n" + "\n".join(f"`{signature}`" for signature in signatures) + "\n"
    names = " ".join(f"runs/{r['name']}" for r in runs)
    return f"""# The comparison on our own data

Written by `python -m training.compare {names}` from the runs' logs and translations; the figures are in
[`results/comparison.json`](results/comparison.json), each run's config and log in `results/RUN/`.

The models were trained from nothing on the same data with the same vocabulary, recipe and number of updates
(`training/configs/*-matched.toml`), at matched mult-adds for 30 source and 30 target tokens, output projection not counted
(`python -m training.cost`). All are decoded in float32 with beam {figures["beam_size"]} and length penalty {figures["length_penalty"]}, tuned for none of them.

{head}{shape}{tables}
± is half of the 95 % bootstrap interval; p is the chance of such a difference to {runs[0]["name"]} if there were none (paired
bootstrap, 1,000 samples). Bold: better or worse than {runs[0]["name"]} with p < 0.05.
"""


def _cell(score: dict[str, float]) -> str:
    text = f"{score['score']:.1f} ± {score['interval']:.1f}"
    if "p" not in score:
        return text
    return f"**{text}** (p = {score['p']:.3f})" if score["p"] < 0.05 else f"{text} (p = {score['p']:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="*", help="run folders, the baseline of the tests first")
    add_arguments(parser)
    parser.add_argument("--sets", nargs="+", default=list(TEST_SETS))
    parser.add_argument("--report", action="store_true", help="only write RESULTS.md again")
    args = parser.parse_args()
    file = RESULTS / "comparison.json"
    if not args.report:
        runs, corpus = [Run.open(folder) for folder in args.runs], open_corpus(args)
        if len(runs) < 2:
            parser.error("give two runs or more")
        figures = {
            "beam_size": BEAM,
            "length_penalty": LENGTH_PENALTY,
            "runs": [run.facts() for run in runs],
            "sets": [compare_set(runs, corpus, name) for name in args.sets],
        }
        for run in runs:
            run.keep()
        file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (RESULTS.parent / "RESULTS.md").write_text(report(json.loads(file.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
