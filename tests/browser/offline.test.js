// What is kept for visits without a network: the site and one build of the engine by its service worker, the models in
// use, once, by the package.
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
    const all = await caches.keys();
    const own = all.filter((name) => name.startsWith("site-"));
    const kept = await (await caches.open("lite-transformer")).keys();
    const ofModels = kept.map(({ url }) => /\/models\/(.*)$/.exec(url)?.[1]).filter(Boolean);
    return {
      caches: all.sort(),
      site: await names(own[0]),
      manifests: await names("manifests"),
      models: ofModels.map(
        (address) => /([^/]+)\/manifest\.json$/.exec(decodeURIComponent(address))[1],
      ),
      files: kept.length - ofModels.length,
    };
  });

const manifest = (name) => `models/${name}/manifest.json`;

test("after the first visit the page works offline, in the direction that was used", async () => {
  const { page, context, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  // The service worker keeps the model in its own time.
  await eventually(async () => {
    const { caches, site, manifests, models, files } = await kept(page);
    assert.deepEqual(manifests.sort(), [manifest("de-en"), "models/index.json"]);
    assert.deepEqual(models, ["de-en"]);
    assert.equal(files, 4);
    assert.equal(caches.length, 3, `the package's, the site's and the manifests': ${caches}`);
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
    const { manifests, models } = await kept(page);
    const both = [manifest("de-en"), manifest("en-de"), "models/index.json"];
    assert.deepEqual(manifests.sort(), both);
    assert.deepEqual(models.sort(), ["de-en", "en-de"]);
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
  await eventually(async () => assert.equal((await kept(page)).manifests.length, 2), 30_000);
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
