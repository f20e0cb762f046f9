"""The shape of a model as the manifest states it: a layer is a global branch (attention), a local one (convolution), or both."""

from __future__ import annotations

from dataclasses import dataclass

from training.config import ModelConfig

LOCAL_KINDS = ("lightweight", "dynamic", "depthwise")


@dataclass(frozen=True)
class GlobalBranch:
    channels: int
    heads: int


@dataclass(frozen=True)
class LocalBranch:
    channels: int
    groups: int
    kernel_size: int
    kind: str = "lightweight"


@dataclass(frozen=True)
class Layer:
    """Channels 0..global.channels go to attention, the rest to the convolution; at least one branch is there."""

    global_: GlobalBranch | None
    local: LocalBranch | None

    @property
    def branches(self) -> list[GlobalBranch | LocalBranch]:
        return [branch for branch in (self.global_, self.local) if branch]


@dataclass(frozen=True)
class Architecture:
    d_model: int
    vocab_size: int
    ffn: int
    cross_heads: int
    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]

    def __post_init__(self) -> None:
        for side, layers in (("encoder", self.encoder), ("decoder", self.decoder)):
            for index, layer in enumerate(layers):
                where = f"{side}[{index}]"
                total = sum(branch.channels for branch in layer.branches)
                if total != self.d_model:
                    raise ValueError(f"{where}: the branches have {total} channels together, d_model is {self.d_model}")
                if layer.local and layer.local.kind not in LOCAL_KINDS:
                    raise ValueError(f"{where}: local kind {layer.local.kind!r}, expected one of {', '.join(LOCAL_KINDS)}")
                if layer.local and side == "encoder" and layer.local.kernel_size % 2 == 0:
                    raise ValueError(f"{where}: kernel size {layer.local.kernel_size}, the encoder's must be odd to be centred")

    @classmethod
    def from_config(cls, config: ModelConfig) -> Architecture:
        """Of a trained model. The graphs know one attention branch, one convolution branch, or both in this order."""
        kinds = [branch.kind for branch in config.branches]
        if kinds.count("attention") > 1 or len(kinds) - kinds.count("attention") > 1 or "attention" in kinds[1:]:
            raise ValueError(f"branches {kinds}: expected one attention, one convolution, or attention then convolution")
        attention = next((GlobalBranch(b.channels, b.heads) for b in config.branches if b.kind == "attention"), None)
        convolution = next((b for b in config.branches if b.kind != "attention"), None)

        def local(index: int) -> LocalBranch | None:
            if convolution is None:
                return None
            groups = convolution.groups or convolution.channels
            return LocalBranch(convolution.channels, groups, convolution.kernel_sizes[index], convolution.kind)

        layers = tuple(Layer(attention, local(index)) for index in range(config.layers))
        return cls(config.d_model, config.vocab_size, config.ffn, config.cross_heads, layers, layers)

    @classmethod
    def from_json(cls, data: dict) -> Architecture:
        def layer(entry: dict) -> Layer:
            return Layer(
                GlobalBranch(**entry["global"]) if "global" in entry else None,
                LocalBranch(**entry["local"]) if "local" in entry else None,
            )

        sizes = {key: data[key] for key in ("d_model", "vocab_size", "ffn", "cross_heads")}
        return cls(**sizes, encoder=tuple(map(layer, data["encoder"])), decoder=tuple(map(layer, data["decoder"])))

    def to_json(self) -> dict:
        def layer(entry: Layer) -> dict:
            out: dict = {}
            if entry.global_:
                out["global"] = {"channels": entry.global_.channels, "heads": entry.global_.heads}
            if entry.local:
                out["local"] = {
                    "channels": entry.local.channels,
                    "groups": entry.local.groups,
                    "kernel_size": entry.local.kernel_size,
                    "kind": entry.local.kind,
                }
            return out

        sizes = {key: getattr(self, key) for key in ("d_model", "vocab_size", "ffn", "cross_heads")}
        return sizes | {"encoder": [layer(x) for x in self.encoder], "decoder": [layer(x) for x in self.decoder]}
