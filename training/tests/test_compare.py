"""The comparison of runs, on two small ones with made-up translations."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from training import compare
from training.config import ConfigError, RunConfig
from training.corpus import Corpus
from training.tests.conftest import sentences
from training.train import Trainer, World

LINES = [english for _, english in sentences(12)]


@pytest.fixture
def runs(tmp_path: Path, run_config: RunConfig, corpus: Corpus) -> list[Path]:
    """One trained run, and the same under a second name, each with translations of the set `valid`."""
    first = tmp_path / "first"
    trainer = Trainer(run_config, corpus, first, World.join())
    trainer.run()
    second = tmp_path / "second"
    shutil.copytree(first, second)
    config = json.loads((second / "config.json").read_text()) | {"name": "second"}
    (second / "config.json").write_text(json.dumps(config))
    for folder, texts in ((first, LINES), (second, [line.replace("The", "A") for line in LINES])):
        (folder / "translations").mkdir()
        (folder / "translations/valid.en").write_text("".join(text + "\n" for text in texts))
    return [first, second]


def test_scores_and_significance(runs: list[Path], corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = tmp_path / "training/results"
    results.mkdir(parents=True)
    monkeypatch.setattr(compare, "RESULTS", results)
    monkeypatch.setattr(sys, "argv", ["compare", *map(str, runs), "--data-dir", str(corpus.folder), "--sets", "valid"])
    compare.main()
    figures = json.loads((results / "comparison.json").read_text())
    assert [run["name"] for run in figures["runs"]] == ["small", "second"]
    assert [run["updates"] for run in figures["runs"]] == [24, 24]
    (valid,) = figures["sets"]
    perfect, worse = (run["BLEU"] for run in valid["runs"])
    assert perfect["score"] == 100
    assert "p" not in perfect
    assert worse["score"] < 90
    assert worse["p"] < 0.05
    assert valid["signatures"]["BLEU"].startswith("nrefs:1|bs:1000|seed:12345|case:mixed|eff:no|tok:13a")
    page = (results.parent / "RESULTS.md").read_text()
    assert f"| second | **{worse['score']:.1f} ±" in page
    assert (results / "second/log.jsonl").is_file()


def test_translations_follow_the_weights(runs: list[Path], corpus: Corpus) -> None:
    run = compare.Run.open(runs[0])
    assert run.translations(corpus, "valid")[0] == LINES
    (runs[0] / "translations/valid.en").unlink()
    assert run.translations(corpus, "valid")[0] != LINES


def test_an_unfinished_run_is_refused(runs: list[Path]) -> None:
    log = runs[0] / "log.jsonl"
    log.write_text("\n".join(log.read_text().splitlines()[:-1]) + "\n")
    with pytest.raises(ConfigError, match="stands at update 24"):
        compare.Run.open(runs[0])
