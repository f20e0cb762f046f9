// <lite-translate> and <attention-maps> on a page of their own, as `lite-transformer/elements` defines them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./support/chromium.js";
import { eventually } from "./support/page.js";
import { serveFolder } from "./support/serve.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
let server;
let page;
before(async () => {
  browser = await launch();
  server = await serveFolder(fileURLToPath(new URL("../../dist/npm", import.meta.url)));
});
after(async () => {
  await browser?.close();
  server?.close();
});
afterEach(() => page?.context().close());

/** A page with some elements in it, which notes their events. */
async function open(markup, { colorScheme = "light" } = {}) {
  const context = await browser.newContext({
    colorScheme,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  page = await context.newPage();
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(`${server.url}blank.html`);
  await page.evaluate(
    async ({ markup, url }) => {
      window.events = [];
      document.addEventListener("translate", ({ target, detail }) =>
        window.events.push({ of: target.localName, ...detail }),
      );
      document.documentElement.lang = "en";
      document.title = "Elements";
      document.documentElement.style.colorScheme = "light dark";
      document.body.innerHTML = `<main><h1>Elements</h1>${markup}</main>`;
      for (const element of document.querySelectorAll("lite-translate, attention-maps"))
        element.addEventListener("error", ({ message }) => window.events.push({ error: message }));
      await import(`${url}lib/elements/index.js`);
    },
    { markup, url: server.url },
  );
  return problems;
}

const done = (selector) => page.locator(`${selector}[state=done]`).waitFor({ timeout: 60_000 });

test("<lite-translate> translates what is written and copies it", async () => {
  const problems = await open('<lite-translate from="de" to="en"></lite-translate>');
  const element = page.locator("lite-translate");
  assert.equal(await element.getAttribute("state"), "idle");
  await page.getByLabel("German").pressSequentially("Guten Morgen!");
  await done("lite-translate");
  const output = element.locator("output");
  assert.match(await output.textContent(), /good morning/i);
  assert.equal(await output.getAttribute("lang"), "en");
  assert.equal(await element.getAttribute("value"), "Guten Morgen!");
  const events = await page.evaluate(() => window.events);
  const last = events.at(-1);
  assert.deepEqual(last, {
    of: "lite-translate",
    text: "Guten Morgen!",
    translation: await output.textContent(),
  });
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), last.translation);
  await page.getByLabel("German").fill("");
  await eventually(async () => assert.equal(await output.textContent(), ""));
  assert.ok(await page.getByRole("button", { name: "Copy" }).isDisabled());
  assert.deepEqual(problems, []);
});

test("properties and attributes go with each other", async () => {
  await open("<lite-translate></lite-translate>");
  const seen = await page.evaluate(async () => {
    const element = document.querySelector("lite-translate");
    Object.assign(element, { from: "en", to: "de", size: "nano", value: "The house is big." });
    await element.updateComplete;
    return ["from", "to", "size", "value"].map((name) => element.getAttribute(name));
  });
  assert.deepEqual(seen, ["en", "de", "nano", "The house is big."]);
  await done("lite-translate");
  assert.match(
    await page.evaluate(() => document.querySelector("lite-translate").translation),
    /haus/i,
  );
});

test("<attention-maps> shows both branches' maps of a layer", async () => {
  const problems = await open(
    '<attention-maps text="Das Haus ist groß." layer="0"></attention-maps>',
  );
  await done("attention-maps");
  const { visualization } = (await page.evaluate(() => window.events)).at(-1);
  const tokens = visualization.sentences[0].source;
  const maps = await page.locator("attention-maps canvas").evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const strength = Array.from({ length: canvas.height }, (_, row) =>
        Array.from({ length: canvas.width }, (_, col) => data[4 * (row * canvas.width + col) + 3]),
      );
      const { width, height } = canvas.getBoundingClientRect();
      return { strength, width, height };
    }),
  );
  assert.equal(maps.length, 2);
  for (const { strength, width, height } of maps) {
    assert.deepEqual([strength.length, strength[0].length], [tokens.length, tokens.length]);
    assert.equal(Math.max(...strength.flat()), 255);
    assert.ok(width > 100 && Math.abs(width - height) < 2, `${width} × ${height}`);
  }
  // The first layer's kernel sees three positions: nothing lies off the band, where attention has something.
  const off = ({ strength }) =>
    strength
      .flatMap((row, r) => row.filter((_, c) => Math.abs(r - c) > 1))
      .some((value) => value > 0);
  assert.deepEqual(maps.map(off), [true, false]);

  const table = page.locator("attention-maps table").first();
  assert.deepEqual(
    await table.locator("tbody th").allTextContents(),
    tokens.map(({ text }) => text || "end"),
  );
  await page.locator("attention-maps [part=map]").first().focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  const readout = page.locator("attention-maps [part=readout]");
  await eventually(async () =>
    assert.match(
      await readout.textContent(),
      new RegExp(
        `^${tokens[1].text} looks at ${tokens[1].text}: global 0\\.\\d{3}, local \\d\\.\\d{3}$`,
      ),
    ),
  );
  await page
    .locator("attention-maps canvas")
    .last()
    .hover({ position: { x: 5, y: 5 } });
  await eventually(async () =>
    assert.match(
      await readout.textContent(),
      new RegExp(`^${tokens[0].text} looks at ${tokens[0].text}:`),
    ),
  );
  assert.deepEqual(problems, []);
});

