import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import type { Manifest } from "../app/manifest.ts";
import { type Bundle, INDEX } from "./bundle.ts";

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
    .map((name) => {
      const manifest = JSON.parse(readFileSync(join(folder, name, "manifest.json"), "utf8"));
      return { name, ...entry(manifest), gzip: gzipped(folder, name, manifest) } satisfies Bundle;
    });
  return `${JSON.stringify({ models }, null, 2)}\n`;
}

function entry({ source_language, target_language, architecture, files }: Manifest) {
  const layers = [...architecture.encoder, ...architecture.decoder];
  return {
    source_language,
    target_language,
    branches: (["global", "local"] as const).filter((one) => layers.some((layer) => layer[one])),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  };
}

function gzipped(folder: string, name: string, { files }: Manifest): number {
  const sizes = files.map((file) => gzipSync(readFileSync(join(folder, name, file.name))).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}
