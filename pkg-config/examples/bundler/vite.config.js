import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";

// The model is data, not code: copied beside the chunks, where the package looks for it.
const manifest = createRequire(import.meta.url).resolve("lite-transformer/package.json");
const models = {
  name: "models",
  apply: "build",
  configResolved({ root, build }) {
    this.out = resolve(root, build.outDir, "models");
  },
  closeBundle() {
    cpSync(resolve(dirname(manifest), "models"), this.out, { recursive: true });
  },
};

export default {
  plugins: [models],
  build: { target: "es2022" },
  worker: { format: "es" },
  // Vite's pre-bundling would move the package's module away from its files.
  optimizeDeps: { exclude: ["lite-transformer"] },
};
