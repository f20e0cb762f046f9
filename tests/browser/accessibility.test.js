import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { openSite, settled } from "./support/page.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

async function violations(page) {
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ["violations"] }),
  );
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.html.slice(0, 160))
        .join(" | ")}`,
  );
}

for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of Object.entries({
    desktop: { width: 1280, height: 900 },
    phone: { width: 390, height: 844 },
  })) {
    test(`no accessibility violation: ${colorScheme}, ${name}`, async () => {
      const { page, done } = await site.page({
        colorScheme,
        viewport,
        hash: "#text=Guten+Morgen!+Wie+geht+es+dir?",
      });
      await settled(page);
      assert.deepEqual(await violations(page), []);
      // The comparison, once it is loaded.
      await page.getByRole("button", { name: /^Load the standard Transformer/ }).click();
      // The recorded sentence gives way to the page's own.
      await page.locator("#split-figure:not(:has(.recorded))").scrollIntoViewIfNeeded();
      assert.deepEqual(await violations(page), []);
      if (name === "desktop") {
        // The other views of the figure and the table behind it.
        await page.locator("#branches-figure .tools .quiet").first().click();
        await page.locator('input[name="form"]').nth(1).check();
        await page.locator("#branches-map-numbers table").first().waitFor();
        assert.deepEqual(await violations(page), []);
      }
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wider, 0, "nothing sticks out sideways");
      await done();
    });
  }
}

test("the theme can be chosen and is kept", async () => {
  const { page, done } = await site.page({ colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator(".theme").click();
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.reload();
  assert.equal(await ground(), dark);
  await done();
});

test("without WebAssembly SIMD the page says so", async () => {
  const { page, done } = await site.page({
    prepare: (page) =>
      page.addInitScript(() => {
        const validate = WebAssembly.validate;
        // Modules with SIMD are found invalid, as in a browser of 2020.
        WebAssembly.validate = (bytes) =>
          !new Uint8Array(bytes.buffer ?? bytes).includes(0xfd) && validate(bytes);
      }),
  });
  assert.match(await page.getByRole("alert").textContent(), /WebAssembly SIMD/);
  await done();
});

test("a failed download is told, and why", async () => {
  const { page, done } = await site.page({
    expectErrors: true,
    prepare: (page) => page.route("**/weights.bin", (route) => route.abort()),
  });
  const alert = page.getByRole("alert");
  await alert.waitFor();
  const told = await alert.textContent();
  assert.match(told, /could not be loaded\. The download was interrupted\. Check the connection/);
  // What the browser and the engine say of it is there for whoever asks, and apart from the rest.
  const exactly = alert.locator("details code");
  assert.ok(!(await exactly.isVisible()));
  assert.match(await exactly.textContent(), /weights\.bin.*Failed to fetch/);
  assert.doesNotMatch(told.replace(await exactly.textContent(), ""), /https?:|Failed to fetch/);
  // Once more, when the network is back.
  await page.unroute("**/weights.bin");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("#translation").waitFor({ timeout: 60_000 });
  await done();
});

test("loading shows how much has come, in bytes", async () => {
  const { page, done } = await site.page({
    prepare: (page) =>
      page.route("**/weights.bin", async (route) => {
        await new Promise((later) => setTimeout(later, 2000));
        await route.continue();
      }),
  });
  await page.getByText(/Fetching the translator\s+[\d.]+ MB of [\d.]+ MB/).waitFor();
  assert.ok((await page.locator("progress").getAttribute("value")) >= 0);
  await page.locator("#translation").waitFor({ timeout: 60_000 });
  await done();
});
