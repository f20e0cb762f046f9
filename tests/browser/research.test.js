// The page as an instrument: heads sorted, and measured over many sentences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { measureSample } from "./support/corpus.js";
import { eventually, openSite, settled } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

const recorded = JSON.parse(
  readFileSync(new URL("../../www/src/recorded/corpus.json", import.meta.url), "utf8"),
);

test("heads are sorted by what they do, and filtered by kind", async () => {
  const { page, done } = await site.page();
  await settled(page);
  const captions = () => page.locator(".sorted small").allTextContents();
  const pick = (name, index) => page.locator(`input[name="${name}"]`).nth(index).check();
  const values = async () =>
    (await captions()).map((text) => Number.parseFloat(text.split(" ")[1]));
  await pick("order", 2);
  await eventually(async () => assert.equal((await captions()).length, 6 * 8 + 6 * 12));
  const far = await values();
  assert.deepEqual(
    far,
    far.toSorted((a, b) => b - a),
    "the farthest first",
  );
  await pick("order", 3);
  await pick("filter", 1);
  await eventually(async () => assert.equal((await captions()).length, 2 * 6 * 4));
  const bits = await values();
  assert.deepEqual(
    bits,
    bits.toSorted((a, b) => a - b),
    "the sharpest first",
  );
  assert.ok(bits[0] >= 0 && bits.at(-1) <= Math.log2(25));
  // One is opened as from the sheet of all.
  const first = page.locator(".sorted .thumb").first();
  const [, stack, layer, head] = /^(encoder|decoder) layer (\d), attention head (\d)/.exec(
    await first.getAttribute("aria-label"),
  );
  await first.click();
  await eventually(async () => {
    const hash = await page.evaluate(() => location.hash);
    assert.match(hash, new RegExp(`layer=${layer}.*head=${head}`));
    assert.equal(hash.includes("stack=decoder"), stack === "decoder");
  });
  await pick("order", 0);
  await pick("filter", 0);
  await eventually(async () => assert.equal(await page.locator(".plate").count(), 2));
  await done();
});

test("the recorded sample is what the page measures, and shows the heads apart", async () => {
  const { page, done } = await site.page();
  await settled(page);
  await page.locator("#corpus").scrollIntoViewIfNeeded();
  assert.match(await page.locator("#corpus").textContent(), /100 sentences.*a sample recorded/s);
  assert.equal(await page.locator("#corpus-encoder .estimate").count(), 6 * 8);
  const measured = await measureSample(page);
  assert.deepEqual([measured.model, measured.sentences], ["de-en", 100]);
  assert.equal(measured.tokens, recorded.tokens);
  const close = (a, b, what) =>
    assert.ok(Math.abs(a - b) < 0.02 * Math.max(1, Math.abs(b)), `${what}: ${a}, ${b}`);
  for (const [i, head] of measured.heads.entries()) {
    const wanted = recorded.heads[i];
    for (const key of ["stack", "layer", "branch", "head"]) assert.equal(head[key], wanted[key]);
    for (const key of ["distance", "near", "entropy"]) {
      close(head[key].mean, wanted[key].mean, key);
      assert.ok(head[key].margin >= 0 && head[key].margin < 1, `${key} ± ${head[key].margin}`);
    }
  }
  for (const [i, layer] of measured.layers.entries())
    close(layer.share.mean, recorded.layers[i].share.mean, "share");
  const mean = (branch) => {
    const some = measured.heads.filter((one) => one.stack === "encoder" && one.branch === branch);
    return some.reduce((sum, one) => sum + one.near.mean, 0) / some.length;
  };
  assert.ok(mean("global") + 0.1 < mean("local"), "the paper's division of labour, over all of it");
  await done();
});

test("lines of one's own are measured, and wrong input is told", async () => {
  const { page, done } = await site.page();
  await settled(page);
  await page.locator(".corpus-form summary").click();
  const text = page.locator("#corpus-text");
  const measure = page.getByRole("button", { name: "Measure", exact: true });
  await text.fill("Ein Satz.\nNoch einer.");
  await measure.click();
  const alert = page.locator(".corpus-form [role=alert]");
  assert.match(await alert.textContent(), /2 lines: it takes 10 to 1000/);
  await page.locator('.corpus-form input[type="file"]').setInputFiles({
    name: "lines.txt",
    mimeType: "text/plain",
    buffer: Buffer.from(
      Array.from({ length: 12 }, (_, i) => `Der Hund ist ${i + 2} Jahre alt.\n`).join("\n"),
    ),
  });
  await eventually(async () => assert.match(await text.inputValue(), /13 Jahre/));
  await measure.click();
  await page.locator("#corpus").getByText("12 sentences").waitFor({ timeout: 60_000 });
  assert.match(
    await page.locator("#corpus figcaption").textContent(),
    /measured just now with de-en/,
  );
  await done();
});

test("a figure fills the screen, arrow keys go through the layers, a code leads to it", async () => {
  const { page, done } = await site.page();
  await settled(page);
  await page.locator("#branches-figure .present").click();
  await page.locator("#branches-figure .qr svg").waitFor();
  const layer = () =>
    page
      .locator('input[name="layer"]')
      .evaluateAll((radios) => radios.findIndex((radio) => radio.checked));
  await page.keyboard.press("ArrowRight");
  await eventually(async () => assert.equal(await layer(), 1));
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await eventually(async () => assert.equal(await layer(), 0));
  const whole = await page.locator("#branches-map").evaluate((map) => {
    const box = map.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
  });
  assert.ok(whole, "the map is on the screen as a whole");
  await page.evaluate(() => document.exitFullscreen());
  await eventually(async () => assert.equal(await page.locator(".qr").count(), 0));
  await done();
});

test("a branch switched off shows what becomes of the sentence, and each alone what it is worth", async () => {
  const { page, done } = await site.page({ hash: "#text=Der+Hund+schläft+im+Garten." });
  await settled(page);
  const figure = page.locator("#ablation-figure");
  await figure.scrollIntoViewIfNeeded();
  const off = figure.getByRole("switch", { name: "decoder layer 5, cross-attention" });
  await off.click();
  const finding = page.locator("#ablation-figure .finding");
  await finding.waitFor();
  assert.equal(await off.getAttribute("aria-checked"), "false");
  const fall = Number(
    /, ([−+][\d.]+) of its score/
      .exec((await finding.textContent()).replace(/\s+/g, " "))[1]
      .replace("−", "-"),
  );
  assert.ok(fall < 0, `${fall}: the model is worse without it`);
  assert.equal(
    await page.locator("#ablated dd").first().textContent(),
    (await page.locator("#translation").textContent()).trim(),
  );
  await figure.getByRole("button", { name: "All on again" }).click();
  await eventually(async () => assert.equal(await page.locator("#ablated").count(), 0));
  await figure.getByRole("button", { name: "Try each alone" }).click();
  await eventually(
    async () =>
      assert.equal(await figure.locator(".switch", { hasText: /^[−+]\d/ }).count(), 6 * 2 + 6 * 3),
    30_000,
  );
  const told = await off.textContent();
  assert.ok(Math.abs(Number(told.replace("−", "-")) - fall) < 0.002, `${told} as before`);
  // Another sentence, other numbers.
  await page.locator("#source").fill("Die Katze sitzt auf dem Dach.");
  await eventually(async () => assert.equal(await off.textContent(), "on"));
  await done();
});
