import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Translator } from "../../dist/npm/lib/index.js";
import { RawTranslator } from "../../dist/npm/wasm/lite_transformer.js";

const PAIR = { sourceLanguage: "de", targetLanguage: "en" };

describe("odd input", () => {
  let translator;
  before(async () => {
    translator = await Translator.create(PAIR);
  });
  after(() => translator.destroy());

  // The whole text must come through, and the translator must work afterwards.
  const inputs = {
    nothing: "",
    "white space": " \n\t\u00a0\u3000 ",
    "zero-width and control characters": "\u200b\ufeff\u0000\u0007\u001b[31m",
    "emoji alone": "😀😀 👩‍👩‍👧‍👦 🇩🇪",
    "emoji between words": "Ich 😀 liebe 👩‍👩‍👧‍👦 dich.",
    "an unpaired high surrogate": "Das Haus \ud83d ist groß.",
    "an unpaired low surrogate": "\ude00 Das Haus ist groß.",
    "surrogates the wrong way round": "Das \ude00\ud83d Haus.",
    "NUL between words": "Das Haus\u0000ist groß.",
    "right-to-left text": "שלום עולם. مرحبا بالعالم.",
    "a right-to-left override": "Das \u202eHaus\u202c ist groß.",
    "other scripts": "你好世界。 Привет, мир! Γειά σου Κόσμε. สวัสดีชาวโลก",
    "one word of 3,000 letters": "a".repeat(3000),
    "combining marks": `Z${"\u0301".repeat(500)}algo`,
    "only punctuation": "...!!!???",
    markup: "<b>Das Haus</b> &amp; <script>alert(1)</script>",
  };
  for (const [name, text] of Object.entries(inputs)) {
    test(name, async () => {
      const translation = await translator.translate(text, { beamSize: 1 });
      assert.equal(typeof translation, "string");
      if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(text)) assert.equal(translation, text);
      const { sentences } = await translator.visualize(text, { beamSize: 1 });
      for (const sentence of sentences) {
        const { start, end, source, target, translation: output } = sentence;
        assert.ok(0 <= start && start < end && end <= text.length);
        assert.equal(sentence.text, text.slice(start, end).replace(/\p{Surrogate}/gu, "\ufffd"));
        checkTokens(source, sentence.text);
        checkTokens(target, output);
      }
      assert.match(await translator.translate("Das Haus ist groß."), /house/i);
    });
  }

  test("10,000 characters", async () => {
    const sentence = "Das Haus steht auf einem Berg. ";
    const text = sentence.repeat(Math.ceil(10_000 / sentence.length));
    const translation = await translator.translate(text, { beamSize: 1 });
    const one = await translator.translate(sentence, { beamSize: 1 });
    assert.equal(translation, one.repeat(text.length / sentence.length));
  });

  test("10,000 characters without a sentence's end", async () => {
    const text = "und das Haus ".repeat(770);
    const translation = await translator.translate(text, { beamSize: 1 });
    assert.ok(translation.length > 1000, "a long text keeps its length, more or less");
  });
});

function checkTokens(tokens, text) {
  assert.ok(tokens.length > 0);
  let at = 0;
  for (const token of tokens) {
    assert.ok(at <= token.start && token.start <= token.end && token.end <= text.length);
    assert.equal(token.text, text.slice(token.start, token.end));
    at = token.start;
  }
}

describe("options", () => {
  let translator;
  before(async () => {
    translator = await Translator.create(PAIR);
  });
  after(() => translator.destroy());

  const wrong = [
    [{ beamSize: 0 }, RangeError],
    [{ beamSize: 17 }, RangeError],
    [{ beamSize: 1.5 }, RangeError],
    [{ beamSize: Number.NaN }, TypeError],
    [{ beamSize: "4" }, TypeError],
    [{ lengthPenalty: -0.1 }, RangeError],
    [{ lengthPenalty: 4.1 }, RangeError],
    [{ lengthPenalty: Number.POSITIVE_INFINITY }, RangeError],
    [{ lengthPenalty: null }, TypeError],
  ];
  for (const [options, expected] of wrong) {
    const [[name, value]] = Object.entries(options);
    test(`${name}: ${value} is a ${expected.name} that says so`, async () => {
      const check = (error) =>
        error instanceof expected && error.message.includes(`${name} is ${value}`);
      await assert.rejects(translator.translate("Hallo", options), check);
      assert.throws(() => translator.translateStreaming("Hallo", options), check);
    });
  }

  test("an unknown measure is a TypeError that says what there is", async () => {
    await assert.rejects(translator.visualize("Hallo", { measure: "size" }), {
      name: "TypeError",
      message: 'measure is "size", expected "weight" or "contribution"',
    });
  });

  test("a beam of 16 and a beam of 1 both work", async () => {
    for (const beamSize of [1, 16]) {
      assert.match(await translator.translate("Das Haus ist groß.", { beamSize }), /house/i);
    }
  });
});

