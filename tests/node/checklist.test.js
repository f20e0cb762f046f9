import { getEventListeners } from "node:events";
import { after, before, describe, test } from "node:test";
import { QuotaExceededError, Translator } from "../../dist/npm/lib/index.js";
import { checklist } from "../support/checklist.js";
import { startModelServer } from "../support/model-server.js";

describe("the platform's Translator API", () => {
  let server;
  before(async () => {
    server = await startModelServer();
  });
  after(() => server.close());

  const env = {
    Translator,
    QuotaExceededError,
    model: (kind) => server.model(kind),
    listeners: (signal) => getEventListeners(signal, "abort").length,
    uncaught,
  };

  for (const { title, run } of checklist) test(title, () => run(env));
});

/** The errors that go uncaught while a function runs; the test runner's own handlers step aside for it. */
async function uncaught(run) {
  const errors = [];
  const kinds = ["uncaughtException", "unhandledRejection"];
  const handlers = kinds.map((kind) => process.listeners(kind));
  const keep = (error) => errors.push(error);
  for (const kind of kinds) process.removeAllListeners(kind).on(kind, keep);
  try {
    await run();
  } finally {
    for (const [i, kind] of kinds.entries()) {
      process.removeAllListeners(kind);
      for (const handler of handlers[i]) process.on(kind, handler);
    }
  }
  return errors;
}
