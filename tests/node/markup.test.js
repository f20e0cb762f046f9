import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parseFragment } from "parse5";
import { Translator } from "../../dist/npm/lib/index.js";

let translator;
before(async () => {
  translator = await Translator.create({ sourceLanguage: "de", targetLanguage: "en" });
});
after(() => translator.destroy());

const html = (text) => translator.translate(text, { markup: "html" });

/** Every element with its attributes and those that it is inside of, in no order; and the text. */
function outline(document) {
  const elements = [];
  let text = "";
  const walk = (node, path) => {
    for (const child of node.childNodes ?? []) {
      if (child.nodeName === "#text") text += child.value;
      if (!child.tagName) continue;
      const attributes = child.attrs.map(({ name, value }) => `${name}=${JSON.stringify(value)}`);
      const own = `${path}/${[child.tagName, ...attributes].join(" ")}`;
      elements.push(own);
      walk(child, own);
    }
  };
  walk(parseFragment(document), "");
  return { elements: elements.sort(), text };
}

/** The same pieces with other tags for each seed. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

const SENTENCES = [
  "Das große Haus steht am See.",
  "Gestern hat der Mann den Hund gesehen.",
  "Wir gehen heute Abend mit den Kindern ins Kino.",
  "Ich weiß nicht, was du gemacht hast.",
  "This is not what you have to translate.",
];
const TAGS = ["b", 'a href="x?a=1&amp;b=2"', 'span class="x y" data-i=\'"\'', "i", "em", "u id=q"];

function marked(words, pick, depth) {
  if (words.length === 0) return "";
  if (depth === 0 || pick(3) === 0) return words.join(" ");
  const [from, to] = [pick(words.length), pick(words.length)].sort((a, b) => a - b);
  const tag = TAGS[pick(TAGS.length)];
  const inner = marked(words.slice(from, to + 1), pick, depth - 1);
  return [
    marked(words.slice(0, from), pick, depth - 1),
    `<${tag}>${inner}</${tag.split(" ")[0]}>`,
    marked(words.slice(to + 1), pick, depth - 1),
  ]
    .filter(Boolean)
    .join(" ");
}

test("tags come out as they went in, and the text is that of the plain text", async () => {
  let nested = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    const pick = random(seed * 7919);
    const sentence = SENTENCES[seed % SENTENCES.length];
    const source = `<p>${marked(sentence.split(" "), pick, 3)}</p>`;
    // To a parser a link in a link is one beside the other.
    if (/<a [^>]*>(?:(?!<\/a>).)*<a /.test(source)) continue;
    const target = await html(source);
    const [before, after] = [outline(source), outline(target)];
    assert.deepEqual(after.elements, before.elements, `${source}\n${target}`);
    assert.equal(after.text, await translator.translate(sentence), `${source}\n${target}`);
    nested += before.elements.length > 2 ? 1 : 0;
  }
  assert.ok(nested > 20, `${nested} with tags in tags`);
});

describe("tags stay around their words", () => {
  for (const [source, target] of [
    ["<b>Guten Morgen!</b>", "<b>Good morning!</b>"],
    ["Das ist ein <b>Hund</b>.", "That's a <b>dog</b>."],
    ["Der <i>Hund</i> und die <b>Katze</b>.", "The <i>dog</i> and the <b>cat</b>."],
  ]) {
    test(source, async () => assert.equal(await html(source), target));
  }

  test("of a word that moves to the end", async () => {
    const found = await html("<p>Ich habe gestern den <b>Hund</b> gesehen.</p>");
    assert.match(found, /<b>dog<\/b>/);
  });
});

describe("what isn't to be translated comes back byte for byte", () => {
  for (const kept of [
    '<script>var haus = "Das Haus";</script>',
    "<style>p::before { content: 'Das Haus' }</style>",
    "<pre>Das  Haus\n ist groß</pre>",
    "<code>Das Haus</code>",
    '<p translate="no">Das Haus</p>',
    '<span class="a notranslate">Das Haus</span>',
    '<p lang="fr">Das Haus</p>',
    '<p lang="en">This house</p>',
    '<img alt="Das Haus" src=x>',
    "<!-- Das Haus -->",
    "<textarea>Das Haus</textarea>",
    "<svg><text>Das Haus</text></svg>",
  ]) {
    test(kept, async () => {
      for (const around of [kept, `<p>Guten Morgen!</p>${kept}<p>Danke.</p>`]) {
        assert.ok((await html(around)).includes(kept), await html(around));
      }
    });
  }

  test("but what is to be inside of it", async () => {
    assert.equal(
      await html('<div translate="no">Das Haus <p translate="yes">Guten Morgen!</p></div>'),
      '<div translate="no">Das Haus <p translate="yes">Good morning!</p></div>',
    );
    assert.equal(
      await html('<div lang="fr"><p lang="de-AT">Guten Morgen!</p></div>'),
      '<div lang="fr"><p lang="de-AT">Good morning!</p></div>',
    );
  });

  test("a whole document's tags, as it writes them", async () => {
    const document = (title, text) =>
      `<!DOCTYPE html>\r\n<HTML Lang=de>\r\n<head><title>${title}</title>\r\n<meta charset=utf-8></head>\r\n<body class=x>\r\n<p>${text}\r\n<ul><li>${text}<li>${text}</ul>\r\n</body></HTML>\r\n`;
    assert.equal(
      await html(document("Danke.", "Guten Morgen!")),
      document(await translator.translate("Danke."), "Good morning!"),
    );
  });

  test("tags that aren't nested", async () => {
    const found = await html("<b>eins <i>zwei</b> drei</i> vier");
    assert.match(found, /^<b>[^<]+<i>[^<]+<\/b>[^<]+<\/i>[^<]+$/);
  });
});

test("no text becomes a tag or an attribute", async () => {
  for (const text of [
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "Haus &lt;img src=x onerror=alert(1)&gt; Hund",
    "&amp;lt;b&amp;gt; Das Haus",
    "&#60;svg/onload=alert(1)&#62; Das Haus",
    "&quot;&gt;&lt;a href=javascript:alert(1)&gt;Haus",
    "Das Haus {x1} &#123;x1&#125; {x2}",
  ]) {
    for (const source of [
      `<p>${text}</p>`,
      `<p>Das <b>${text}</b> ist <code>x</code> groß.</p>`,
      `<title>${text}</title>`,
    ]) {
      const target = await html(source);
      assert.deepEqual(outline(target).elements, outline(source).elements, `${source}\n${target}`);
    }
  }
});

describe("translateBatch()", () => {
  const TEXTS = ["Guten Morgen!", "", "Das Haus ist groß. Danke.", " \n", "Zwei Hunde."];

  test("gives what translate() gives, in order, and tells how far it is", async () => {
    const calls = [];
    const found = await translator.translateBatch(TEXTS, {
      onProgress: (done, total) => calls.push([done, total]),
    });
    assert.deepEqual(found, await Promise.all(TEXTS.map((text) => translator.translate(text))));
    assert.deepEqual(
      calls,
      [0, 1, 2, 3, 4, 5].map((done) => [done, 5]),
    );
    assert.deepEqual(await translator.translateBatch([]), []);
  });

  test("takes markup and any number of Workers", async () => {
    const pair = { sourceLanguage: "de", targetLanguage: "en" };
    const several = await Translator.create({ ...pair, workers: 2 });
    const texts = Array.from(
      { length: 20 },
      (_, i) => `<p>Das <b>Haus</b> ist groß. ${i} Hunde.</p>`,
    );
    const found = await several.translateBatch(texts, { markup: "html", beamSize: 1 });
    several.destroy();
    assert.deepEqual(
      found,
      await translator.translateBatch(texts, { markup: "html", beamSize: 1 }),
    );
    for (const [i, text] of found.entries()) assert.match(text, new RegExp(`^<p>.*\\b${i} dogs`));
  });

  test("says which input is none", async () => {
    for (const [inputs, message] of [
      ["Haus", "inputs is a string, expected an array of strings"],
      [undefined, "inputs is undefined, expected an array of strings"],
      [["Haus", null], "inputs[1] is null, expected a string"],
      [[["Haus"]], "inputs[0] is an array, expected a string"],
      [Array(1), "inputs[0] is undefined, expected a string"],
    ]) {
      await assert.rejects(translator.translateBatch(inputs), { name: "TypeError", message });
    }
    await assert.rejects(translator.translateBatch([], { onProgress: 1 }), TypeError);
    await assert.rejects(translator.translate("x", { markup: "xml" }), {
      name: "TypeError",
      message: 'markup is "xml", expected "html"',
    });
  });

  test("ends at its signal, and at the first failure", async () => {
    const controller = new AbortController();
    const pending = translator.translateBatch(Array(50).fill("Das Haus ist groß."), {
      signal: controller.signal,
      onProgress: (done) => done === 2 && controller.abort("enough"),
    });
    await assert.rejects(pending, (error) => error === "enough");
    await assert.rejects(translator.translateBatch(["Haus", "a ".repeat(300_000)]), {
      name: "QuotaExceededError",
    });
  });
});
