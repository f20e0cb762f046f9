import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { project } from "./project.ts";
import { bundles } from "./src/bundles/plugin.ts";
import { offline } from "./src/offline/plugin.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

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
    __WASM_BYTES__: statSync(here("../dist/npm/wasm/lite_transformer_bg.wasm")).size,
  },
  optimizeDeps: { exclude: ["lite-transformer"] },
  plugins: [bundles(here("../models")), offline()],
  server: { fs: { allow: [here("..")] } },
});
