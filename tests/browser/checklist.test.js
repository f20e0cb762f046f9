/** The platform API's statements, as in Node, with the model in a real Worker. */

import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checklist } from "../support/checklist.js";
import { startModelServer } from "../support/model-server.js";
import { launch } from "./support/chromium.js";
import { serveFolder } from "./support/serve.js";

describe("the platform's Translator API, in a Worker", () => {
  let browser;
  let models;
  let server;
  let page;

  before(async () => {
    models = await startModelServer();
    server = await serveFolder(fileURLToPath(new URL("../../dist/npm", import.meta.url)));
    browser = await launch();
    page = await browser.newPage();
    await page.goto(`${server.url}blank.html`);
    const source = readFileSync(new URL("../support/checklist.js", import.meta.url), "utf8");
    await page.evaluate(prepare, {
      packageUrl: `${server.url}lib/index.js`,
      checklistUrl: `data:text/javascript,${encodeURIComponent(source)}`,
      modelOrigin: models.origin,
    });
  });
  after(async () => {
    await browser?.close();
    server?.close();
    await models?.close();
  });

  for (const [i, { title }] of checklist.entries()) {
    test(title, () => page.evaluate((index) => window.runStatement(index), i));
  }
});

/** In the page: what the statements need of their surroundings. */
async function prepare({ packageUrl, checklistUrl, modelOrigin }) {
  const { Translator, QuotaExceededError } = await import(packageUrl);
  const { checklist } = await import(checklistUrl);
  let models = 0;
  const env = {
    Translator,
    QuotaExceededError,
    model: (kind) => {
      models += 1;
      return `${modelOrigin}/page${models}/${kind}/`;
    },
    listeners: () => undefined,
    async uncaught(run) {
      const errors = [];
      const keep = (event) => {
        event.preventDefault();
        errors.push(event.error ?? event.reason);
      };
      addEventListener("error", keep);
      addEventListener("unhandledrejection", keep);
      try {
        await run();
      } finally {
        removeEventListener("error", keep);
        removeEventListener("unhandledrejection", keep);
      }
      return errors;
    },
  };
  window.runStatement = async (index) => {
    // All addresses have the same model: one statement's download must not be another's.
    await caches.delete("lite-transformer");
    await checklist[index].run(env);
  };
}
