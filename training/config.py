"""Configs of models and runs: dataclasses read from TOML, with `section.key=value` overrides."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")

BRANCH_KINDS = ("attention", "lightweight", "dynamic", "depthwise")


class ConfigError(ValueError):
    """A config that cannot be run; the message names the key, its value and what would be right."""


@dataclass(frozen=True)
class BranchConfig:
    """One branch of the self-attention place of every layer."""

    kind: str
    channels: int
    heads: int = 0
    """Attention heads."""
    groups: int = 0
    """Channel groups that share one convolution kernel (depthwise: one kernel a channel, so none)."""
    kernel_sizes: tuple[int, ...] = ()
    """Kernel size in each layer."""


@dataclass(frozen=True)
class ModelConfig:
    vocab_size: int
    d_model: int
    ffn: int
    layers: int
    cross_heads: int
    branches: tuple[BranchConfig, ...]
    dropout: float = 0.1
    kernel_dropout: float = 0.1
    """DropConnect on the normalised convolution kernels."""

    def __post_init__(self) -> None:
        total = sum(b.channels for b in self.branches)
        if total != self.d_model:
            raise ConfigError(f"model.branches: channels add up to {total}, d_model is {self.d_model}")
        if self.d_model % 2 or self.d_model % self.cross_heads:
            raise ConfigError(f"model.d_model: {self.d_model} must be even and divisible by cross_heads {self.cross_heads}")
        for i, b in enumerate(self.branches):
            self._check_branch(f"model.branches[{i}]", b)

    def _check_branch(self, where: str, b: BranchConfig) -> None:
        if b.kind not in BRANCH_KINDS:
            raise ConfigError(f"{where}.kind: {b.kind!r}, expected one of {', '.join(BRANCH_KINDS)}")
        if b.kind == "attention":
            if b.heads < 1 or b.channels % b.heads:
                raise ConfigError(f"{where}.heads: {b.heads} must divide the {b.channels} channels")
            return
        if b.kind != "depthwise" and (b.groups < 1 or b.channels % b.groups):
            raise ConfigError(f"{where}.groups: {b.groups} must divide the {b.channels} channels")
        if len(b.kernel_sizes) != self.layers:
            raise ConfigError(f"{where}.kernel_sizes: {len(b.kernel_sizes)} sizes for {self.layers} layers")
        if any(k < 1 or k % 2 == 0 for k in b.kernel_sizes):
            raise ConfigError(f"{where}.kernel_sizes: {list(b.kernel_sizes)} must be odd and positive")


@dataclass(frozen=True)
class AugmentConfig:
    noise: float = 0.0
    """The chance, drawn anew each epoch, of a source written the way people type (see augment.py)."""
    join: float = 0.0
    """Pairs of two short sentences, as a share of all pairs, beside the single ones."""
    insert: float = 0.0
    """Pairs into which something copied has been put, as a share of all pairs; with a vocabulary that has reserved pieces."""


@dataclass(frozen=True)
class DataConfig:
    source: str
    target: str
    files: dict[str, float]
    """Files below the data folder, without their ending, and how often each of their pairs stands in an epoch; fractions are drawn."""
    valid: tuple[str, ...]
    tokenizer: str
    """A SentencePiece model; relative paths start at the working directory."""
    data_dir: str = ""
    """Or the environment variable TRAINING_DATA, or --data-dir."""
    max_tokens: int = 128
    """Longer sentences (in pieces, end mark included) are left out of training."""
    batch_slots: int = 2560
    """Most source or target positions in a batch, padding included."""
    valid_lines: int = 400
    both_ways: bool = False
    """Every pair also the other way round: one model for both directions, such as a teacher."""
    taught: tuple[str, ...] = ()
    """A teacher's translations (see distill.py): `NAME.tsv` files below the data folder; * and ? stand for any letters."""
    nearness: float = 0.4
    """Only those that are at least so near to a reference count, 0 to 1."""
    taught_times: float = 0.9
    """Where a source has one, how much of its pair's times in an epoch is with the teacher's translation …"""
    reference_times: float = 0.28
    """… and how much with the reference; both may be more than 1 together."""
    augment: AugmentConfig = AugmentConfig()

    def __post_init__(self) -> None:
        if not self.files_in_use or min(self.files.values()) < 0:
            raise ConfigError(f"data.files: {self.files}, expected files and how often each stands in an epoch, 0 or more")

    @property
    def files_in_use(self) -> dict[str, float]:
        """Those that an epoch holds anything of; a config that extends another drops a file by giving it 0 times."""
        return {name: times for name, times in self.files.items() if times > 0}


