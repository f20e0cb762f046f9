// What the package keeps in the browser: models by hash, in Cache Storage, for all tabs of a site.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startModelServer } from "../support/model-server.js";
import { launch } from "./support/chromium.js";
import { serveFolder } from "./support/serve.js";

const PAIR = { sourceLanguage: "de", targetLanguage: "en" };
const manifest = JSON.parse(
  readFileSync(new URL("../../models/de-en/manifest.json", import.meta.url), "utf8"),
);
const FILES = manifest.files.map(({ name }) => name);
/** A name that Chromium takes for this machine, and not for a secure context. */
const INSECURE = "somewhere.test";

let browser;
let server;
let models;
let context;
before(async () => {
  browser = await launch(`--host-resolver-rules=MAP ${INSECURE} 127.0.0.1`);
  server = await serveFolder(fileURLToPath(new URL("../../dist/npm", import.meta.url)));
  models = await startModelServer();
});
after(async () => {
  await browser?.close();
  server?.close();
  await models?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

/** A tab with the package in it, on the empty page. `requests` has the files of models that it asked for. */
async function tab({ url = server.url } = {}) {
  const page = await context.newPage();
  const requests = [];
  page.on("request", (request) => {
    const [, file] = /\/models\/.*\/([\w.-]+)$/.exec(request.url()) ?? [];
    if (file) requests.push(file);
  });
  await page.goto(`${url}blank.html`);
  await page.evaluate(async (url) => {
    window.Translator = (await import(`${url}lib/index.js`)).Translator;
    // The translation of one word: the model works.
    window.translated = async (options) => {
      const translator = await Translator.create(options);
      const text = await translator.translate("Haus");
      translator.destroy();
      return text;
    };
  }, url);
  return {
    page,
    requests,
    translated: (options) =>
      page.evaluate(
        (options) => window.translated(options).catch(({ name, message }) => ({ name, message })),
        { ...PAIR, ...options },
      ),
    stored: () => page.evaluate(() => Translator.stored()),
    remove: (filter) => page.evaluate((filter) => Translator.remove(filter), filter),
    availability: () => page.evaluate((pair) => Translator.availability(pair), PAIR),
    /** The addresses of everything in the store. */
    keys: () =>
      page.evaluate(async () => {
        const keys = await (await caches.open("lite-transformer")).keys();
        return keys.map(({ url }) => url);
      }),
  };
}

test("a model is kept by its files' hashes, and another tab finds it there", async () => {
  const first = await tab();
  assert.equal(await first.availability(), "downloadable");
  assert.deepEqual(await first.stored(), []);
  assert.match(await first.translated(), /house/i);
  const [model, ...others] = await first.stored();
  assert.deepEqual(others, []);
  const { bytes, ...rest } = model;
  assert.deepEqual(rest, { name: "de-en", ...PAIR, size: "small", address: undefined });
  assert.ok(bytes > manifest.files.reduce((sum, file) => sum + file.bytes, 0));
  const keys = await first.keys();
  for (const { sha256 } of manifest.files)
    assert.ok(keys.some((key) => key.endsWith(`/files/${sha256}`)));

  const second = await tab();
  assert.equal(await second.availability(), "available", "before anything has been created");
  assert.match(await second.translated(), /house/i);
  assert.deepEqual(
    second.requests.filter((file) => FILES.includes(file)),
    [],
  );
  assert.ok(FILES.every((file) => first.requests.includes(file)));
});

test("remove() drops what its filter fits, and availability() says so", async () => {
  const { translated, stored, remove, availability, keys } = await tab();
  await translated();
  await translated({ size: "nano" });
  await translated({ sourceLanguage: "en", targetLanguage: "de" });
  const names = async () => (await stored()).map(({ name }) => name).sort();
  assert.deepEqual(await names(), ["de-en", "de-en-nano", "en-de"]);
  assert.deepEqual(await remove({ name: "en" }), []);
  const removed = await remove({ sourceLanguage: "de-AT", size: "small" });
  assert.deepEqual(
    removed.map(({ name }) => name),
    ["de-en"],
  );
  assert.equal(await availability(), "downloadable");
  assert.deepEqual(await names(), ["de-en-nano", "en-de"]);
  // Every model of a pair comes with the same tokenizer: what another one needs has stayed.
  assert.match(await translated({ size: "nano" }), /house/i);
  const [model] = (await stored()).filter(({ name }) => name === "en-de");
  assert.equal((await remove(model)).length, 1, "what stored() gives is a filter");
  assert.equal((await remove()).length, 1);
  assert.deepEqual(await keys(), []);
  assert.match(await translated(), /house/i);
  assert.equal(await availability(), "available");
});

for (const kind of ["html", "short", "corrupt"]) {
  test(`what isn't the file is never kept: ${kind}`, async () => {
    const model = models.model(kind);
    const { translated, stored, keys } = await tab();
    const { name, message } = await translated({ model });
    assert.equal(name, "OperationError");
    assert.ok(message.startsWith(`${model}weights.bin has `), message);
    assert.match(message, /: the server answered 200 with (text\/html|no content type)/);
    assert.deepEqual(await stored(), []);
    const { sha256 } = manifest.files.find((file) => file.name === "weights.bin");
    assert.ok(!(await keys()).some((key) => key.endsWith(sha256)));
    models.become(model, "fresh");
    assert.match(await translated({ model }), /house/i);
    assert.equal((await stored()).length, 1);
  });
}

test("a store without room fails no translation", async () => {
  const { page, translated, stored, availability } = await tab();
  const session = await context.newCDPSession(page);
  const { origin } = new URL(server.url);
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 500_000 });
  assert.match(await translated(), /house/i);
  assert.deepEqual(await stored(), []);
  assert.equal(await availability(), "available", "it is in memory");
  const other = await tab();
  assert.equal(await other.availability(), "downloadable");
});

