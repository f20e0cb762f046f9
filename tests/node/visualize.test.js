import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Translator } from "../../dist/npm/lib/index.js";

const manifest = JSON.parse(
  readFileSync(new URL("../../dist/npm/models/de-en/manifest.json", import.meta.url), "utf8"),
);
const { architecture } = manifest;

let translator;
before(async () => {
  translator = await Translator.create({ sourceLanguage: "de", targetLanguage: "en" });
});
after(() => translator.destroy());

const TEXT = "Guten Morgen! 😀 Wie geht es dir?";

describe("visualize()", () => {
  for (const measure of ["weight", "contribution"]) {
    test(`gives maps of every layer, head and branch: ${measure}`, async () => {
      const shown = await translator.visualize(TEXT, { measure });
      assert.equal(shown.text, TEXT);
      assert.equal(shown.measure, measure);
      assert.equal(shown.translation, await translator.translate(TEXT));
      assert.ok(shown.sentences.length >= 2);
      for (const sentence of shown.sentences) {
        const S = sentence.source.length;
        const T = sentence.target.length;
        checkEnd(sentence.source, sentence.text);
        checkEnd(sentence.target, sentence.translation);
        assert.equal(TEXT.slice(sentence.start, sentence.end), sentence.text);
        checkLayers(sentence.encoder, architecture.encoder, S, S);
        checkLayers(sentence.decoder, architecture.decoder, T, T);
        for (const layer of sentence.encoder) assert.equal(layer.cross, undefined);
        for (const layer of sentence.decoder) {
          assert.equal(layer.cross.length, architecture.cross_heads);
          for (const map of layer.cross) checkRows(map, T, S);
          for (const map of [...layer.global, ...layer.local]) checkCausal(map);
        }
      }
    });
  }

  test("puts the convolution's kernel on a band", async () => {
    const text =
      "Der alte Mann sitzt jeden Morgen auf der Bank vor dem kleinen roten Haus am See und liest.";
    const { sentences } = await translator.visualize(text, { measure: "weight" });
    for (const [layers, causal] of [
      [sentences[0].encoder, false],
      [sentences[0].decoder, true],
    ]) {
      for (const { local, kernelSize } of layers) {
        for (const { data, rows, cols } of local) {
          for (let i = 0; i < rows; i += 1) {
            for (let j = 0; j < cols; j += 1) {
              const inside = causal
                ? j <= i && j > i - kernelSize
                : Math.abs(i - j) <= kernelSize >> 1;
              if (!inside)
                assert.equal(data[i * cols + j], 0, `${i}, ${j} lies outside the kernel`);
            }
          }
        }
      }
    }
  });

  test("gives attention weights that sum to 1", async () => {
    const { sentences } = await translator.visualize(TEXT, { measure: "weight" });
    for (const { encoder, decoder } of sentences) {
      const maps = [...encoder, ...decoder].flatMap(({ global, cross }) => [
        ...global,
        ...(cross ?? []),
      ]);
      for (const { data, rows, cols } of maps) {
        for (let row = 0; row < rows; row += 1) {
          const sum = data.subarray(row * cols, (row + 1) * cols).reduce((a, b) => a + b, 0);
          assert.ok(Math.abs(sum - 1) < 1e-4, `row ${row} sums to ${sum}`);
        }
      }
    }
  });

  test("points at a token's own characters, whatever stands before them", async () => {
    const text = "Guten \ud83d Tag";
    const { sentences } = await translator.visualize(text);
    const tag = sentences[0].source.find(({ piece }) => piece === "▁Tag");
    assert.deepEqual([tag.text, tag.start, tag.end], ["Tag", 8, 11]);
  });

  test("names byte pieces by the character that they are part of", async () => {
    const { sentences } = await translator.visualize("Er heißt Kaź und wohnt hier.");
    const [{ text, source }] = sentences;
    const bytes = source.filter(({ piece }) => /^<0x..>$/.test(piece));
    assert.equal(bytes.length, 2);
    for (const token of bytes) {
      assert.equal(token.text, "ź");
      assert.equal(text.slice(token.start, token.end), "ź");
    }
  });

  test("keeps spans right in random text with unpaired surrogates", async () => {
    const parts = [
      "Haus",
      "Tag ",
      " ",
      "\ud83d",
      "\ude00",
      "😀",
      "ä",
      "Ж",
      "\u200b",
      "漢",
      "!",
      "e\u0301",
    ];
    let seed = 1;
    const random = (below) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let i = 0; i < 100; i += 1) {
      const text = Array.from({ length: 2 + random(8) }, () => parts[random(parts.length)]).join(
        "",
      );
      const { sentences } = await translator.visualize(text, { beamSize: 1 });
      for (const { start, end, text: sentence, translation, source, target } of sentences) {
        assert.equal(text.slice(start, end).length, sentence.length);
        for (const [whole, tokens] of [
          [sentence, source],
          [translation, target],
        ]) {
          for (const token of tokens) {
            assert.equal(whole.slice(token.start, token.end), token.text, JSON.stringify(text));
            assert.doesNotMatch(token.text, /^\s/);
          }
        }
        for (const { piece, text: seen } of source)
          if (/^▁?(Haus|Tag)$/.test(piece)) assert.equal(seen, piece.replace("▁", ""));
      }
    }
  });

  test("gives nothing for nothing", async () => {
    const shown = await translator.visualize(" \n");
    assert.deepEqual(shown, { text: " \n", translation: " \n", measure: "weight", sentences: [] });
  });
});

