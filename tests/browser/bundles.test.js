// What the page makes of the models that are deployed: directions, and the Transformer to compare with.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { deploy, deployed } from "./support/bundles.js";
import { eventually, numbers, openSite, settled } from "./support/page.js";

const PLAIN = deployed().find((one) => !one.branches.includes("local")).name;

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

const trimmed = (texts) => texts.map((text) => text.trim());

// What a service worker fetches can't be stood in for.
const settings = { serviceWorkers: "block" };
const open = (names, hash) =>
  site.page({ ...settings, hash, prepare: (page) => deploy(page, names) });

test("with one direction deployed there is nothing to swap", async () => {
  const { page, done } = await open(["de-en"], "#text=Guten+Morgen!");
  await settled(page);
  assert.equal(await page.getByRole("button", { name: /^Swap/ }).count(), 0);
  const offer = await page.locator("#why-split .offer").textContent();
  assert.match(offer, /not deployed.*docs\/deploy\.md/s);
  await done();
});

test("the models trained alike stand in a table, with the figures that the comparison found", async () => {
  const file = new URL("../../training/results/comparison.json", import.meta.url);
  const { runs, sets } = JSON.parse(readFileSync(file, "utf8"));
  const { page, done } = await open(["de-en"], "#text=Guten+Morgen!");
  await settled(page);
  const rows = page.locator("#trained-alike tbody tr");
  assert.equal(await rows.count(), runs.length);
  for (const [i, { name, mult_adds }] of runs.entries()) {
    const cells = await rows.nth(i).locator("td").allTextContents();
    const scores = sets.map((set) => set.runs.find((run) => run.name === name).BLEU.score);
    assert.deepEqual(
      cells.map(Number.parseFloat),
      [mult_adds / 1e6, ...scores].map((x) => Number(x.toFixed(1))),
    );
  }
  assert.match(
    await page.locator("#trained-alike figcaption").textContent(),
    /of the 12 comparisons/,
  );
  await done();
});

test("swapping turns the direction round and takes the translation along", async () => {
  const { page, done } = await open(["de-en", "en-de"], "#text=Guten+Morgen!");
  await settled(page);
  const english = (await page.locator("#translation").textContent()).trim();
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await eventually(async () => {
    assert.equal(await page.locator("#source").inputValue(), english);
    assert.equal(await page.locator("#source").getAttribute("lang"), "en");
  });
  await settled(page);
  assert.equal(await page.locator("#translation").getAttribute("lang"), "de");
  assert.equal(await page.locator('.strip[lang="en"] .token').last().textContent(), "end");
  assert.match(await page.locator(".title .kicker").textContent(), /English to German/);
  await page.waitForFunction(() => location.hash.includes("pair=en-de"));
  await page.getByRole("button", { name: "A clause inside" }).click();
  await eventually(async () =>
    assert.match(await page.locator("#source").inputValue(), /^The man who/),
  );
  await page.getByRole("button", { name: "Swap: translate from German" }).waitFor();
  await done();
});

