/** Where and how the package is used: CommonJS, threads, proxies of frameworks, older engines, files left behind. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build, transform } from "esbuild";
import { isReactive, reactive } from "vue";
import { Translator } from "../../dist/npm/lib/index.js";
import deEn from "../../dist/npm/models/de-en/index.js";

const PAIR = { sourceLanguage: "de", targetLanguage: "en" };
const TEXT = "Guten Morgen!";
const TRANSLATION = "Good morning!";
const PACKAGE = fileURLToPath(new URL("../../dist/npm/", import.meta.url));
const require = createRequire(import.meta.url);

/** What a program prints. */
function output(parameters, options = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, {
    encoding: "utf8",
    ...options,
  });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

const program = (given) => `(async () => {
  const { Translator } = ${given};
  for (const options of [{}, { workers: 1 }]) {
    const translator = await Translator.create({ ...${JSON.stringify(PAIR)}, ...options });
    console.log(translator.thread, await translator.translate(${JSON.stringify(TEXT)}));
    translator.destroy();
  }
})();`;
const BOTH = `current ${TRANSLATION}\nworker ${TRANSLATION}`;

describe("CommonJS", () => {
  test("has the same class by every path", () => {
    const { Translator, addModels } = require("../../dist/npm/cjs/index.js");
    assert.equal(Translator, require("../../dist/npm/cjs/core.js").Translator);
    assert.equal(typeof addModels, "function");
  });

  test("require() of the package and of a model", async () => {
    const { Translator } = require("../../dist/npm/cjs/core.js");
    const model = require("../../dist/npm/models/de-en/index.cjs");
    assert.deepEqual(model.files, deEn.files);
    const translator = await Translator.create({ ...PAIR, model });
    assert.equal(await translator.translate(TEXT), TRANSLATION);
    translator.destroy();
  });

  test("runs in the calling thread and in threads", () => {
    const path = JSON.stringify(join(PACKAGE, "cjs/index.js"));
    assert.equal(output(["--eval", program(`require(${path})`)]), BOTH);
  });

  test("runs as one file", () => {
    const path = JSON.stringify(join(PACKAGE, "inline/de-en-nano.js"));
    assert.equal(output(["--eval", program(`require(${path})`)]), BOTH);
  });
});

test("a thread of Node's runs the model itself", async () => {
  const url = JSON.stringify(pathToFileURL(join(PACKAGE, "lib/index.js")));
  const worker = new Worker(
    `import(${url}).then(async ({ Translator }) => {
      const translator = await Translator.create(${JSON.stringify(PAIR)});
      const translation = await translator.translate(${JSON.stringify(TEXT)});
      require("node:worker_threads").parentPort.postMessage([translator.thread, translation]);
    });`,
    { eval: true },
  );
  const answer = await new Promise((resolve, reject) => {
    worker.on("message", resolve).on("error", reject);
  });
  assert.deepEqual(answer, ["current", TRANSLATION]);
  await worker.terminate();
});

describe("the single file", () => {
  const command = join(PACKAGE, "bin/inline.js");

  test("is written by a command, with the model that it is asked for", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "lite-transformer-"));
    try {
      assert.match(
        output([command, "de-en", "--out", "de-en.mjs"], { cwd }),
        /^de-en\.mjs: [\d,]+ bytes$/,
      );
      assert.equal(output(["--eval", program('await import("./de-en.mjs")')], { cwd }), BOTH);
    } finally {
      await rm(cwd, { recursive: true });
    }
  });

  test("says what it can be asked for", () => {
    for (const [parameters, message] of [
      [[], /^MODEL is missing, .*\n(.*\n)*.*de-en-nano/],
      [["fr-en"], /^MODEL is fr-en, expected one of those below/],
      [["de-en", "--format", "umd"], /^--format is umd, expected esm or script/],
      [["de-en", "en-de"], /^one model at a time, not 2/],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [command, ...parameters], {
        encoding: "utf8",
      });
      assert.equal(status, 2);
      assert.match(stderr, message);
    }
  });
});

