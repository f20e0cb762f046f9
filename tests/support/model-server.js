/**
 * Serves models/de-en in ways that a real server might: /<any>/fresh/, /slow/, /missing/, /corrupt/,
 * /not-json/. `<any>` makes an address nobody has fetched from before.
 */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const MODEL = new URL("../../models/de-en/", import.meta.url);
const SLOW_CHUNKS = 12;
const SLOW_PAUSE_MS = 30;

export async function startModelServer() {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  let count = 0;
  return {
    origin,
    model: (kind) => `${origin}/${++count}/${kind}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request, response) {
  const [, kind, name] = /^\/[^/]+\/([\w-]+)\/([\w.-]+)$/.exec(request.url ?? "") ?? [];
  response.setHeader("access-control-allow-origin", "*");
  if (!name || (kind === "missing" && name === "weights.bin")) {
    response.writeHead(404).end();
    return;
  }
  if (kind === "not-json" && name === "manifest.json") {
    response.end("<!doctype html><title>Not found</title>");
    return;
  }
  const bytes = await readFile(new URL(name, MODEL));
  if (kind === "corrupt" && name === "weights.bin") bytes[1000] ^= 1;
  response.setHeader("content-length", bytes.length);
  if (kind === "slow" && name === "weights.bin") await sendSlowly(response, bytes);
  else response.end(bytes);
}

async function sendSlowly(response, bytes) {
  const size = Math.ceil(bytes.length / SLOW_CHUNKS);
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, SLOW_PAUSE_MS));
  }
  response.end();
}
