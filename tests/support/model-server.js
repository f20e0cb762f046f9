/**
 * Serves models/de-en as real servers might: /<any>/fresh/, or with one of the faults below in place of "fresh".
 * `<any>` makes an address nobody has fetched from before.
 */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const MODEL = new URL("../../models/de-en/", import.meta.url);
const PAGE = "<!doctype html><title>Not found</title>";
const SLOW_CHUNKS = 12;
const SLOW_PAUSE_MS = 30;

/** What goes wrong with weights.bin, or with the file that is named. */
const FAULTS = {
  fresh: { send },
  slow: { send: sendSlowly },
  missing: { send: (response) => response.writeHead(404, HTML).end(PAGE) },
  html: { send: (response) => response.writeHead(200, HTML).end(PAGE) },
  short: { send: (response, bytes) => send(response, bytes.subarray(0, 1000)) },
  long: { send: (response, bytes) => send(response, Buffer.concat([bytes, bytes])) },
  corrupt: {
    send(response, bytes) {
      bytes[1000] ^= 1;
      send(response, bytes);
    },
  },
  "not-json": { file: "manifest.json", send: (response) => response.end(PAGE) },
  /** Closes the connection three times on the way, and goes on where it was asked to. */
  breaking: { send: sendInPieces },
  /** The same, and starts from the beginning whatever it is asked; each time it gets further. */
  "breaking-without-ranges": {
    send: (response, bytes, { count }) => sendPart(response, bytes, 0, count),
  },
  "always-breaking": { send: (response, bytes) => sendPart(response, bytes, 0, 1) },
  busy: {
    send(response, bytes, { count }) {
      if (count <= 2) response.writeHead(503).end("busy");
      else send(response, bytes);
    },
  },
  /** A cache on the way has an error page until it is asked not to use it. */
  stale: {
    send(response, bytes, { headers }) {
      if (headers["cache-control"] === "no-cache") send(response, bytes);
      else response.writeHead(200, HTML).end(PAGE);
    },
  },
  /** Nothing is answered any more. */
  down: { file: /./, send: (response) => response.destroy() },
  /** Another model has taken the place of this one. */
  another: {
    file: /./,
    send: async (response, _, { name }) =>
      send(response, await readFile(new URL(`../de-en-nano/${name}`, MODEL))),
  },
};

const HTML = { "content-type": "text/html; charset=utf-8" };

export async function startModelServer() {
  const log = [];
  /** Faults that have come and gone, by address. */
  const kinds = new Map();
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });

  async function answer({ url, headers }, response) {
    const [, folder, kind, name] = /^\/([^/]+\/([\w-]+))\/([\w.-]+)$/.exec(url ?? "") ?? [];
    response.setHeader("access-control-allow-origin", "*");
    if (!name) return response.writeHead(404).end();
    const { file = "weights.bin", send: wrong } = FAULTS[kinds.get(folder) ?? kind];
    const count = log.filter((one) => one.url === url).length + 1;
    log.push({ url, name, range: headers.range });
    const bytes = await readFile(new URL(name, MODEL));
    if (name.match(file)) await wrong(response, bytes, { name, headers, count });
    else send(response, bytes);
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  let count = 0;
  return {
    origin,
    model: (kind) => `${origin}/${++count}/${kind}/`,
    /** From now on the address has another fault, or none. */
    become: (model, kind) => kinds.set(model.slice(origin.length + 1, -1), kind),
    /** The requests for an address: `{ name, range }` of each. */
    requests: (model) => log.filter(({ url }) => url.startsWith(model.slice(origin.length))),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response, bytes) {
  response.setHeader("content-length", bytes.length);
  response.end(bytes);
}

async function sendSlowly(response, bytes) {
  response.setHeader("content-length", bytes.length);
  const size = Math.ceil(bytes.length / SLOW_CHUNKS);
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, SLOW_PAUSE_MS));
  }
  response.end();
}

function sendInPieces(response, bytes, { headers, count }) {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  if (from > 0) {
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  }
  return sendPart(response, bytes, from, count);
}

/** Of four parts those up to the `count`th; a connection that is closed before the end is broken. */
async function sendPart(response, bytes, from, count) {
  response.setHeader("content-length", bytes.length - from);
  if (count >= 4) return response.end(bytes.subarray(from));
  const until = Math.floor((bytes.length * count) / 4);
  await new Promise((resolve) => response.write(bytes.subarray(from, until), resolve));
  // What has been written goes out before the connection is closed.
  await new Promise((resolve) => setTimeout(resolve, 100));
  response.destroy();
}
