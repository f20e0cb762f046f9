/** Long texts over several Workers, which in Node are threads. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { Translator } from "../../dist/npm/lib/index.js";
import { WorkerEngine } from "../../dist/npm/lib/worker-engine.js";

const PAIR = { sourceLanguage: "de", targetLanguage: "en" };
const PACKAGE = new URL("../../dist/npm/lib/index.js", import.meta.url);
const GREEDY = { beamSize: 1 };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sentences of many lengths, so that those in the back are often done before those in front. */
function longText(sentences) {
  const lines = readFileSync(new URL("../data/everyday.tsv", import.meta.url), "utf8");
  const german = lines
    .split("\n")
    .map((line) => line.split("\t")[1] ?? "")
    .filter((line) => /^\p{Lu}.*[.!?]$/u.test(line));
  assert.ok(german.length > 50);
  return Array.from({ length: sentences }, (_, i) => {
    const sentence = german[i % german.length];
    return i % 7 === 6 ? `${sentence}\n\n` : `${sentence} `;
  }).join("");
}

/** What the Workers are asked: which of them, for which method. */
const asked = [];
const { call } = WorkerEngine.prototype;
before(() => {
  WorkerEngine.prototype.call = function (method, ...rest) {
    asked.push({ worker: this, method });
    return call.call(this, method, ...rest);
  };
});
after(() => {
  WorkerEngine.prototype.call = call;
});
beforeEach(() => {
  asked.length = 0;
});

const workersAsked = () => new Set(asked.map(({ worker }) => worker)).size;
const sentencesAsked = () => asked.filter(({ method }) => method === "translateSentence").length;

describe("several Workers", () => {
  const text = longText(60);
  let expected;
  let translator;
  before(async () => {
    const single = await Translator.create(PAIR);
    expected = await single.translate(text, GREEDY);
    single.destroy();
  });
  beforeEach(async () => {
    translator = await Translator.create({ ...PAIR, workers: 3 });
  });
  afterEach(() => translator.destroy());

  test("translate() gives what one engine gives", async () => {
    assert.equal(await translator.translate(text, GREEDY), expected);
    assert.ok(workersAsked() > 1, `${workersAsked()} Workers had work`);
    assert.ok(workersAsked() <= 3);
  });

  test("a short text takes one Worker", async () => {
    await translator.translate("Guten Morgen! Wie geht es dir?");
    assert.equal(workersAsked(), 1);
  });

  test("translateStreaming() gives the chunks in order, sentence by sentence", async () => {
    const chunks = [];
    for await (const chunk of translator.translateStreaming(text, GREEDY)) chunks.push(chunk);
    assert.equal(chunks.join(""), expected);
    assert.ok(chunks.length >= 60, `${chunks.length} chunks`);
  });

  test("visualize() gives the sentences in order", async () => {
    const shown = await translator.visualize(text.slice(0, 400), GREEDY);
    const starts = shown.sentences.map(({ start }) => start);
    assert.deepEqual(
      starts,
      [...starts].sort((a, b) => a - b),
    );
    assert.equal(shown.translation, await translator.translate(text.slice(0, 400), GREEDY));
  });

  test("several calls at once don't mix", async () => {
    const short = "Das Haus ist groß.";
    const [a, b, c] = await Promise.all([
      translator.translate(text, GREEDY),
      translator.translate(short, GREEDY),
      translator.translate(text, GREEDY),
    ]);
    assert.equal(a, expected);
    assert.match(b, /house/i);
    assert.equal(c, expected);
  });

  test("a reader that is slow holds the engine back", async () => {
    const reader = translator.translateStreaming(longText(200), GREEDY).getReader();
    await reader.read();
    await pause(1500);
    const before = sentencesAsked();
    assert.ok(before < 60, `${before} of 200 sentences were translated ahead`);
    await pause(300);
    assert.equal(sentencesAsked(), before);
    await reader.cancel();
  });

  test("an aborted call stops, and the translator works on", async () => {
    const controller = new AbortController();
    const pending = translator.translate(text, { ...GREEDY, signal: controller.signal });
    while (sentencesAsked() < 5) await pause(1);
    controller.abort("enough");
    await assert.rejects(pending, (reason) => reason === "enough");
    await pause(50);
    const count = sentencesAsked();
    assert.ok(count < 60, `${count} sentences were asked for`);
    assert.equal(await translator.translate(text, GREEDY), expected);
  });

  test("a cancelled stream stops, and the translator works on", async () => {
    const reader = translator.translateStreaming(text, GREEDY).getReader();
    await reader.read();
    await reader.cancel();
    await pause(50);
    const count = sentencesAsked();
    await pause(100);
    assert.equal(sentencesAsked(), count);
    assert.match(await translator.translate("Das Haus ist groß."), /house/i);
  });

  test("destroy() ends them all", async () => {
    const pending = translator.translate(text, GREEDY);
    while (workersAsked() < 2) await pause(1);
    translator.destroy();
    await assert.rejects(pending, { name: "AbortError" });
    await pause(100);
    const threads = process.getActiveResourcesInfo().filter((name) => name === "MessagePort");
    assert.deepEqual(threads, []);
  });

  test("one that breaks down is replaced", async () => {
    await translator.translate(text, GREEDY);
    const workers = new Set(asked.map(({ worker }) => worker));
    asked.length = 0;
    const pending = translator.translate(text, GREEDY);
    while (sentencesAsked() < 3) await pause(1);
    // As its end by an uncaught error is reported, with calls under way.
    for (const worker of workers) worker.fail("out of memory");
    await assert.rejects(pending, { name: "OperationError", message: /out of memory/ });
    asked.length = 0;
    assert.equal(await translator.translate(text, GREEDY), expected);
    for (const { worker } of asked) assert.ok(!workers.has(worker));
  });
});

