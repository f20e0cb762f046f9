import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { eventually, numbers, openSite, settled, sum } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

async function save(page, kind) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .locator("#branches .save")
      .getByRole("button", { name: `Save as ${kind}` })
      .click(),
  ]);
  assert.equal(download.suggestedFilename(), `branches-map.${kind.toLowerCase()}`);
  return readFile(await download.path());
}

test("a figure can be saved as SVG, PNG, CSV and JSON", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  const [global] = await numbers(page, "branches-map");
  const cells = 2 * global.rows.length * global.columns.length;

  const svg = String(await save(page, "SVG"));
  assert.match(svg, /^<svg[^>]+viewBox=/);
  assert.ok((svg.match(/<rect /g) ?? []).length >= cells, "a rectangle for each cell");
  assert.ok(!svg.includes("<!--") && svg.includes(">Morgen<"));
  const parsed = await page.evaluate(
    (text) =>
      new DOMParser().parseFromString(text, "image/svg+xml").querySelector("parsererror")
        ?.textContent ?? null,
    svg,
  );
  assert.equal(parsed, null);

  const png = await save(page, "PNG");
  assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from("PNG")]);
  assert.ok(png.length > 5000);

  const csv = String(await save(page, "CSV"))
    .trim()
    .split("\n");
  assert.equal(csv.length, cells + 1);
  assert.match(csv[1], /^"global",0,"\w+",0,"\w+",[\d.e-]+$/);

  const json = JSON.parse(String(await save(page, "JSON")));
  assert.equal(json.source, "Guten Morgen!");
  assert.deepEqual(
    json.rows,
    global.rows.map((row) => row.name),
  );
  assert.ok(Math.abs(json.maps[0].values[0].reduce((a, b) => a + b) - 1) < 1e-3);
  await done();
});

test("a link brings back text, layer, heads, view and token", async () => {
  const { page, done } = await site.page({
    hash: "#text=Guten+Morgen!&stack=decoder&layer=4&head=2&form=lines&token=target-2",
  });
  await settled(page);
  const chosen = (name) =>
    page
      .locator(`input[name="${name}"]`)
      .evaluateAll((radios) => radios.findIndex((radio) => radio.checked));
  assert.deepEqual(
    await Promise.all(["stack", "layer", "head", "group", "form"].map(chosen)),
    [1, 3, 2, 0, 1],
  );
  assert.equal(await page.locator(".translation mark").count(), 1);
  await page.locator('input[name="layer"]').nth(5).check();
  await page.waitForFunction(() => location.hash.includes("layer=6"));
  await done();
});

