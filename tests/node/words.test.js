/** Alignments, probabilities, n-best lists and forced prefixes. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Translator } from "../../dist/npm/lib/index.js";

let translator;
let english;
before(async () => {
  translator = await Translator.create({ sourceLanguage: "de", targetLanguage: "en" });
  english = await Translator.create({ sourceLanguage: "en", targetLanguage: "de" });
});
after(() => {
  translator.destroy();
  english.destroy();
});

const detailed = async (text, options) =>
  (await translator.translateDetailed(text, options)).sentences;

/** The words that belong together, as text. */
const pairs = ({ text, translation, alignments }) =>
  alignments.map(({ source, target }) => [
    text.slice(source.start, source.end),
    translation.slice(target.start, target.end),
  ]);

describe("alignments", () => {
  test("pair the words of a plain sentence", async () => {
    const [sentence] = await detailed("Der Hund schläft im Garten.", { alignments: true });
    const found = pairs(sentence);
    for (const pair of [
      ["Hund", "dog"],
      ["Garten", "garden"],
      [".", "."],
    ])
      assert.ok(
        found.some((one) => one.join() === pair.join()),
        `${pair} in ${JSON.stringify(found)}`,
      );
  });

  test("follow a verb to the end", async () => {
    const { sentences } = await english.translateDetailed("I have read the book.", {
      alignments: true,
    });
    assert.ok(
      pairs(sentences[0]).some(([source, target]) => source === "read" && target === "gelesen"),
      JSON.stringify(pairs(sentences[0])),
    );
  });

  test("stand in the target's order, within both texts, in every sentence", async () => {
    const text = "  😀 Guten Morgen! 😀\n\n• Wie geht es „dir“, Anna?";
    for (const sentence of await detailed(text, { alignments: true })) {
      assert.ok(sentence.alignments.length > 0);
      let before = 0;
      for (const { source, target, weight } of sentence.alignments) {
        assert.ok(source.start < source.end && source.end <= sentence.text.length);
        assert.ok(target.start < target.end && target.end <= sentence.translation.length);
        assert.ok(target.start >= before, "ascending");
        assert.ok(weight > 0 && weight <= 1.0001, `${weight}`);
        before = target.start;
      }
    }
  });

  test("of what is copied lead to the copy", async () => {
    const text = "• Schreib am 3. März 😀 an a.b@example.org, 20 Tage lang!";
    const [sentence] = await detailed(text, { alignments: true });
    const found = pairs(sentence);
    for (const pair of [
      ["•", "•"],
      ["3. März", "March 3"],
      ["a.b@example.org", "a.b@example.org"],
    ])
      assert.ok(
        found.some((one) => one.join() === pair.join()),
        `${pair} in ${JSON.stringify(found)}`,
      );
  });

  test("of what takes no model are there, too", async () => {
    const [english] = await detailed("This is not what you have to translate.", {
      alignments: true,
    });
    assert.deepEqual(pairs(english)[0], ["This", "This"]);
    assert.deepEqual(english.tokens, []);
    const [time] = await detailed("12:10 Uhr", { alignments: true });
    assert.equal(time.translation, "12:10 p.m.");
    assert.ok(time.alignments.length > 0);
  });

  test("are left out unless they are asked for", async () => {
    const [sentence] = await detailed("Guten Morgen!");
    assert.ok(!("alignments" in sentence) && !("tokens" in sentence));
    await assert.rejects(translator.translateDetailed("Hallo", { alignments: "yes" }), {
      name: "TypeError",
      message: "alignments is string, expected a boolean",
    });
  });

  test("are the same in visualize(), which tells the layer that shows them best", async () => {
    const text = "Der Hund schläft im Garten.";
    const [sentence] = await detailed(text, { alignments: true });
    const { sentences } = await translator.visualize(text);
    assert.deepEqual(sentences[0].alignments, sentence.alignments);
    assert.deepEqual(sentences[0].tokens, sentence.tokens);
    assert.equal(sentences[0].alignedLayer, sentences[0].decoder.length - 2);
  });
});

describe("tokens", () => {
  test("have the probabilities that make up the score", async () => {
    const lengthPenalty = 1;
    const [sentence] = await detailed("Der Hund schläft im Garten.", {
      alignments: true,
      lengthPenalty,
    });
    const { tokens, translation, score } = sentence;
    let at = 0;
    for (const { text, start, end, probability } of tokens) {
      assert.equal(translation.slice(start, end), text);
      assert.ok(start >= at && probability > 0 && probability <= 1);
      at = start;
    }
    assert.equal(tokens.at(-1).text, "");
    const sum = tokens.reduce((all, { probability }) => all + Math.log(probability), 0);
    assert.ok(Math.abs(sum / tokens.length ** lengthPenalty - score) < 1e-4);
  });
});