test("a store that is refused fails no translation", async () => {
  const { page, translated, stored, remove } = await tab();
  await page.evaluate(() => {
    // As a sandboxed frame and some private windows do.
    Object.defineProperty(window, "caches", {
      get() {
        throw new DOMException("no storage here", "SecurityError");
      },
    });
  });
  assert.match(await translated(), /house/i);
  assert.deepEqual(await stored(), []);
  assert.deepEqual(await remove(), []);
});

test("an insecure page has no store, and translates", async () => {
  const { page, translated, stored, availability } = await tab({
    url: server.url.replace("127.0.0.1", INSECURE),
  });
  assert.equal(await page.evaluate(() => isSecureContext), false);
  assert.match(await translated(), /house/i);
  assert.deepEqual(await stored(), []);
  assert.equal(await availability(), "available");
});

test("two tabs download once", async () => {
  const model = models.model("slow");
  const tabs = [await tab(), await tab()];
  const results = await Promise.all(tabs.map(({ translated }) => translated({ model })));
  for (const text of results) assert.match(text, /house/i);
  const asked = models.requests(model).map(({ name }) => name);
  assert.deepEqual(
    asked.filter((name) => name !== "manifest.json").sort(),
    [...FILES].sort(),
    "each file once",
  );
});

test("a tab that gives up leaves the download to the other", async () => {
  const model = models.model("slow");
  const [first, second] = [await tab(), await tab()];
  const loading = first.translated({ model });
  loading.catch(() => {});
  while (!models.requests(model).some(({ name }) => name === "weights.bin"))
    await new Promise((resolve) => setTimeout(resolve, 10));
  const waiting = second.translated({ model });
  await first.page.close();
  assert.match(await waiting, /house/i);
});

test("a download that breaks off goes on, and is kept", async () => {
  const model = models.model("breaking");
  const { translated, stored } = await tab();
  assert.match(await translated({ model }), /house/i);
  const ranges = models.requests(model).flatMap(({ range }) => range ?? []);
  assert.equal(ranges.length, 3);
  assert.deepEqual(
    (await stored()).map(({ address }) => address),
    [`${model}manifest.json`],
  );
});

test("what has gone bad in the store is fetched anew", async () => {
  const model = models.model("fresh");
  const first = await tab();
  await first.translated({ model });
  await first.stored();
  const { sha256 } = manifest.files.find(({ name }) => name === "weights.bin");
  await first.page.evaluate(async (hash) => {
    const cache = await caches.open("lite-transformer");
    const key = (await cache.keys()).find(({ url }) => url.endsWith(hash));
    await cache.put(key, new Response("something else"));
  }, sha256);
  const second = await tab();
  assert.match(await second.translated({ model }), /house/i);
  assert.equal(models.requests(model).filter(({ name }) => name === "weights.bin").length, 2);
});

test("a kept model works while its server is away", async () => {
  const model = models.model("fresh");
  const first = await tab();
  await first.translated({ model });
  await first.stored();
  models.become(model, "down");
  const second = await tab();
  assert.match(await second.translated({ model }), /house/i);
  await second.remove();
  const { name } = await (await tab()).translated({ model });
  assert.equal(name, "NetworkError");
});

test("a new model at an address takes the place of the old one", async () => {
  const model = models.model("fresh");
  const first = await tab();
  await first.translated({ model });
  assert.deepEqual(
    (await first.stored()).map(({ name }) => name),
    ["de-en"],
  );
  models.become(model, "another");
  const second = await tab();
  assert.match(await second.translated({ model }), /house/i);
  assert.deepEqual(
    (await second.stored()).map(({ name }) => name),
    ["de-en-nano"],
  );
  assert.equal((await second.keys()).length, 1 + manifest.files.length);
});