for (const [embed, id] of Object.entries({
  "": "branches",
  maps: "all-maps",
  decoding: "decoding",
  split: "why-split",
  cost: "cost",
})) {
  test(`embedded${embed && ` as ${embed}`}, the page is one figure alone`, async () => {
    const query = embed ? `?embed=${embed}` : "?embed";
    const { page, done } = await site.page({ query, hash: "#text=Guten+Morgen!" });
    await page.locator(`#${id} .slide`).first().waitFor({ timeout: 60_000 });
    assert.equal(await page.locator(".masthead").count(), 0);
    assert.deepEqual(
      await page.locator(".chapter").evaluateAll((all) => all.map((one) => one.id)),
      [id],
    );
    assert.equal(await page.locator("#source").count(), 0, "without the desk");
    const whole = page.getByRole("link", { name: "Lite Transformer: the whole page" });
    assert.match(await whole.getAttribute("href"), /^\.\/#.*text=Guten\+Morgen/);
    await done();
  });
}

test("embedded with &desk, the figure has the desk over it", async () => {
  const { page, done } = await site.page({ query: "?embed&desk", hash: "#text=Guten+Morgen!" });
  await settled(page);
  assert.equal(await page.locator("#source").inputValue(), "Guten Morgen!");
  assert.equal(await page.locator("#branches .slide").count(), 1);
  await done();
});

test("the cost figure follows its dials and agrees with the paper's 54 M", async () => {
  const { page, done } = await site.page();
  const label = () => page.locator(".bars svg").getAttribute("aria-label");
  const set = (id, value) =>
    page.locator(id).evaluate((dial, value) => {
      dial.value = value;
      dial.dispatchEvent(new Event("input", { bubbles: true }));
    }, value);
  await page.locator(".bars svg").waitFor();
  await set("#cost-kernel", "19"); // the mean of the model's kernels is 19.7
  await eventually(async () => assert.match(await label(), /Lite Transformer 54\.\d M/));
  assert.match(await label(), /^Transformer 13\d M/);
  // More heads split the same products: the count stays. With the keyboard, as anybody may.
  const before = await label();
  await page.locator("#cost-heads").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const heads = page.locator('output[for="cost-heads"]');
  await eventually(async () => assert.equal(await heads.textContent(), "6"));
  assert.equal(await label(), before);
  // Each of the others changes it.
  for (const [id, value] of [
    ["d", "320"],
    ["factor", "4"],
    ["kernel", "63"],
    ["n", "60"],
  ]) {
    const last = await label();
    await set(`#cost-${id}`, value);
    await eventually(async () => assert.notEqual(await label(), last, id));
  }
  await page.getByRole("button", { name: "Back to this model" }).click();
  await eventually(async () => assert.equal(await heads.textContent(), "4"));
  assert.match(await label(), /Lite Transformer 55 M/);
  assert.deepEqual(await page.locator(".budget + .axis").allTextContents(), [
    "budget 100 M",
    "budget 500 M",
  ]);
  await set("#cost-n", "200");
  await eventually(async () => assert.match(await label(), /Lite Transformer [4-9]\d\d M/));
  await done();
});

test("every score in the table says where it is from", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  const rows = page.locator("table.results").last().locator("tbody tr");
  const read = () =>
    rows.evaluateAll((all) =>
      all.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
    );
  const { scores } = await page.evaluate(async () =>
    (await fetch("models/de-en/manifest.json")).json(),
  );
  const table = await eventually(async () => {
    const table = await read();
    assert.equal(table.length, 6 + Object.keys(scores).length, "the paper's and this model's own");
    return table;
  });
  assert.ok(table.every((cells) => cells.length === 5 && cells.every(Boolean)));
  const derived = table.filter(([, , , , source]) => source.startsWith("derived"));
  assert.deepEqual(
    derived.map(([model, , , bleu]) => [model, bleu]),
    [
      ["Transformer", "33.6"],
      ["Transformer", "38.4"],
    ],
  );
  const own = table.filter(([model]) => model.startsWith("Lite Transformer, this"));
  for (const [, set, multAdds, bleu, source] of own) {
    assert.equal(bleu, scores[set].bleu.toFixed(1));
    assert.match(multAdds, /^5\d\.\d M$/);
    assert.match(source, /models\/de-en$/);
  }
  await done();
});

test("the charts and all maps can be saved too", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  const get = async (button) => {
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    return String(await readFile(await download.path()));
  };
  const reach = page.locator(".reach").first();
  const table = (await get(reach.getByRole("button", { name: "Save as CSV" }))).trim().split("\n");
  assert.equal(table[0], "stack,layer,branch,head,distance,near");
  assert.equal(table.length, 1 + 6 * 8);
  assert.match(await get(reach.getByRole("button", { name: "Save as SVG" })), /^<svg.*fill="rgb/s);
  const all = JSON.parse(await get(page.getByRole("button", { name: "Save all maps as JSON" })));
  assert.equal(all.text, "Guten Morgen!");
  assert.equal(all.encoder[5].global[3].data.length, all.source.length ** 2);
  assert.equal(all.candidates.length, all.target.length);
  for (const step of all.candidates) {
    assert.equal(step.length, 10);
    const chances = step.map((one) => one.probability);
    assert.deepEqual(
      chances,
      chances.toSorted((a, b) => b - a),
    );
    assert.ok(step[0].piece && chances[0] > 0 && sum(chances) <= 1.0001);
  }
  assert.equal(all.alternatives[0].text, all.translation);
  assert.ok(Math.abs(all.alternatives[0].score - all.score) < 1e-6);
  await done();
});
