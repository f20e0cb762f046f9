// Serves a folder: node xtask/serve.mjs FOLDER PORT. A file that isn't there is a 404, not the start page.
import { preview } from "vite";

const [outDir, port] = process.argv.slice(2);
try {
  const server = await preview({
    configFile: false,
    appType: "mpa",
    build: { outDir },
    preview: { host: "127.0.0.1", port: Number(port), strictPort: true },
  });
  console.log(`\nThe site is at ${server.resolvedUrls.local[0]} until you press Ctrl+C.`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