test("layout between sentences stays", async () => {
  const translator = await Translator.create(PAIR);
  const text = "  Guten Morgen!\r\n\r\n\tWie geht es dir?   Danke.\n";
  const translation = await translator.translate(text);
  assert.match(translation, /^ {2}\S.*\S\r\n\r\n\t\S.*\S {3}\S.*\S\n$/);
  translator.destroy();
});

describe("sentences()", () => {
  let translator;
  before(async () => {
    translator = await Translator.create(PAIR);
  });
  after(() => translator.destroy());

  test("gives the sentences' places in UTF-16 code units", async () => {
    const text = "  Guten Morgen! 😀 Wie geht's?\n\nDas kostet z. B. 3.50 Euro.\n";
    const sentences = await translator.sentences(text);
    const cut = sentences.map(({ start, end }) => text.slice(start, end));
    assert.equal(cut[0], "Guten Morgen!");
    assert.ok(cut.includes("Das kostet z. B. 3.50 Euro."), cut.join(" | "));
    assert.deepEqual(Object.keys(sentences[0]), ["start", "end"]);
    const { sentences: shown } = await translator.visualize(text);
    assert.deepEqual(
      sentences,
      shown.map(({ start, end }) => ({ start, end })),
    );
  });

  test("leaves nothing but layout between them", async () => {
    const text = "\tEins. Zwei!\u0000Drei?\r\n\r\nVier und ".concat("fünf ".repeat(400));
    let at = 0;
    for (const { start, end } of await translator.sentences(text)) {
      assert.ok(at <= start && start < end);
      assert.doesNotMatch(text.slice(at, start), /[\p{L}\p{N}]/u);
      at = end;
    }
    assert.doesNotMatch(text.slice(at), /[\p{L}\p{N}]/u);
  });

  test("of nothing are none, and its arguments are those of translate()", async () => {
    assert.deepEqual(await translator.sentences(""), []);
    assert.deepEqual(await translator.sentences(" \n"), []);
    await assert.rejects(translator.sentences(), TypeError);
    await assert.rejects(translator.sentences("Hallo", { signal: 1 }), TypeError);
    await assert.rejects(
      translator.sentences("Hallo", { signal: AbortSignal.abort("no") }),
      (e) => e === "no",
    );
    await assert.rejects(translator.sentences("a ".repeat(300_000)), {
      name: "QuotaExceededError",
    });
    const same = await Translator.create({ sourceLanguage: "de", targetLanguage: "de" });
    await assert.rejects(same.sentences("Hallo"), { name: "NotSupportedError" });
  });
});

describe("the engine's work", () => {
  const LONG = "Das ist ein Haus. ".repeat(50);
  let translator;
  let calls = 0;
  const { translateSentence } = RawTranslator.prototype;
  before(async () => {
    RawTranslator.prototype.translateSentence = function (...args) {
      calls += 1;
      return translateSentence.apply(this, args);
    };
    translator = await Translator.create(PAIR);
  });
  after(() => {
    RawTranslator.prototype.translateSentence = translateSentence;
    translator.destroy();
  });

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const stops = async (stop) => {
    calls = 0;
    await stop();
    const until = calls;
    assert.ok(until > 0 && until < 50, `${until} sentences were translated`);
    await pause(100);
    assert.equal(calls, until);
  };

  test("stops when a call is aborted", () =>
    stops(async () => {
      const controller = new AbortController();
      const pending = translator.translate(LONG, { signal: controller.signal, beamSize: 1 });
      while (calls < 3) await pause(1);
      controller.abort();
      await assert.rejects(pending, { name: "AbortError" });
    }));

  test("stops when a stream is cancelled", () =>
    stops(async () => {
      const reader = translator.translateStreaming(LONG, { beamSize: 1 }).getReader();
      await reader.read();
      await reader.cancel();
      await pause(20); // the sentence under way
    }));

  test("stops when the translator is destroyed", () =>
    stops(async () => {
      const pending = translator.translate(LONG, { beamSize: 1 });
      while (calls < 3) await pause(1);
      translator.destroy();
      await assert.rejects(pending, { name: "AbortError" });
    }));
});