test("what can't be shown is told", async () => {
  await open(`
    <attention-maps text="Das Haus." layer="9"></attention-maps>
    <attention-maps text="Das Haus." head="7"></attention-maps>
    <lite-translate from="de" to="fr" value="Hallo"></lite-translate>
  `);
  await page.locator("lite-translate[state=error]").waitFor({ timeout: 60_000 });
  const message = "no model translates from de to fr";
  assert.equal(await page.locator("lite-translate [role=alert]").textContent(), message);
  assert.deepEqual(
    (await page.evaluate(() => window.events)).filter(({ error }) => error),
    [{ error: message }],
  );
  const maps = page.locator("attention-maps");
  await eventually(async () =>
    assert.match(
      await maps.first().locator("[role=alert]").last().textContent(),
      /layer is 9, expected 0 to 5/,
    ),
  );
  await eventually(async () =>
    assert.match(
      await maps.last().locator("figure p").first().textContent(),
      /head is "7", expected "mean" or 0 to 3/,
    ),
  );
});

test("several elements of a pair share a translator, which ends with the last", async () => {
  await open(`
    <lite-translate value="Guten Morgen!"></lite-translate>
    <lite-translate value="Gute Nacht!"></lite-translate>
    <attention-maps text="Das Haus."></attention-maps>
    <lite-translate from="en" to="de" value="Good night!"></lite-translate>
  `);
  for (const selector of [
    "lite-translate:nth-of-type(1)",
    "lite-translate:nth-of-type(2)",
    "attention-maps",
  ])
    await done(selector);
  await done("lite-translate[from=en]");
  assert.equal(page.workers().length, 2, "one for each direction");
  await page.evaluate(() => document.querySelector("lite-translate").remove());
  await page.locator("lite-translate[from=de]").getByRole("textbox").fill("Danke!");
  await eventually(async () =>
    assert.match(await page.locator("lite-translate[from=de] output").textContent(), /thank/i),
  );
  await page.evaluate(() => {
    for (const element of document.querySelectorAll("[from=de]")) element.remove();
  });
  await eventually(() => assert.equal(page.workers().length, 1));
});

test("pages change the look by parts and properties", async () => {
  await open(`
    <style>
      lite-translate { --lite-accent: rgb(1, 2, 3); --lite-ground: rgb(4, 5, 6); }
      lite-translate::part(input) { color: rgb(7, 8, 9); }
    </style>
    <lite-translate></lite-translate>
  `);
  const look = (selector, property) =>
    page.locator(selector).evaluate((node, name) => getComputedStyle(node)[name], property);
  assert.equal(await look("lite-translate", "backgroundColor"), "rgb(4, 5, 6)");
  assert.equal(await look("lite-translate textarea", "color"), "rgb(7, 8, 9)");
  await page.getByLabel("German").fill("Haus");
  await done("lite-translate");
  assert.equal(await look("lite-translate button", "color"), "rgb(1, 2, 3)");
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing, ${colorScheme}`, async () => {
    await open(
      '<lite-translate value="Guten Morgen!"></lite-translate><attention-maps text="Das Haus ist groß."></attention-maps>',
      { colorScheme },
    );
    await done("lite-translate");
    await done("attention-maps");
    const ground = await page
      .locator("attention-maps")
      .evaluate((node) => getComputedStyle(node).backgroundColor);
    assert.equal(ground, { light: "rgb(255, 255, 255)", dark: "rgb(21, 25, 32)" }[colorScheme]);
    await page.addScriptTag({ content: AXE });
    const { violations, passes } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`),
      [],
    );
    assert.ok(passes.some(({ id }) => id === "color-contrast"));
    if (process.env.PICTURES)
      await page.screenshot({
        path: `${process.env.PICTURES}/elements-${colorScheme}.png`,
        fullPage: true,
      });
  });
}
