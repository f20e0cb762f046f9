/**
 * Bundles whose graphs are damaged but whose hashes are right. The binary has none of tract's kernels and registries
 * (xtask/src/gc.rs), so nothing may lead it there: it loads and answers, or throws its own error, and never traps.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { initSync, RawTranslator } from "../../dist/npm/wasm/lite_transformer.js";

const PACKAGE = new URL("../../dist/npm/", import.meta.url);
const MODEL = new URL("models/de-en/", PACKAGE);
const TRIES = 60;

/** Numbers from 0 to below `limit`, the same ones on each run (mulberry32). */
function numbers(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const damages = {
  "a byte": (bytes, next) => {
    bytes[next(bytes.length)] ^= 1 << next(8);
    return bytes;
  },
  "a piece left out": (bytes, next) => {
    const start = next(bytes.length);
    const end = start + 1 + next(40);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  "two letters swapped between names": (bytes, next) => {
    const letter = () => {
      let at = next(bytes.length);
      while (bytes[at] < 0x30 || bytes[at] > 0x7a) at = (at + 1) % bytes.length;
      return at;
    };
    const [a, b] = [letter(), letter()];
    [bytes[a], bytes[b]] = [bytes[b], bytes[a]];
    return bytes;
  },
};

describe("damaged graphs", () => {
  let manifest;
  let files;
  before(async () => {
    initSync({ module: await readFile(new URL("wasm/lite_transformer_bg.wasm", PACKAGE)) });
    manifest = JSON.parse(await readFile(new URL("manifest.json", MODEL), "utf8"));
    const read = async ({ name }) => [name, new Uint8Array(await readFile(new URL(name, MODEL)))];
    files = Object.fromEntries(await Promise.all(manifest.files.map(read)));
  });

  /** The bundle with other bytes for one file, hash and length made to fit. */
  function withFile(name, bytes) {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const entry = (file) => (file.name === name ? { ...file, bytes: bytes.length, sha256 } : file);
    const changed = { ...manifest, files: manifest.files.map(entry) };
    return [Buffer.from(JSON.stringify(changed)), { ...files, [name]: bytes }];
  }

  /** What came of a bundle: "answer", or the code of the error thrown. */
  function outcome(bundle) {
    try {
      const translator = new RawTranslator(...bundle);
      try {
        translator.translateSentence("Das Haus ist groß.", { beamSize: 2 });
        translator.visualizeSentence("Ein Hund.", { measure: "contribution", beamSize: 1 });
        translator.cost(3, 3);
      } finally {
        translator.free();
      }
      return "answer";
    } catch (error) {
      return error.code ?? String(error);
    }
  }

  test("the undamaged bundle answers", () => {
    assert.equal(outcome(withFile("encoder.onnx", files["encoder.onnx"])), "answer");
  });

  for (const graph of ["encoder.onnx", "decoder.onnx"]) {
    for (const [name, damage] of Object.entries(damages)) {
      test(`${graph}: ${name}`, () => {
        const next = numbers(graph.length + name.length);
        const found = new Set();
        for (let i = 0; i < TRIES; i++) {
          const damaged = damage(Buffer.from(files[graph]), next);
          const result = outcome(withFile(graph, damaged));
          assert.ok(["answer", "bundle", "inference"].includes(result), `try ${i}: ${result}`);
          found.add(result);
        }
        // Some of the damage is noticed, or the test damages nothing.
        assert.ok(found.has("bundle"), [...found].join());
      });
    }
  }
});
