// node xtask/vendor.mjs LIB: puts the libraries that LIB/vendor/*.js re-export into these files, so that the package
// needs no other one, and writes their licences beside them.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { rolldown } from "rolldown";

const folder = resolve(process.argv[2], "vendor");
const names = readdirSync(folder).filter((name) => name.endsWith(".js"));

const licences = new Map();
for (const name of names) {
  const bundle = await rolldown({
    input: join(folder, name),
    // Without the variants for browsers: those ask the document, which Node and Workers lack.
    platform: "neutral",
    resolve: { mainFields: ["module", "main"] },
  });
  const { output } = await bundle.write({ file: join(folder, name), format: "esm", minify: true });
  await bundle.close();
  for (const id of output.flatMap(({ moduleIds }) => moduleIds ?? [])) {
    const library = libraryOf(id);
    if (library) licences.set(library.name, library);
  }
}

// Their types are those of libraries that users don't have; no public type needs them.
for (const name of readdirSync(folder)) {
  if (name.endsWith(".d.ts")) rmSync(join(folder, name));
}

const texts = [...licences.values()]
  .sort((a, b) => a.name.localeCompare(b.name))
  .map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text.trim()}\n`);
writeFileSync(join(folder, "LICENSES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));

/** The package that a module belongs to; none for our own. */
function libraryOf(id) {
  const at = id.lastIndexOf("/node_modules/");
  if (at < 0) return undefined;
  let path = dirname(id);
  for (;;) {
    try {
      const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json")));
      if (name) return { name, version, license, text: licenceIn(path, name) };
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    path = dirname(path);
  }
}

function licenceIn(path, name) {
  const file = readdirSync(path).find((one) => /^licen[cs]e(\.\w+)?$/i.test(one));
  if (!file) throw new Error(`${name} has no licence file`);
  return readFileSync(join(path, file), "utf8");
}
