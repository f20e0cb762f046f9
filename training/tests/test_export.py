"""The exported graphs compute what the trained model computes, in every variant, and a bundle is what its manifest says."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from training.checkpoint import save_model
from training.config import BranchConfig, ConfigError, DataConfig, ModelConfig, RunConfig, TrainConfig, to_dict
from training.corpus import Corpus
from training import decode
from training.export.__main__ import main as export_main
from training.export.architecture import Architecture
from training.export.bundle import FILES, read_manifest, read_parameters, write_manifest
from training.export.card import Limit, Weaknesses, write_card
from training.export.compression import Point, write_points
from training.export.compression import main as compression_main
from training.export.config import read_config
from training.export.engine import translate
from training.export.golden.__main__ import main as golden_main
from training.export.quantise import Quantisation, dequantise_parameters, quantise_channels, quantise_parameters
from training.export.restore import state_dict
from training.export.run import read_run
from training.export.scores import main as scores_main
from training.export.session import BundleSession, next_caches
from training.export.simulate import Simulation
from training.export.sources import source_of
from training.export.steps import translate_onnx, translate_simulated
from training.model import LiteTransformer
from training.search import SearchConfig
from training.tests.tiny import parameters_of, random_model, write
from training.vocabulary import load_tokenizer, train_tokenizer

EXPORT = Path("training/export")
ATTENTION = BranchConfig("attention", 16, heads=2)
LIGHTWEIGHT = BranchConfig("lightweight", 16, groups=2, kernel_sizes=(3, 5))
VARIANTS = {
    "lite": (ATTENTION, LIGHTWEIGHT),
    "attention": (replace(ATTENTION, channels=32),),
    "lightweight": (replace(LIGHTWEIGHT, channels=32),),
    "dynamic": (BranchConfig("dynamic", 32, groups=4, kernel_sizes=(3, 5)),),
    "lite-dynamic": (ATTENTION, BranchConfig("dynamic", 16, groups=2, kernel_sizes=(1, 7))),
    "depthwise": (ATTENTION, BranchConfig("depthwise", 16, kernel_sizes=(5, 3))),
}
# What an engine has to know.
OPERATORS = set(
    "Add Cast Concat Conv Cos DynamicQuantizeLinear Gather LayerNormalization MatMul MatMulInteger Mul Range ReduceSum Relu "
    "Reshape Shape Sin Slice Softmax Split Squeeze Transpose Unsqueeze".split()
)
SOURCE = [7, 23, 5, 41, 11, 30, 3]
TARGETS = [[2, 9, 14, 33, 5, 8], [2, 40, 9, 9, 21, 17]]


def tiny(branches: tuple[BranchConfig, ...]) -> LiteTransformer:
    return random_model(ModelConfig(50, 32, 48, 2, 4, branches))


def export(folder: Path, model: LiteTransformer, quantisation: Quantisation | None) -> Path:
    write(folder / "bundle", "tiny", model, quantisation)
    return folder / "bundle"


@pytest.fixture(params=VARIANTS)
def model(request: pytest.FixtureRequest) -> LiteTransformer:
    return tiny(VARIANTS[request.param])


def test_float_graphs_equal_the_trained_model(model: LiteTransformer, tmp_path: Path) -> None:
    session = BundleSession(export(tmp_path, model, None))
    encoded = session.encode(SOURCE)
    with torch.inference_mode():
        memory, context = model.encode(torch.tensor([SOURCE]))
        whole = model.project(model.decode(torch.tensor(TARGETS), memory.expand(2, -1, -1), context)).numpy()
        for index, layer in enumerate(model.decoder):
            for name, value in zip(("cross_k", "cross_v"), layer.cross.keys_values(memory)):
                np.testing.assert_allclose(encoded[f"{name}.{index}"], value.numpy(), atol=1e-4)
    caches = session.start(beams=2)
    for position in range(len(TARGETS[0])):
        outputs = session.step(encoded, caches, [target[position] for target in TARGETS], position)
        np.testing.assert_allclose(outputs["logits"], whole[:, position], atol=1e-4, err_msg=f"step {position}")
        caches = next_caches(outputs)


@pytest.mark.parametrize("bits", [7, 8])
def test_int8_graphs_equal_the_simulation(model: LiteTransformer, bits: int, tmp_path: Path) -> None:
    if bits == 8 and not onnxruntime_is_exact_at_8_bits():
        pytest.skip("this processor's u8*i8 instructions saturate at 8 bits, which is why 7 are shipped")
    folder = export(tmp_path, model, Quantisation(bits))
    session = BundleSession(folder)
    simulation = Simulation(session.architecture, read_parameters(folder))
    expected, encoded = simulation.encode(torch.tensor([SOURCE])), session.encode(SOURCE)
    for index in range(len(session.architecture.decoder)):
        np.testing.assert_allclose(encoded[f"cross_k.{index}"], expected.keys[index].numpy(), atol=1e-4)
    caches, expected_caches = session.start(beams=2), simulation.start(2)
    expected = expected.select(torch.zeros(2, dtype=torch.long))
    for position in range(len(TARGETS[0])):
        tokens = [target[position] for target in TARGETS]
        outputs = session.step(encoded, caches, tokens, position)
        logits, expected_caches = simulation.step(expected, expected_caches, torch.tensor(tokens), position, sentences=1)
        # Later a value on a rounding boundary of its uint8 may fall to the other side, and stays in the caches.
        tolerance = 1e-4 if position == 0 else 0.1
        np.testing.assert_allclose(outputs["logits"], logits.numpy(), atol=tolerance, err_msg=f"step {position}")
        caches = next_caches(outputs)


def onnxruntime_is_exact_at_8_bits() -> bool:
    """Whether MatMulInteger of 255 and 127 everywhere gives what integers give."""
    import onnxruntime
    from onnx import TensorProto, helper

    value = helper.make_tensor_value_info
    weight = onnx.numpy_helper.from_array(np.full((64, 16), 127, np.int8), "w")
    node = helper.make_node("MatMulInteger", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "g", [value("x", TensorProto.UINT8, [1, 64])], [value("y", TensorProto.INT32, [1, 16])], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return bool((session.run(None, {"x": np.full((1, 64), 255, np.uint8)})[0] == 64 * 255 * 127).all())


def test_a_sentence_in_a_padded_batch_is_as_alone(model: LiteTransformer) -> None:
    architecture, parameters = parameters_of(model)
    simulation = Simulation(architecture, quantise_parameters(parameters, Quantisation(7)))
    short = SOURCE[3:]
    alone = simulation.encode(torch.tensor([short]))
    together = simulation.encode(torch.tensor([SOURCE, short + [0] * 3]))
    for index in range(len(architecture.decoder)):
        np.testing.assert_allclose(together.keys[index][1, :, : len(short)], alone.keys[index][0], atol=1e-5)


def test_int8_graphs_have_only_known_operators_and_store_each_tensor_once(model: LiteTransformer, tmp_path: Path) -> None:
    folder = export(tmp_path, model, Quantisation(7))
    places: dict[str, set[str]] = {}
    for file in ("encoder.onnx", "decoder.onnx"):
        graph = onnx.load(str(folder / file), load_external_data=False).graph
        assert {node.op_type for node in graph.node} <= OPERATORS
        names = Counter(output for node in graph.node for output in node.output)
        assert max(names.values()) == 1
        for tensor in graph.initializer:
            size = np.prod(tensor.dims, dtype=int) * onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
            assert (tensor.data_location == onnx.TensorProto.EXTERNAL) == (size >= 256), tensor.name
            places.setdefault(tensor.name, set()).add(str(tensor.external_data))
    assert all(len(place) == 1 for place in places.values())


def test_manifest_states_the_files_and_the_shape(tmp_path: Path) -> None:
    model = tiny(VARIANTS["lite"])
    folder = export(tmp_path, model, Quantisation(7))
    manifest = read_manifest(folder)
    assert [entry["name"] for entry in manifest["files"]] == FILES
    for entry in manifest["files"]:
        data = (folder / entry["name"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert Architecture.from_json(manifest["architecture"]) == Architecture.from_config(model.config)
    assert manifest["quantisation"]["bits"] == 7


def test_export_is_deterministic(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (export(tmp_path / name, tiny(VARIANTS["lite"]), Quantisation(7, 8)) for name in "ab")
    for file in (*FILES, "manifest.json"):
        assert (first / file).read_bytes() == (second / file).read_bytes(), file


@pytest.mark.parametrize("bits", [7, 8])
@pytest.mark.parametrize("axis", [0, 1])
def test_weights_keep_within_half_a_step(bits: int, axis: int) -> None:
    weight = np.random.default_rng(3).normal(size=(24, 40)).astype(np.float32)
    weight[:, 5] = 0
    levels, scale = quantise_channels(weight, Quantisation(bits), axis)
    assert levels.dtype == np.int8 and np.abs(levels).max() == 2 ** (bits - 1) - 1
    assert not scale.view(np.uint32).astype(np.uint16).any(), "the low half of a scale"
    along = scale[:, None] if axis == 0 else scale
    assert (np.abs(levels * along - weight) <= along * 0.5001).all()


def test_clipping_lowers_the_squared_error() -> None:
    weight = np.random.default_rng(3).standard_t(4, size=(200, 30)).astype(np.float32)

    def error(steps: int) -> np.ndarray:
        levels, scale = quantise_channels(weight, Quantisation(7, steps), 1)
        return ((levels * scale - weight) ** 2).sum(0)

    assert (error(40) <= error(0)).all() and error(40).sum() < 0.99 * error(0).sum()


def test_a_step_puts_the_levels_so_many_root_mean_squares_apart() -> None:
    weight = np.random.default_rng(3).normal(size=(24, 400)).astype(np.float32) * np.arange(1, 25)[:, None]
    weight[5, 0] = 5000
    levels, scale = quantise_channels(weight, Quantisation(5, step=0.8), 0)
    usual = np.arange(24) != 5
    np.testing.assert_allclose(scale[usual], 0.8 * np.sqrt((weight[usual] ** 2).mean(1)), rtol=2**-8)
    assert levels[5, 0] == 15 and scale[5] == pytest.approx(5000 / 15, rel=2**-8), "no weight is cut off"
    assert (np.abs(levels * scale[:, None] - weight) <= scale[:, None] * 0.6).all()
    assert np.unique(levels[usual]).size < 15


def test_what_stays_float_is_as_short_as_a_scale() -> None:
    _, parameters = parameters_of(tiny(VARIANTS["lite"]))
    quantised = quantise_parameters(parameters, Quantisation(7))
    for name, value in quantised.items():
        if name.startswith(("embedding.factor", "position.")):
            assert (value == parameters[name]).all(), name
        elif value.dtype == np.float32:
            assert not value.view(np.uint32).astype(np.uint16).any(), name
            np.testing.assert_allclose(value, parameters.get(name, value), rtol=2**-8, err_msg=name)


def test_dequantised_parameters_are_near_and_complete() -> None:
    _, parameters = parameters_of(tiny(VARIANTS["lite"]))
    back = dequantise_parameters(quantise_parameters(parameters, Quantisation(8)))
    assert back.keys() == parameters.keys()
    for name, value in parameters.items():
        np.testing.assert_allclose(back[name], value, atol=np.abs(value).max() / 127 * 0.51, err_msg=name)


@pytest.mark.parametrize("beam", [1, 3])
def test_all_executions_find_the_same(beam: int, tmp_path: Path) -> None:
    """Lengths, ends and order differ from sentence to sentence; a loud eos makes some finish."""
    trained = tiny(VARIANTS["lite"])
    with torch.no_grad():
        trained.embedding.weight[3] *= 5
    architecture, parameters = parameters_of(trained)
    draw = np.random.default_rng(2)
    sources = [draw.integers(4, 50, size).tolist() + [3] for size in draw.integers(1, 9, 12)]
    config = SearchConfig(beam, 0.8, max_target_tokens=12)
    simulated = translate_simulated(Simulation(architecture, parameters), sources, config)
    assert len({hypotheses[0].truncated for hypotheses in simulated}) == 2
    session = BundleSession(export(tmp_path, trained, None))
    by_onnx = [translate_onnx(session, source, config) for source in sources]
    for found in (by_onnx, decode.translate(trained, sources, config)):
        for hypotheses, expected in zip(found, simulated):
            assert [h.tokens for h in hypotheses] == [h.tokens for h in expected]
            assert [h.truncated for h in hypotheses] == [h.truncated for h in expected]
            assert [h.score for h in hypotheses] == pytest.approx([h.score for h in expected], abs=1e-4)


def test_a_run_is_read_with_its_shape(tmp_path: Path) -> None:
    model = tiny(VARIANTS["lite"])
    save_model(tmp_path / "model.safetensors", model.state_dict(), model.config, {"run": "tiny"})
    architecture, state = read_run(tmp_path)
    assert architecture == Architecture.from_config(model.config)
    assert set(state) == set(model.state_dict())


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_a_bundle_gives_back_what_its_run_had(variant: str, tmp_path: Path) -> None:
    model = tiny(VARIANTS[variant])
    restored = LiteTransformer(model.config)
    architecture = Architecture.from_config(model.config)
    state = state_dict(architecture, read_parameters(export(tmp_path, model, None)))
    restored.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    source, target = torch.tensor([SOURCE]), torch.tensor([[2, 5, 6, 7]])
    torch.testing.assert_close(restored.eval()(source, target), model(source, target), rtol=1e-4, atol=1e-5)
    (tmp_path / "int8").mkdir()
    levels = read_parameters(export(tmp_path / "int8", model, Quantisation(8)))
    coarse = state_dict(architecture, dequantise_parameters(levels))
    assert coarse.keys() == model.state_dict().keys()
    for name, value in model.state_dict().items():
        if variant in ("lite", "lightweight") and name.endswith(".kernel"):
            continue  # known up to a constant: the bundle has its softmax
        np.testing.assert_allclose(coarse[name], value, atol=max(float(value.abs().max()) / 127, 1e-4), err_msg=name)


def test_data_without_a_known_licence_is_refused() -> None:
    assert source_of("tatoeba/train_rest").licence == "CC BY 2.0 FR"
    assert source_of("broad/software/ding_words").pairs == 348_984
    with pytest.raises(ValueError, match="web/crawl: no licence known"):
        source_of("web/crawl")


@pytest.mark.parametrize("path", sorted(EXPORT.glob("??-??*.toml")), ids=lambda path: path.stem)
def test_every_bundle_is_described(path: Path) -> None:
    config = read_config(path)
    assert config.header.name == path.stem
    assert config.header.licence and config.weaknesses.about.strip()
    assert len({limit.text for limit in config.weaknesses.limits}) >= 10


def test_a_card_has_what_the_bundle_answers_and_every_source(tmp_path: Path) -> None:
    folder = export(tmp_path, tiny(VARIANTS["lite"]), Quantisation(6))
    manifest = read_manifest(folder)
    files = ["tatoeba/train", *(f"broad/corpora/{name}" for name in ("math_mgsm", "mix_mucow", "mix_xnli"))]
    training = {
        "run": "tiny",
        "data": [{"files": name, "times": 0.5} for name in files],
        "valid": ["tatoeba/valid"],
        "augment": {"noise": 0.0, "join": 0.0},
        "recipe": {"peak_lr": 0.1},
        "taught": ["runs/teacher/de-en-*"],
    }
    write_manifest(folder, manifest | {"training": training, "source_language": "de", "target_language": "en"})
    weaknesses = Weaknesses("It is tiny.", [Limit("Hallo", "one word")])
    write_card(folder, weaknesses)
    assert "Not asked yet" in (folder / "README.md").read_text()
    write_card(folder, weaknesses, ["Hello"])
    card = (folder / "README.md").read_text()
    assert "It is tiny." in card and "| one word | Hallo | Hello |" in card
    assert "| broad/corpora/math_mgsm | 217 | 0.5 |" in card and "CC BY 4.0 |" in card
    assert "`runs/teacher/de-en-*`" in card


def test_what_cannot_be_exported_is_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(1, np.float32)}, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="no 'config'"):
        read_run(tmp_path)
    swapped = ModelConfig(50, 32, 48, 2, 4, (LIGHTWEIGHT, ATTENTION))
    with pytest.raises(ValueError, match="attention then convolution"):
        Architecture.from_config(swapped)
    architecture = Architecture.from_config(tiny(VARIANTS["lite"]).config).to_json()
    architecture["encoder"][1]["local"]["kernel_size"] = 4
    with pytest.raises(ValueError, match=r"encoder\[1\].*odd"):
        Architecture.from_json(json.loads(json.dumps(architecture)))


CORPUS = [
    ("Der Hund läuft.", "The dog runs."),
    ("Die Katze schläft im Haus.", "The cat sleeps in the house."),
    ("Ein Mann liest ein Buch.", "A man reads a book."),
    ("Wo ist die Straße?", "Where is the street?"),
    ("Das Kind trinkt Milch.", "The child drinks milk."),
]


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """What the trainer leaves: weights, vocabulary, config, log; and the data in a folder beside it."""
    data = tmp_path / "data" / "tatoeba"
    data.mkdir(parents=True)
    for side, language in enumerate(("de", "en")):
        for name in ("train", "test"):
            (data / f"{name}.{language}").write_text("".join(pair[side] + "\n" for pair in CORPUS), encoding="utf-8")
    run = tmp_path / "run"
    settings = DataConfig("de", "en", {"tatoeba/train": 1.0}, ("tatoeba/valid",), str(run / "tokenizer.model"))
    train_tokenizer(settings, Corpus(data.parent), 320, run / "tokenizer.model")
    model = tiny(VARIANTS["lite"])
    model = LiteTransformer(replace(model.config, vocab_size=320)).eval()
    save_model(run / "model.safetensors", model.state_dict(), model.config, {"run": "tiny"})
    config = RunConfig("tiny", model.config, settings, TrainConfig(max_updates=3, init_from="/somewhere/secret.safetensors"))
    (run / "config.json").write_text(json.dumps(to_dict(config)), encoding="utf-8")
    (run / "log.jsonl").write_text('{"update": 3, "epoch": 1, "minutes": 0.5, "event": "end"}\n', encoding="utf-8")
    return run


def test_the_commands_make_a_bundle_with_scores_card_and_golden_files(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, golden = tmp_path / "bundle", tmp_path / "golden"
    config = Path(__file__).parents[1] / "export" / "de-en.toml"

    def command(main: Callable[[], None], *words: object) -> None:
        monkeypatch.setattr("sys.argv", ["command", *map(str, words)])
        main()

    command(export_main, config, "--run", run_folder, "--out", bundle)
    data = run_folder.parent / "data"
    command(scores_main, config, "--bundle", bundle, "--data-dir", data, "--sets", "tatoeba/test", "--program", engine(tmp_path))
    lines = {"tokenizer": ["Der Hund 😀", ""], "sentences": ["Der Hund läuft.", "Wo?"], "maps": ["Wo?", "Der Hund läuft."]}
    monkeypatch.setattr("training.export.golden.__main__.read_lines", lambda: lines)
    command(golden_main, bundle, "--run", run_folder, "--out", golden)

    manifest = read_manifest(bundle)
    scores = manifest["scores"]["tatoeba/test"]
    assert scores["lines"] == len(CORPUS) and scores["bleu"] == 100 and scores["beam_size"] == 4
    assert manifest["training"]["update"] == 3 and manifest["training"]["data"] == [{"files": "tatoeba/train", "times": 1}]
    card = (bundle / "README.md").read_text(encoding="utf-8")
    assert "CC BY 2.0 FR" in card and manifest["scores"]["tatoeba/test"]["bleu_signature"] in card
    assert "secret" not in card + json.dumps(manifest)
    assert "| button | Löschen | Löschen |" in card and "Not asked yet" not in card

    pieces = load_tokenizer(bundle / "tokenizer.model")
    tokenizer = json.loads((golden / "tokenizer.json").read_text(encoding="utf-8"))
    assert [entry["text"] for entry in tokenizer["encoding"]] == lines["tokenizer"]
    assert all(entry["ids"] == pieces.encode(entry["text"]) for entry in tokenizer["encoding"])
    translations = json.loads((golden / "translations.json").read_text(encoding="utf-8"))
    for entry in translations["entries"]:
        difference = np.subtract(entry["int8"]["encoder_output"]["first"], entry["f32"]["encoder_output"]["first"])
        assert 0 < np.abs(difference).max() < 0.3
        assert len(entry["int8"]["greedy_logits"]) == len(entry["int8"]["greedy"]["ids"]) + 1
    maps = json.loads((golden / "maps.json").read_text(encoding="utf-8"))["entries"][0]
    for side, layer in ((side, layer) for side in ("encoder", "decoder") for layer in maps["int8"][side]):
        for branch in layer.keys() - {"share"}:
            weights, norms, carried = (np.array(layer[branch][key]) for key in ("weights", "value_norms", "contributions"))
            np.testing.assert_allclose(carried, weights * norms[:, None], atol=1e-3)
            if branch != "local":
                np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-3)
        np.testing.assert_allclose(np.add(layer["share"]["global"], layer["share"]["local"]), 1, atol=1e-4)
        if side == "decoder":
            assert not np.triu(np.array(layer["global"]["weights"]), 1).any()
            assert not np.triu(np.array(layer["local"]["weights"]), 1).any()


def engine(folder: Path) -> Path:
    """A program in the engine's place that knows the references by heart, and leaves all else as it is."""
    program = folder / "engine"
    program.write_text(f"#!{sys.executable}\nfor line in map(str.rstrip, open(0)):\n    print(dict({CORPUS!r}).get(line, line))\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_compression_measures_bytes_and_bleu(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, data = tmp_path / "points.json", run_folder.parent / "data"
    words = ["--bits", "0", "7", "4", "--data-dir", data, "--sets", "tatoeba/test", "--program", engine(tmp_path), "--out", out]
    monkeypatch.setattr("sys.argv", ["compression", *map(str, [run_folder, *words])])
    compression_main()
    plain, seven, four = json.loads(out.read_text(encoding="utf-8"))
    assert [p["bits"] for p in (plain, seven, four)] == [None, 7, 4]
    assert plain["raw"] > seven["raw"] == four["raw"] > seven["brotli"] > four["brotli"] and four["zeros"] > seven["zeros"]
    assert all(p["bleu"] == {"tatoeba/test": 100} for p in (plain, seven, four))
    assert "| run | 4 bits |" in capsys.readouterr().out


def test_without_the_engine_nothing_is_scored(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="cargo build --release --example translate"):
        translate(tmp_path / "engine", tmp_path, ["Hallo"])
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\n")
    silent.chmod(0o755)
    with pytest.raises(SystemExit, match="1 lines in, 0 out"):
        translate(silent, tmp_path, ["Hallo"])
    silent.write_text("#!/bin/sh\necho no bundle >&2\nexit 3\n")
    with pytest.raises(SystemExit, match="no bundle"):
        translate(silent, tmp_path, ["Hallo"])


def test_measured_points_stand_beside_older_ones(tmp_path: Path) -> None:
    file, point = tmp_path / "points.json", Point("a", 6, 0.0, 0.1, 30, 20, 10, 3.0, {"valid": 1.0})
    write_points(file, [point, replace(point, bits=None)])
    write_points(file, [replace(point, brotli=9), replace(point, step=0.8), replace(point, run="b")])
    found = [(p["run"], p["bits"], p["step"], p["brotli"]) for p in json.loads(file.read_text(encoding="utf-8"))]
    assert found == [("a", 6, 0.0, 9), ("a", None, 0.0, 10), ("a", 6, 0.8, 10), ("b", 6, 0.0, 10)]


def test_a_bundles_config_extends_another(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        '[header]\nname = "a"\nsource_language = "de"\ntarget_language = "en"\n[quantisation]\nbits = 6\nclip_steps = 40\n'
        '[training]\nstarted_from = "x"\n[card]\nweak = "It is small."\n[[limits]]\nabout = "one word"\ntext = "Hallo"\n'
    )
    (tmp_path / "b.toml").write_text('extends = "a.toml"\n[header]\nname = "b"\n[quantisation]\nbits = 3\n')
    a, b = read_config(tmp_path / "a.toml"), read_config(tmp_path / "b.toml")
    assert b == replace(a, header=replace(a.header, name="b"), quantisation=Quantisation(3, 40))
    (tmp_path / "b.toml").write_text('extends = "c.toml"\n')
    with pytest.raises(ConfigError, match=r"c\.toml: No such file"):
        read_config(tmp_path / "b.toml")
