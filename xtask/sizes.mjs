// Prints the size of every file under a folder: as it is, with gzip -9, with brotli -11.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

const total = { name: "total", raw: 0, gzip: 0, brotli: 0 };
const groups = new Map();
for (const path of paths) {
  const bytes = readFileSync(path);
  const name = relative(folder, path);
  const group = name.startsWith("lib") ? `lib/*${name.endsWith(".d.ts") ? ".d.ts" : ".js"}` : name;
  const sizes = groups.get(group) ?? { name: group, raw: 0, gzip: 0, brotli: 0 };
  const found = {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }).length,
  };
  for (const kind of ["raw", "gzip", "brotli"]) {
    sizes[kind] += found[kind];
    total[kind] += found[kind];
  }
  groups.set(group, sizes);
}

const column = (value) => value.toLocaleString("en").padStart(12);
console.log(
  `${"bytes of".padEnd(36)}${["raw", "gzip", "brotli"].map((k) => k.padStart(12)).join("")}`,
);
for (const { name, raw, gzip, brotli } of [...groups.values(), total]) {
  console.log(`${name.padEnd(36)}${[raw, gzip, brotli].map(column).join("")}`);
}
