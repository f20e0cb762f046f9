/** Parts of the model switched off, and what the entries of its maps are made of. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Translator } from "../../dist/npm/lib/index.js";

const TEXT = "Der alte Mann sitzt jeden Morgen auf der Bank.";

let translator;
before(async () => {
  translator = await Translator.create({ sourceLanguage: "de", targetLanguage: "en" });
});
after(() => translator.destroy());

describe("visualize() without parts", () => {
  test("translates without them and tells what the whole model says", async () => {
    const all = await translator.visualize(TEXT);
    assert.ok(!("whole" in all.sentences[0]));
    const without = all.sentences[0].decoder.map((_, layer) => ({
      side: "decoder",
      layer,
      branch: "cross",
    }));
    const { sentences } = await translator.visualize(TEXT, { without });
    const { whole, score, translation } = sentences[0];
    assert.notEqual(translation, all.translation);
    assert.equal(whole.translation, all.translation);
    assert.equal(whole.score, all.sentences[0].score);
    assert.ok(whole.scoreWithout < whole.score && score > whole.scoreWithout);
    // The next call runs the whole model again.
    assert.deepEqual(await translator.visualize(TEXT), all);
  });

  test("leaves the maps before them as they are", async () => {
    const part = { side: "encoder", layer: 2, branch: "local", head: 1 };
    const [all] = (await translator.visualize(TEXT)).sentences;
    const [some] = (await translator.visualize(TEXT, { without: [part] })).sentences;
    assert.deepEqual(some.encoder.slice(0, 2), all.encoder.slice(0, 2));
    assert.notDeepEqual(some.encoder[3].global, all.encoder[3].global);
  });

  test("takes parts that there are", async () => {
    const part = { side: "decoder", layer: 0, branch: "cross" };
    for (const [without, name, message] of [
      ["all", "TypeError", "without is string, expected an array of parts"],
      [[1], "TypeError", "without[0] is the number 1, expected an object"],
      [[{ ...part, side: "middle" }], "TypeError", /^without\[0\]\.side is "middle"/],
      [[part, { layer: 0 }], "TypeError", "without[1].side is missing"],
      [[{ ...part, layer: 9 }], "RangeError", "layer is 9, expected 0 to 5"],
      [[{ ...part, layer: -1 }], "RangeError", /^without\[0\]\.layer is -1/],
      [[{ ...part, head: 4 }], "RangeError", "head is 4, expected 0 to 3"],
      [[{ ...part, side: "encoder" }], "RangeError", /^branch is cross, expected a branch that/],
    ])
      await assert.rejects(translator.visualize(TEXT, { without }), { name, message });
  });
});

describe("cell()", () => {
  const softmax = (scores) => {
    const powers = Array.from(scores, (score) => Math.exp(score - Math.max(...scores)));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  };
  const close = (found, expected) =>
    assert.ok(Math.abs(found - expected) < 1e-4, `${found}, not ${expected}`);

  for (const options of [{}, { without: [{ side: "encoder", layer: 0, branch: "local" }] }]) {
    test(`makes up the row of a map: ${JSON.stringify(options)}`, async () => {
      const [sentence] = (await translator.visualize(TEXT, options)).sentences;
      for (const [side, branch, layer, head, row, column] of [
        ["encoder", "global", 2, 1, 3, 5],
        ["decoder", "global", 4, 3, 5, 2],
        ["decoder", "cross", 5, 0, 4, 6],
      ]) {
        const entry = { side, branch, layer, head, row, column };
        const cell = await translator.cell(TEXT, { ...options, ...entry });
        const { query, key, scores, weights, value, output } = cell;
        assert.equal(cell.kind, "attention");
        const dot = query.reduce((sum, q, i) => sum + q * key[i], 0);
        close(scores[column], dot / Math.sqrt(query.length));
        const { data, cols } = sentence[side][layer][branch][head];
        for (const [j, weight] of softmax(scores).entries()) {
          close(weight, data[row * cols + j]);
          close(weights[j], data[row * cols + j]);
        }
        assert.deepEqual([value.length, output.length], [query.length, query.length]);
      }
      for (const [side, row] of [
        ["encoder", 1],
        ["decoder", 5],
      ]) {
        const entry = { side, branch: "local", layer: 3, head: 2, row, column: row };
        const { kind, taps, output } = await translator.cell(TEXT, { ...options, ...entry });
        assert.equal(kind, "convolution");
        const { data, cols } = sentence[side][3].local[2];
        const sums = output.map(() => 0);
        for (const { offset, position, weight, values } of taps) {
          if (position === undefined) continue;
          assert.equal(position, row + offset);
          close(weight, data[row * cols + position]);
          for (const [i, value] of values.entries()) sums[i] += weight * value;
        }
        for (const [i, sum] of sums.entries()) close(output[i], sum);
      }
    });
  }

  test("runs in a Worker as here", async () => {
    const worker = await Translator.create({
      sourceLanguage: "de",
      targetLanguage: "en",
      workers: 1,
    });
    const entry = { side: "decoder", branch: "cross", layer: 0, head: 0, row: 1, column: 1 };
    assert.deepEqual(await worker.cell(TEXT, entry), await translator.cell(TEXT, entry));
    worker.destroy();
  });

  test("takes an entry that there is", async () => {
    const entry = { side: "decoder", branch: "global", layer: 0, head: 0, row: 2, column: 2 };
    await assert.rejects(translator.cell(), TypeError);
    for (const [options, name, message] of [
      [undefined, "TypeError", "side is missing"],
      [{ ...entry, head: undefined }, "TypeError", "head is missing"],
      [{ ...entry, row: "2" }, "TypeError", "row is 2, expected a number"],
      [{ ...entry, row: 99 }, "RangeError", /^row is 99, expected 0 to \d+$/],
      [{ ...entry, column: 3 }, "RangeError", "column is 3, expected 0 to 2"],
      [{ ...entry, layer: 6 }, "RangeError", "layer is 6, expected 0 to 5"],
    ])
      await assert.rejects(translator.cell(TEXT, options), { name, message });
    const same = await Translator.create({ sourceLanguage: "de", targetLanguage: "de" });
    await assert.rejects(same.cell(TEXT, entry), { name: "NotSupportedError" });
  });
});