test("of three sizes the visitor chooses one, which alone is fetched, and a link keeps the choice", async () => {
  const text = "#text=Zwei+Hunde+spielen+im+Schnee.";
  const names = ["de-en", "de-en-large", "de-en-nano", "en-de", "en-de-large"];
  const { page, done } = await open(names, text);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const fetched = (name) => asked.some((url) => url.includes(`/models/${name}/weights.bin`));
  const facts = () => page.locator(".desk .smallprint").textContent();
  await settled(page);
  const model = page.getByRole("group", { name: "Model" });
  const labels = await model.locator("label").allTextContents().then(trimmed);
  const listed = deployed();
  for (const [i, [name, size]] of [
    ["de-en-nano", "Compact"],
    ["de-en", "Standard"],
    ["de-en-large", "Large"],
  ].entries()) {
    const { gzip } = listed.find((one) => one.name === name);
    const megabytes = (gzip / 1e6).toFixed(1).replace(".", "\\.");
    assert.match(labels[i], new RegExp(`^${size}\\s*${megabytes} MB\\s*about [\\d,]+ words/s$`));
  }
  assert.ok(await model.getByRole("radio", { name: /^Standard/ }).isChecked());
  assert.ok(!fetched("de-en-nano") && !fetched("de-en-large"), "nothing is fetched unasked");
  assert.match(await facts(), /model de-en·?[\d.]+ MB, .*weights of 6 bits in int8(?!,)/);
  const heads = () => page.locator('input[name="head"]').count();
  assert.equal(await heads(), 5, "the mean and 4 heads");

  await model.getByRole("radio", { name: /^Compact/ }).check();
  await page.waitForFunction(() => location.hash.includes("model=de-en-nano"));
  await settled(page);
  assert.ok(fetched("de-en-nano"));
  assert.match(await facts(), /weights of 5 bits in int8, in steps/);
  assert.match(await page.locator("#translation").textContent(), /dogs/);

  await model.getByRole("radio", { name: /^Large/ }).check();
  await page.waitForFunction(() => location.hash.includes("model=de-en-large"));
  await settled(page);
  assert.ok(fetched("de-en-large"));
  assert.match(await page.locator("#translation").textContent(), /dogs/);
  assert.match(await page.locator(".models > .aside").textContent(), /^Large: translates best/);
  assert.match(await page.locator("#why-split").textContent(), /a quarter of this large one's/);
  assert.match(await page.locator("#branches").textContent(), /the 320 numbers/);
  assert.match(await page.locator("#decoding").textContent(), /all 320 channels/);
  assert.equal(await page.locator("#cost-d").inputValue(), "320");
  await eventually(async () => assert.equal(await heads(), 9, "the mean and 8 heads"));
  // A head that the smaller model lacks.
  await page.locator('input[name="head"]').nth(8).check();
  const link = new URL(page.url()).hash;

  // The size stays in the other direction.
  assert.ok(!fetched("en-de-large"));
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await page.waitForFunction(() => location.hash.includes("model=en-de-large"));
  await settled(page);
  assert.ok(!fetched("en-de"));
  await model.getByRole("radio", { name: /^Standard/ }).check();
  await page.waitForFunction(() => !location.hash.includes("model="));
  await settled(page);
  await eventually(async () => assert.equal(await heads(), 5));
  assert.ok(await page.locator('input[name="head"]').first().isChecked(), "the mean");
  await done();

  const again = [];
  const prepare = async (page) => {
    page.on("request", (request) => again.push(request.url()));
    await deploy(page, names);
  };
  const second = await site.page({ ...settings, hash: link, prepare });
  await settled(second.page);
  assert.ok(await second.page.getByRole("radio", { name: /^Large/ }).isChecked());
  assert.match(await second.page.locator(".desk .smallprint").textContent(), /model de-en-large/);
  assert.ok(!again.some((url) => url.includes("/models/de-en/weights.bin")));
  await second.done();

  const third = await open(names, `#model=none&${text.slice(1)}`);
  await settled(third.page);
  assert.ok(await third.page.getByRole("radio", { name: /^Standard/ }).isChecked());
  await third.page.waitForFunction(() => !location.hash.includes("model="));
  await third.done();
});

test("a size says how fast it is here once it has translated enough", async () => {
  const { page, done } = await open(["de-en", "de-en-nano"], "#text=Guten+Morgen!");
  await settled(page);
  const label = page.locator('label:has(input[name="variant"])').nth(1);
  assert.match(await label.textContent(), /about/);
  const sentence = "Heute kaufe ich auf dem Markt ein und koche danach für alle. ";
  await page.locator("#source").fill(sentence.repeat(4));
  await eventually(async () => assert.doesNotMatch(await label.textContent(), /about/), 30_000);
  assert.match(await label.textContent(), /[\d,]+ words\/s/);
  const other = page.locator('label:has(input[name="variant"])').first();
  assert.match(await other.textContent(), /about/, "the other one has not run yet");
  await done();
});

test("with one model for a direction there is no choice", async () => {
  const { page, done } = await open(["de-en", "de-en-nano", "en-de"], "#text=Guten+Morgen!");
  await settled(page);
  const model = page.getByRole("group", { name: "Model" });
  await model.getByRole("radio", { name: /^Compact/ }).check();
  await settled(page);
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await page.waitForFunction(() => location.hash.includes("pair=en-de"));
  assert.ok(!page.url().includes("model="));
  assert.equal(await model.count(), 0);
  await done();
});

test("a site without German to English begins with what it has", async () => {
  const { page, done } = await open(["en-de"], "");
  await settled(page);
  assert.equal(await page.locator("#source").getAttribute("lang"), "en");
  assert.match(await page.locator("#source").inputValue(), /^Although it rained/);
  assert.equal(await page.getByRole("button", { name: /^Swap/ }).count(), 0);
  await done();
});

test("a link to a direction that is not deployed says so", async () => {
  const { page, done } = await open(["de-en"], "#pair=en-de&text=Good+morning!");
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.textContent(), /no model from English to German/);
  await page.getByRole("button", { name: "Swap: translate from German" }).click();
  await settled(page);
  await done();
});

