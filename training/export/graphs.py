"""The two graphs of a bundle: the encoder, and one step of the decoder for B live hypotheses."""

from __future__ import annotations

from onnx import TensorProto

from training.export.architecture import Architecture, GlobalBranch, Layer, LocalBranch
from training.export.graph import TO_END, GraphBuilder, Parameters
from training.export.parameters import unfold_name


def encoder_graph(architecture: Architecture, parameters: Parameters) -> GraphBuilder:
    """`source_ids` [1,S] -> the cross-attention keys and values of every decoder layer, so that they are computed once a sentence."""
    g = GraphBuilder("encoder", parameters)
    ids = g.input("source_ids", [1, "S"], TensorProto.INT64)
    length = g.op("Shape", [ids], "source.length", start=1, end=2)
    length = g.op("Squeeze", [length, g.constant("index.0", [0])], "source.length_scalar")
    bounds = [g.constant("position.first", 0), length, g.constant("position.step", 1)]
    x = g.embed(ids, g.sinusoids(g.op("Range", bounds, "position.index")), "encoder.embedded")
    last = len(architecture.encoder) - 1
    for index, layer in enumerate(architecture.encoder):
        name = f"encoder.{index}"
        update = _branches(g, x, name, layer, _encoder_attention, _encoder_convolution)
        x = g.layer_norm(g.op("Add", [x, update], name + ".residual1"), name + ".norm1")
        x = _feed_forward(g, x, name, "encoder.output" if index == last else None)

    heads, d = architecture.cross_heads, architecture.d_model
    names = [f"cross_{part}.{index}" for index in range(len(architecture.decoder)) for part in "kv"]
    parts = g.split(g.linear(x, "cross_kv"), [d] * len(names), [name + ".flat" for name in names])
    for part, name in zip(parts, names):
        g.output(g.split_heads(part, heads, d // heads, name), [1, heads, "S", d // heads])
    return g


def decoder_graph(architecture: Architecture, parameters: Parameters) -> GraphBuilder:
    """`token` [B,1] at `position` [1], the cross keys and values, the caches -> `logits` [B,V] and the caches one step on."""
    g = GraphBuilder("decoder", parameters)
    heads, d = architecture.cross_heads, architecture.d_model
    token, position = g.input("token", ["B", 1], TensorProto.INT64), g.input("position", [1], TensorProto.INT64)
    for index in range(len(architecture.decoder)):
        for part in "kv":
            g.input(f"cross_{part}.{index}", [1, heads, "S", d // heads])
    for index, layer in enumerate(architecture.decoder):
        if layer.global_:
            size = layer.global_.channels // layer.global_.heads
            for part in "kv":
                g.input(f"self_{part}.{index}", ["B", layer.global_.heads, "T", size])
    for index, layer in enumerate(architecture.decoder):
        if layer.local:
            g.input(f"conv.{index}", ["B", layer.local.kernel_size - 1, layer.local.channels])

    g.output("logits", ["B", architecture.vocab_size])
    x = g.embed(token, g.sinusoids(position), "decoder.embedded")
    last = len(architecture.decoder) - 1
    for index, layer in enumerate(architecture.decoder):
        name = f"decoder.{index}"
        update = _branches(g, x, name, layer, _decoder_attention, _decoder_convolution)
        x = g.layer_norm(g.op("Add", [x, update], name + ".residual1"), name + ".norm1")
        update = _cross_attention(g, x, index, architecture)
        x = g.layer_norm(g.op("Add", [x, update], name + ".residual2"), name + ".norm2")
        x = _feed_forward(g, x, name, "decoder.output" if index == last else None)

    x = g.reshape(x, [-1, d], "decoder.rows")
    table = g.transpose(g.parameter("embedding.weight"), [1, 0], "output.weight")
    scale = g.parameter("embedding.scale") if "embedding.scale" in parameters else None
    g.product(x, table, scale, "logits")
    return g


def _branches(g: GraphBuilder, x: str, name: str, layer: Layer, attention, convolution) -> str:
    """Long-short range attention: each branch takes its channels, nothing mixes them after (Wu et al. 2020, section 4)."""
    if layer.global_ and layer.local:
        sizes = [layer.global_.channels, layer.local.channels]
        left, right = g.split(x, sizes, [name + ".global.input", name + ".local.input"])
        updates = [attention(g, left, name, layer.global_), convolution(g, right, name, layer.local)]
        return g.concat(updates, 2, name + ".update")
    return attention(g, x, name, layer.global_) if layer.global_ else convolution(g, x, name, layer.local)


def _queries_keys_values(g: GraphBuilder, x: str, p: str, channels: int) -> list[str]:
    return g.split(g.linear(x, p + ".qkv"), [channels] * 3, [p + ".q", p + ".k", p + ".v"])


def _encoder_attention(g: GraphBuilder, x: str, name: str, branch: GlobalBranch) -> str:
    p, heads, size = name + ".global", branch.heads, branch.channels // branch.heads
    q, k, v = _queries_keys_values(g, x, p, branch.channels)
    q = g.split_heads(q, heads, size, p + ".queries")
    k = g.split_heads(k, heads, size, p + ".keys", keys=True)
    v = g.split_heads(v, heads, size, p + ".values")
    y = g.attention(q, k, v, branch.channels, p + ".weights", p + ".mixed")
    return g.linear(y, p + ".out", p + ".update")


def _decoder_attention(g: GraphBuilder, x: str, name: str, branch: GlobalBranch) -> str:
    p, heads, size = name + ".global", branch.heads, branch.channels // branch.heads
    index = name.removeprefix("decoder.")
    q, k, v = _queries_keys_values(g, x, p, branch.channels)
    q = g.split_heads(q, heads, size, p + ".queries")
    k = g.split_heads(k, heads, size, p + ".new_keys")
    v = g.split_heads(v, heads, size, p + ".values")
    keys = g.concat([f"self_k.{index}", k], 2, f"self_k_out.{index}")
    values = g.concat([f"self_v.{index}", v], 2, f"self_v_out.{index}")
    for cache in (keys, values):
        g.output(cache, ["B", heads, "T+1", size])
    keys = g.transpose(keys, [0, 1, 3, 2], p + ".keys")
    y = g.attention(q, keys, values, branch.channels, p + ".weights", p + ".mixed")
    return g.linear(y, p + ".out", p + ".update")


def _encoder_convolution(g: GraphBuilder, x: str, name: str, branch: LocalBranch) -> str:
    p, k, channels = name + ".local", branch.kernel_size, branch.channels
    values = g.linear(x, p + ".in", p + ".values")
    dynamic = branch.kind == "dynamic"
    kernel = g.parameter(unfold_name(branch) if dynamic else p + ".kernel")
    x = g.transpose(values, [0, 2, 1], p + ".channels_first")
    output = p + (".neighbours" if dynamic else ".convolved")
    x = g.op("Conv", [x, kernel], output, group=channels, kernel_shape=[k], pads=[k // 2, k // 2])
    if dynamic:
        x = g.reshape(x, [0, branch.groups, channels // branch.groups, k, -1], p + ".neighbours_by_group")
        x = g.transpose(x, [0, 4, 1, 2, 3], p + ".neighbours_by_position")
        x = g.op("MatMul", [x, _dynamic_kernels(g, values, p, branch, [0, 0, branch.groups, k, 1], 3)], p + ".convolved")
        x = g.reshape(x, [0, 0, channels], p + ".mixed")
    else:
        x = g.transpose(x, [0, 2, 1], p + ".mixed")
    return g.linear(x, p + ".out", p + ".update")


def _decoder_convolution(g: GraphBuilder, x: str, name: str, branch: LocalBranch) -> str:
    p, k, channels, index = name + ".local", branch.kernel_size, branch.channels, name.removeprefix("decoder.")
    values = g.linear(x, p + ".in", p + ".values")
    window = g.concat([f"conv.{index}", values], 1, p + ".window")
    g.output(g.slice(window, 1, TO_END, 1, f"conv_out.{index}"), ["B", k - 1, channels])
    if branch.kind == "dynamic":
        x = g.reshape(window, [0, 0, branch.groups, channels // branch.groups], p + ".window_by_group")
        x = g.transpose(x, [0, 2, 1, 3], p + ".window_groups_first")
        x = g.op("MatMul", [_dynamic_kernels(g, values, p, branch, [0, branch.groups, 1, k], 3), x], p + ".convolved")
        x = g.reshape(x, [0, 1, channels], p + ".mixed")
    else:
        products = g.op("Mul", [window, g.parameter(p + ".kernel")], p + ".products")
        x = g.op("ReduceSum", [products, g.constant("index.1", [1])], p + ".mixed", keepdims=1)
    return g.linear(x, p + ".out", p + ".update")


def _dynamic_kernels(g: GraphBuilder, values: str, p: str, branch: LocalBranch, shape: list[int], axis: int) -> str:
    """Kernels predicted from the token at hand, normalised over their taps (Wu et al. 2019, equation 5)."""
    logits = g.reshape(g.linear(values, p + ".kernel"), shape, p + ".kernel.by_group")
    return g.op("Softmax", [logits], p + ".kernels", axis=axis)


def _cross_attention(g: GraphBuilder, x: str, index: int, architecture: Architecture) -> str:
    p, heads, d = f"decoder.{index}.cross", architecture.cross_heads, architecture.d_model
    q = g.split_heads(g.linear(x, p + ".q"), heads, d // heads, p + ".queries")
    keys = g.transpose(f"cross_k.{index}", [0, 1, 3, 2], p + ".keys")
    y = g.attention(q, keys, f"cross_v.{index}", d, p + ".weights", p + ".mixed")
    return g.linear(y, p + ".out", p + ".update")


def _feed_forward(g: GraphBuilder, x: str, name: str, output: str | None) -> str:
    hidden = g.op("Relu", [g.linear(x, name + ".ffn1")], name + ".ffn1.relu")
    update = g.linear(hidden, name + ".ffn2", name + ".ffn2.update")
    return g.layer_norm(g.op("Add", [x, update], name + ".residual3"), name + ".norm3", output)