function checkEnd(tokens, text) {
  const end = tokens.at(-1);
  assert.deepEqual(
    [end.id, end.text, end.start, end.end],
    [manifest.special_ids.eos, "", text.length, text.length],
  );
}

function checkLayers(layers, expected, rows, cols) {
  assert.equal(layers.length, expected.length);
  for (const [i, { global, local, share, kernelSize }] of layers.entries()) {
    assert.equal(global.length, expected[i].global?.heads ?? 0);
    assert.equal(local.length, expected[i].local?.groups ?? 0);
    assert.equal(kernelSize, expected[i].local?.kernel_size);
    for (const map of [...global, ...local]) checkRows(map, rows, cols);
    assert.equal(share.global.length, rows);
    for (const [token, part] of share.global.entries()) {
      assert.ok(Math.abs(part + share.local[token] - 1) < 1e-4, "shares sum to 1");
    }
  }
}

function checkRows(map, rows, cols) {
  assert.ok(map.data instanceof Float32Array);
  assert.deepEqual([map.rows, map.cols, map.data.length], [rows, cols, rows * cols]);
  for (const value of map.data)
    assert.ok(value >= 0 && value < 1e4, `a map has the entry ${value}`);
}

function checkCausal({ data, rows, cols }) {
  for (let i = 0; i < rows; i += 1) {
    for (let j = i + 1; j < cols; j += 1)
      assert.equal(data[i * cols + j], 0, `${i} looks ahead to ${j}`);
  }
}

describe("cost()", () => {
  test("counts the parameters that the manifest's weights hold", async () => {
    const { total, withoutEmbedding, modules } = await translator.cost(30, 30);
    const sum = (key) => modules.reduce((all, module) => all + module[key], 0);
    assert.equal(sum("parameters"), total.parameters);
    assert.equal(sum("multAdds"), total.multAdds);
    const embedding = architecture.vocab_size * architecture.d_model;
    assert.ok(total.parameters > embedding && total.parameters < 2 * embedding + 3e6);
    assert.ok(withoutEmbedding.parameters <= total.parameters - embedding);
    assert.equal(
      total.multAdds - withoutEmbedding.multAdds,
      30 * embedding,
      "the output projection, token by token",
    );
  });

  test("grows with the tokens; the target's default to the source's", async () => {
    assert.deepEqual(await translator.cost(30), await translator.cost(30, 30));
    const [small, large] = [await translator.cost(10, 10), await translator.cost(20, 20)];
    assert.ok(large.total.multAdds > 2 * small.total.multAdds);
    assert.equal(large.total.parameters, small.total.parameters);
  });

  test("takes nothing but a number of tokens", async () => {
    await assert.rejects(translator.cost(), TypeError);
    await assert.rejects(translator.cost("30"), TypeError);
    await assert.rejects(translator.cost(0), RangeError);
    await assert.rejects(translator.cost(30, 1.5), RangeError);
  });
});
