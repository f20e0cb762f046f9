// node xtask/models.mjs FROM TO: copies the bundles that are named after their languages, such as de-en or de-en-large
// (others, for comparison, would make the npm package larger for everybody), and lists them in TO/index.js: with the
// names and sizes of a model's files at hand, the package can ask for all of them at once.
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [from, to] = process.argv.slice(2);

const folders = readdirSync(from, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const models = folders.flatMap(({ name }) => {
  const path = join(from, name, "manifest.json");
  const {
    source_language: source,
    target_language: target,
    files,
  } = JSON.parse(readFileSync(path));
  const pair = `${source}-${target}`;
  const size = { [`${pair}-nano`]: "nano", [pair]: "small", [`${pair}-large`]: "large" }[name];
  if (!size) return [];
  cpSync(join(from, name), join(to, name), { recursive: true });
  const sizes = files.map((file) => [file.name, file.bytes]);
  return {
    name,
    source,
    target,
    size,
    files: { "manifest.json": statSync(path).size, ...Object.fromEntries(sizes) },
    hashes: Object.fromEntries(files.map((file) => [file.name, file.sha256])),
  };
});
if (models.length === 0) {
  throw new Error(`${from} has no bundle that is named after its languages, such as de-en`);
}

writeFileSync(join(to, "index.js"), `export const MODELS = ${JSON.stringify(models, null, 2)};\n`);
writeFileSync(
  join(to, "index.d.ts"),
  `export interface ModelEntry {
  /** Its folder, beside this file. */
  name: string;
  source: string;
  target: string;
  size: "nano" | "small" | "large";
  /** The bytes of each of its files, the manifest included. */
  files: Readonly<Record<string, number>>;
  /** SHA-256 of each file that the manifest lists. */
  hashes: Readonly<Record<string, string>>;
}

export const MODELS: readonly ModelEntry[];
`,
);
