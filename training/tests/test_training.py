from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from sentencepiece import sentencepiece_model_pb2
import torch.nn.functional as F

from training import products
from training.checkpoint import average, initialise, load_model, read_weights, save_model
from training.config import BranchConfig, ConfigError, RunConfig, TrainConfig, load_config
from training.corpus import Corpus
from training.flat import FlatModel
from training.loss import Lesson, projected_loss
from training.model import EOS, LiteTransformer, pad
from training.passes import Passes
from training.stream import Batch, shifted
from training.schedule import learning_rate, progress
from training.tests.conftest import PIECES, small_model
from training.train import Trainer, World
from training.vocabulary import load_tokenizer

ALONE = World(0, 1, torch.device("cpu"))
ROOT = Path(__file__).parents[2]
CONFIGS = sorted((Path(__file__).parent.parent / "configs").glob("*.toml"))


def batch_of(examples: list[tuple[list[int], list[int]]], shape: tuple[int, int] | None = None) -> Batch:
    sources, targets = zip(*examples, strict=True)
    return shifted(pad(sources, shape), pad(targets, shape))


def train(config: RunConfig, corpus: Corpus, out: Path) -> dict[str, torch.Tensor]:
    Trainer(config, corpus, out, ALONE).run()
    return read_weights(out / "model.safetensors")[0]