describe("files left behind by a bundler", () => {
  /** esbuild leaves `new URL("…", import.meta.url)` as it is. */
  async function bundled(folder, options, format = "esm") {
    await build({
      stdin: {
        contents: `
          import { Translator } from "./lib/index.js";
          const options = { ...${JSON.stringify(PAIR)}, ...${JSON.stringify(options)} };
          Translator.availability(options).then(console.log).then(() => Translator.create(options)).then(
            async (translator) => console.log(await translator.translate("${TEXT}")),
            ({ name, message }) => console.log(name, message));`,
        resolveDir: PACKAGE,
      },
      bundle: true,
      format,
      logLevel: "error",
      logOverride: { "empty-import-meta": "silent" },
      outfile: join(folder, format === "esm" ? "main.mjs" : "main.cjs"),
    });
    return output([join(folder, format === "esm" ? "main.mjs" : "main.cjs")]);
  }
  const advice =
    /NetworkError .*packageUrl: "\/lite-transformer\/".*"lite-transformer\/inline\/de-en-nano"/;

  test("are an error that names the line to add, and found with it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
    try {
      assert.match(await bundled(folder, {}), advice);
      const packageUrl = pathToFileURL(PACKAGE).href;
      for (const format of ["esm", "iife"]) {
        const lines = await bundled(folder, { packageUrl }, format);
        assert.equal(lines.split("\n").at(-1), TRANSLATION);
      }
      const inThread = await bundled(folder, { packageUrl, workers: 1 });
      assert.equal(inThread.split("\n").at(-1), TRANSLATION);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("are the same error where a script has no address", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
    try {
      const lines = await bundled(folder, {}, "iife");
      assert.match(lines, /^unavailable\n/);
      assert.match(lines, advice);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("the Worker starts from its text where its file is missing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
    try {
      for (const part of [
        "lib",
        "models/index.js",
        "models/de-en",
        "models/en-de",
        "wasm",
        "package.json",
      ])
        await cp(join(PACKAGE, part), join(folder, part), { recursive: true });
      await cp(join(PACKAGE, "worker/source.js"), join(folder, "worker/source.js"));
      for (const name of ["de-en-nano", "de-en-large", "en-de-nano", "en-de-large"])
        await cp(
          join(PACKAGE, "models", name, "index.js"),
          join(folder, "models", name, "index.js"),
        );
      await writeFile(join(folder, "main.mjs"), program('await import("./lib/index.js")'));
      assert.equal(output([join(folder, "main.mjs")]), BOTH);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("proxies", () => {
  const model = {
    manifest: readFileSync(new URL("../../models/de-en/manifest.json", import.meta.url)),
    files: {},
  };
  for (const [name, url] of Object.entries(deEn.files)) model.files[name] = readFileSync(url);

  test("options and translators in Vue's reactive() work", async () => {
    const options = reactive({ ...PAIR, model, signal: new AbortController().signal });
    assert.ok(isReactive(options.model));
    const state = reactive({ translator: await Translator.create(options) });
    assert.equal(await state.translator.translate(TEXT), TRANSLATION);
    const named = reactive({ ...PAIR, model: deEn });
    const other = reactive(await Translator.create(named));
    assert.equal(await other.translate(TEXT, reactive({ beamSize: 1 })), TRANSLATION);
    state.translator.destroy();
    other.destroy();
  });

  test("options and translators in Solid's stores work", async () => {
    // In Node the package's name stands for its server build, which has no proxies.
    const { outputFiles } = await build({
      stdin: { contents: 'export { createStore } from "solid-js/store";', resolveDir: PACKAGE },
      bundle: true,
      format: "esm",
      write: false,
    });
    const code = Buffer.from(outputFiles[0].text).toString("base64");
    const { createStore } = await import(`data:text/javascript;base64,${code}`);
    const [options] = createStore({ ...PAIR, model });
    const [state] = createStore({ translator: await Translator.create(options) });
    assert.equal(await state.translator.translate(TEXT), TRANSLATION);
    state.translator.destroy();
  });

  test("a translator in a proxy of another kind says what is wrong", async () => {
    const translator = await Translator.create(PAIR);
    const proxy = new Proxy(translator, {});
    const message = /not a Translator, or a Proxy of one: call it on the translator itself/;
    await assert.rejects(proxy.translate(TEXT), { name: "TypeError", message });
    await assert.rejects(proxy.cost(3), { name: "TypeError", message });
    assert.throws(() => proxy.translateStreaming(TEXT), { name: "TypeError", message });
    assert.throws(() => proxy.thread, { name: "TypeError", message });
    assert.throws(() => proxy.destroy(), { name: "TypeError", message });
    translator.destroy();
  });
});

describe("the browsers that the README promises", () => {
  const TARGETS = ["chrome96", "firefox114", "safari16.4"];

  test("know the syntax", async () => {
    for (const file of ["cjs/core.js", "inline/code.js", "worker/script.js", "lib/index.js"]) {
      const code = readFileSync(join(PACKAGE, file), "utf8");
      const compiled = (target) => transform(code, { target, logLevel: "error" });
      const [newest, oldest] = [await compiled("esnext"), await compiled(TARGETS)];
      // esbuild doesn't tell which properties a browser's \p{…} knows: those that are used are in all of them.
      const written = oldest.code.replace(
        /new RegExp\("((?:\\\\p\{(?:Surrogate|P|S)\}\|?)+)", "(\w+)"\)/g,
        (_, pattern, flags) => `/${pattern.replaceAll("\\\\", "\\")}/${flags}`,
      );
      assert.equal(written, newest.code, file);
    }
  });

  test("lack some methods, without which it works", () => {
    const url = JSON.stringify(pathToFileURL(join(PACKAGE, "lib/index.js")));
    // Of ES2022 and newer, and of the web platform since Chrome 97, Firefox 115 and Safari 16.5.
    const script = `
      delete AbortSignal.any;
      delete AbortSignal.timeout;
      delete AbortSignal.prototype.throwIfAborted;
      delete AbortSignal.prototype.reason;
      for (const name of ["findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"])
        delete Array.prototype[name];
      for (const name of ["groupBy"]) delete Object[name];
      delete Promise.withResolvers;
      delete Array.fromAsync;
      delete String.prototype.isWellFormed;
      delete String.prototype.toWellFormed;
      delete URL.canParse;
      delete globalThis.structuredClone;
      const { Translator } = await import(${url});
      const translator = await Translator.create({ ...${JSON.stringify(PAIR)}, workers: 1 });
      console.log(await translator.translate("${TEXT}"));
      const controller = new AbortController();
      const pending = translator.translate("${TEXT}", { signal: controller.signal });
      controller.abort();
      await pending.catch(({ name }) => console.log(name));
      await translator.translate("${TEXT}", { signal: controller.signal }).catch(({ name }) => console.log(name));
      translator.destroy();
      await translator.translate("${TEXT}").catch(({ name }) => console.log(name));
    `;
    assert.equal(
      output(["--input-type=module", "--eval", script]),
      `${TRANSLATION}\nAbortError\nAbortError\nAbortError`,
    );
  });
});
