// The npm package as it is, imported by a page without a bundler: the model runs in a real Worker.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./support/chromium.js";
import { serveFolder } from "./support/serve.js";

let server;
let browser;
let page;
const problems = [];

before(async () => {
  const root = process.env.NPM_DIR ?? fileURLToPath(new URL("../../dist/npm", import.meta.url));
  server = await serveFolder(root);
  browser = await launch();
  page = await browser.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(`${server.url}blank.html`);
  await page.evaluate(async (url) => {
    window.workers = [];
    const Native = Worker;
    window.Worker = class extends Native {
      constructor(...args) {
        super(...args);
        window.workers.push(String(args[0]));
      }
    };
    window.events = [];
    const { Translator } = await import(`${url}lib/index.js`);
    window.Translator = Translator;
    window.t = await Translator.create({
      sourceLanguage: "de-AT",
      targetLanguage: "en",
      monitor: (m) => m.addEventListener("downloadprogress", (e) => window.events.push(e.loaded)),
    });
  }, server.url);
});
after(async () => {
  await browser?.close();
  server?.close();
  assert.deepEqual(problems, []);
});

test("create() starts one Worker and reports progress from 0 to 1", async () => {
  const { workers, events, source } = await page.evaluate(() => ({
    workers: window.workers,
    events: window.events,
    source: window.t.sourceLanguage,
  }));
  assert.equal(workers.length, 1);
  assert.equal(source, "de");
  assert.equal(events[0], 0);
  assert.equal(events.at(-1), 1);
  assert.ok(events.every((loaded, i) => i === 0 || loaded > events[i - 1]));
});

test("translate() and translateStreaming() agree", async () => {
  const { whole, chunks } = await page.evaluate(async () => {
    const text = "Guten Morgen!\n\nWie geht es dir?";
    const chunks = [];
    const reader = window.t.translateStreaming(text).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read())
      chunks.push(next.value);
    return { whole: await window.t.translate(text), chunks };
  });
  assert.match(whole, /morning/i);
  assert.match(whole, /\n\n/);
  assert.equal(chunks.join(""), whole);
});

test("visualize() gives maps of the tokens' size, rows summing to 1", async () => {
  const shape = await page.evaluate(async () => {
    const v = await window.t.visualize("Guten Morgen!");
    const [s] = v.sentences;
    const map = s.encoder[0].global[0];
    const sums = Array.from({ length: map.rows }, (_, r) =>
      map.data.slice(r * map.cols, (r + 1) * map.cols).reduce((a, b) => a + b, 0),
    );
    return {
      tokens: s.source.length,
      target: s.target.length,
      rows: map.rows,
      cols: map.cols,
      sums,
      cross: [s.decoder[0].cross[0].rows, s.decoder[0].cross[0].cols],
      layers: [s.encoder.length, s.decoder.length],
      typed: map.data instanceof Float32Array,
      spelled: s.source.slice(0, -1).every((t) => t.text === s.text.slice(t.start, t.end)),
    };
  });
  assert.equal(shape.rows, shape.tokens);
  assert.equal(shape.cols, shape.tokens);
  assert.deepEqual(shape.cross, [shape.target, shape.tokens]);
  assert.deepEqual(shape.layers, [6, 6]);
  assert.ok(shape.typed && shape.spelled);
  for (const one of shape.sums) assert.ok(Math.abs(one - 1) < 1e-3, String(one));
});

test("an aborted call rejects with the signal's reason, and the translator works on", async () => {
  const { reason, blocked, next } = await page.evaluate(async () => {
    const abort = new AbortController();
    const long = "Der alte Mann geht jeden Morgen mit seinem Hund durch den Wald. ".repeat(20);
    const pending = window.t.translate(long, { signal: abort.signal }).catch((e) => e);
    // The page's own thread stays free while the Worker works.
    const start = performance.now();
    await new Promise((done) => setTimeout(done, 20));
    const blocked = performance.now() - start;
    abort.abort("changed my mind");
    const reason = await pending;
    return { reason, blocked, next: await window.t.translate("Danke!") };
  });
  assert.equal(reason, "changed my mind");
  assert.ok(blocked < 1000, `${blocked} ms`);
  assert.match(next, /thank/i);
});

