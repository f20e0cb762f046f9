import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";

/**
 * Writes the service worker with the list of the files it keeps from the start. Fonts for other scripts and the builds
 * of the engine, of which a browser runs one, are kept when they are used.
 */
export function offline(): Plugin {
  let outDir = "";
  return {
    name: "offline",
    apply: "build",
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      const files = readdirSync(outDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(outDir.length)
            .replaceAll("\\", "/")
            .replace(/^\//, ""),
        )
        .filter((file) => file !== "index.html" && file !== "sw.js" && !file.startsWith("models/"))
        .filter((file) => !file.endsWith(".woff2") || /-latin-(?!ext)/.test(file))
        .filter((file) => !file.endsWith(".woff") && file !== "og.png")
        .map((file) => `./${file}`)
        .sort();
      const list = ["./", ...files.filter((file) => !file.endsWith(".wasm"))];
      const version = createHash("sha256");
      version.update(readFileSync(join(outDir, "index.html")));
      for (const file of files) version.update(file);
      const source = readFileSync(new URL("worker.js", import.meta.url), "utf8")
        .replace("__FILES__", JSON.stringify(list))
        .replace("__VERSION__", JSON.stringify(version.digest("hex").slice(0, 12)));
      writeFileSync(join(outDir, "sw.js"), source);
    },
  };
}
