import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Translator } from "../../dist/npm/lib/index.js";
import { initSync, RawTranslator } from "../../dist/npm/wasm/lite_transformer.js";

const PACKAGE = new URL("../../dist/npm/", import.meta.url);
const MODEL = new URL("models/de-en/", PACKAGE);
/** All bundles of the repository, not only those of the package. */
const MODELS = new URL("../../models/", import.meta.url);
const PAIR = { sourceLanguage: "de", targetLanguage: "en" };

async function readModel() {
  const names = (await readdir(MODEL)).filter((name) => name !== "manifest.json");
  const read = async (name) => new Uint8Array(await readFile(new URL(name, MODEL)));
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await read(name)])),
  );
  return { manifest: await read("manifest.json"), files };
}

function changed(manifest, change) {
  const json = JSON.parse(new TextDecoder().decode(manifest));
  change(json);
  return new TextEncoder().encode(JSON.stringify(json));
}

describe("a damaged bundle is an OperationError", () => {
  let model;
  before(async () => {
    model = await readModel();
  });

  const cutFile =
    (name) =>
    ({ manifest, files }) => ({
      manifest,
      files: { ...files, [name]: files[name].subarray(0, files[name].length / 2) },
    });
  const flipByte =
    (name, at) =>
    ({ manifest, files }) => {
      const bytes = files[name].slice();
      bytes[at] ^= 0x40;
      return { manifest, files: { ...files, [name]: bytes } };
    };
  const withoutFile =
    (name) =>
    ({ manifest, files }) => {
      const { [name]: _, ...rest } = files;
      return { manifest, files: rest };
    };
  const withManifest =
    (change) =>
    ({ manifest, files }) => ({ manifest: changed(manifest, change), files });

  const damages = {
    "an empty manifest": ({ files }) => ({ manifest: new Uint8Array(), files }),
    "a manifest that isn't UTF-8": ({ files }) => ({
      manifest: new Uint8Array([0xff, 0xfe]),
      files,
    }),
    "a manifest that is null": ({ files }) => ({
      manifest: new TextEncoder().encode("null"),
      files,
    }),
    "a format version of the future": withManifest((json) => {
      json.format_version = 99;
    }),
    "no list of files": withManifest((json) => {
      delete json.files;
    }),
    "a file name that leaves the folder": withManifest((json) => {
      json.files[0].name = "../secret";
    }),
    "a language that isn't a tag": withManifest((json) => {
      json.source_language = "?";
    }),
    "a vocabulary of another size": withManifest((json) => {
      json.architecture.vocab_size += 1;
    }),
    "no layers": withManifest((json) => {
      json.architecture.decoder = [];
    }),
    ...Object.fromEntries(
      ["tokenizer.model", "encoder.onnx", "decoder.onnx", "weights.bin"].flatMap((name) => [
        [`${name} cut in half`, cutFile(name)],
        [`${name} with a byte changed`, flipByte(name, 99)],
        [`${name} missing`, withoutFile(name)],
      ]),
    ),
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(name, async () => {
      await assert.rejects(Translator.create({ ...PAIR, model: damage(model) }), (error) => {
        assert.ok(error instanceof DOMException, String(error));
        assert.equal(error.name, "OperationError");
        assert.ok(error.message.length > 10, error.message);
        return true;
      });
    });
  }

  test("and the undamaged one works afterwards", async () => {
    const translator = await Translator.create({ ...PAIR, model });
    assert.match(await translator.translate("Das Haus ist groß."), /house/i);
    translator.destroy();
  });
});

