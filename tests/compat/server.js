/** A server of pages that are written in a test, each with headers of its own, over a folder of files. */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** `pages`: path to `{ body, headers }`; `fallback`: what the server sends in place of a file that isn't there. */
export async function serve(root, { pages = {}, headers = {}, fallback } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const page = pages[path];
    if (page) {
      const type = { "content-type": TYPES[extname(path)] ?? TYPES[".html"] };
      return response.writeHead(200, { ...type, ...page.headers }).end(page.body);
    }
    const name = normalize(path.endsWith("/") ? `${path}index.html` : path);
    const content = await readFile(join(root, name)).catch(() => null);
    if (!content && fallback) {
      return response.writeHead(200, { "content-type": TYPES[".html"] }).end(fallback);
    }
    if (!content) return response.writeHead(404).end();
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, ...headers }).end(content);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
