/** How a model comes over a network that isn't all there. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Translator } from "../../dist/npm/lib/index.js";
import { startModelServer } from "../support/model-server.js";

const PAIR = { sourceLanguage: "de", targetLanguage: "en" };
const { files } = JSON.parse(
  readFileSync(new URL("../../models/de-en/manifest.json", import.meta.url), "utf8"),
);
const { bytes, sha256 } = files.find(({ name }) => name === "weights.bin");

describe("a model over the network", () => {
  let server;
  before(async () => {
    server = await startModelServer();
  });
  after(() => server.close());

  const weights = (model) => server.requests(model).filter(({ name }) => name === "weights.bin");

  async function translates(model) {
    const seen = [];
    const monitor = (m) => m.addEventListener("downloadprogress", (e) => seen.push(e.loaded));
    const translator = await Translator.create({ ...PAIR, model, monitor });
    assert.match(await translator.translate("Das Haus ist groß."), /house/i);
    translator.destroy();
    assert.equal(seen[0], 0);
    assert.equal(seen.at(-1), 1);
    assert.ok(seen.every((loaded, i) => i === 0 || loaded > seen[i - 1]));
  }

  test("goes on where it broke off", async () => {
    const model = server.model("breaking");
    await translates(model);
    const quarter = (n) => `bytes=${Math.floor((bytes * n) / 4)}-`;
    assert.deepEqual(
      weights(model).map(({ range }) => range),
      [undefined, quarter(1), quarter(2), quarter(3)],
    );
  });

  test("begins anew where the server knows no ranges", async () => {
    const model = server.model("breaking-without-ranges");
    await translates(model);
    assert.equal(weights(model).length, 4);
  });

  test("is asked for again after a while when the server is busy", async () => {
    const model = server.model("busy");
    const start = performance.now();
    await translates(model);
    assert.equal(weights(model).length, 3);
    assert.ok(performance.now() - start >= 1000, "250 ms and 750 ms");
  });

  test("is given up when it breaks off at the same place again and again", async () => {
    const model = server.model("always-breaking");
    await assert.rejects(Translator.create({ ...PAIR, model }), (error) => {
      assert.equal(error.name, "NetworkError");
      assert.ok(error.message.startsWith(`${model}weights.bin can't be fetched: `), error.message);
      return true;
    });
    // Once, three times more after that, and the first of these brought nothing new.
    assert.ok(weights(model).length <= 5, `${weights(model).length} requests`);
  });

  test("is asked for past all caches where something else is answered", async () => {
    const model = server.model("stale");
    await translates(model);
    assert.equal(weights(model).length, 2);
  });

  test("ends with the signal while it waits to try again", async () => {
    const model = server.model("busy");
    const controller = new AbortController();
    const pending = Translator.create({ ...PAIR, model, signal: controller.signal });
    while (weights(model).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort("enough");
    await assert.rejects(pending, (reason) => reason === "enough");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(weights(model).length, 1);
  });

  const answers = {
    missing: ["NetworkError", "can't be fetched: the server answered 404 with text/html"],
    html: [
      "OperationError",
      `has 39 bytes, expected ${bytes}: the server answered 200 with text/html`,
    ],
    short: ["OperationError", `has 1000 bytes, expected ${bytes}: the server answered 200 with no`],
    long: ["OperationError", `has more bytes, expected ${bytes}: the server answered 200 with no`],
    corrupt: [
      "OperationError",
      /has SHA-256 [\da-f]{64}, expected .*: the server answered 200 with/,
    ],
  };
  for (const [kind, [name, what]] of Object.entries(answers)) {
    test(`${kind}: the error names address, status and type`, async () => {
      const model = server.model(kind);
      await assert.rejects(Translator.create({ ...PAIR, model }), (error) => {
        assert.ok(error instanceof DOMException);
        assert.equal(error.name, name);
        const { message } = error;
        assert.ok(message.startsWith(`${model}weights.bin `), message);
        assert.ok(what instanceof RegExp ? what.test(message) : message.includes(what), message);
        if (kind === "corrupt") assert.ok(message.includes(sha256), message);
        return true;
      });
      // The fault has gone, and nothing of it has stayed.
      server.become(model, "fresh");
      await translates(model);
    });
  }

  test("without a manifest says so", async () => {
    const model = server.model("not-json");
    await assert.rejects(Translator.create({ ...PAIR, model }), {
      name: "OperationError",
      message: `${model}manifest.json isn't a model's manifest (manifest.json isn't JSON): the server answered 200 with no content type`,
    });
  });

  test("isn't kept in Node, where there is nothing to keep it in", async () => {
    await translates(server.model("fresh"));
    assert.deepEqual(await Translator.stored(), []);
    assert.deepEqual(await Translator.remove(), []);
  });
});

test("remove() takes a filter and nothing else", async () => {
  await assert.rejects(Translator.remove("de-en"), {
    name: "TypeError",
    message: "filter is a string, expected an object",
  });
  await assert.rejects(Translator.remove({ sourceLanguage: "?" }), RangeError);
  await assert.rejects(Translator.remove({ size: "tiny" }), TypeError);
});
