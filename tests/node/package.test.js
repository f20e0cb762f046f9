import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { execute, installExample, pack, ROOT, viteBuild } from "../support/install.js";

const manifest = JSON.parse(readFileSync(join(ROOT, "dist/npm/package.json"), "utf8"));

describe("the npm package", () => {
  test("has the crate's version and no dependencies", () => {
    const cargo = readFileSync(join(ROOT, "Cargo.toml"), "utf8");
    assert.equal(manifest.version, /^version = "(.+)"$/m.exec(cargo)[1]);
    assert.equal(manifest.dependencies, undefined);
  });

  test("packs every file that its exports and types name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
    try {
      const { files } = await pack(folder);
      const named = Object.values(manifest.exports)
        .flatMap(function paths(entry) {
          return typeof entry === "string" ? entry : Object.values(entry ?? {}).flatMap(paths);
        })
        .filter((path) => !path.includes("*"))
        .map((path) => path.replace("./", ""));
      for (const path of [
        ...named,
        "worker/script.js",
        "bin/inline.js",
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
      ]) {
        assert.ok(files.includes(path), `${path} is missing`);
      }
      const { MODELS } = await import(pathToFileURL(join(ROOT, "dist/npm/models/index.js")));
      assert.deepEqual(
        files.filter((path) => /^models\/.*\.(onnx|model|bin|json)$/.test(path)).sort(),
        MODELS.flatMap(({ name, files }) =>
          ["manifest.json", ...Object.keys(files)].map((file) => `models/${name}/${file}`),
        ).sort(),
        "the models that are listed, and no other",
      );
      assert.deepEqual(
        files.filter((path) => /\.(ts|map|rs)$/.test(path) && !path.endsWith(".d.ts")),
        [],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("runs its constructors at the start, not in every call", async () => {
    const bytes = readFileSync(join(ROOT, "dist/npm/wasm/lite_transformer_bg.wasm"));
    const names = WebAssembly.Module.exports(await WebAssembly.compile(bytes)).map(
      ({ name }) => name,
    );
    assert.ok(names.includes("rawtranslator_new"));
    // The linker's name for an export that calls the constructors first.
    assert.deepEqual(
      names.filter((name) => name.endsWith("command_export")),
      [],
    );
  });

  test("has every pair in three sizes", async () => {
    const { MODELS } = await import("../../dist/npm/models/index.js");
    const pairs = ["de-en", "en-de"];
    assert.deepEqual(
      MODELS.map(({ name, size }) => `${name} ${size}`).sort(),
      pairs.flatMap((pair) => [`${pair} small`, `${pair}-nano nano`, `${pair}-large large`]).sort(),
    );
  });

  test("lists its models, and their files, as they are", async () => {
    const { MODELS } = await import("../../dist/npm/models/index.js");
    const folder = join(ROOT, "dist/npm/models");
    const folders = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
    assert.deepEqual(MODELS.map(({ name }) => name).sort(), folders.map(({ name }) => name).sort());
    for (const { name, source, target, manifest: read, files } of MODELS) {
      const path = join(folder, name, "manifest.json");
      const manifest = JSON.parse(readFileSync(path, "utf8"));
      assert.deepEqual([source, target], [manifest.source_language, manifest.target_language]);
      const { training: _, scores: __, ...rest } = manifest;
      assert.deepEqual(read, rest);
      assert.deepEqual(
        Object.keys(files),
        manifest.files.map((file) => file.name),
      );
      for (const { name: file, bytes } of manifest.files) {
        assert.equal(files[file].href, pathToFileURL(join(folder, name, file)).href);
        assert.equal(bytes, statSync(files[file]).size, file);
      }
    }
  });

  test("has nano models of less than half the bytes in brotli", async () => {
    const { MODELS } = await import("../../dist/npm/models/index.js");
    const wire = ({ name, files }) =>
      Object.keys(files)
        .map((file) => readFileSync(join(ROOT, "dist/npm/models", name, file)))
        .reduce((sum, bytes) => sum + brotliCompressSync(bytes).length, 0);
    const nano = MODELS.filter(({ size }) => size === "nano");
    assert.ok(nano.length > 0);
    for (const small of nano) {
      const full = MODELS.find(({ name }) => `${name}-nano` === small.name);
      const [less, more] = [wire(small), wire(full)];
      assert.ok(2 * less < more, `${small.name} ${less}, ${full.name} ${more}`);
    }
  });

  test("translates every pair that it lists, and no other", async () => {
    const { Translator } = await import("../../dist/npm/lib/index.js");
    const { MODELS } = await import("../../dist/npm/models/index.js");
    for (const { source, target, size } of MODELS) {
      const pair = { sourceLanguage: source, targetLanguage: target };
      assert.equal(await Translator.availability({ ...pair, size }), "available");
      const translator = await Translator.create({ ...pair, size });
      assert.deepEqual([translator.sourceLanguage, translator.targetLanguage], [source, target]);
      assert.ok((await translator.translate("Berlin")).length > 0);
      translator.destroy();
    }
    for (const pair of [
      { sourceLanguage: "de", targetLanguage: "fr" },
      { sourceLanguage: "tlh", targetLanguage: "en" },
    ]) {
      assert.equal(await Translator.availability(pair), "unavailable");
      await assert.rejects(Translator.create(pair), { name: "NotSupportedError" });
    }
  });
});

describe("the examples", () => {
  test("of the README", async () => {
    const { folder, remove } = await installExample("node");
    try {
      const readme = readFileSync(join(ROOT, "pkg-config/README.md"), "utf8");
      const blocks = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
      assert.ok(blocks.length >= 5);
      const given = `
        import { LanguageDetector, polyfill, Translator } from "lite-transformer";
        import { formatOf, translateDocument } from "lite-transformer/formats";
        const [sourceLanguage, targetLanguage, text] = ["de", "en", "Das Haus ist groß. Ja."];
        const { signal } = new AbortController();
        const given = await Translator.create({ sourceLanguage, targetLanguage });
      `;
      const own = blocks.map((code) => {
        const translator = /const translator\b/.test(code) ? "" : "const translator = given;\n";
        return `{\n${translator}${code.replace(/^import .*$/m, "")}}\n`;
      });
      await writeFile(join(folder, "readme.mjs"), `${given}${own.join("")}`);
      const { stdout, stderr } = await execute(process.execPath, ["readme.mjs"], { cwd: folder });
      assert.equal(stderr, "");
      assert.match(stdout, /^Good morning.*\n/);
    } finally {
      await remove();
    }
  });

  test("node", async () => {
    const { folder, remove } = await installExample("node");
    try {
      const { stdout } = await execute(process.execPath, ["translate.mjs", "Das Haus ist groß."], {
        cwd: folder,
      });
      const [translation, ...words] = stdout.trimEnd().split("\n");
      assert.match(translation, /house/i);
      assert.ok(
        words.some((line) => /house\s+▁Haus/i.test(line)),
        stdout,
      );
    } finally {
      await remove();
    }
  });

  test("bundler: Vite's output has the Worker, the builds of the engine and one model", async () => {
    const { folder, remove } = await installExample("bundler");
    try {
      const { stderr } = await viteBuild(folder);
      const builds = readdirSync(join(ROOT, "dist/npm/wasm")).filter((one) => /\.wasm$/.test(one));
      // A quick build of the package leaves the relaxed one out, of which Vite warns.
      if (builds.length > 1) assert.equal(stderr, "");
      // The readers of HTML, Markdown and the like are scripts of their own, fetched when a text is in such a format.
      const readers = /^(?!index|script|source).*\.js$/;
      const all = readdirSync(join(folder, "dist/assets")).sort();
      const assets = all.filter((name) => !readers.test(name));
      const expected = [
        /^decoder-.*\.onnx$/,
        /^encoder-.*\.onnx$/,
        /^index-.*\.js$/,
        ...builds.map((name) => new RegExp(`^${name.replace(".wasm", "")}-.*\\.wasm$`)),
        /^script-.*\.js$/,
        /^source-.*\.js$/,
        /^tokenizer-.*\.model$/,
        /^weights-.*\.bin$/,
      ];
      assert.equal(assets.length, expected.length, assets.join(" "));
      for (const [i, pattern] of expected.entries()) assert.match(assets[i], pattern);
    } finally {
      await remove();
    }
  });
});
