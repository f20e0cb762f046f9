#!/usr/bin/env node
/** `npx lite-transformer-inline`: writes the package with one model as one file. */

import { readdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FORMATS, singleFile } from "./single-file.js";

const root = new URL("../", import.meta.url);
const models = readdirSync(new URL("models/", root), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const USAGE = `lite-transformer-inline MODEL [--format ${FORMATS.join("|")}] [--out FILE]

Writes lite-transformer, its engine and MODEL as one file, which needs no other and runs from file://.
  MODEL     ${models.join(", ")}
  --format  esm (the default): a module that exports Translator
            script: for <script src>, makes the global LiteTransformer; for require(), too
  --out     default: lite-transformer-MODEL.js
`;

function fail(message) {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}

let given;
try {
  given = parseArgs({
    allowPositionals: true,
    options: {
      format: { type: "string", default: "esm" },
      out: { type: "string" },
      help: { type: "boolean" },
    },
  });
} catch (error) {
  fail(error.message);
}
const [model, ...rest] = given.positionals;
const { format, out = `lite-transformer-${model}.js`, help } = given.values;
if (help) console.log(USAGE);
else if (rest.length > 0) fail(`one model at a time, not ${given.positionals.length}`);
else if (!models.includes(model))
  fail(`MODEL is ${model ?? "missing"}, expected one of those below`);
else if (!FORMATS.includes(format)) fail(`--format is ${format}, expected ${FORMATS.join(" or ")}`);
else {
  const text = singleFile(root, new URL(`models/${model}/`, root), format);
  writeFileSync(out, text);
  console.log(`${out}: ${Buffer.byteLength(text).toLocaleString("en")} bytes`);
}