describe("nBest", () => {
  test("gives so many alternatives, the best first, each once", async () => {
    for (const nBest of [1, 3, 12]) {
      const [{ alternatives, translation }] = await detailed("Der Hund schläft im Garten.", {
        nBest,
      });
      assert.ok(alternatives.length <= nBest && alternatives.length >= Math.min(nBest, 6));
      assert.equal(alternatives[0].text, translation);
      assert.equal(new Set(alternatives.map(({ text }) => text)).size, alternatives.length);
      for (const [i, { score }] of alternatives.entries())
        assert.ok(i === 0 || score <= alternatives[i - 1].score);
    }
  });

  test("is a whole number from 1 to 16", async () => {
    for (const nBest of [0, 17, 1.5])
      await assert.rejects(translator.translateDetailed("Hallo", { nBest }), RangeError);
    await assert.rejects(translator.translateDetailed("Hallo", { nBest: "3" }), TypeError);
  });
});

describe("prefix", () => {
  const text = "Das alte Haus am See gehört meiner Tante.";

  for (const prefix of [
    "The old house",
    "The old hou",
    "The old house ",
    "That old",
    "My",
    "This is an anc",
    "  The",
    "THE OLD",
    "“The old house”",
    "Zxq vbn",
    "Ünïcödé 😀 Д",
    "The  old",
    "The ﬁne",
  ]) {
    test(`is what the translation begins with: ${JSON.stringify(prefix)}`, async () => {
      const translation = await translator.translate(text, { prefix });
      assert.ok(translation.startsWith(prefix), translation);
      assert.ok(translation.length > prefix.length, translation);
      const [sentence] = await detailed(text, { prefix, alignments: true, nBest: 5 });
      for (const alternative of sentence.alternatives)
        assert.ok(alternative.text.startsWith(prefix), alternative.text);
      for (const token of sentence.tokens)
        assert.equal(sentence.translation.slice(token.start, token.end), token.text);
      const shown = await translator.visualize(text, { prefix, nBest: 5 });
      assert.equal(shown.translation, sentence.translation);
    });
  }

  test("goes on in the middle of a word", async () => {
    assert.match(await translator.translate(text, { prefix: "The old hou" }), /^The old house\b/);
    assert.match(await translator.translate(text, { prefix: "The ol" }), /^The old\b/);
  });

  test("that the translation begins with anyway changes nothing", async () => {
    const translation = await translator.translate(text);
    for (const length of [1, 3, 8, 13, 20])
      assert.equal(
        await translator.translate(text, { prefix: translation.slice(0, length) }),
        translation,
        translation.slice(0, length),
      );
    assert.equal(await translator.translate(text, { prefix: "" }), translation);
  });

  for (const [source, prefix, expected] of [
    [
      "Schreib bitte an a.b@example.org!",
      "Write to a.b@example.org",
      /^Write to a\.b@example\.org\b/,
    ],
    ["Schreib bitte an a.b@example.org!", "Write to a.b@exa", /^Write to a\.b@example\.org\b/],
    ["Das kostet 1.200,50 €.", "It costs €1,200.50", /^It costs €1,200\.50/],
    ["Das kostet 1.200,50 €.", "It costs €1,2", /^It costs €1,200\.50/],
    ["RASEN NICHT BETRETEN", "KEEP OFF", /^KEEP OFF[^a-z]*$/],
    ["RASEN NICHT BETRETEN", "Keep off", /^Keep off[^a-z]*$/],
    ["• „Das Haus ist groß“, sagt er.", "• “The house", /^• “The house\b.*”/],
    ["Er hat 3 Katzen und 12 Hühner.", "There are 3 ca", /^There are 3 cats\b.*\b12\b/],
  ]) {
    test(`goes with what is copied or written otherwise: ${prefix}`, async () => {
      const translation = await translator.translate(source, { prefix });
      assert.match(translation, expected);
      assert.equal(translation.split("a.b@example.org").length <= 2, true, translation);
    });
  }

  test("is the first sentence's alone", async () => {
    const two = `${text} Wir fahren morgen hin.`;
    const second = (await translator.translate(two)).split(". ")[1];
    const translation = await translator.translate(two, { prefix: "My aunt" });
    assert.ok(translation.startsWith("My aunt"), translation);
    assert.equal(translation.split(". ")[1], second);
    const chunks = [];
    for await (const chunk of translator.translateStreaming(two, { prefix: "My aunt" }))
      chunks.push(chunk);
    assert.equal(chunks.join(""), translation);
  });

  test("goes on a text that would stay as it is", async () => {
    const same = "This is not what you have to translate.";
    assert.equal(await translator.translate(same, { prefix: "This is" }), same);
    assert.ok((await translator.translate(same, { prefix: "That" })).startsWith("That"));
  });

  test("is a text that leaves room for the rest", async () => {
    await assert.rejects(translator.translate("Hallo", { prefix: "word ".repeat(1000) }), {
      name: "RangeError",
      message: /^prefix has \d+ tokens, expected at most \d+$/,
    });
    for (const prefix of [1, null, {}, ["The"]])
      await assert.rejects(translator.translate("Hallo", { prefix }), {
        name: "TypeError",
        message: /^prefix is \w+, expected a string$/,
      });
  });
});
