import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import type { Manifest } from "../app/manifest.ts";
import { type Bundle, INDEX, sizeOf } from "./bundle.ts";

/**
 * Writes models/index.json, from which the page learns what it can load: one entry for each bundle of
 * `folder`. The development server gives the bundles themselves too; a build has them copied beside it.
 */
export function bundles(folder: string): Plugin {
  return {
    name: "bundles",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: INDEX, source: index(folder) });
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").split("?")[0]!.replace(/^\//, "");
        const file = join(folder, path.replace(/^models\//, ""));
        if (path === INDEX) {
          response.setHeader("content-type", "application/json");
          response.end(index(folder));
        } else if (path.startsWith("models/") && file.startsWith(folder) && existsSync(file)) {
          if (extname(file) === ".json") response.setHeader("content-type", "application/json");
          response.setHeader("content-length", statSync(file).size);
          createReadStream(file).pipe(response);
        } else next();
      });
    },
  };
}

function index(folder: string): string {
  const models = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "manifest.json")))
    .sort()
    .map((name): Bundle => {
      const found = known(join(folder, name));
      return { name, size: sizeOf(name, found.source_language, found.target_language), ...found };
    });
  return `${JSON.stringify({ models }, null, 2)}\n`;
}

/** A manifest has its files' hashes: while it stays, what is listed stays, and nothing need be compressed again. */
const entries = new Map<string, Files>();

type Files = Omit<Bundle, "name" | "size">;

function known(folder: string): Files {
  const manifest = readFileSync(join(folder, "manifest.json"), "utf8");
  const found = entries.get(manifest) ?? entry(folder, JSON.parse(manifest));
  entries.set(manifest, found);
  return found;
}

function entry(
  folder: string,
  { source_language, target_language, architecture, files }: Manifest,
): Files {
  const layers = [...architecture.encoder, ...architecture.decoder];
  return {
    source_language,
    target_language,
    branches: (["global", "local"] as const).filter((one) => layers.some((layer) => layer[one])),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    gzip: files
      .map((file) => gzipSync(readFileSync(join(folder, file.name))).length)
      .reduce((sum, bytes) => sum + bytes, 0),
  };
}
