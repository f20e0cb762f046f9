import assert from "node:assert/strict";
import test from "node:test";
import { agreement } from "../lib/agreement.js";
import { encoderTable, number, shareOfLimit, table, targets } from "../lib/tables.js";

const ours = { name: "ours", precision: "int8", simd: "simd128", ours: true };
const engines = [
  ours,
  { name: "onnxruntime-web int8", precision: "int8", simd: "simd128" },
  { name: "onnxruntime-web f32", precision: "f32", simd: "simd128" },
  { name: "tract int8", precision: "int8", simd: "simd128" },
];
const times = { ours: 1, "onnxruntime-web int8": 4, "onnxruntime-web f32": 3, "tract int8": 5 };
const result = {
  about: { environment: "a test", multAdds: { encoder: { 30: 20e6 } } },
  peak: { i16_dot: 25, f32_multiply_add: 10 },
  encoder: Object.entries(times).map(([engine, median]) => ({
    engine,
    tokens: 30,
    ms: { median },
  })),
};

test("a table is Markdown", () => {
  assert.equal(table(["a", "b"], [["x", undefined]]), "| a | b |\n| --- | ---: |\n| x | – |");
  assert.deepEqual([1234.5, 12.34, 1.234, 0.01234, undefined].map(number), [
    "1,235",
    "12.3",
    "1.2",
    "0.012",
    "–",
  ]);
});

test("a share of the limit is of the kind of product that the engine could use", () => {
  assert.equal(shareOfLimit(20e6, 1, ours, result.peak), 0.8);
  assert.equal(shareOfLimit(20e6, 4, engines[2], result.peak), 0.5);
  assert.match(encoderTable(result, engines), /^\| ours \| 1 \(80 %\) \|$/m);
});

test("targets are held against the better onnxruntime-web, and say what is missed", () => {
  const found = new Map(targets(result, engines).map((row) => [row.what, row]));
  const against = (name) => found.get(`ours: encoder, 30 tokens, ${name}`);
  assert.deepEqual(
    [
      against("times the better onnxruntime-web").value,
      against("times the better onnxruntime-web").met,
    ],
    [3, true],
  );
  assert.deepEqual(
    [against("times plain tract int8").value, against("times plain tract int8").met],
    [5, false],
  );
  assert.equal(found.size, 3, "what was not measured is no target");
});

test("translations agree, nearly tie or differ", () => {
  const reference = ["a", "b", "c"].map((text) => ({ text, score: -1 }));
  const others = [
    { text: "a", score: -2 },
    { text: "x", score: -1.01 },
    { text: "y", score: -1.5 },
  ];
  const { of, same, near, differing } = agreement(reference, others);
  assert.deepEqual({ of, same, near }, { of: 3, same: 1, near: 1 });
  assert.deepEqual(
    differing.map(({ text }) => text),
    ["x", "y"],
  );
});
