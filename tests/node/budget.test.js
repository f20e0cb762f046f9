/** What a page has to fetch, held against pkg-config/budget.json: who adds to it says so there. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "../support/install.js";

const at = (path) => join(ROOT, "dist/npm", path);
const budget = JSON.parse(readFileSync(join(ROOT, "pkg-config/budget.json"), "utf8"));
const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** An entry as a bundler puts it into a page; the Worker's script apart, which is a file of its own there. */
async function bundled(path, external = []) {
  const { outputFiles } = await build({
    entryPoints: [at(path)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    external: ["*/worker/source.js", ...external],
  });
  return gzip(outputFiles[0].contents);
}

/** Undefined for a binary of a quick build, which isn't what is published. */
function wasm(name) {
  const path = at(`wasm/${name}`);
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  // wasm-opt leaves no names.
  const named = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "name").length > 0;
  return named || bytes.length > 2e6 ? undefined : gzip(bytes);
}

test("nothing is larger than its budget", async () => {
  const sizes = {
    "lite-transformer/core, minified, gzip": await bundled("lib/core.js"),
    "lite-transformer/elements beyond it, minified, gzip": await bundled("lib/elements/index.js", [
      "../index.js",
    ]),
    "lite-transformer/formats, minified, gzip": await bundled("lib/formats/index.js"),
    "the Worker's script, gzip": gzip(readFileSync(at("worker/script.js"))),
    "wasm/lite_transformer_bg.wasm, gzip": wasm("lite_transformer_bg.wasm"),
    "wasm/lite_transformer_relaxed_bg.wasm, gzip": wasm("lite_transformer_relaxed_bg.wasm"),
  };
  assert.deepEqual(Object.keys(sizes), Object.keys(budget));
  const over = Object.entries(sizes).filter(([name, bytes]) => bytes > budget[name]);
  assert.deepEqual(over, [], "more bytes than pkg-config/budget.json has for them");
});
