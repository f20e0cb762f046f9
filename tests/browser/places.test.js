/** Every place in a browser where the package runs, and who runs the model there. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PLACES, visit, visitExtension, visitFile } from "../compat/places.js";
import { launch, launchProfile } from "./support/chromium.js";

const root = process.env.NPM_DIR ?? fileURLToPath(new URL("../../dist/npm", import.meta.url));
const translation = "Good morning!";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

describe("the package runs", () => {
  for (const place of PLACES) {
    test(`in this place: ${place.name}`, async () => {
      const { thread } = place;
      assert.deepEqual(await visit(place, { browser, root }), { translation, thread });
    });
  }

  test("from file://, as one classic script", async () => {
    const { thread: _, ...result } = await visitFile({ browser, root });
    assert.deepEqual(result, { translation });
  });

  test("in an extension's service worker", async () => {
    const result = await visitExtension({ launch: launchProfile, root });
    assert.deepEqual(result, { translation, thread: "current" });
  });
});