def test_a_run_learns_and_logs(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    config = replace(run_config, train=replace(run_config.train, max_updates=120))
    train(config, corpus, tmp_path)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    nll = [entry["nll"] for entry in log if entry["event"] == "train"]
    assert nll[0] > 4.5 and nll[-1] < 2.5
    assert [e["event"] for e in log if e["event"] != "train"] == ["start", "valid", "end"]
    assert load_model(tmp_path / "model.safetensors").config == config.model


def test_a_resumed_run_ends_like_an_uninterrupted_one(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    whole = train(run_config, corpus, tmp_path / "whole")
    trainer = Trainer(run_config, corpus, tmp_path / "parts", ALONE)
    batches = trainer._batches()
    for _ in range(17):  # into the second epoch
        trainer._update(next(batches), 0.0)
    assert trainer.at.epoch == 2
    trainer._save()
    resumed = train(run_config, corpus, tmp_path / "parts")
    assert whole.keys() == resumed.keys()
    for name, weights in whole.items():
        assert torch.equal(weights, resumed[name]), name


def test_a_terminated_run_saves_where_it_stands(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    whole = train(run_config, corpus, tmp_path / "whole")

    class Interrupted(Trainer):
        def _update(self, batch: Batch, minutes: float) -> torch.Tensor:
            if self.at.update == 9:
                os.kill(os.getpid(), signal.SIGTERM)
            return super()._update(batch, minutes)

    trainer = Interrupted(run_config, corpus, tmp_path / "parts", ALONE)
    before = signal.signal(signal.SIGTERM, trainer.stop_soon)
    try:
        trainer.run()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert Trainer(run_config, corpus, tmp_path / "parts", ALONE).at.update == 10
    resumed = train(run_config, corpus, tmp_path / "parts")
    assert all(torch.equal(weights, resumed[name]) for name, weights in whole.items())


def test_runs_that_cannot_go_on_say_so(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    train(run_config, corpus, tmp_path)
    with pytest.raises(ConfigError, match="used up its budget"):
        train(run_config, corpus, tmp_path)
    crowd = World(0, 500, torch.device("cpu"))
    with pytest.raises(ConfigError, match="too few for 500 processes"):
        next(Trainer(run_config, corpus, tmp_path / "crowd", crowd)._batches())


def test_another_seed_is_another_run(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    one = train(run_config, corpus, tmp_path / "1")
    two = train(replace(run_config, train=replace(run_config.train, seed=2)), corpus, tmp_path / "2")
    assert not torch.equal(one["embedding.weight"], two["embedding.weight"])


def test_the_last_checkpoints_are_averaged_without_ema(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    options = replace(run_config.train, ema_decay=0.0, checkpoint_minutes=0.0, keep=3)
    shipped = train(replace(run_config, train=options), corpus, tmp_path)
    kept = sorted(tmp_path.glob("update-*.safetensors"))
    assert [p.stem for p in kept] == ["update-0000022", "update-0000023", "update-0000024"]
    for name, weights in shipped.items():
        mean = sum(read_weights(p)[0][name] for p in kept) / 3
        torch.testing.assert_close(weights, mean)


def test_two_processes_train_one_model(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    """Half the batch on either process gives the update that one process makes of the two batches together."""
    data = run_config.data
    toml = tmp_path / "small.toml"
    branches = ", ".join(
        f'{{ kind = "{b.kind}", channels = {b.channels}, heads = {b.heads}, groups = {b.groups}, '
        f"kernel_sizes = {list(b.kernel_sizes)} }}"
        for b in run_config.model.branches
    )
    toml.write_text(
        "[model]\nvocab_size = 324\nd_model = 32\nffn = 48\nlayers = 2\ncross_heads = 4\ndropout = 0.0\nkernel_dropout = 0.0\n"
        f'branches = [{branches}]\n[data]\nsource = "de"\ntarget = "en"\nfiles = {{ train = 1 }}\nvalid = ["valid"]\n'
        f'tokenizer = "{data.tokenizer}"\nbatch_slots = 300\n[train]\nmax_updates = 1\nwarmup_updates = 1\nlog_updates = 1\n'
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "training.train"]
    command += [str(toml), "--data-dir", str(corpus.folder), "--out", str(tmp_path / "two")]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, cwd=ROOT)
    log = [json.loads(line) for line in (tmp_path / "two/log.jsonl").read_text().splitlines()]
    assert log[0]["processes"] == 2

    trainer = Trainer(load_config(toml), corpus, tmp_path / "one", ALONE)
    batches = trainer._batches()
    parts = [next(batches), next(batches)]
    loss = targets = 0.0
    for batch in parts:
        x = trainer.model(batch.source, batch.target_in)
        part, _, count = projected_loss(x, trainer.model.embedding.weight, batch.target_out, 0.1)
        part.backward()
        loss, targets = loss + float(part.detach()), targets + int(count)
    assert log[1]["loss"] == pytest.approx(loss / targets, abs=2e-4)
    trainer.flat.grad.div_(targets)
    torch.nn.utils.clip_grad_norm_([trainer.flat.weights], 1.0)
    trainer.optimiser.param_groups[0]["lr"] = trainer.config.train.peak_lr
    trainer.optimiser.step()
    both = read_weights(tmp_path / "two/update-0000001.safetensors")[0]
    for name, weights in trainer.flat.views(trainer.flat.weights.detach()).items():
        # Adam's first step has the size of the rate wherever there is a gradient; signs of tiny ones may differ.
        different = ((weights - both[name]).abs() > 1e-4).float().mean()
        assert float(different) < 0.01, name


def test_average_refuses_other_models(tmp_path: Path) -> None:
    for name in ("lite", "transformer"):
        config = small_model(name)
        save_model(tmp_path / name, LiteTransformer(config).state_dict(), config, {})
    with pytest.raises(ConfigError, match="not the same model"):
        average([tmp_path / "lite", tmp_path / "transformer"])
    with pytest.raises(ConfigError, match="no checkpoints"):
        average([])


def test_weights_of_the_prototype_are_taken(tmp_path: Path, tokenizer_file: Path) -> None:
    config = small_model("lite")
    model, other = LiteTransformer(config), LiteTransformer(config)
    old = {
        k.replace(".branches.0.", ".global_.").replace(".branches.1.", ".local."): v for k, v in other.state_dict().items()
    }
    save_model(tmp_path / "old.safetensors", old, config, {})
    tokenizer = load_tokenizer(tokenizer_file)
    initialise(model, str(tmp_path / "old.safetensors"), tokenizer)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters(), strict=True))
    with pytest.raises(ConfigError, match="init_from"):
        initialise(LiteTransformer(small_model("transformer")), str(tmp_path / "old.safetensors"), tokenizer)


def test_pieces_that_are_new_start_anew(tmp_path: Path, tokenizer_file: Path) -> None:
    config = small_model("lite", PIECES)
    before = LiteTransformer(config)
    save_model(tmp_path / "model.safetensors", before.state_dict(), config, {})
    proto = sentencepiece_model_pb2.ModelProto.FromString(tokenizer_file.read_bytes())
    proto.pieces[270].piece = "anew"
    for piece, changed in ((None, []), ("anew", [270])):
        model = LiteTransformer(config)
        (tmp_path / "tokenizer.model").write_bytes(tokenizer_file.read_bytes() if piece is None else proto.SerializeToString())
        initialise(model, str(tmp_path / "model.safetensors"), load_tokenizer(tokenizer_file))
        different = (model.embedding.weight != before.embedding.weight).any(1).nonzero()[:, 0]
        assert different.tolist() == changed


def test_fused_loss_and_its_gradients() -> None:
    x = torch.randn(2, 900, 16, requires_grad=True)
    table = torch.randn(50, 16, requires_grad=True)
    target = torch.randint(0, 50, (2, 900))
    target[1, 400:] = 0
    loss, nll, count = projected_loss(x, table, target, 0.1)
    assert count == int((target != 0).sum())
    (loss * 0.37).backward()
    dx, dtable = x.grad.clone(), table.grad.clone()
    x.grad = table.grad = None
    logits = (x @ table.T).view(-1, 50)
    plain = F.cross_entropy(logits, target.view(-1), ignore_index=0, label_smoothing=0.1, reduction="sum")
    (plain * 0.37).backward()
    torch.testing.assert_close(loss, plain, rtol=1e-4, atol=1e-2)
    expected = F.cross_entropy(logits, target.view(-1), ignore_index=0, reduction="sum")
    torch.testing.assert_close(nll, expected, rtol=1e-4, atol=1e-2)
    torch.testing.assert_close(dx, x.grad, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(dtable, table.grad, rtol=1e-3, atol=1e-3)


def test_the_loss_with_a_teacher_and_its_gradients() -> None:
    x, table = torch.randn(2, 900, 16, requires_grad=True), torch.randn(50, 16, requires_grad=True)
    lesson = Lesson(torch.randn(2, 900, 24), torch.randn(50, 24), 0.7)
    target = torch.randint(0, 50, (2, 900))
    target[1, 400:] = 0
    loss, nll, _ = projected_loss(x, table, target, 0.1, lesson=lesson)
    (loss * 0.37).backward()
    dx, dtable = x.grad.clone(), table.grad.clone()
    x.grad = table.grad = None
    real = target.view(-1) != 0
    logits, wanted = (x @ table.T).view(-1, 50)[real], target.view(-1)[real]
    taught = F.cross_entropy(logits, (lesson.x @ lesson.table.T).view(-1, 50)[real].softmax(-1), reduction="sum")
    plain = 0.3 * F.cross_entropy(logits, wanted, label_smoothing=0.1, reduction="sum") + 0.7 * taught
    (plain * 0.37).backward()
    torch.testing.assert_close(loss, plain, rtol=1e-4, atol=1e-2)
    torch.testing.assert_close(nll, F.cross_entropy(logits, wanted, reduction="sum"), rtol=1e-4, atol=1e-2)
    torch.testing.assert_close(dx, x.grad, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(dtable, table.grad, rtol=1e-3, atol=1e-3)


def test_a_student_learns_from_its_teacher_alone(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    """With all weight on the teacher, here a random model, the student learns to be it and nothing of the references."""
    config = replace(run_config.model, dropout=0.0, kernel_dropout=0.0)
    teacher = LiteTransformer(replace(config, d_model=48, branches=(BranchConfig("attention", 48, heads=4),))).eval()
    save_model(tmp_path / "teacher.safetensors", teacher.state_dict(), teacher.config, {})
    settings = replace(run_config.train, max_updates=80, teacher=str(tmp_path / "teacher.safetensors"), teacher_weight=1.0)
    trainer = Trainer(replace(run_config, model=config, train=settings), corpus, tmp_path / "student", ALONE)
    batch = next(iter(trainer._batches()))

    def divergence() -> float:
        with torch.no_grad():
            models = (teacher, trainer.model.eval())
            p, q = (F.log_softmax(m(batch.source, batch.target_in) @ m.embedding.weight.T, -1) for m in models)
        return float((p.exp() * (p - q)).sum(-1).mean())

    before = divergence()
    trainer.run()
    assert divergence() < 0.5 * before
    with pytest.raises(ConfigError, match="324 pieces, expected 40"):
        Trainer(replace(run_config, model=small_model("lite"), train=settings), corpus, tmp_path / "other", ALONE)


@pytest.mark.parametrize("taught", [False, True])
def test_padding_computed_or_cut_away_gives_the_same_loss(taught: bool) -> None:
    x, table = torch.randn(3, 40, 16), torch.randn(50, 16)
    lesson = Lesson(torch.randn(3, 40, 8), torch.randn(50, 8), 0.5) if taught else None
    target = torch.randint(1, 50, (3, 40))
    target[0, 30:] = target[1, 3:] = target[2] = 0
    found = []
    for fixed in (False, True):
        a, b = x.clone().requires_grad_(), table.clone().requires_grad_()
        loss, nll, count = projected_loss(a, b, target, 0.1, fixed, lesson)
        loss.backward()
        found.append((loss.detach(), nll, count, a.grad, b.grad))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)
    assert not found[1][3][2].any()


def test_passes_over_filled_up_batches_change_nothing(run_config: RunConfig) -> None:
    """Rows of padding and padding behind sentences, as batches of fixed shapes have them, leave sums and gradients alone."""
    model = LiteTransformer(replace(run_config.model, dropout=0.0, kernel_dropout=0.0)).train()
    flat = FlatModel(model)
    examples = [([5, 6, 7, EOS], [9, 10, EOS]), ([5, 8, EOS], [9, 11, 12, 13, EOS])]
    tight = Passes(model, flat, 0.1, fixed=False)(batch_of(examples))
    gradient = flat.grad.clone()
    filled = Passes(model, flat, 0.1, fixed=True)(batch_of(examples, (8, 6)))
    torch.testing.assert_close(tight, filled, rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(gradient, flat.grad, rtol=1e-3, atol=1e-4)


def test_a_model_in_bfloat16_follows_float32_weights() -> None:
    config = replace(small_model("lite"), dropout=0.0, kernel_dropout=0.0)
    model, half = LiteTransformer(config), LiteTransformer(config)
    half.load_state_dict(model.state_dict())
    flats = FlatModel(model), FlatModel(half, torch.bfloat16)
    assert half.embedding.weight.dtype == torch.bfloat16 and flats[1].weights.dtype == torch.float32
    batch = batch_of([([5, 6, 7, EOS], [9, 10, EOS]), ([5, 8, EOS], [9, 11, 12, 13, EOS])])
    sums = []
    for m, flat in zip((model, half), flats, strict=True):
        with torch.no_grad():
            flat.weights.mul_(1.5)
        flat.publish()
        sums.append(Passes(m.train(), flat, 0.1, fixed=True)(batch))
        flat.collect()
    torch.testing.assert_close(*sums, rtol=0.02, atol=0.1)
    assert float(F.cosine_similarity(flats[0].grad, flats[1].grad, dim=0)) > 0.99


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_recorded_passes_are_passes(run_config: RunConfig, corpus: Corpus, tmp_path: Path) -> None:
    config = replace(run_config, model=replace(run_config.model, dropout=0.0, kernel_dropout=0.0))
    gpu = World(0, 1, torch.device("cuda"))
    logs = []
    for graphs in (False, True):
        options = replace(config.train, cuda_graphs=graphs)
        Trainer(replace(config, train=options), corpus, tmp_path / str(graphs), gpu).run()
        lines = (tmp_path / str(graphs) / "log.jsonl").read_text().splitlines()
        logs.append([entry["loss"] for entry in map(json.loads, lines) if entry["event"] == "train"])
    assert logs[0] == pytest.approx(logs[1], rel=0.02)


@pytest.mark.parametrize("bias", [False, True])
def test_numpy_linear_is_a_linear(bias: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = products.Linear(12, 20, bias=bias)
    x = torch.randn(3, 5, 12, requires_grad=True)
    grads = []
    for by_numpy in (True, False):
        monkeypatch.setattr(products, "numpy_is_faster", lambda by_numpy=by_numpy: by_numpy)
        out = layer(x)
        assert ("Numpy" in type(out.grad_fn).__name__) == by_numpy or out.grad_fn.name().startswith("View") == by_numpy
        out.sin().sum().backward()
        grads.append([out.detach(), x.grad.clone(), *(p.grad.clone() for p in layer.parameters())])
        x.grad = None
        layer.zero_grad()
    for a, b in zip(*grads, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def test_flat_parameters_are_the_models_own() -> None:
    model = LiteTransformer(small_model("lite"))
    before = {k: v.clone() for k, v in model.state_dict().items()}
    flat = FlatModel(model)
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    model.embedding.weight.sum().backward()
    assert float(flat.grad.sum()) == model.embedding.weight.numel()
    with torch.no_grad():
        flat.weights.zero_()
    assert not model.embedding.weight.any()


def test_dropout_repeats_with_its_seed() -> None:
    model = LiteTransformer(small_model("lite")).train()
    source, target = torch.randint(4, 40, (3, 6)), torch.randint(4, 40, (3, 6))

    def out(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        model.mask_pool.reseed(seed)
        return model(source, target)

    assert torch.equal(out(1), out(1))
    assert not torch.equal(out(1), out(2))
    mask = model.mask_pool.cut(torch.Size([1000, 100]), 0.1, torch.float32)
    assert float(mask.mean()) == pytest.approx(1, abs=0.01)
    assert sorted(mask.unique().tolist()) == pytest.approx([0, 1 / 0.9])


def test_schedules() -> None:
    cosine = TrainConfig(peak_lr=1.0, warmup_updates=10, max_updates=100, max_minutes=50)
    assert learning_rate(cosine, 0, 0) == pytest.approx(0.1)
    assert learning_rate(cosine, 50, 0.5) == pytest.approx(0.5)
    assert learning_rate(cosine, 100, 1.0) == pytest.approx(0)
    assert progress(cosine, 20, 5) == pytest.approx(0.2)
    assert progress(cosine, 20, 40) == pytest.approx(0.8)
    assert progress(cosine, 200, 0) == 1
    root = replace(cosine, schedule="inverse-sqrt")
    assert learning_rate(root, 9, 0) == pytest.approx(1)
    assert learning_rate(root, 39, 0.9) == pytest.approx(math.sqrt(10 / 40))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.stem)
def test_shipped_configs_load(path: Path) -> None:
    run = load_config(path, ["train.peak_lr=0.5", "data.data_dir=/somewhere"])
    assert run.name == path.stem
    assert run.train.peak_lr == 0.5 and run.data.data_dir == "/somewhere"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("train.peak_rate=1", "train.peak_rate: unknown key"),
        ("train.peak_lr=fast", "train.peak_lr: expected float, got 'fast'"),
        ("train.schedule=linear", "expected cosine or inverse-sqrt"),
        ("model.layers=true", "model.layers: expected int"),
        ("model.branches=3", "model.branches: expected a list"),
        ("nonsense", "expected section.key=value"),
    ],
)
def test_bad_configs_are_named(override: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config(CONFIGS[0], [override])
