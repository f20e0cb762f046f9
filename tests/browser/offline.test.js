// What is kept for visits without a network: the site, one build of the engine, the models in use.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, openSite, settled } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

/** What the caches hold, by the last parts of the addresses. */
const kept = (page) =>
  page.evaluate(async () => {
    const names = async (name) =>
      (await (await caches.open(name)).keys()).map(({ url }) => url.split("/project/")[1]);
    const own = (await caches.keys()).filter((name) => name.startsWith("site-"));
    return { caches: own.length, site: await names(own[0]), models: await names("models") };
  });

const bundle = (name) =>
  ["decoder.onnx", "encoder.onnx", "manifest.json", "tokenizer.model", "weights.bin"].map(
    (file) => `models/${name}/${file}`,
  );

test("after the first visit the page works offline, in the direction that was used", async () => {
  const { page, context, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  // The service worker keeps the model in its own time.
  await eventually(async () => {
    const { caches, site, models } = await kept(page);
    assert.deepEqual(models.sort(), [...bundle("de-en"), "models/index.json"]);
    assert.equal(caches, 1);
    const engines = site.filter((file) => file.endsWith(".wasm"));
    assert.equal(engines.length, 1, `the build that runs and no other: ${engines}`);
    assert.ok(site.includes("") && site.some((file) => file.endsWith(".woff2")));
  }, 30_000);
  const online = await page.locator("#translation").textContent();
  await context.setOffline(true);
  await page.reload();
  await settled(page);
  assert.equal(await page.locator("#translation").textContent(), online);

  // The other direction was not asked for: it comes with the network, and then stays too.
  await context.setOffline(false);
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await settled(page);
  await eventually(async () => {
    const { models } = await kept(page);
    assert.deepEqual(models.sort(), [...bundle("de-en"), ...bundle("en-de"), "models/index.json"]);
  }, 30_000);
  await page.waitForFunction(() => location.hash.includes("pair=en-de"));
  const there = await page.locator("#translation").textContent();
  await context.setOffline(true);
  await page.reload();
  await settled(page);
  assert.equal(await page.locator("#source").getAttribute("lang"), "en");
  assert.equal(await page.locator("#translation").textContent(), there);
  await done();
});

test("a direction that was never used is told to be out of reach offline", async () => {
  const { page, context, done } = await site.page({
    hash: "#text=Guten+Morgen!",
    expectErrors: true,
  });
  await settled(page);
  await eventually(async () => assert.equal((await kept(page)).models.length, 6), 30_000);
  await context.setOffline(true);
  await page.reload();
  await settled(page);
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.textContent(), /could not be loaded.*download failed/s);
  await page.getByRole("button", { name: "Swap: translate from German" }).click();
  await settled(page);
  await done();
});