@dataclass(frozen=True)
class TrainConfig:
    seed: int = 1
    init_from: str = ""
    """Weights to start from: our model.safetensors, or the prototype's."""
    schedule: str = "cosine"
    peak_lr: float = 1e-3
    warmup_updates: int = 1000
    max_updates: int = 0
    max_minutes: float = 0.0
    """Time budget of the run, resumed parts included. The schedule ends with it, or with max_updates, whichever is first."""
    label_smoothing: float = 0.1
    weight_decay: float = 0.0
    clip_norm: float = 1.0
    """0: no clipping."""
    ema_decay: float = 0.999
    """Average of the weights that is validated and shipped; 0: the last `keep` checkpoints are averaged instead."""
    teacher: str = ""
    """A model.safetensors with the same vocabulary, whose distribution at each position is part of the target."""
    teacher_weight: float = 0.5
    """Of the teacher's distribution in the loss, 0 to 1; the rest is the references'."""
    prune: float = 0.0
    """Share of each weight matrix that gradual pruning sets to zero (see prune.py); 0: none."""
    weight_bits: int = 0
    """Quantisation-aware training for weights of so many bits (see quantised.py); 0: none."""
    weight_step: float = 0.0
    """The distance of its levels, in root mean squares of their row; 0: the one of least squared error."""
    weight_bits_from: float = 0.7
    """The part of the budget after which it sets in."""
    cuda_graphs: bool = True
    """On a GPU, record the passes once and replay them (see passes.py)."""
    keep: int = 10
    checkpoint_minutes: float = 5.0
    valid_minutes: float = 10.0
    log_updates: int = 50

    def __post_init__(self) -> None:
        if self.schedule not in ("cosine", "inverse-sqrt"):
            raise ConfigError(f"train.schedule: {self.schedule!r}, expected cosine or inverse-sqrt")
        if self.max_updates <= 0 and self.max_minutes <= 0:
            raise ConfigError("train.max_updates or train.max_minutes must be positive")
        if self.weight_bits and not 2 <= self.weight_bits <= 8:
            raise ConfigError(f"train.weight_bits: {self.weight_bits}, expected 2 to 8, or 0 for none")
        if self.weight_step < 0 or (self.weight_step and not self.weight_bits):
            raise ConfigError(f"train.weight_step: {self.weight_step}, expected 0 or more, and train.weight_bits with it")
        if not 0 <= self.teacher_weight <= 1:
            raise ConfigError(f"train.teacher_weight: {self.teacher_weight}, expected 0 to 1")
        if not 0 <= self.prune < 1:
            raise ConfigError(f"train.prune: {self.prune}, expected at least 0 and less than 1")


@dataclass(frozen=True)
class RunConfig:
    name: str
    model: ModelConfig
    data: DataConfig
    train: TrainConfig = field(default_factory=TrainConfig)


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Reads a run's TOML; each override is `section.key=value` with a TOML value."""
    path = Path(path)
    raw = read_tables(path)
    for text in overrides:
        _override(raw, text)
    raw.setdefault("name", path.stem)
    return from_dict(RunConfig, raw)


def read_tables(path: Path) -> dict[str, Any]:
    """The TOML file's tables over those of the file that it `extends`: keys of tables one by one, lists as a whole."""
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise ConfigError(f"{path}: {e.strerror}") from e
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(f"{path}: {e}") from e
    if "extends" not in own:
        return own
    base = read_tables(path.parent / own.pop("extends"))
    return _over(base, own)


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    both = {key: _over(base[key], own[key]) for key in base.keys() & own.keys() if isinstance(base[key], dict) and isinstance(own[key], dict)}
    return base | own | both


def _override(raw: dict[str, Any], text: str) -> None:
    key, sign, value = text.partition("=")
    if not sign:
        raise ConfigError(f"override {text!r}: expected section.key=value")
    try:
        parsed = tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        parsed = value
    *sections, last = key.split(".")
    for s in sections:
        raw = raw.setdefault(s, {})
    raw[last] = parsed


def from_dict(kind: type[T], raw: dict[str, Any], where: str = "") -> T:
    """Builds a config dataclass, refusing unknown keys and values of the wrong type."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in hints:
            raise ConfigError(f"{where}{key}: unknown key; known: {', '.join(hints)}")
        values[key] = _convert(hints[key], value, f"{where}{key}")
    missing = [
        f.name
        for f in dataclasses.fields(kind)  # type: ignore[arg-type]
        if f.name not in values and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise ConfigError(f"{where}{missing[0]}: missing")
    return kind(**values)


def _convert(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: expected a table, got {value!r}")
        return from_dict(hint, value, where + ".")  # type: ignore[arg-type]
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{where}: expected a list, got {value!r}")
        return tuple(_convert(get_args(hint)[0], v, f"{where}[{i}]") for i, v in enumerate(value))
    if get_origin(hint) is dict:
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: expected a table, got {value!r}")
        return {k: _convert(get_args(hint)[1], v, f"{where}.{k}") for k, v in value.items()}
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ConfigError(f"{where}: expected {hint.__name__}, got {value!r}")
    return value


def to_dict(config: Any) -> dict[str, Any]:
    """The plain-data form of a config, for JSON and checkpoints."""
    return dataclasses.asdict(config)
