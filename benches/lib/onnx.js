// The graphs of a bundle as one file each: with their weights inside, and dequantised to f32.
import protobuf from "protobufjs";

// The part of onnx.proto (https://github.com/onnx/onnx, Apache-2.0) that the graphs use; types pass through as bytes.
const SCHEMA = `
syntax = "proto2";
message Entry { optional string key = 1; optional string value = 2; }
message Opset { optional string domain = 1; optional int64 version = 2; }
message Attribute {
  optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4; optional Tensor t = 5;
  repeated float floats = 7; repeated int64 ints = 8; repeated bytes strings = 9; optional int32 type = 20;
}
message Tensor {
  repeated int64 dims = 1; optional int32 data_type = 2; repeated float float_data = 4 [packed = true];
  repeated int32 int32_data = 5 [packed = true]; repeated int64 int64_data = 7 [packed = true];
  optional string name = 8; optional bytes raw_data = 9; repeated Entry external_data = 13;
  optional int32 data_location = 14;
}
message Value { optional string name = 1; optional bytes type = 2; }
message Node {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
  repeated Attribute attribute = 5; optional string domain = 7;
}
message Graph {
  repeated Node node = 1; optional string name = 2; repeated Tensor initializer = 5;
  repeated Value input = 11; repeated Value output = 12;
}
message Model {
  optional int64 ir_version = 1; optional string producer_name = 2; optional Graph graph = 7; repeated Opset opset_import = 8;
}`;
const Model = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType("Model");

const FLOAT = 1;
const INT8 = 3;
const EXTERNAL = 1;

/** A graph with its external weights put into the file: what an engine without a file system reads. */
export function inlined(bytes, files) {
  return write(read(bytes, files));
}

/** The same graph in f32: int8 weights times their scales, each quantised product one `MatMul`. */
export function dequantised(bytes, files) {
  const model = read(bytes, files);
  const { graph } = model;
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const made = new Map(graph.node.flatMap((node) => node.output.map((output) => [output, node])));
  const users = new Map();
  for (const node of graph.node) for (const name of node.input) users.set(name, node);

  for (const node of graph.node.filter(({ op_type }) => op_type === "MatMulInteger")) {
    const [values, weight] = node.input;
    const quantise = made.get(values);
    const cast = users.get(node.output[0]);
    const product = users.get(cast.output[0]);
    const scales = made.get(product.input[1]);
    expect(quantise, "DynamicQuantizeLinear");
    expect(cast, "Cast");
    expect(product, "Mul");
    expect(scales, "Mul");
    const stored = made.get(weight)?.op_type === "Transpose" ? made.get(weight).input[0] : weight;
    scaleWeight(tensors.get(stored), tensors.get(scales.input[1]), stored !== weight);
    node.op_type = "MatMul";
    node.input = [quantise.input[0], weight];
    node.output = product.output;
    product.output = [];
  }
  const embedding = graph.node.find(
    ({ op_type, input }) => op_type === "Gather" && input[0] === "embedding.weight",
  );
  const cast = users.get(embedding.output[0]);
  const product = users.get(cast.output[0]);
  expect(cast, "Cast");
  expect(product, "Mul");
  scaleWeight(tensors.get("embedding.weight"), tensors.get("embedding.scale"), true);
  embedding.output = product.output;
  product.output = [];

  prune(graph);
  return write(model);
}

function expect(node, type) {
  if (node?.op_type !== type) throw new Error(`expected a ${type} node, found ${node?.op_type}`);
}

/** Makes an int8 matrix f32; one scale a row or one a column. Once only: graphs share the embedding. */
function scaleWeight(weight, scale, rows) {
  if (weight.data_type === FLOAT) return;
  if (weight.data_type !== INT8) throw new Error(`${weight.name} is not int8`);
  const [, columns] = weight.dims.map(Number);
  const int8 = new Int8Array(weight.raw_data);
  const scales = new Float32Array(Uint8Array.from(scale.raw_data).buffer);
  const f32 = Float32Array.from(int8, (value, place) => {
    return value * scales[rows ? Math.floor(place / columns) : place % columns];
  });
  weight.raw_data = new Uint8Array(f32.buffer);
  weight.data_type = FLOAT;
}

/** Drops the nodes and weights that no output needs. */
function prune(graph) {
  const needed = new Set(graph.output.map(({ name }) => name));
  graph.node = graph.node
    .toReversed()
    .filter((node) => {
      const used = node.output.some((name) => needed.has(name));
      if (used) for (const name of node.input) needed.add(name);
      return used;
    })
    .toReversed();
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
}

function read(bytes, files) {
  const model = Model.decode(bytes);
  for (const tensor of model.graph.initializer) {
    if (tensor.data_location !== EXTERNAL) continue;
    const entries = new Map(tensor.external_data.map(({ key, value }) => [key, value]));
    const file = files[entries.get("location")];
    const start = Number(entries.get("offset") ?? 0);
    tensor.raw_data = file.subarray(start, start + Number(entries.get("length")));
    tensor.external_data = [];
    tensor.data_location = 0;
  }
  return model;
}

function write(model) {
  return Model.encode(model).finish();
}
