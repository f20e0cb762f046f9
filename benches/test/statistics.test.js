import assert from "node:assert/strict";
import test from "node:test";
import { median, quantile, round, summary } from "../lib/statistics.js";

test("quantiles lie between the nearest values", () => {
  const values = [4, 1, 3, 2];
  assert.equal(median(values), 2.5);
  assert.equal(quantile(values, 0), 1);
  assert.equal(quantile(values, 1), 4);
  assert.equal(round(quantile(values, 0.95)), 3.85);
  assert.equal(median([7]), 7);
  assert.deepEqual(values, [4, 1, 3, 2], "the values stay in order");
  assert.throws(() => median([]), RangeError);
});

test("a summary keeps four digits", () => {
  assert.deepEqual(summary([1.23456, 3, 2]), {
    runs: 3,
    median: 2,
    lowest: 1.235,
    quartiles: [1.617, 2.5],
  });
  assert.equal(round(123456), 123500);
});
