// What a site would have to deliver for an engine.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Bytes as they are, with gzip -9, with brotli 11; of large files these are kept, since brotli takes a minute. */
export function fileSizes(path, cache) {
  const bytes = readFileSync(path);
  const hash = createHash("sha256").update(bytes).digest("hex");
  const known = existsSync(cache) ? JSON.parse(readFileSync(cache, "utf8")) : {};
  known[hash] ??= {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }).length,
  };
  mkdirSync(dirname(cache), { recursive: true });
  writeFileSync(cache, JSON.stringify(known));
  return known[hash];
}

/** The sums over files. */
export function sizes(paths, cache) {
  const total = { raw: 0, gzip: 0, brotli: 0 };
  for (const path of paths) {
    const found = fileSizes(path, cache);
    for (const kind of Object.keys(total)) total[kind] += found[kind];
  }
  return total;
}
