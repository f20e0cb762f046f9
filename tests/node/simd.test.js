/** The two builds of the engine, and which of them runs. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { relaxedSimd, simd } from "wasm-feature-detect";
import { Translator } from "../../dist/npm/lib/index.js";
import { supports } from "../../dist/npm/lib/simd.js";

const PAIR = { sourceLanguage: "de", targetLanguage: "en" };
const PACKAGE = new URL("../../dist/npm/", import.meta.url);
const RELAXED = new URL("wasm/lite_transformer_relaxed_bg.wasm", PACKAGE);
const FLAG = "--experimental-wasm-relaxed-simd";

/** This Node with relaxed SIMD on, by flags where it takes them: Node 20's baseline compiler (Liftoff) gets it wrong. */
async function runRelaxed(parameters, baseline = false) {
  const flags = (await relaxedSimd()) ? [] : baseline ? [FLAG] : [FLAG, "--no-liftoff"];
  // A test runner inside another one reports to it unless it is told apart.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [...flags, ...parameters], { env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += data;
    });
  }
  const status = await new Promise((resolve) => child.on("exit", resolve));
  assert.equal(status, 0, output);
  return output;
}

const script = (code) => ["--input-type=module", "--eval", code];
const packageUrl = JSON.stringify(new URL("lib/index.js", PACKAGE).href);

describe("the engine's builds", () => {
  test("are told apart as wasm-feature-detect tells them", async () => {
    assert.equal(supports("simd128"), await simd());
    assert.equal(supports("relaxed-simd"), await relaxedSimd());
    const url = JSON.stringify(new URL("lib/simd.js", PACKAGE).href);
    const output = await runRelaxed(
      script(`const { supports } = await import(${url}); console.log(supports("relaxed-simd"));`),
    );
    assert.equal(output, "true\n");
  });

  test("relaxed SIMD that counts wrong is none", async (context) => {
    if (await relaxedSimd()) return context.skip("this engine has relaxed SIMD without a flag");
    const url = JSON.stringify(new URL("lib/simd.js", PACKAGE).href);
    const output = await runRelaxed(
      script(`const { supports } = await import(${url}); console.log(supports("relaxed-simd"));`),
      true,
    );
    assert.equal(output, "false\n");
  });

  test("simd names the one that runs", async () => {
    const fastest = existsSync(RELAXED) && supports("relaxed-simd") ? "relaxed-simd" : "simd128";
    const translator = await Translator.create(PAIR);
    assert.equal(translator.simd, fastest);
    const same = await Translator.create({ sourceLanguage: "en", targetLanguage: "en-GB" });
    assert.equal(same.simd, undefined);
    const asked = await Translator.create({ ...PAIR, simd: "simd128", thread: "worker" });
    assert.equal(asked.simd, "simd128");
    assert.match(await asked.translate("Das Haus ist groß."), /house/i);
    translator.destroy();
    asked.destroy();
  });

  test("of another name are a TypeError", async () => {
    await assert.rejects(Translator.create({ ...PAIR, simd: "avx" }), {
      name: "TypeError",
      message: 'simd is "avx", expected "simd128" or "relaxed-simd"',
    });
  });

  test("that can't run here are a NotSupportedError that says what is needed", async (context) => {
    if (await relaxedSimd()) return context.skip("this engine has relaxed SIMD");
    await assert.rejects(Translator.create({ ...PAIR, simd: "relaxed-simd" }), (error) => {
      assert.ok(error instanceof DOMException);
      assert.equal(error.name, "NotSupportedError");
      assert.match(error.message, /relaxed SIMD.*Chrome.*Node/);
      return true;
    });
  });

  test("without SIMD no pair is available, and create() says which versions have it", async () => {
    const output = await runRelaxed(
      script(`
        WebAssembly.validate = () => false;
        const { Translator } = await import(${packageUrl});
        const pair = ${JSON.stringify(PAIR)};
        console.log(await Translator.availability(pair));
        await Translator.create(pair).catch(({ name, message }) => console.log(name, message));
      `),
    );
    assert.match(
      output,
      /^unavailable\nNotSupportedError .*WebAssembly SIMD.*Chrome.*Firefox.*Safari/,
    );
  });

  test("one thread runs one of them, Workers any", {
    skip: !existsSync(RELAXED) && "no relaxed build",
  }, async () => {
    const output = await runRelaxed(
      script(`
        const { Translator } = await import(${packageUrl});
        const pair = ${JSON.stringify(PAIR)};
        const here = await Translator.create({ ...pair, thread: "current" });
        const other = { ...pair, simd: "simd128" };
        await Translator.create({ ...other, thread: "current" }).catch(({ name }) => console.log(name));
        const there = await Translator.create({ ...other, thread: "worker" });
        console.log(here.simd, there.simd);
        const [a, b] = await Promise.all([here, there].map((one) => one.translate("Das Haus ist groß.")));
        console.log(a === b);
      `),
    );
    assert.equal(output, "NotSupportedError\nrelaxed-simd simd128\ntrue\n");
  });

  test("give the golden translations and maps alike", {
    skip: !existsSync(RELAXED) && "no relaxed build",
  }, async () => {
    const golden = fileURLToPath(new URL("golden.test.js", import.meta.url));
    const output = await runRelaxed(["--test", "--test-reporter=tap", golden]);
    assert.match(output, /^# fail 0$/m);
    assert.match(output, /^# pass [1-9]\d+$/m);
    // The tests run in a process of their own, which has the same flags.
    assert.match(output, /relaxed-simd build/);
  });
});