for (const simd of ["simd128", "relaxed-simd"]) {
  test(`the ${simd} build translates, several Workers as one does`, async (context) => {
    const result = await page.evaluate(async (simd) => {
      const pair = { sourceLanguage: "de", targetLanguage: "en" };
      const create = window.Translator.create({ ...pair, simd, workers: 3 });
      const t = await create.catch((error) => error);
      if (t instanceof Error) return { missing: t.message };
      const text = "Der Hund schläft. Die Katze sitzt auf dem Dach des alten Hauses. ".repeat(10);
      const before = window.workers.length;
      const many = await t.translate(text);
      const one = await window.t.translate(text);
      const { simd: runs } = t;
      const sentences = await t.sentences(text);
      t.destroy();
      return { runs, many, one, more: window.workers.length - before, sentences };
    }, simd);
    if (result.missing && simd === "relaxed-simd" && /built without/.test(result.missing)) {
      return context.skip(result.missing);
    }
    assert.equal(result.missing, undefined);
    assert.equal(result.runs, simd);
    assert.match(result.many, /dog/i);
    assert.equal(result.many.length > 200, true);
    // The builds may differ in the last bits of a score, hardly ever in a word.
    assert.equal(result.many, result.one);
    assert.ok(result.more >= 1 && result.more <= 2, `${result.more} more Workers`);
    assert.equal(result.sentences.length, 20);
  });
}

test("a .wasm file of another type is compiled nevertheless", async () => {
  const { text, type } = await page.evaluate(async (url) => {
    const bytes = await (await fetch(`${url}wasm/lite_transformer_bg.wasm`)).arrayBuffer();
    const wasmUrl = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    const { headers } = await fetch(wasmUrl);
    const pair = { sourceLanguage: "de", targetLanguage: "en" };
    const t = await window.Translator.create({ ...pair, wasmUrl });
    const text = await t.translate("Das Haus ist groß.");
    t.destroy();
    return { text, type: headers.get("content-type") };
  }, server.url);
  assert.notEqual(type, "application/wasm");
  assert.match(text, /house/i);
});

test("destroy() ends the translator with AbortError", async () => {
  const names = await page.evaluate(async () => {
    const t = await window.Translator.create({ sourceLanguage: "de", targetLanguage: "en" });
    const pending = t.translate("Guten Morgen! ".repeat(50)).catch((e) => e.name);
    t.destroy();
    const later = t.translate("Danke!").catch((e) => e.name);
    return [await pending, await later, t.sourceLanguage];
  });
  assert.deepEqual(names, ["AbortError", "AbortError", "de"]);
});

test("a Worker that ends without a word rejects what is pending, and the next call starts another", async () => {
  const { error, translation, count } = await page.evaluate(async (url) => {
    const started = [];
    const Own = window.Worker;
    window.Worker = class extends Own {
      constructor(...args) {
        super(...args);
        started.push(this);
      }
    };
    const { Translator } = await import(`${url}lib/index.js`);
    const t = await Translator.create({ sourceLanguage: "de", targetLanguage: "en" });
    const pending = t.translate("Das Haus ist groß. ".repeat(100));
    await t.translate("Ja.");
    started[0].terminate();
    const error = await pending.catch(({ name, message }) => `${name}: ${message}`);
    const translation = await t.translate("Guten Morgen!");
    window.Worker = Own;
    t.destroy();
    return { error, translation, count: started.length };
  }, server.url);
  assert.equal(error, "OperationError: a Worker broke down: it ended");
  assert.equal(translation, "Good morning!");
  assert.equal(count, 2);
});
