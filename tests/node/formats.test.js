import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { formatOf, translateDocument } from "../../dist/npm/lib/formats/index.js";
import { Translator } from "../../dist/npm/lib/index.js";

let translator;
before(async () => {
  translator = await Translator.create({ sourceLanguage: "de", targetLanguage: "en" });
});
after(() => translator.destroy());

const translated = (content, format) => translateDocument(translator, content, { format });

test("formatOf() knows the endings of names", () => {
  for (const [name, format] of [
    ["a.txt", "txt"],
    ["A.B.MD", "md"],
    ["x/y.markdown", "md"],
    ["film.srt", "srt"],
    ["film.vtt", "vtt"],
    ["index.HTM", "html"],
    ["de.json", "json"],
    ["a.pdf", undefined],
    ["txt", undefined],
    ["a.constructor", undefined],
    ["a.txt/b", undefined],
  ]) {
    assert.equal(formatOf(name), format, name);
  }
  assert.throws(() => formatOf(null), { name: "TypeError", message: /^name is null/ });
});

describe("translateDocument()", () => {
  test("says what is wrong with its arguments", async () => {
    await assert.rejects(translated("x", "pdf"), { name: "TypeError", message: /"pdf".*"md"/ });
    await assert.rejects(translated(5, "txt"), {
      name: "TypeError",
      message: /content is the number 5/,
    });
    await assert.rejects(translateDocument(translator, "x", { format: "txt", onProgress: 1 }), {
      name: "TypeError",
      message: /onProgress/,
    });
    await assert.rejects(translated('{"a": "Haus",}', "json"), { name: "SyntaxError" });
    const signal = AbortSignal.abort("no");
    await assert.rejects(
      translateDocument(translator, "Haus", { format: "txt", signal }),
      (error) => error === "no",
    );
  });

  test("tells how far it is, in parts", async () => {
    const calls = [];
    const onProgress = (...args) => calls.push(args);
    await translateDocument(translator, "Eins.\n\nZwei.\n\n---\n\nDrei.", {
      format: "txt",
      onProgress,
    });
    assert.deepEqual(calls, [
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  test("takes a translator that knows translate() alone, as a browser's", async () => {
    const own = {
      sourceLanguage: "de",
      targetLanguage: "en",
      translate: async (text) => text.toUpperCase(),
    };
    const found = await translateDocument(own, "<p>das <b>große</b> haus</p>", { format: "html" });
    assert.equal(found, "<p>DAS <b>GROSSE</b> HAUS</p>");
  });
});

test("text keeps its layout", async () => {
  const found = await translated("  Guten Morgen!\r\n\r\n\tDas Haus ist groß.\n \n\n", "txt");
  assert.match(found, /^ {2}Good morning!\r\n\r\n\tThe house is [^\n]+\.\n \n\n$/);
});

describe("Markdown", () => {
  test("keeps all that isn't text", async () => {
    const found = await translated(
      `---
title: Haus
---

# Das *alte* Haus

Rufe \`foo()\` auf. Hier ist der [See](http://x.de/a_b "Titel hier").

- [ ] Guten Morgen!
  1. Danke.

> Das Haus ist groß.

| Haus | Wert |
| :--- | ---: |
| Hund | \`x|y\` |

\`\`\`js
let haus = "Das Haus";
\`\`\`

<!-- Das Haus -->
<div class="x">Guten Morgen!</div>

[see]: http://x.de "Haus"
`,
      "md",
    );
    for (const kept of [
      "---\ntitle: Haus\n---\n\n# The *old* house\n",
      "`foo()`",
      '](http://x.de/a_b "Titel hier")',
      "\n- [ ] Good morning!\n  1. Thank",
      "\n> The house is ",
      "\n| :--- | ---: |\n",
      '\n```js\nlet haus = "Das Haus";\n```\n\n<!-- Das Haus -->\n<div class="x">Good morning!</div>\n',
      '\n[see]: http://x.de "Haus"\n',
    ]) {
      assert.ok(found.includes(kept), `${JSON.stringify(kept)} is missing in\n${found}`);
    }
  });

  test("breaks a paragraph in lines as wide as its own", async () => {
    const found = await translated(
      "> Das Haus steht am See und ist sehr alt,\n> aber der Hund schläft im Garten und\n> wartet auf den Mann.\n",
      "md",
    );
    const lines = found.trimEnd().split("\n");
    assert.ok(lines.length > 1, found);
    for (const line of lines) {
      assert.match(line, /^> \S/);
      assert.ok(line.length <= 45, line);
    }
  });

  test("doesn't turn text into marks", async () => {
    const own = {
      sourceLanguage: "de",
      targetLanguage: "en",
      translate: async () => "# *a* <b> [x](y) `z`",
    };
    const found = await translateDocument(own, "Text", { format: "md" });
    const { fromMarkdown } = await import("mdast-util-from-markdown");
    const { children } = fromMarkdown(found);
    assert.equal(children.length, 1);
    assert.equal(children[0].type, "paragraph");
    assert.deepEqual(
      children[0].children.map(({ type, value }) => [type, value]),
      [["text", "# *a* <b> [x](y) `z`"]],
    );
  });
});

describe("subtitles", () => {
  test("of SubRip keep numbers, times, tags and lines", async () => {
    const found = await translated(
      "\ufeff1\r\n00:00:01,000 --> 00:00:02,000 X1:1\r\n<i>Guten Morgen, mein Freund,\r\nwie geht es dir?</i>\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}- Danke.\r\n- Guten Morgen!\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n42\r\n",
      "srt",
    );
    assert.match(
      found,
      /^\ufeff1\r\n00:00:01,000 --> 00:00:02,000 X1:1\r\n<i>Good morning[^<\r]+\r\n[^<\r]+<\/i>\r\n\r\n2\r\n/,
    );
    assert.match(
      found,
      /\r\n00:00:03,000 --> 00:00:04,000\r\n\{\\an8\}- Thank[^\r]+\r\n- Good morning!\r\n/,
    );
    assert.ok(found.endsWith("\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n42\r\n"));
  });

  test("of WebVTT keep notes, styles, settings and voices", async () => {
    const found = await translated(
      "WEBVTT - Haus\n\nSTYLE\n::cue { color: red }\n\nNOTE Das Haus\nist groß.\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v Hans>Das Haus &amp; der <c.red>Hund</c>.\n",
      "vtt",
    );
    assert.match(
      found,
      /^WEBVTT - Haus\n\nSTYLE\n::cue \{ color: red \}\n\nNOTE Das Haus\nist groß\.\n\nintro\n00:01\.000 --> 00:02\.000 align:start\n<v Hans>The house &amp; the <c\.red>dog<\/c>\.\n$/,
    );
  });
});

test("JSON keeps keys, layout and all that isn't a string", async () => {
  const found = await translated(
    '{\n\t"haus": "Guten Morgen!", "n": [1.50, true, null, "", "Danke."]\n}\n',
    "json",
  );
  assert.match(
    found,
    /^\{\n\t"haus": "Good morning!", "n": \[1\.50, true, null, "", "Thank[^"]*"\]\n\}\n$/,
  );
});
