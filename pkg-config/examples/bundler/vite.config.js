import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";

export default {
  plugins: [copyModels()],
  build: { target: "es2022" },
  worker: { format: "es" },
  // Vite's pre-bundling would move the package's module away from its files.
  optimizeDeps: { exclude: ["lite-transformer"] },
};

/** The model is data, not code: copied beside the folder of the chunks, where the package looks for it. */
function copyModels() {
  const manifest = createRequire(import.meta.url).resolve("lite-transformer/package.json");
  let out;
  return {
    name: "copy-models",
    apply: "build",
    configResolved({ root, build }) {
      out = resolve(root, build.outDir, "models");
    },
    closeBundle() {
      cpSync(resolve(dirname(manifest), "models"), out, { recursive: true });
    },
  };
}