describe("the model option", () => {
  test("of the wrong kind is a TypeError", async () => {
    for (const model of [
      null,
      1,
      {},
      { manifest: "x" },
      { manifest: new Uint8Array(), files: { a: [1] } },
    ]) {
      await assert.rejects(Translator.create({ ...PAIR, model }), TypeError);
    }
  });

  test("takes a folder on disk", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
    try {
      await cp(fileURLToPath(MODEL), folder, { recursive: true });
      const translator = await Translator.create({ ...PAIR, model: pathToFileURL(folder) });
      assert.match(await translator.translate("Das Haus ist groß."), /house/i);
      translator.destroy();
      await writeFile(join(folder, "weights.bin"), new Uint8Array(10));
      const other = `${pathToFileURL(folder).href}/../${folder.split("/").at(-1)}/`;
      assert.equal(new URL(other).href, `${pathToFileURL(folder).href}/`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("may name another architecture for the same pair", async () => {
    const folders = (await readdir(MODELS, { withFileTypes: true })).filter((one) =>
      one.isDirectory(),
    );
    assert.ok(folders.length > 0);
    for (const { name } of folders) {
      const folder = new URL(`${name}/`, MODELS);
      const manifest = JSON.parse(await readFile(new URL("manifest.json", folder), "utf8"));
      const { source_language: sourceLanguage, target_language: targetLanguage } = manifest;
      const translator = await Translator.create({ sourceLanguage, targetLanguage, model: folder });
      const { sentences } = await translator.visualize("Haus");
      const [layer] = sentences[0].encoder;
      const [described] = manifest.architecture.encoder;
      assert.equal(layer.global.length, described.global?.heads ?? 0, name);
      assert.equal(layer.local.length, described.local?.groups ?? 0, name);
      translator.destroy();
    }
  });

  test("that names no folder is a NetworkError", async () => {
    const model = new URL("models/none/", PACKAGE);
    await assert.rejects(Translator.create({ ...PAIR, model }), { name: "NetworkError" });
  });
});

describe("the size option", () => {
  test("chooses among the package's models", async () => {
    const text = "Zwei Hunde spielen im Schnee.";
    const made = {};
    for (const size of [undefined, "small", "full", "nano", "large"]) {
      const translator = await Translator.create({ ...PAIR, size });
      const { sentences } = await translator.visualize(text);
      assert.match(sentences[0].translation, /dogs/i);
      made[size] = sentences[0].encoder[0].global.map(({ data }) => [...data]);
      translator.destroy();
    }
    assert.deepEqual(made.undefined, made.small);
    assert.deepEqual(made.full, made.small);
    assert.notDeepEqual(made.nano, made.small);
    assert.deepEqual([made.nano.length, made.small.length, made.large.length], [4, 4, 8]);
  });

  test("is known to availability(), which says what create() would do", async () => {
    for (const size of [undefined, "nano", "small", "full", "large"]) {
      assert.equal(await Translator.availability({ ...PAIR, size }), "available");
    }
    const french = { sourceLanguage: "de", targetLanguage: "fr", size: "large" };
    assert.equal(await Translator.availability(french), "unavailable");
    await assert.rejects(Translator.create(french), {
      name: "NotSupportedError",
      message: "no large model translates from de to fr",
    });
    await assert.rejects(Translator.availability({ ...PAIR, size: "tiny" }), TypeError);
  });

  test("takes the sizes there are, and no model beside it", async () => {
    await assert.rejects(Translator.create({ ...PAIR, size: "tiny" }), TypeError);
    await assert.rejects(Translator.create({ ...PAIR, size: "nano", model: MODEL }), TypeError);
  });
});

describe("the raw class", () => {
  let raw;
  before(async () => {
    const wasm = await readFile(new URL("wasm/lite_transformer_bg.wasm", PACKAGE));
    initSync({ module: wasm });
    const { manifest, files } = await readModel();
    raw = new RawTranslator(manifest, files);
  });
  after(() => raw.free());

  test("throws errors with a name and a code", async () => {
    const { manifest, files } = await readModel();
    const expectations = [
      [
        () => new RawTranslator(manifest, { ...files, "weights.bin": new Uint8Array(3) }),
        "OperationError",
        "bundle",
      ],
      [() => new RawTranslator(manifest, {}), "OperationError", "bundle"],
      [() => new RawTranslator(manifest, null), "OperationError", "bundle"],
      [() => raw.translateSentence("Hallo", { beamSize: 99 }), "RangeError", "option"],
      [() => raw.translateSentence("Hallo", { beamSize: "4" }), "TypeError", "option"],
      [() => raw.visualizeSentence("Hallo", { measure: "size" }), "TypeError", "option"],
      [() => raw.visualizeSentence("Haus ".repeat(1000)), "QuotaExceededError", "input"],
    ];
    for (const [call, name, code] of expectations) {
      assert.throws(call, (error) => {
        assert.ok(error instanceof Error);
        assert.deepEqual([error.name, error.code], [name, code], error.message);
        return true;
      });
    }
  });

  test("takes the files' hashes, or computes them", async () => {
    const { manifest, files } = await readModel();
    const hash = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const weights = await hash(files["weights.bin"]);
    for (const hashes of [undefined, null, {}, { "weights.bin": weights }]) {
      new RawTranslator(manifest, files, hashes).free();
    }
    assert.throws(() => new RawTranslator(manifest, files, { "weights.bin": weights.fill(0) }), {
      name: "OperationError",
      message: /weights\.bin/,
    });
  });

  test("cuts text at UTF-16 offsets that cover it", () => {
    for (const text of [
      "",
      "😀 Hallo! Wie geht's?\n\n\ud83d Na?",
      "ä".repeat(50),
      "Eins. 👩‍👩‍👧 Zwei.",
    ]) {
      let at = 0;
      for (const { start, end } of raw.segments(text)) {
        assert.equal(start, at);
        assert.ok(end > start);
        at = end;
      }
      assert.equal(at, text.length);
    }
  });

  test("gives alternatives in the order of their scores", () => {
    const { text, score, alternatives } = raw.translateSentence("Das Haus ist groß.", {
      beamSize: 4,
    });
    assert.deepEqual(alternatives[0], { text, score });
    for (const [i, alternative] of alternatives.entries()) {
      if (i > 0) assert.ok(alternative.score <= alternatives[i - 1].score);
    }
    assert.ok(alternatives.length > 1);
  });

  test("knows its memory", () => {
    const bytes = raw.memory();
    assert.ok(bytes > 3e6 && bytes < 200e6, `${bytes} bytes`);
    assert.equal(bytes % 65536, 0);
  });
});
