"""A small ONNX graph builder: each method appends the nodes of one module and returns the name of its output.

Whether a linear is f32 or int8 follows from its parameters: a `P.scale` beside `P.weight` means int8.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
LAYER_NORM_EPSILON = 1e-5
# Initializers of this size and above live in the external weights file.
EXTERNAL_BYTES = 256
TO_END = np.iinfo(np.int64).max

Parameters = dict[str, np.ndarray]


class GraphBuilder:
    def __init__(self, name: str, parameters: Parameters):
        self.name = name
        self.parameters = parameters
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.initializers: dict[str, np.ndarray] = {}
        self._quantised: dict[str, tuple[str, str, str]] = {}

    # Graph surface

    def input(self, name: str, shape: list[int | str], dtype: int = TensorProto.FLOAT) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, dtype, shape))
        return name

    def output(self, name: str, shape: list[int | str]) -> None:
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def parameter(self, name: str) -> str:
        self.initializers[name] = self.parameters[name]
        return name

    def constant(self, name: str, value: list[int] | int | np.ndarray) -> str:
        self.initializers[name] = np.asarray(value, np.int64) if not isinstance(value, np.ndarray) else value
        return name

    def op(self, op_type: str, inputs: list[str], output: str, **attributes) -> str:
        self.nodes.append(helper.make_node(op_type, inputs, [output], name=output, **attributes))
        return output

    # Shapes

    def split(self, x: str, sizes: list[int], outputs: list[str]) -> list[str]:
        """Along the last axis, into constant sizes."""
        sizes_name = self.constant("split." + "_".join(map(str, sizes)), sizes)
        self.nodes.append(helper.make_node("Split", [x, sizes_name], outputs, name=outputs[0] + ".split", axis=-1))
        return outputs

    def reshape(self, x: str, shape: list[int], output: str) -> str:
        return self.op("Reshape", [x, self.constant("shape." + "_".join(map(str, shape)), shape)], output)

    def transpose(self, x: str, permutation: list[int], output: str) -> str:
        return self.op("Transpose", [x], output, perm=permutation)

    def concat(self, parts: list[str], axis: int, output: str) -> str:
        return self.op("Concat", parts, output, axis=axis)

    def slice(self, x: str, start: int, end: int, axis: int, output: str) -> str:
        starts = self.constant(f"index.{start}", [start])
        ends = self.constant("index.end" if end == TO_END else f"index.{end}", [end])
        return self.op("Slice", [x, starts, ends, self.constant(f"index.{axis}", [axis])], output)

    def unsqueeze(self, x: str, axis: int, output: str) -> str:
        return self.op("Unsqueeze", [x, self.constant(f"index.{axis}", [axis])], output)

    def split_heads(self, x: str, heads: int, size: int, output: str, keys: bool = False) -> str:
        """[B,T,heads*size] -> [B,heads,T,size], or [B,heads,size,T] for keys that go straight into the product."""
        x = self.reshape(x, [0, 0, heads, size], output + ".heads")
        return self.transpose(x, [0, 2, 3, 1] if keys else [0, 2, 1, 3], output)

    # Modules

    def quantise(self, x: str) -> tuple[str, str, str]:
        """Values, scale and zero point of an activation; one DynamicQuantizeLinear however many linears read it."""
        if x not in self._quantised:
            outputs = (x + ".quantised", x + ".scale", x + ".zero_point")
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], outputs, name=x + ".quantise"))
            self._quantised[x] = outputs
        return self._quantised[x]

    def product(self, x: str, weight: str, scale: str | None, output: str) -> str:
        """x @ weight, in int8 where there is a scale."""
        if scale is None:
            return self.op("MatMul", [x, weight], output)
        values, x_scale, zero_point = self.quantise(x)
        accumulator = self.op("MatMulInteger", [values, weight, zero_point], output + ".accumulator")
        accumulator = self.op("Cast", [accumulator], output + ".cast", to=TensorProto.FLOAT)
        both = self.op("Mul", [x_scale, scale], output + ".scale")
        return self.op("Mul", [accumulator, both], output)

    def linear(self, x: str, name: str, output: str | None = None) -> str:
        weight = self.parameter(name + ".weight")
        scale = self.parameter(name + ".scale") if name + ".scale" in self.parameters else None
        if name + ".bias" not in self.parameters:
            return self.product(x, weight, scale, output or name + ".output")
        y = self.product(x, weight, scale, name + ".product")
        return self.op("Add", [y, self.parameter(name + ".bias")], output or name + ".output")

    def layer_norm(self, x: str, name: str, output: str | None = None) -> str:
        inputs = [x, self.parameter(name + ".weight"), self.parameter(name + ".bias")]
        return self.op("LayerNormalization", inputs, output or name + ".output", axis=-1, epsilon=LAYER_NORM_EPSILON)

    def attention(self, q: str, keys: str, values: str, channels: int, weights: str, output: str) -> str:
        """q [B,H,T,dh] (already scaled), keys [B,H,dh,U], values [B,H,U,dh] -> [B,T,channels]; the weights get a name of their own."""
        scores = self.op("MatMul", [q, keys], weights + ".scores")
        self.op("Softmax", [scores], weights, axis=-1)
        mixed = self.op("MatMul", [weights, values], output + ".heads")
        mixed = self.transpose(mixed, [0, 2, 1, 3], output + ".transposed")
        return self.reshape(mixed, [0, 0, channels], output)

    def embed(self, ids: str, positions: str, output: str) -> str:
        """ids [B,T] and the sinusoids of their positions -> [B,T,d]."""
        rows = self.op("Gather", [self.parameter("embedding.weight"), ids], "embedding.rows")
        if "embedding.scale" in self.parameters:
            rows = self.op("Cast", [rows], "embedding.cast", to=TensorProto.FLOAT)
            scale = self.op("Gather", [self.parameter("embedding.scale"), ids], "embedding.row_scale")
            scale = self.unsqueeze(scale, 2, "embedding.row_scale_column")
            rows = self.op("Mul", [rows, scale], "embedding.values")
        rows = self.op("Mul", [rows, self.parameter("embedding.factor")], "embedding.scaled")
        return self.op("Add", [rows, positions], output)

    def sinusoids(self, position: str) -> str:
        """position i64 [T] -> [T,d]: sines in the first half of the channels, cosines in the second (fairseq's layout)."""
        x = self.op("Cast", [position], "position.cast", to=TensorProto.FLOAT)
        x = self.unsqueeze(x, 1, "position.column")
        angles = self.op("Mul", [x, self.parameter("position.frequencies")], "position.angles")
        sines, cosines = self.op("Sin", [angles], "position.sines"), self.op("Cos", [angles], "position.cosines")
        return self.concat([sines, cosines], 1, "position.encoding")

    # Serialisation

    def model(self, weights_file: str, offsets: dict[str, int]) -> onnx.ModelProto:
        """The model, its large initializers as references into `weights_file` at `offsets`."""
        tensors = []
        for name, value in self.initializers.items():
            tensor = numpy_helper.from_array(value, name)
            if value.nbytes >= EXTERNAL_BYTES:
                tensor.ClearField("raw_data")
                tensor.data_location = TensorProto.EXTERNAL
                entries = {"location": weights_file, "offset": offsets[name], "length": value.nbytes}
                tensor.external_data.extend(
                    onnx.StringStringEntryProto(key=key, value=str(entry)) for key, entry in entries.items()
                )
            tensors.append(tensor)
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, tensors)
        return helper.make_model(
            graph,
            producer_name="lite-transformer",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
