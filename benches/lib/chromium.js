// The benchmark in headless Chromium: the same modules in a page, and a fresh page for each engine to load in.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { extname, join, normalize } from "node:path";
import { launch } from "../../tests/browser/support/chromium.js";
import { at } from "./node.js";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/benches/lib/page.js"></script>`;

export async function openChromium() {
  const server = await serve();
  const browser = await launch();
  const open = async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => globalThis.bench && crossOriginIsolated);
    return page;
  };
  const page = await open();
  const ask = (part) => (request) =>
    page.evaluate(([part, request]) => globalThis.bench[part](request), [part, request]);
  return {
    about: { environment: `Chromium ${browser.version()}`, cpu: cpus()[0].model },
    relaxed: await page.evaluate(() => globalThis.bench.relaxed),
    encoder: ask("encoder"),
    decoder: ask("decoder"),
    sentences: ask("sentences"),
    peak: ask("peak"),
    long: ask("long"),
    workers: ask("workers"),
    async load(request) {
      const fresh = await open();
      const result = await fresh.evaluate((request) => globalThis.bench.load(request), request);
      await fresh.close();
      return result;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** The repository over HTTP, isolated from other origins: only then does the clock tick in microseconds. */
async function serve() {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const headers = {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    };
    if (path === "/") {
      response.writeHead(200, { ...headers, "content-type": "text/html" });
      return response.end(PAGE);
    }
    const file = join(at("."), normalize(path));
    const found = await stat(file).catch(() => null);
    if (!file.startsWith(at(".")) || !found?.isFile()) return response.writeHead(404).end();
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { ...headers, "content-type": type, "content-length": found.size });
    createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
