/**
 * node measure-models.js [VISITS]: each of the package's models in Chromium: how long `Translator.create()` takes with
 * the files in the browser's cache, and how many everyday sentences it translates a second on one thread, in the build
 * for relaxed SIMD where the browser has it. Every visit is a browser process of its own over one profile; the first,
 * which fills the cache, isn't counted, of the others the best. Writes benches/results/models.json, which the page
 * shows where it has measured nothing yet.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { launchProfile } from "./support/chromium.js";
import { serveFolder } from "./support/serve.js";

const VISITS = Number(process.argv[2] ?? 5);
const WARM = { "cache-control": "public, max-age=3600" };
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SENTENCES = "tests/data/everyday.tsv";
const OUT = here("../../benches/results/models.json");

const root = process.env.NPM_DIR ?? here("../../dist/npm");
const { MODELS } = await import(join(root, "models/index.js"));
const server = await serveFolder(root, "/", WARM);
const models = [];
let environment = "";
try {
  for (const model of MODELS) {
    models.push({ ...(await describe(model)), ...(await measure(model)) });
    console.log(models.at(-1));
  }
} finally {
  server.close();
}
const about = {
  environment,
  cpu: cpus()[0].model,
  visits: VISITS,
  sentences: SENTENCES,
  measured: new Date().toISOString().slice(0, 16),
};
await writeFile(OUT, `${JSON.stringify({ about, models }, null, 2)}\n`);

/** Its name and what it weighs, all files in one sum, each compressed by itself. */
async function describe({ name, size, files }) {
  const contents = await Promise.all(
    ["manifest.json", ...Object.keys(files)].map((file) =>
      readFile(join(root, "models", name, file)),
    ),
  );
  const sum = (of) => contents.reduce((bytes, content) => bytes + of(content).length, 0);
  return {
    name,
    size,
    bytes: sum((content) => content),
    gzip: sum((content) => gzipSync(content, { level: 9 })),
    brotli: sum((content) => brotliCompressSync(content)),
  };
}

async function measure(model) {
  const profile = await mkdtemp(join(tmpdir(), "lite-transformer-profile-"));
  const texts = await sentences(model.source);
  try {
    const visits = [];
    for (let i = 0; i <= VISITS; i += 1) {
      const result = await visit(profile, model, texts);
      if (i > 0) visits.push(result);
    }
    // The quickest: whatever else the machine does only adds.
    const [load, seconds] = ["load", "seconds"].map((key) =>
      Math.min(...visits.map((visit) => visit[key])),
    );
    const words = texts.join(" ").split(/\s+/).length;
    return {
      load_ms: Math.round(load),
      sentences_per_second: Math.round(texts.length / seconds),
      words_per_second: Math.round(words / seconds),
    };
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}

async function sentences(language) {
  const [head, ...lines] = (await readFile(here(`../../${SENTENCES}`), "utf8")).trim().split("\n");
  const column = head.split("\t").indexOf(language);
  return lines.map((line) => line.split("\t")[column]);
}

async function visit(profile, { source, target, size }, texts) {
  const browser = await launchProfile(profile);
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}blank.html`);
    const [version] = /(?<=Chrome\/)[\d.]+/.exec(await page.evaluate(() => navigator.userAgent));
    environment = `Chromium ${version}`;
    return await page.evaluate(
      async ({ url, options, texts }) => {
        const { Translator } = await import(`${url}lib/index.js`);
        const start = performance.now();
        const translator = await Translator.create(options);
        const load = performance.now() - start;
        // The engine's code is compiled a second time, better, once it has run for a while.
        for (const text of texts.slice(0, 30)) await translator.translate(text);
        const begin = performance.now();
        for (const text of texts) await translator.translate(text);
        return { load, seconds: (performance.now() - begin) / 1000 };
      },
      {
        url: server.url,
        options: { sourceLanguage: source, targetLanguage: target, size },
        texts,
      },
    );
  } finally {
    await browser.close();
  }
}
