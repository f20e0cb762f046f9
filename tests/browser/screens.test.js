// The desk on every kind of screen, on paper, and opened as a file.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { box, eventually, openSite, settled } from "./support/page.js";
import { SITE } from "./support/serve.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

const open = (text, settings) =>
  site.page({ hash: `#${new URLSearchParams({ text })}`, ...settings });

/** How much of an element is in the window, in pixels of its height. */
const inSight = (page, selector) =>
  page.locator(selector).evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return Math.min(bottom, innerHeight) - Math.max(top, 0);
  });

for (const [name, text] of Object.entries({
  "a short text": "Guten Morgen!",
  "a long one": "Ich habe gestern mit meiner Schwester im Garten ein Buch gelesen. ".repeat(6),
})) {
  test(`with a phone's keyboard up, ${name} and its translation are in sight together`, async () => {
    const { page, done } = await open(text, {
      viewport: { width: 390, height: 500 },
      hasTouch: true,
      isMobile: true,
    });
    await settled(page);
    await page.locator(box).tap();
    await eventually(async () => {
      assert.ok((await inSight(page, "#translation")) > 40);
      assert.ok((await inSight(page, box)) > 40);
    });
    await done();
  });
}

test("a phone's first screen is the desk: the title takes a line, the menu says that it goes on", async () => {
  const { page, done } = await open("Guten Morgen!", { viewport: { width: 390, height: 844 } });
  await settled(page);
  const { y } = await page.locator(".desk").boundingBox();
  assert.ok(y < 160, `the desk begins at ${y}`);
  const nav = page.locator(".masthead nav");
  assert.notEqual(await nav.evaluate((one) => getComputedStyle(one).maskImage), "none");
  const up = page.getByRole("link", { name: "To the top of the page" });
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
  await eventually(async () => assert.ok((await inSight(page, ".up a")) > 40));
  await up.click();
  await page.waitForFunction(() => scrollY < 10);
  await done();
});

test("at 720 pixels, which is 200 per cent, no entry of the menu breaks in two", async () => {
  const { page, done } = await open("Guten Morgen!", { viewport: { width: 720, height: 450 } });
  await settled(page);
  const heights = await page
    .locator(".masthead nav a, .brand span")
    .evaluateAll((all) => all.map((one) => one.getClientRects().length * one.offsetHeight));
  assert.ok(Math.max(...heights) < 40, `${heights}`);
  await done();
});

for (const width of [320, 390, 820]) {
  test(`a word of 80 letters stays within ${width} pixels`, async () => {
    const word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    const { page, done } = await open(`${word} ist ein langes Wort. ${word}.`, {
      viewport: { width, height: 800 },
    });
    await settled(page);
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(wider, 0);
    for (const selector of ["#source", "#translation", ".mirror"]) {
      const over = await page
        .locator(selector)
        .evaluate((one) => one.scrollWidth - one.clientWidth);
      assert.ok(over <= 0, `${selector}: ${over}`);
    }
    await done();
  });
}

test("on paper the page is light and has no controls", async () => {
  const { page, done } = await open("Guten Morgen!", { colorScheme: "dark" });
  await settled(page);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), "dark");
  await page.emulateMedia({ media: "print" });
  // What Chromium does before and after it prints.
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await theme(), "light");
  assert.ok(await page.locator("#translation").isVisible());
  for (const selector of [".masthead nav", ".bar", ".examples", ".controls", ".theme"])
    assert.ok(!(await page.locator(selector).first().isVisible()), selector);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.equal(await theme(), "dark");
  await done();
});

test("in forced colours the marks in the translation and the text are still seen", async () => {
  const { page, done } = await open("Guten Morgen! Wie geht es dir?", { forcedColors: "active" });
  await settled(page);
  const style = (selector, name) =>
    page
      .locator(selector)
      .first()
      .evaluate((one, name) => getComputedStyle(one)[name], name);
  assert.equal(await style(".translation .sentence", "outlineStyle"), "solid");
  assert.equal(await style(".mirror mark", "outlineStyle"), "solid");
  await page.locator(".translation .spot-word").first().hover();
  await eventually(async () => {
    const lit = await style(".translation .lit", "backgroundColor");
    assert.notEqual(lit, await style("body", "backgroundColor"));
  });
  await done();
});

test("opened as a file the page says what to do instead of staying white", async () => {
  const { page, done } = await site.page({ expectErrors: true });
  await page.goto(pathToFileURL(`${SITE}/index.html`).href);
  assert.match(await page.locator("#app").textContent(), /has to come from a web server/);
  await done();
});

test("the page can be installed: a manifest with icons that are there, and a picture for links", async () => {
  const { page, done } = await open("Guten Morgen!");
  await settled(page);
  const { icons, start_url, display } = await page.evaluate(async () =>
    (await fetch(document.querySelector("link[rel=manifest]").href)).json(),
  );
  assert.equal(start_url, "./");
  assert.equal(display, "standalone");
  assert.ok(icons.some(({ purpose }) => purpose === "maskable"));
  const addresses = [
    ...icons.map(({ src }) => src),
    await page.locator('meta[property="og:image"]').getAttribute("content"),
  ];
  for (const [i, address] of addresses.entries()) {
    const [width, height] = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, address);
    const sizes = icons[i]?.sizes;
    if (sizes?.includes("x")) assert.equal(`${width}x${height}`, sizes);
    else assert.ok(width > 0 && height > 0, address);
  }
  assert.equal(await page.locator("meta[name=theme-color]").count(), 2);
  await done();
});