describe("a Worker that ends without a word", () => {
  const threads = process.getBuiltinModule("node:worker_threads");
  const { Worker } = threads;
  const started = [];
  before(() => {
    threads.Worker = class extends Worker {
      constructor(...parameters) {
        super(...parameters);
        started.push(this);
      }
    };
  });
  after(() => {
    threads.Worker = Worker;
  });

  for (const workers of [1, 2]) {
    test(`of ${workers}, rejects what is pending, and the next call starts another`, async () => {
      started.length = 0;
      const translator = await Translator.create({ ...PAIR, workers });
      const pending = translator.translate(longText(60), GREEDY);
      while (sentencesAsked() < 3 || started.length < workers) await pause(1);
      const count = started.length;
      for (const worker of started) worker.terminate();
      await assert.rejects(pending, { name: "OperationError", message: /it ended with code 1/ });
      assert.match(await translator.translate("Das Haus ist groß."), /house/i);
      assert.ok(started.length > count);
      translator.destroy();
    });
  }

  test("while nothing is pending, is replaced by the next call", async () => {
    started.length = 0;
    const translator = await Translator.create({ ...PAIR, workers: 1 });
    await started[0].terminate();
    assert.match(await translator.translate("Das Haus ist groß."), /house/i);
    assert.equal(started.length, 2);
    translator.destroy();
  });

  test("that no other can follow, is an InvalidStateError that says why", async () => {
    started.length = 0;
    const translator = await Translator.create({ ...PAIR, workers: 1 });
    const own = threads.Worker;
    threads.Worker = class {
      constructor() {
        throw new Error("no more threads");
      }
    };
    try {
      await started[0].terminate();
      await assert.rejects(translator.translate("Das Haus ist groß."), {
        name: "InvalidStateError",
        message: /no more threads/,
      });
    } finally {
      threads.Worker = own;
    }
    assert.match(await translator.translate("Das Haus ist groß."), /house/i);
    translator.destroy();
  });
});

test("100,000 characters take no more memory than 10,000", async () => {
  const translator = await Translator.create({ ...PAIR, workers: 2 });
  const text = longText(4000).slice(0, 100_000);
  const memory = new Map();
  let length = 0;
  let sentences = 0;
  for await (const chunk of translator.translateStreaming(text, GREEDY)) {
    length += chunk.length;
    sentences += 1;
    if (sentences !== 200) continue;
    for (const { worker } of asked) memory.set(worker, await call.call(worker, "memory", []));
  }
  assert.ok(length > 70_000, `${length} characters came out`);
  assert.equal(memory.size, 2);
  for (const [worker, early] of memory) {
    const late = await call.call(worker, "memory", []);
    assert.ok(late <= early + 2 * 65_536, `${early} bytes grew to ${late}`);
  }
  translator.destroy();
});

describe("the workers option", () => {
  test("takes a number from 1 to 64 or auto", async () => {
    for (const [workers, expected] of [
      [0, RangeError],
      [65, RangeError],
      [1.5, RangeError],
      ["2", TypeError],
      [null, TypeError],
      ["many", TypeError],
    ]) {
      await assert.rejects(Translator.create({ ...PAIR, workers }), expected);
    }
    await assert.rejects(
      Translator.create({ ...PAIR, workers: 2, thread: "current" }),
      /workers is given, but thread is "current"/,
    );
    const translator = await Translator.create({ ...PAIR, workers: "auto" });
    assert.match(await translator.translate("Das Haus ist groß."), /house/i);
    translator.destroy();
  });

  test("of one, and thread: worker, move the engine out of the calling thread", async () => {
    for (const options of [{ workers: 1 }, { thread: "worker" }]) {
      asked.length = 0;
      const translator = await Translator.create({ ...PAIR, ...options });
      assert.match(await translator.translate("Das Haus ist groß."), /house/i);
      assert.equal(workersAsked(), 1);
      translator.destroy();
    }
  });

  test("leaves a process free to end, destroyed or not", () => {
    const script = `
      import { Translator } from ${JSON.stringify(PACKAGE.href)};
      const translator = await Translator.create({ ...${JSON.stringify(PAIR)}, workers: 2 });
      console.log(await translator.translate(${JSON.stringify(longText(8))}));
    `;
    const arguments_ = ["--input-type=module", "--eval", script];
    const { status, stderr, stdout } = spawnSync(process.execPath, arguments_, {
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.deepEqual([status, stderr], [0, ""]);
    assert.ok(stdout.length > 50);
  });

  test("is a NotSupportedError where there are neither Workers nor threads", async () => {
    assert.equal(typeof Worker, "undefined");
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (name) =>
      name === "node:worker_threads" ? undefined : getBuiltinModule(name);
    try {
      await assert.rejects(Translator.create({ ...PAIR, workers: 2 }), {
        name: "NotSupportedError",
      });
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });
});
