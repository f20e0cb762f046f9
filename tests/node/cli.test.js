import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const PACKAGE = new URL("../../dist/npm/", import.meta.url);
const { bin, version } = JSON.parse(await readFile(new URL("package.json", PACKAGE), "utf8"));
const MAIN = fileURLToPath(new URL(bin["lite-transformer"], PACKAGE));

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
});
after(() => rm(folder, { recursive: true }));

function start(...args) {
  return spawn(process.execPath, [MAIN, ...args], { cwd: folder });
}

/** The exit code and what was written, for some input. */
function run(args, input = "") {
  return new Promise((resolve) => {
    const child = start(...args);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

describe("lite-transformer", () => {
  test("translates its input", async () => {
    const { code, stdout, stderr } = await run(["de", "en"], "  Guten Morgen!\n\nDas Haus.\n");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^ {2}Good morning!\n\nThe house\.\n$/);
  });

  test("keeps a file's format", async () => {
    await writeFile(join(folder, "in.html"), "<p>Das ist ein <b>Hund</b>.</p>\n");
    const found = await run([
      "de",
      "en",
      "in.html",
      "-o",
      "out.html",
      "--size",
      "nano",
      "--beam",
      "2",
    ]);
    assert.deepEqual(found, { code: 0, stdout: "", stderr: "" });
    const written = await readFile(join(folder, "out.html"), "utf8");
    assert.match(written, /^<p>.*<b>dog<\/b>\.<\/p>\n$/);
    const json = await run(["de", "en", "--format", "json"], '{"a": "Guten Morgen!"}');
    assert.equal(json.stdout, '{"a": "Good morning!"}');
  });

  test("writes the maps", async () => {
    const { code, stdout } = await run(["de", "en", "--maps", "maps.json"], "Guten Morgen!");
    assert.deepEqual([code, stdout], [0, "Good morning!"]);
    const { sentences } = JSON.parse(await readFile(join(folder, "maps.json"), "utf8"));
    const [map] = sentences[0].encoder[0].global;
    assert.equal(map.data.length, map.rows * map.cols);
    assert.ok(Math.abs(map.data.slice(0, map.cols).reduce((a, b) => a + b) - 1) < 1e-3);
  });

  test("tells what there is", async () => {
    assert.equal((await run(["--version"])).stdout, `${version}\n`);
    const { code, stdout } = await run(["-h"]);
    assert.equal(code, 0);
    for (const name of ["SOURCE", "--out", "--serve PORT", "nano, small, large"])
      assert.ok(stdout.includes(name), name);
    assert.ok(
      stdout.split("\n").every((line) => line.length <= 120),
      stdout,
    );
  });

  for (const [args, code, message] of [
    [[], 2, /expected SOURCE and TARGET/],
    [["de"], 2, /expected SOURCE and TARGET/],
    [["de", "en", "a", "b"], 2, /expected one FILE/],
    [["de", "en", "--what"], 2, /--what/],
    [["de", "en", "--beam", "17"], 2, /--beam is "17", expected a whole number from 1 to 16/],
    [["de", "en", "--size", "tiny"], 2, /--size is "tiny", expected nano, small, large/],
    [["de", "en", "--maps", "x", "--format", "md"], 2, /--maps is for the format txt/],
    [["de", "en", "--serve", "1"], 2, /takes no languages/],
    [["de", "fr"], 1, /no model translates from de to fr/],
    [["de", "en", "none.txt"], 1, /none\.txt/],
    [["de", "en", "--format", "json"], 1, /JSON|property name/],
  ]) {
    test(`says what is wrong with: ${args.join(" ")}`, async () => {
      const found = await run(args, "{");
      assert.equal(found.code, code, found.stderr);
      assert.match(found.stderr, message);
      assert.match(found.stderr, /^lite-transformer: /);
      assert.equal(found.stdout, "");
    });
  }

  test("says that its input isn't UTF-8", async () => {
    const { code, stderr } = await run(["de", "en"], Buffer.from([0xff, 0xfe]));
    assert.deepEqual([code, stderr], [1, "lite-transformer: standard input isn't UTF-8\n"]);
  });
});

describe("--serve", () => {
  let child;
  let address;
  before(async () => {
    child = start("--serve", "0", "--workers", "1");
    address = await new Promise((resolve, reject) => {
      child.stderr.on("data", (data) => resolve(/http:\S+/.exec(data)?.[0]));
      child.on("close", () => reject(new Error("it ended")));
    });
  });
  after(() => child.kill());

  const post = async (path, body, headers = { "content-type": "application/json" }) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(address + path, { method: "POST", body: text, headers });
    return [response.status, await response.json()];
  };
  const pair = { source: "de", target: "en" };

  test("translates text, texts and HTML", async () => {
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(await post("/translate", { q: "Guten Morgen!", ...pair }), [
      200,
      { translatedText: "Good morning!" },
    ]);
    const [, { translatedText }] = await post("/translate", {
      q: ["Guten Morgen!", "Hund"],
      ...pair,
    });
    assert.deepEqual([translatedText[0], translatedText.length], ["Good morning!", 2]);
    assert.deepEqual(
      await post("/translate", { q: "<p>Das ist ein <b>Hund</b>.</p>", ...pair, format: "html" }),
      [200, { translatedText: "<p>That's a <b>dog</b>.</p>" }],
    );
    const form = { "content-type": "application/x-www-form-urlencoded" };
    assert.deepEqual(
      await post(
        "/translate",
        new URLSearchParams({ q: "Guten Morgen!", ...pair }).toString(),
        form,
      ),
      [200, { translatedText: "Good morning!" }],
    );
  });

  test("gives alternatives, and the language that it found", async () => {
    const q = "Das Haus ist heute sehr groß.";
    const [status, found] = await post("/translate", {
      q,
      source: "auto",
      target: "en",
      alternatives: 2,
    });
    assert.equal(status, 200);
    assert.equal(found.detectedLanguage.language, "de");
    assert.ok(found.detectedLanguage.confidence > 90);
    assert.ok(found.alternatives.length > 0 && found.alternatives.length <= 2);
    assert.ok(!found.alternatives.includes(found.translatedText));
  });

  test("knows languages and detects them", async () => {
    const languages = await (await fetch(`${address}/languages`)).json();
    assert.deepEqual(languages[0], { code: "de", name: "German", targets: ["de", "en"] });
    const [, [first]] = await post("/detect", { q: "The weather is nice today." });
    assert.equal(first.language, "en");
  });

  test("says in JSON what is wrong", async () => {
    for (const [path, body, headers, status, message] of [
      ["/none", {}, undefined, 404, /no \/none/],
      ["/languages", {}, undefined, 405, /takes GET/],
      ["/translate", "{", undefined, 400, /isn't JSON/],
      ["/translate", "[]", undefined, 400, /isn't a JSON object/],
      ["/translate", "x", { "content-type": "text/plain" }, 415, /expected application\/json/],
      ["/translate", pair, undefined, 400, /^q: expected a text/],
      ["/translate", { q: [1], ...pair }, undefined, 400, /^q: expected a text/],
      ["/translate", { q: "x", source: "fr", target: "en" }, undefined, 400, /^source: .*"fr"/],
      ["/translate", { q: "x", source: "de" }, undefined, 400, /^target: .*nothing/],
      ["/translate", { q: "x", ...pair, format: "xml" }, undefined, 400, /^format: .*"xml"/],
      ["/translate", { q: "x", ...pair, alternatives: -1 }, undefined, 400, /^alternatives/],
      [
        "/translate",
        { q: "x".repeat(1 << 20), ...pair },
        undefined,
        413,
        /more than 1048576 bytes/,
      ],
    ]) {
      const [found, { error }] = await post(path, body, headers);
      assert.equal(found, status, path);
      assert.match(error, message);
    }
  });
});
