import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { project } from "./project.ts";
import { bundles } from "./src/bundles/plugin.ts";
import { offline } from "./src/offline/plugin.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The version, and the commit where there is a repository. */
function build(): string {
  const { version } = JSON.parse(readFileSync(here("../dist/npm/package.json"), "utf8"));
  try {
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: here(".."),
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
    return `version ${version}, commit ${commit.trim()}`;
  } catch {
    return `version ${version}`; // built from an archive
  }
}

// Relative URLs throughout: the built site works from any sub-path.
export default defineConfig({
  base: "./",
  build: { outDir: "../dist/site", emptyOutDir: true, target: "es2023" },
  resolve: {
    alias: {
      "lite-transformer/formats": here("../dist/npm/lib/formats/index.js"),
      // Without the package's models: the site has its own folder of them.
      "lite-transformer": here("../dist/npm/lib/core.js"),
    },
  },
  define: {
    __PROJECT__: JSON.stringify(project(here("../dist/npm/package.json"))),
    __BUILD__: JSON.stringify(build()),
    __WASM_BYTES__: statSync(here("../dist/npm/wasm/lite_transformer_bg.wasm")).size,
  },
  optimizeDeps: { exclude: ["lite-transformer"] },
  plugins: [bundles(here("../models")), offline()],
  server: { fs: { allow: [here("..")] } },
});
