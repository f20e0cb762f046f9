// Files that are opened or dropped at the desk, translated, and saved in their own format.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { eventually, openSite, settled } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

const open = () => site.page({ hash: "#text=Guten+Morgen!" });

async function saved(page, name) {
  const button = page.getByRole("button", { name: `Save ${name}` });
  await button.waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  assert.equal(download.suggestedFilename(), name);
  return String(await readFile(await download.path()));
}

const pick = (page, name, content) =>
  page.locator(".desk .opens input").setInputFiles({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.isBuffer(content) ? content : Buffer.from(content),
  });

test("texts, Markdown, subtitles and HTML come out in their own form", async () => {
  const { page, done } = await open();
  await settled(page);
  await pick(page, "brief.txt", "Guten Morgen!\n\n  Der Hund schläft im Garten.\n");
  assert.match(await saved(page, "brief.en.txt"), /^Good morning!\n\n {2}The dog .*garden.*\.\n$/);

  await pick(page, "notiz.md", "# Der Garten\n\n- Der Hund schläft.\n\n```\nGarten()\n```\n");
  const markdown = await saved(page, "notiz.en.md");
  assert.match(markdown, /^# .*garden\n\n- The dog .*\n\n```\nGarten\(\)\n```\n$/i);

  await pick(
    page,
    "film.srt",
    "1\n00:00:01,000 --> 00:00:02,000\nGuten Morgen!\n\n2\n00:00:03,000 --> 00:00:04,000\nDer Hund schläft.\n",
  );
  assert.match(
    await saved(page, "film.en.srt"),
    /^1\n00:00:01,000 --> 00:00:02,000\nGood morning!\n\n2\n00:00:03,000 --> 00:00:04,000\nThe dog .*\n$/,
  );

  await pick(page, "seite.html", '<p class="a">Der <b>Hund</b> schläft im Garten.</p>\n');
  assert.match(
    await saved(page, "seite.en.html"),
    /^<p class="a">The <b>dog<\/b> .*garden.*\.<\/p>\n$/,
  );
  await done();
});

test("a file that is dropped is translated with progress, and can be stopped", async () => {
  const { page, done } = await open();
  await settled(page);
  const drop = (type) =>
    page.evaluate((type) => {
      const data = new DataTransfer();
      const text = "Der alte Mann geht jeden Morgen mit seinem Hund durch den Wald.\n\n".repeat(
        300,
      );
      data.items.add(new File([text], "lang.txt"));
      const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
      document.querySelector(".desk").dispatchEvent(event);
      return event.defaultPrevented;
    }, type);
  assert.ok(await drop("dragover"));
  await eventually(async () => assert.equal(await page.locator(".desk.dropping").count(), 1));
  assert.ok(await drop("drop"));
  const bar = page.getByRole("progressbar", { name: "Translating lang.txt" });
  const value = async () => Number(await bar.getAttribute("value"));
  await eventually(async () => assert.ok((await value()) > 0 && (await value()) < 1));
  await page.locator(".document").getByRole("button", { name: "Stop" }).click();
  await bar.waitFor({ state: "detached" });
  assert.equal(await page.locator(".desk.dropping").count(), 0);
  // The desk works on.
  await page.locator("#source").fill("Danke!");
  await eventually(async () =>
    assert.match(await page.locator("#translation").textContent(), /^Thank/),
  );
  await done();
});

test("a file of another kind is refused in words, and one in Windows' letters is read", async () => {
  const { page, done } = await open();
  await settled(page);
  await pick(page, "bild.png", "x");
  assert.match(await page.locator(".document").textContent(), /reads \.txt, \.md, \.srt/);
  await pick(page, "alt.txt", Buffer.from("Der Hund schl\xe4ft im Garten.", "latin1"));
  assert.match(await saved(page, "alt.en.txt"), /^The dog .*garden/);
  await done();
});
