import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** Where the built site lies. */
export const SITE =
  process.env.SITE_DIR ?? fileURLToPath(new URL("../../../dist/site", import.meta.url));

/** The built site under a sub-path, as a project page has it: addresses that aren't relative fail here. */
export function serveSite() {
  return serveFolder(SITE, "/some/project/");
}

/** A folder on a port of its own; blank.html is an empty page. */
export async function serveFolder(root, base = "/", headers = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (path === `${base}blank.html`) {
      response.writeHead(200, { "content-type": TYPES[".html"] });
      return response.end('<!doctype html><link rel="icon" href="data:," />');
    }
    if (!path.startsWith(base)) return response.writeHead(404).end();
    const file = join(root, normalize(path.slice(base.length) || "index.html"));
    const found = await stat(file).catch(() => null);
    if (!file.startsWith(root) || !found?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, {
      ...headers,
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": found.size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}${base}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