test("the Transformer comes when asked for, and its heads stand beside the others", async () => {
  const { page, done } = await open(
    ["de-en", PLAIN],
    "#text=Der+Zug+nach+Berlin+fährt+heute+um+acht+Uhr+ab.",
  );
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await settled(page);
  const own = (url) => url.includes(`/models/${PLAIN}/`);
  assert.equal(asked.filter(own).length, 0, "nothing of it is fetched unasked");
  const button = page.getByRole("button", { name: /^Load the standard Transformer\s+[\d.]+ MB$/ });
  await button.click();
  await page.locator("#split-figure:not(:has(.recorded))").waitFor({ timeout: 60_000 });
  assert.ok(asked.filter(own).length >= 5);
  assert.ok((await page.locator("#rival-translation").textContent()).trim());

  // 4 heads in each of 6 layers: the Transformer's, Lite's attention, Lite's convolution.
  for (const stack of ["encoder", "decoder"]) {
    assert.equal(await page.locator(`#swarm-${stack} .dot.global`).count(), 48);
    assert.equal(await page.locator(`#swarm-${stack} .dot.local`).count(), 24);
  }
  const swarm = page.locator("#swarm-encoder");
  const dots = swarm.locator(".dot");
  const label = await swarm.getAttribute("aria-label");
  assert.match(label, /share of weight nearby.*Transformer.* \d+ %.*Lite, convolution \d+ %/s);
  // The first layer's convolution has 3 taps: all of its weight lies within two tokens.
  const narrow = dots.and(page.locator('[aria-label^="Lite, encoder layer 1, convolution"]'));
  assert.deepEqual(
    await narrow.evaluateAll((all) => all.map((dot) => dot.getAttribute("aria-label").slice(-5))),
    ["100 %", "100 %", "100 %", "100 %"],
  );

  // Pointing shows a head's map, picking it keeps it there; the numbers are that head's.
  const caption = page.locator("#split-figure .panel-head p").first();
  assert.match(await caption.textContent(), /mean of the encoder's 24 attention heads/);
  const mean = await numbers(page, "split-plain-map");
  const head = dots.and(page.locator('[aria-label^="Transformer, encoder layer 2, head 3"]'));
  await head.hover();
  await eventually(async () =>
    assert.match(await caption.textContent(), /encoder layer 2, head 3$/),
  );
  await head.click();
  await page.mouse.move(0, 0);
  await eventually(async () => {
    const [picked] = await numbers(page, "split-plain-map");
    assert.match(picked.caption, /Transformer, encoder layer 2, head 3/);
    assert.notDeepEqual(picked.rows, mean[0].rows);
  });
  assert.equal(await head.getAttribute("aria-pressed"), "true");

  // The same with the keyboard, among the Lite heads, and from there to the large figure.
  await page.locator('#swarm-encoder [data-strip="Lite, attention"][tabindex="0"]').focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  const name = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  const [, layer, number] = /^Lite, encoder layer (\d), head (\d): /.exec(name);
  await eventually(async () =>
    assert.match(
      await page.locator("#split-figure .panel-head p").last().textContent(),
      new RegExp(`encoder layer ${layer}, head ${number}$`),
    ),
  );
  await page.getByRole("button", { name: "Show it beside the other branch" }).click();
  await eventually(async () => {
    assert.ok(
      await page
        .locator('input[name="layer"]')
        .nth(layer - 1)
        .isChecked(),
    );
    assert.ok(await page.locator('input[name="head"]').nth(Number(number)).isChecked());
  });

  // Other measures, other places.
  await page.locator('input[name="spread-by"]').nth(1).check();
  await eventually(async () =>
    assert.match(await swarm.getAttribute("aria-label"), /mean distance: Transformer.*tokens/),
  );
  const rows = await page
    .locator(`[aria-label="Table of the two models"] tbody tr`)
    .allTextContents();
  assert.match(
    rows.find((row) => row.includes("Mult-adds")),
    /5\d\.\d M.*5\d\.\d M/s,
  );

  // Another text: both models read it.
  const before = await page.locator("#rival-translation").textContent();
  await page.locator("#source").fill("Danke!");
  await eventually(async () => {
    assert.notEqual(await page.locator("#rival-translation").textContent(), before);
    assert.equal(await page.locator(".outdated-figure").count(), 0);
  }, 30_000);
  await done();
});

test("from the other direction it is a swap away", async () => {
  const { page, done } = await open(["de-en", "en-de", PLAIN], "#pair=en-de&text=Good+morning!");
  await settled(page);
  await page.getByRole("button", { name: "Turn to German to English" }).click();
  await page.getByRole("button", { name: /^Load the standard Transformer/ }).waitFor();
  await page.waitForFunction(() => location.hash.includes("pair=de-en"));
  await done();
});

test("a Transformer that does not come is told, and can be tried again", async () => {
  let down = true;
  const { page, done } = await site.page({
    ...settings,
    hash: "#text=Guten+Morgen!",
    expectErrors: true,
    prepare: async (page) => {
      await deploy(page, ["de-en", PLAIN]);
      await page.route(`**/models/${PLAIN}/weights.bin`, (route) =>
        down ? route.abort() : route.fallback(),
      );
    },
  });
  await settled(page);
  await page.getByRole("button", { name: /^Load the standard Transformer/ }).click();
  const alert = page.locator("#why-split [role=alert]");
  await alert.waitFor();
  assert.match(await alert.textContent(), /could not be loaded\. The download was interrupted/);
  down = false;
  await page.getByRole("button", { name: /^Try again/ }).click();
  await page.locator("#split-figure:not(:has(.recorded))").waitFor({ timeout: 60_000 });
  await done();
});
