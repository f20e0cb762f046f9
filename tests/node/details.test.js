/** What `translateDetailed()` and `visualize()` tell of a sentence besides its translation. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Translator } from "../../dist/npm/lib/index.js";

const PAIR = { sourceLanguage: "de", targetLanguage: "en" };
const TEXT = "  Guten Morgen! \u{1f600}\n\nWie geht es dir?\n";

let translator;
before(async () => {
  translator = await Translator.create(PAIR);
});
after(() => translator.destroy());

describe("translateDetailed()", () => {
  test("gives what translate() gives, sentence by sentence", async () => {
    const { text, translation, sentences } = await translator.translateDetailed(TEXT);
    assert.equal(text, TEXT);
    assert.equal(translation, await translator.translate(TEXT));
    const places = sentences.map(({ start, end }) => ({ start, end }));
    assert.deepEqual(places, await translator.sentences(TEXT));
    let at = 0;
    for (const sentence of sentences) {
      assert.equal(sentence.text, TEXT.slice(sentence.start, sentence.end));
      at = translation.indexOf(sentence.translation, at);
      assert.notEqual(at, -1, sentence.translation);
      assert.equal(sentence.truncated, false);
      assert.ok(sentence.score < 0);
      assert.equal(sentence.alternatives[0].text, sentence.translation);
      assert.equal(sentence.alternatives[0].score, sentence.score);
    }
  });

  test("gives the same in a Worker", async () => {
    const inWorker = await Translator.create({ ...PAIR, workers: 1 });
    assert.deepEqual(
      await inWorker.translateDetailed(TEXT),
      await translator.translateDetailed(TEXT),
    );
    inWorker.destroy();
  });

  test("of nothing are no sentences", async () => {
    assert.deepEqual(await translator.translateDetailed(" \n"), {
      text: " \n",
      translation: " \n",
      sentences: [],
    });
  });

  test("takes the arguments of translate()", async () => {
    await assert.rejects(translator.translateDetailed(), TypeError);
    await assert.rejects(translator.translateDetailed("Hallo", { beamSize: 0 }), RangeError);
    await assert.rejects(
      translator.translateDetailed("Hallo", { signal: AbortSignal.abort("no") }),
      (reason) => reason === "no",
    );
    await assert.rejects(translator.translateDetailed("a ".repeat(300_000)), {
      name: "QuotaExceededError",
    });
    const same = await Translator.create({ sourceLanguage: "de", targetLanguage: "de" });
    await assert.rejects(same.translateDetailed("Hallo"), { name: "NotSupportedError" });
  });
});

describe("confidence", () => {
  const confidence = async (text) => {
    const { sentences } = await translator.translateDetailed(text);
    return Math.min(...sentences.map((sentence) => sentence.confidence));
  };

  for (const text of ["Ja.", "Guten Morgen!", "Das Haus ist groß.", "Wie spät ist es?"]) {
    test(`of an ordinary sentence is above a half: ${text}`, async () => {
      const found = await confidence(text);
      assert.ok(found > 0.5 && found <= 1, `${found}`);
    });
  }

  for (const text of [
    "Xqwrt bnplk wrtzz fghjk.",
    "asdkjfhaskjdfh lkajsdhf lkjhasdf",
    "Lapset leikkivät puutarhassa.",
    "Dei Kdnier seplein im Gertan.",
  ]) {
    test(`of a guess is below a half: ${text}`, async () => {
      const found = await confidence(text);
      assert.ok(found < 0.5 && found >= 0, `${found}`);
    });
  }

  test("is the same in visualize()", async () => {
    const { sentences } = await translator.translateDetailed("Das Haus ist groß.");
    const shown = await translator.visualize("Das Haus ist groß.");
    assert.equal(shown.sentences[0].confidence, sentences[0].confidence);
  });
});

describe("lineBreaks", () => {
  test("is keep or join", async () => {
    const error = {
      name: "TypeError",
      message: 'lineBreaks is "drop", expected "keep" or "join"',
    };
    const options = { lineBreaks: "drop" };
    for (const method of ["translate", "translateDetailed", "sentences", "visualize"])
      await assert.rejects(translator[method]("Hallo", options), error);
    assert.throws(() => translator.translateStreaming("Hallo", options), error);
  });

  // A title is a sentence of its own unless lines are joined.
  const text = "Das alte Haus am See\nIst im Sommer schön.";
  for (const [lineBreaks, count] of [
    [undefined, 2],
    ["keep", 2],
    ["join", 1],
  ]) {
    test(`${lineBreaks} gives ${count} sentences`, async () => {
      const options = { lineBreaks };
      assert.equal((await translator.sentences(text, options)).length, count);
      const { sentences, translation } = await translator.translateDetailed(text, options);
      assert.equal(sentences.length, count);
      assert.equal(translation, await translator.translate(text, options));
      assert.equal(translation.split("\n").length, count);
    });
  }
});

describe("text in the target language", () => {
  const text = "This is not what you have to translate. Das Haus ist groß.";

  test("comes back unchanged and is reported", async () => {
    const { sentences } = await translator.translateDetailed(text);
    assert.equal(sentences[0].translation, sentences[0].text);
    assert.equal(sentences[0].detectedLanguage, "en");
    assert.equal(sentences[0].confidence, 1);
    assert.ok(!("detectedLanguage" in sentences[1]));
  });

  test("is reported by visualize(), too", async () => {
    const { sentences } = await translator.visualize(text);
    assert.deepEqual(
      sentences.map(({ detectedLanguage }) => detectedLanguage),
      ["en", undefined],
    );
  });
});

describe("repetition", () => {
  // These went round in circles before the search was held to what the source repeats.
  for (const text of [
    "Der T\u2011Shirt\u2011Laden ist zu.",
    "Drei Jugendliche in einer U-Bahn.",
    "Tom sah Marys Haus, Haus am See und den alten Turm in der Ferne des Tals der Könige.",
  ]) {
    test(`goes no further than the source's: ${text}`, async () => {
      const translation = await translator.translate(text);
      assert.doesNotMatch(translation, /\b(\p{L}{2,})(?:\W+\1\b){2,}/iu);
      assert.ok(translation.split(/\s+/).length <= 2 * text.split(/\s+/).length + 10);
    });
  }

  test("that the source has stays", async () => {
    assert.match(await translator.translate("Nein, nein, nein!"), /no\W+no\W+no/i);
  });
});
