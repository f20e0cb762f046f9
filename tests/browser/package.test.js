/** The npm package's examples in Chromium, as a user has them. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { preview } from "vite";
import { installExample, viteBuild } from "../support/install.js";
import { launch } from "./support/chromium.js";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Serves a folder and waits for the page's output. */
async function outputOf(outDir, path) {
  const server = await preview({
    configFile: false,
    logLevel: "warn",
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
  });
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  try {
    await page.goto(new URL(path, server.resolvedUrls.local[0]).href);
    const output = page.locator("output");
    await page.waitForFunction(() => document.querySelector("output").value !== "", null, {
      timeout: 60_000,
    });
    assert.deepEqual(errors, []);
    assert.ok(page.workers().length === 1, "the model runs in a Worker");
    return await output.evaluate((element) => element.value);
  } finally {
    await page.close();
    await new Promise((resolve) => server.httpServer.close(resolve));
  }
}

test("the plain page works without a bundler", async () => {
  const { folder, remove } = await installExample("page");
  try {
    const output = await outputOf(
      `${folder}/node_modules/lite-transformer`,
      "examples/page/index.html",
    );
    assert.match(output, /morning/i);
  } finally {
    await remove();
  }
});

test("the bundler's output works", async () => {
  const { folder, remove } = await installExample("bundler");
  try {
    await viteBuild(folder);
    assert.match(await outputOf(`${folder}/dist`, "index.html"), /morning/i);
  } finally {
    await remove();
  }
});
