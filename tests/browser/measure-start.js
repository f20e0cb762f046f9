/**
 * node measure-start.js [VISITS]: how long a page waits from `Translator.create()` to its first translated text, with
 * the package's files in the browser's cache. Each visit is a browser process of its own over one profile; the first
 * one, which fills the cache, isn't counted. Prints the median and the extremes in milliseconds for both builds.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchProfile } from "./support/chromium.js";
import { serveFolder } from "./support/serve.js";

const VISITS = Number(process.argv[2] ?? 11);
const TEXT = "Guten Morgen! Wie geht es dir?";
const WARM = { "cache-control": "public, max-age=3600" };

const root = process.env.NPM_DIR ?? fileURLToPath(new URL("../../dist/npm", import.meta.url));
const server = await serveFolder(root, "/", WARM);
try {
  for (const simd of ["simd128", "relaxed-simd"]) console.log(await measure(simd));
} finally {
  server.close();
}

async function measure(simd) {
  const profile = await mkdtemp(join(tmpdir(), "lite-transformer-profile-"));
  try {
    const visits = [];
    for (let i = 0; i <= VISITS; i += 1) {
      const result = await visit(profile, simd);
      if (result.error) return `${simd}: ${result.error}`;
      if (i > 0) visits.push(result);
    }
    const columns = ["created", "translated"].map((key) => {
      const times = visits.map((times) => times[key]).sort((a, b) => a - b);
      const [low, median, high] = [times[0], times[times.length >> 1], times.at(-1)];
      return `${key} after ${median.toFixed(0)} ms (${low.toFixed(0)} to ${high.toFixed(0)})`;
    });
    return `${simd}: ${columns.join(", ")}, ${VISITS} visits`;
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}

async function visit(profile, simd) {
  const browser = await launchProfile(profile);
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}blank.html`);
    // The modules count as part of the page that uses them; their Worker doesn't.
    return await page.evaluate(
      async ({ url, simd, text }) => {
        const { Translator } = await import(`${url}lib/index.js`);
        const start = performance.now();
        try {
          const pair = { sourceLanguage: "de", targetLanguage: "en" };
          const translator = await Translator.create({ ...pair, simd });
          const created = performance.now() - start;
          await translator.translate(text);
          return { created, translated: performance.now() - start };
        } catch (error) {
          return { error: `${error.name}: ${error.message}` };
        }
      },
      { url: server.url, simd, text: TEXT },
    );
  } finally {
    await browser.close();
  }
}
