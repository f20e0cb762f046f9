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

/** What a page fetches at its start for an entry; the Worker's script and what is imported on the way are more files. */
async function bundled(path, external = []) {
  const { outputFiles, metafile } = await build({
    entryPoints: [at(path)],
    bundle: true,
    minify: true,
    splitting: true,
    metafile: true,
    write: false,
    outdir: "/out",
    absWorkingDir: "/",
    format: "esm",
    external: ["*/worker/source.js", ...external],
  });
  const names = new Set(
    Object.keys(metafile.outputs).filter((name) =>
      metafile.outputs[name].entryPoint?.endsWith(path),
    ),
  );
  for (const name of names) {
    for (const { kind, path: other } of metafile.outputs[name].imports)
      if (kind === "import-statement" && other in metafile.outputs) names.add(other);
  }
  const files = outputFiles.filter((file) => names.has(file.path.slice(1)));
  return files.reduce((sum, { contents }) => sum + gzip(contents), 0);
}

/** Undefined for a binary of a quick build, which isn't what is published. */
function wasm(name) {
  const path = at(`wasm/${name}`);
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  // wasm-opt leaves no section of names.
  return bytes.includes("\u0004name") ? undefined : gzip(bytes);
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
