// node xtask/models.mjs FROM TO: copies the bundles that are named after their languages, such as de-en or de-en-large
// (others, for comparison, would make the npm package larger for everybody), each with a module that names its files.
// Bundlers know the form `new URL("./file", import.meta.url)` and take the files along; what the engine reads of the
// manifest is in the module itself, so that all files can be asked for at once.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [from, to] = process.argv.slice(2);

const folders = readdirSync(from, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const models = folders.flatMap(({ name }) => {
  const manifest = JSON.parse(readFileSync(join(from, name, "manifest.json")));
  const { source_language: source, target_language: target } = manifest;
  const pair = `${source}-${target}`;
  const size = { [`${pair}-nano`]: "nano", [pair]: "small", [`${pair}-large`]: "large" }[name];
  if (!size) return [];
  cpSync(join(from, name), join(to, name), { recursive: true });
  // How it was trained and what it scores is for people, in the file.
  const { training: _, scores: __, ...read } = manifest;
  const names = manifest.files.map((file) => file.name);
  const describe = (url) =>
    `{
  name: ${JSON.stringify(name)},
  source: ${JSON.stringify(source)},
  target: ${JSON.stringify(target)},
  size: ${JSON.stringify(size)},
  manifest: ${JSON.stringify(read)},
  // Only when they are asked for: a bundler's output may have no address of its own.
  get files() {
    return {
${names.map((file) => `      ${JSON.stringify(file)}: ${url(`./${file}`)},\n`).join("")}    };
  },
}`;
  const write = (file, text) => writeFileSync(join(to, name, file), text);
  write(
    "index.js",
    `export default ${describe((path) => `new URL(${JSON.stringify(path)}, import.meta.url)`)};\n`,
  );
  write(
    "index.cjs",
    `"use strict";
const { pathToFileURL } = require("node:url");

const here = pathToFileURL(__filename);

module.exports = ${describe((path) => `new URL(${JSON.stringify(path)}, here)`)};
`,
  );
  write(
    "index.d.ts",
    `import type { ModelModule } from "../module.js";

declare const model: ModelModule;
export default model;
`,
  );
  write(
    "index.d.cts",
    `import type { ModelModule } from "../module.cjs";

declare const model: ModelModule;
export = model;
`,
  );
  return [name];
});
if (models.length === 0) {
  throw new Error(`${from} has no bundle that is named after its languages, such as de-en`);
}

const variable = (name) => name.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
const list = models.map(variable).join(", ");
const types = `/** A model of the package: what the engine reads of its manifest, and where its files are. */
export interface ModelModule {
  /** Its folder's name, e.g. \`"de-en-nano"\`. */
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly size: "nano" | "small" | "large";
  readonly manifest: object;
  /** The address of every file that the manifest lists, by name. */
  readonly files: Readonly<Record<string, URL>>;
}
`;
writeFileSync(join(to, "module.d.ts"), types);
writeFileSync(join(to, "module.d.cts"), types);
writeFileSync(
  join(to, "index.js"),
  `${models.map((name) => `import ${variable(name)} from "./${name}/index.js";\n`).join("")}
export const MODELS = [${list}];
`,
);
writeFileSync(
  join(to, "index.cjs"),
  `"use strict";
${models.map((name) => `const ${variable(name)} = require("./${name}/index.cjs");\n`).join("")}
exports.MODELS = [${list}];
`,
);
writeFileSync(
  join(to, "index.d.ts"),
  `import type { ModelModule } from "./module.js";

export declare const MODELS: readonly ModelModule[];
`,
);
