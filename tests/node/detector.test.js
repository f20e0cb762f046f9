import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { LanguageDetector, polyfill, Translator } from "../../dist/npm/lib/index.js";

const LINES = readFileSync(new URL("../data/languages.tsv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"));

describe("LanguageDetector", () => {
  test("tells the languages of the handwritten texts, which nothing was tuned on", async () => {
    const detector = await LanguageDetector.create();
    const wrong = [];
    for (const [language, text] of LINES) {
      const found = await detector.detect(text);
      const best = found.reduce((a, b) => (b.confidence > a.confidence ? b : a));
      if (best.detectedLanguage !== language) wrong.push(`${text}: ${JSON.stringify(found)}`);
    }
    detector.destroy();
    assert.equal(LINES.length, 120);
    // 114 of them.
    assert.ok(wrong.length <= 6, wrong.join("\n"));
  });

  test("gives all languages, und last, with probabilities that add up to 1", async () => {
    const detector = await LanguageDetector.create({ expectedInputLanguages: ["de-at", "EN"] });
    assert.deepEqual(detector.expectedInputLanguages, ["de-AT", "en"]);
    for (const [text, first] of [
      ["Das Wetter ist heute schön.", "de"],
      ["The weather is nice today.", "en"],
      ["", undefined],
      ["\ud83d", undefined],
      ["das ".repeat(50_000), "de"],
    ]) {
      const found = await detector.detect(text);
      assert.equal(found.length, 3);
      assert.equal(found[2].detectedLanguage, "und");
      assert.ok(found[0].confidence >= found[1].confidence);
      const sum = found.reduce((all, { confidence }) => all + confidence, 0);
      assert.ok(Math.abs(sum - 1) < 1e-6, `${sum}`);
      if (first) assert.ok(found[0].detectedLanguage === first && found[0].confidence > 0.9);
      else assert.ok(found[2].confidence >= 0.5);
    }
    assert.equal(await detector.measureInputUsage("Haus"), 4);
    await assert.rejects(detector.detect("a".repeat(detector.inputQuota + 1)), {
      name: "QuotaExceededError",
    });
    detector.destroy();
  });

  test("has the platform's rules", async () => {
    assert.equal(await LanguageDetector.availability(), "available");
    const french = { expectedInputLanguages: ["de", "fr"] };
    assert.equal(await LanguageDetector.availability(french), "unavailable");
    await assert.rejects(LanguageDetector.create(french), { name: "NotSupportedError" });
    await assert.rejects(LanguageDetector.create({ expectedInputLanguages: ["e"] }), RangeError);
    await assert.rejects(LanguageDetector.create({ expectedInputLanguages: "de" }), TypeError);
    assert.throws(() => new LanguageDetector(), TypeError);
    const loaded = [];
    const controller = new AbortController();
    const detector = await LanguageDetector.create({
      signal: controller.signal,
      monitor: (m) => m.addEventListener("downloadprogress", (event) => loaded.push(event.loaded)),
    });
    assert.deepEqual([loaded[0], loaded.at(-1)], [0, 1]);
    assert.equal(detector.expectedInputLanguages, null);
    assert.equal(String(detector), "[object LanguageDetector]");
    for (const input of [undefined, null, 1, ["das"], {}])
      await assert.rejects(detector.detect(input), { name: "TypeError", message: /^input is / });
    await assert.rejects(
      detector.detect("x", { signal: AbortSignal.abort("no") }),
      (e) => e === "no",
    );
    const pending = detector.detect("Haus");
    detector.destroy();
    await assert.rejects(pending, { name: "AbortError" });
    await assert.rejects(detector.detect("Haus"), { name: "AbortError" });
    const other = await LanguageDetector.create({ signal: controller.signal });
    controller.abort("over");
    await assert.rejects(other.detect("Haus"), (error) => error === "over");
  });
});

describe("polyfill()", () => {
  const names = ["Translator", "LanguageDetector"];
  const clear = () => names.forEach((name) => void delete globalThis[name]);

  test("installs what is missing, and leaves what is there alone unless it is forced", () => {
    clear();
    try {
      class Native {}
      globalThis.Translator = Native;
      assert.deepEqual(polyfill(), ["LanguageDetector"]);
      assert.equal(globalThis.Translator, Native);
      assert.equal(globalThis.LanguageDetector, LanguageDetector);
      assert.ok(!Object.keys(globalThis).includes("LanguageDetector"));
      assert.deepEqual(polyfill(), []);
      assert.deepEqual(polyfill({ force: true }), names);
      assert.equal(globalThis.Translator, Translator);
    } finally {
      clear();
    }
  });

  test("is what lite-transformer/polyfill does", async () => {
    clear();
    try {
      await import("../../dist/npm/lib/polyfill.js");
      assert.equal(globalThis.Translator, Translator);
      const pair = { sourceLanguage: "de", targetLanguage: "en" };
      assert.equal(await globalThis.Translator.availability(pair), "available");
    } finally {
      clear();
    }
  });
});
