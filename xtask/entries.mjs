// node xtask/entries.mjs PACKAGE: what esbuild makes of the compiled package, for places where modules and files side by
// side don't work: the Worker as one script, CommonJS, and the code of the single file.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { singleFile } from "../pkg-config/bin/single-file.js";

const root = resolve(process.argv[2]);
const at = (...path) => join(root, ...path);

const bundle = async (entry, options) => {
  const { outputFiles } = await build({
    entryPoints: [at(entry)],
    bundle: true,
    write: false,
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
  return outputFiles[0].text;
};
const write = (path, text) => {
  mkdirSync(join(at(path), ".."), { recursive: true });
  writeFileSync(at(path), text);
};

await worker();
await commonJs();
await inline();
exportModels();

/** One classic script, as a file and as text: no bundler has to know what a Worker is. */
async function worker() {
  const script = await bundle("lib/worker.js", { format: "iife", minify: true });
  write("worker/script.js", script);
  write("worker/source.js", `export default ${JSON.stringify(script)};\n`);
}

/** Beside lib/, so that the addresses of files are the same from either. */
async function commonJs() {
  const external = (filter, path) => ({
    name: "external",
    setup: ({ onResolve }) => onResolve({ filter }, () => ({ path, external: true })),
  });
  const options = {
    format: "cjs",
    platform: "node",
    define: { "import.meta.url": "moduleUrl" },
    banner: {
      js: '"use strict";\nconst moduleUrl = require("node:url").pathToFileURL(__filename);',
    },
  };
  write("cjs/package.json", '{ "type": "commonjs" }\n');
  const core = external(/\/worker\/source\.js$/, "../worker/source.cjs");
  write("cjs/core.js", await bundle("lib/core.js", { ...options, plugins: [core] }));
  const plugins = [
    external(/^\.\/core\.js$/, "./core.js"),
    external(/\/models\/index\.js$/, "../models/index.cjs"),
  ];
  write("cjs/index.js", await bundle("lib/index.js", { ...options, plugins }));
  const source = readFileSync(at("worker/source.js"), "utf8");
  write("worker/source.cjs", source.replace("export default", "exports.default ="));
  for (const name of typesOf("index")) {
    const types = readFileSync(at(`lib/${name}.d.ts`), "utf8");
    write(`cjs/${name}.d.ts`, types.replaceAll('"../models/module.js"', '"../models/module.cjs"'));
  }
}

/** The files of types that a file of types needs, itself included. */
function typesOf(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const types = readFileSync(at(`lib/${name}.d.ts`), "utf8");
  for (const [, other] of types.matchAll(/ from "\.\/([\w-]+)\.js"/g)) typesOf(other, found);
  return found;
}

/** The code of the single file, and the single files that are in the package: any other is `lite-transformer-inline`'s. */
async function inline() {
  const options = { minify: true, format: "iife", globalName: "LiteTransformer" };
  const define = { "import.meta.url": "undefined" };
  write("inline/code.js", await bundle("lib/inline.js", { ...options, define }));
  // For <script src>, and CommonJS in Node.
  write("inline/package.json", '{ "type": "commonjs" }\n');
  for (const name of ["de-en-nano", "en-de-nano"]) {
    const model = pathToFileURL(`${at("models", name)}/`);
    write(`inline/${name}.js`, singleFile(pathToFileURL(`${root}/`), model, "script"));
    write(
      `inline/${name}.mjs`,
      `import "./${name}.js";\n\nexport const { Translator, QuotaExceededError, addModels } = globalThis.LiteTransformer;\n`,
    );
    write(`inline/${name}.d.mts`, 'export * from "../lib/core.js";\n');
    write(`inline/${name}.d.ts`, 'export * from "../cjs/core.js";\n');
  }
}

/** Each model is a subpath of its own. */
function exportModels() {
  const manifest = JSON.parse(readFileSync(at("package.json"), "utf8"));
  const models = readdirSync(at("models"), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  const entries = models.map(({ name }) => [
    `./models/${name}`,
    {
      import: { types: `./models/${name}/index.d.ts`, default: `./models/${name}/index.js` },
      require: { types: `./models/${name}/index.d.cts`, default: `./models/${name}/index.cjs` },
    },
  ]);
  // Above the pattern for all files of the models, which would take them.
  const all = Object.entries(manifest.exports);
  const place = all.findIndex(([path]) => path === "./models/*");
  all.splice(place, 0, ...entries);
  manifest.exports = Object.fromEntries(all);
  write("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
}
