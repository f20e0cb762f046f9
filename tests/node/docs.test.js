/** The package's documents and its surface: every piece of code in them runs, or compiles where it needs a framework. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { compile } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";
import { execute, installExample, ROOT } from "../support/install.js";

const PACKAGE = join(ROOT, "dist/npm");

/** The blocks of code in a document: `{ name, language, code }`, named after the heading above. */
function blocks(document) {
  const text = readFileSync(join(ROOT, "pkg-config/docs", document), "utf8");
  const found = [];
  let heading = "";
  for (const [, title, language, code] of text.matchAll(/^## (.*)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (title) heading = title;
    else found.push({ name: `${document}: ${heading}`, language, code });
  }
  return found;
}

describe("the code of the documents", () => {
  const all = [...blocks("guide.md"), ...blocks("recipes.md")];
  let folder;
  let remove;
  before(async () => {
    ({ folder, remove } = await installExample("node"));
    for (const name of ["react", "@types/react", "vue", "svelte", "csstype"]) {
      const path = join(folder, "node_modules", name);
      await mkdir(dirname(path), { recursive: true });
      await symlink(join(ROOT, "node_modules", name), path);
    }
  });
  after(() => remove?.());

  /** Types, as the package and the framework declare them. */
  async function check(name, code) {
    await writeFile(join(folder, name), code);
    const options = [
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "--target",
      "es2022",
      "--jsx",
      "react-jsx",
    ];
    const modules = ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom"];
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    await execute(process.execPath, [tsc, ...options, ...modules, "--ignoreConfig", name], {
      cwd: folder,
    }).catch(({ stdout }) => assert.fail(stdout));
  }

  const run = {
    async js(code) {
      await writeFile(join(folder, "snippet.mjs"), code);
      const { stderr, stdout } = await execute(process.execPath, ["snippet.mjs"], { cwd: folder });
      assert.equal(stderr, "");
      return stdout;
    },
    ts: (code) => check("snippet.ts", code),
    tsx: (code) => check("snippet.tsx", code),
    async vue(code) {
      const { descriptor, errors } = parse(code);
      assert.deepEqual(errors, []);
      await check(
        "component.ts",
        compileScript(descriptor, { id: "recipe", inlineTemplate: true }).content,
      );
    },
    svelte(code) {
      const { js, warnings } = compile(code, { generate: "client" });
      assert.deepEqual(
        warnings.map(({ message }) => message),
        [],
      );
      assert.match(js.code, /lite-transformer/);
    },
  };

  for (const { name, language, code } of all) test(name, () => run[language](code));

  test("prints what it says", async () => {
    const code = (name) => all.find((one) => one.name === name).code;
    assert.match(await run.js(code("guide.md: The first translation")), /house/i);
    assert.match(await run.js(code("guide.md: Telling how far it is")), /100 %/);
    assert.match(await run.js(code("guide.md: Stopping")), /another key was pressed/);
    const wrong = "NotSupportedError: no model translates from de to fr\n";
    assert.equal(await run.js(code("guide.md: When something goes wrong")), wrong);
    assert.match(await run.js(code("recipes.md: A stream in Node")), /house.*\n.*dog/is);
    assert.match(
      await run.js(code("recipes.md: Subtitles")),
      /^1\n00:00:01,000 --> 00:00:03,000\n.*house/is,
    );
  });
});

describe("the package's surface", () => {
  test("publint finds nothing", async () => {
    const { messages, pkg } = await publint({ pkgDir: PACKAGE, strict: true, pack: false });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });

  test("arethetypeswrong finds nothing", async () => {
    const attw = join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");
    // Formats, elements and the raw class are modules alone: CommonJS takes them by import().
    const ignore = ["--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm"];
    await execute(process.execPath, [attw, "--pack", PACKAGE, ...ignore], {
      maxBuffer: 1 << 24,
    }).catch(({ stdout }) => assert.fail(stdout));
  });

  test("is what the reports in pkg-config/api say", async () => {
    await execute(process.execPath, ["xtask/api.mjs", PACKAGE, "--check"], { cwd: ROOT });
  });

  test("has the licences of all that is in it, and a reference", () => {
    const licences = readFileSync(join(PACKAGE, "THIRD-PARTY.txt"), "utf8");
    for (const name of ["tract-core", "wasm-bindgen", "lit", "lit-html", "parse5", "jsonc-parser"])
      assert.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, "m"));
    const pages = readdirSync(join(PACKAGE, "docs/reference"));
    for (const name of ["index", "lite-transformer.translator", "lite-transformer.storedmodel"])
      assert.ok(pages.includes(`${name}.md`), name);
  });
});
