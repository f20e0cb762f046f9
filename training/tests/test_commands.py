"""The commands around a run, on a small model: scores, averages, costs, and the benchmark's stand-ins."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
import torch

from training import average, bench_speed, cost, evaluate
from training.checkpoint import load_model, read_weights, save_model
from training.config import BranchConfig, ConfigError
from training.corpus import Corpus
from training.dropout import PooledDropout
from training.layers import FixedConv, attend, make_branch
from training.loss import projected_loss
from training.model import LiteTransformer
from training.tests.conftest import PIECES, small_model


@pytest.fixture
def run(tmp_path: Path, tokenizer_file: Path) -> Path:
    """A run's folder with three checkpoints."""
    config = small_model("lite", PIECES)
    for number in (1, 2, 3):
        torch.manual_seed(number)
        save_model(tmp_path / f"update-{number:07d}.safetensors", LiteTransformer(config).state_dict(), config, {})
    shutil.copyfile(tmp_path / "update-0000003.safetensors", tmp_path / "model.safetensors")
    shutil.copyfile(tokenizer_file, tmp_path / "tokenizer.model")
    return tmp_path


def command(monkeypatch: pytest.MonkeyPatch, main, *args: object) -> None:  # noqa: ANN001
    monkeypatch.setattr(sys, "argv", ["command", *map(str, args)])
    main()


def test_scores_come_with_their_signatures(run: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    args = ("--data-dir", corpus.folder, "--sets", "valid", "--limit", 5, "--beam", 1, 2, "--length-penalty", 0.5, 1)
    out = run / "scores.json"
    command(
        monkeypatch, evaluate.main, run / "model.safetensors", *args, "--pair", "de-en", "--out", out, "--texts", run / "texts"
    )
    scores = json.loads(out.read_text())["scores"]
    assert [(s["set"], s["lines"], s["beam_size"], s["length_penalty"]) for s in scores] == [
        ("valid", 5, beam, penalty) for beam in (1, 2) for penalty in (0.5, 1.0)
    ]
    assert all(s["bleu_signature"].startswith("nrefs:1|case:mixed|eff:no|tok:13a") for s in scores)
    assert all(s["chrf_signature"].startswith("nrefs:1") and 0 <= s["chrf"] <= 100 for s in scores)
    assert len((run / "texts/valid.beam2.lp0.5.en").read_text().splitlines()) == 5


def test_a_perfect_translation_scores_100() -> None:
    texts = ["The dog sees the bird and the bear.", "Where is the station?"]
    bleu, chrf, _, _ = evaluate.score_texts(texts, texts)
    assert (round(bleu, 6), round(chrf, 6)) == (100, 100)


def test_without_a_config_the_pair_must_be_given(run: Path) -> None:
    with pytest.raises(ConfigError, match="--pair"):
        evaluate.languages(run / "model.safetensors", "")
    (run / "config.json").write_text('{"data": {"source": "en", "target": "de"}}')
    assert evaluate.languages(run / "model.safetensors", "") == ("en", "de")


def test_the_last_checkpoints_average(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = run / "averaged.safetensors"
    command(monkeypatch, average.main, run, "--last", 2, "--out", out)
    two, three = (read_weights(run / f"update-000000{n}.safetensors")[0] for n in (2, 3))
    mean = load_model(out).embedding.weight
    torch.testing.assert_close(mean.detach(), (two["embedding.weight"] + three["embedding.weight"]) / 2)
    with pytest.raises(ConfigError, match="3 checkpoints, 9 asked for"):
        average.average_run(run, 9, out)


def test_matched_configs_match(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(cost.__file__).parent / "configs"
    names = ("lite-160-de-en", "lite-matched", "transformer-matched", "lightconv-matched", "dynamicconv-matched")
    command(monkeypatch, cost.main, *(folder / f"{name}.toml" for name in names))
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[0] for row in rows] == list(names)
    mult_adds = [int(row[3].replace(",", "")) for row in rows]
    assert mult_adds[0] == 54_710_400
    assert all(abs(m / mult_adds[0] - 1) < 0.03 for m in mult_adds)


def test_the_benchmark_compares_like_with_like(monkeypatch: pytest.MonkeyPatch) -> None:
    for causal in (False, True):
        conv = make_branch(BranchConfig("lightweight", 8, groups=2, kernel_sizes=(5,)), 0, causal, 0.0)
        assert isinstance(conv, FixedConv)
        y = torch.randn(3, 9, 8)
        torch.testing.assert_close(bench_speed.conv1d(conv, y), conv.convolve(y), rtol=1e-4, atol=1e-5)
    q, k, v = torch.randn(3, 2, 4, 6, 8).unbind(0)
    scores = torch.full((6, 6), -1e4).triu(1)
    torch.testing.assert_close(bench_speed.fused_attend(q, k, v, scores), attend(q, k, v, scores), rtol=1e-4, atol=1e-5)
    x, table, target = torch.randn(2, 5, 8), torch.randn(20, 8), torch.randint(0, 20, (2, 5))
    plain, fused = bench_speed.plain_loss(x, table, target, 0.1), projected_loss(x, table, target, 0.1)
    torch.testing.assert_close(plain[0], fused[0], rtol=1e-4, atol=1e-3)
    assert plain[1] == fused[2]
    dropout = PooledDropout(0.5, LiteTransformer(small_model("lite")).mask_pool).train()
    dropped = bench_speed.fresh_dropout(dropout, torch.ones(10_000))
    assert float(dropped.mean()) == pytest.approx(1, abs=0.05)
