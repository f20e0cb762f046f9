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

test("after the first visit the page works offline, in both directions", async () => {
  const { page, context, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  // The service worker keeps the model in its own time, the page the other direction when it has nothing to do.
  await eventually(async () => {
    const { caches, site, manifests, models, files } = await kept(page);
    assert.deepEqual(manifests.sort(), [manifest("de-en"), manifest("en-de"), "models/index.json"]);
    assert.deepEqual(models.sort(), ["de-en", "en-de"]);
    assert.equal(files, 5, "both have the same graphs and tokens: kept once");
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
  // A page that is loaded while Chromium only plays being offline believes that it isn't, until that changes.
  await context.setOffline(false);
  await context.setOffline(true);
  await eventually(async () =>
    assert.match(
      await page.locator(".offline summary").textContent(),
      /You are offline.*German to English ✓, English to German ✓/s,
    ),
  );
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await settled(page);
  await page.waitForFunction(() => location.hash.includes("pair=en-de"));
  await page.reload();
  await settled(page);
  assert.equal(await page.locator("#source").getAttribute("lang"), "en");
  assert.match(await page.locator("#translation").textContent(), /Morgen/);
  await done();
});

/** What the table of models says of one, by its name. */
const row = (page, name) => page.getByRole("row", { name });

test("a visitor who spares data keeps what was used, and what is asked for", async () => {
  const { page, context, done } = await site.page({
    hash: "#text=Guten+Morgen!",
    expectErrors: true,
    prepare: (page) =>
      page.addInitScript(() => {
        Object.defineProperty(navigator, "connection", { value: { saveData: true } });
      }),
  });
  await settled(page);
  const standard = row(page, /^English to German, Standard/);
  await page.locator(".offline summary").click();
  await eventually(
    async () => assert.match(await row(page, /^German to English, Standard/).textContent(), /✓/),
    30_000,
  );
  // Longer than the page waits before it fetches the other direction of its own accord.
  await page.waitForTimeout(12_000);
  assert.deepEqual((await kept(page)).models, ["de-en"]);

  // Without it the other direction is out of reach offline, and there is a way back.
  await context.setOffline(true);
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(
    await alert.textContent(),
    /English to German could not be loaded\. You are offline/,
  );
  await alert.getByRole("button", { name: "Back to German to English" }).click();
  await settled(page);
  assert.equal(await page.locator("#source").inputValue(), "Guten Morgen!");

  await context.setOffline(false);
  await standard.getByRole("button", { name: /^Keep/ }).click();
  await eventually(async () => assert.match(await standard.textContent(), /kept ✓/), 30_000);
  assert.deepEqual((await kept(page)).models.sort(), ["de-en", "en-de"]);
  await context.setOffline(true);
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await settled(page);
  await context.setOffline(false);
  await row(page, /^German to English, Standard/)
    .getByRole("button", { name: /^Remove/ })
    .click();
  await eventually(async () => assert.deepEqual((await kept(page)).models, ["en-de"]));
  await done();
});
