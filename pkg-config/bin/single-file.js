/** The package in one file: code, engine and a model. */

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** How each kind of file gives the package to those who load it. */
const ENDS = {
  esm: "export const { Translator, QuotaExceededError, addModels } = LiteTransformer;\n",
  script:
    'globalThis.LiteTransformer = LiteTransformer;\nif (typeof module === "object") module.exports = LiteTransformer;\n',
};

export const FORMATS = Object.keys(ENDS);

/**
 * A file's text. `root` is the package's folder as a URL, `model` the folder of a bundle as a URL. "esm" is an ECMAScript
 * module; "script" a classic script, which makes a global `LiteTransformer`, and a CommonJS module.
 */
export function singleFile(root, model, format) {
  const read = (url) => gzipSync(readFileSync(url), { level: 9 }).toString("base64");
  const {
    training: _,
    scores: __,
    ...manifest
  } = JSON.parse(readFileSync(new URL("manifest.json", model), "utf8"));
  const { source_language: source, target_language: target } = manifest;
  const content = {
    wasm: read(new URL("wasm/lite_transformer_bg.wasm", root)),
    model: {
      name: manifest.name,
      source,
      target,
      size: /-(nano|large)$/.exec(manifest.name)?.[1] ?? "small",
      manifest,
      files: Object.fromEntries(
        manifest.files.map(({ name }) => [name, read(new URL(name, model))]),
      ),
    },
  };
  const code = readFileSync(new URL("inline/code.js", root), "utf8");
  return `${code}LiteTransformer.useInline(${JSON.stringify(content)});\n${ENDS[format]}`;
}
