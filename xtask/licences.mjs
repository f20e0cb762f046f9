// node xtask/licences.mjs PACKAGE: writes PACKAGE/THIRD-PARTY.txt, the licences of everything that is inside the package
// and isn't its own: the crates in the WebAssembly, after `cargo metadata`, and the libraries in lib/vendor.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve(process.argv[2]);
const metadata = JSON.parse(
  execFileSync(
    "cargo",
    ["metadata", "--format-version=1", "--locked", "--filter-platform=wasm32-unknown-unknown"],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  ),
);

const packages = new Map(metadata.packages.map((one) => [one.id, one]));
const nodes = new Map(metadata.resolve.nodes.map((one) => [one.id, one]));

/** What the crate is linked with: neither what builds it nor what tests it; macros are gone when it is built. */
function linked(id, found = new Set()) {
  for (const { pkg, dep_kinds } of nodes.get(id).deps) {
    if (found.has(pkg) || dep_kinds.every(({ kind }) => kind !== null)) continue;
    if (packages.get(pkg).targets.some(({ kind }) => kind.includes("proc-macro"))) continue;
    found.add(pkg);
    linked(pkg, found);
  }
  return found;
}

const own = metadata.packages.find(({ name }) => name === "lite-transformer");
const crates = [...linked(own.id)]
  .map((id) => packages.get(id))
  .filter(({ source }) => source)
  .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));

// Many crates carry the same text: each is there once.
const texts = new Map();
for (const { name, version, license, manifest_path } of crates) {
  const folder = dirname(manifest_path);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const bodies = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  // A few say their licence in their manifest alone.
  for (const body of bodies.length > 0 ? bodies : [`${license}: see https://spdx.org/licenses/`]) {
    const users = texts.get(body) ?? [];
    texts.set(body, [...users, `${name} ${version} (${license})`]);
  }
}

const line = `\n\n${"=".repeat(100)}\n\n`;
const inWasm = [...texts].map(([body, users]) => `${users.join("\n")}\n\n${body}`);
const vendored = readFileSync(join(root, "lib/vendor/LICENSES.txt"), "utf8").trim();
writeFileSync(
  join(root, "THIRD-PARTY.txt"),
  `${[
    "What this package has of others: in wasm/ and inline/ the Rust crates below, in lib/ the JavaScript libraries after them.",
    ...inWasm,
    vendored,
  ].join(line)}\n`,
);
console.log(`THIRD-PARTY.txt: ${crates.length} crates, ${texts.size} licence texts`);
