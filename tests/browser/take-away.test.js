import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { crc32 } from "node:zlib";
import { strFromU8, unzipSync } from "fflate";
import { PNG } from "pngjs";
import { eventually, numbers, openSite, settled, sum } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

/** Opens a figure's menu, chooses, and gives back what was downloaded. */
async function save(page, figure, item, { dark = false, marked = false } = {}) {
  const menu = page.locator(figure).locator(".menu").last();
  await menu.locator("summary").click();
  if (dark) await menu.locator("select").selectOption("dark");
  if (marked) await menu.locator("input").check();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    menu.getByRole("button", { name: item }).click(),
  ]);
  return { name: download.suggestedFilename(), data: await readFile(await download.path()) };
}

const FILE = "branches_encoder-L3_head-2_group-mean_weight_guten-morgen";

test("a figure is saved as SVG, PNG, CSV and JSON that say what they show and where they are from", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!&layer=3&head=2" });
  await settled(page);
  const [global] = await numbers(page, "branches-map");
  const cells = 2 * global.rows.length * global.columns.length;
  const { files } = await page.evaluate(async () =>
    (await fetch("models/de-en/manifest.json")).json(),
  );
  const { sha256 } = files.find(({ name }) => name === "weights.bin");
  const figure = "#branches-figure";

  const { name, data } = await save(page, figure, "Save as SVG");
  assert.equal(name, `${FILE}.svg`);
  const svg = String(data);
  assert.match(svg, /^<svg[^>]+viewBox=/);
  assert.ok((svg.match(/<rect /g) ?? []).length >= cells, "a rectangle for each cell");
  assert.ok(!svg.includes("<!--"));
  const read = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    return {
      error: parsed.querySelector("parsererror")?.textContent ?? null,
      texts: [...parsed.querySelectorAll("text")].map((one) => one.textContent),
      ramps: parsed.querySelectorAll("linearGradient").length,
      marks: parsed.querySelectorAll(".band, .spot, .lit").length,
      metadata: JSON.parse(parsed.querySelector("metadata").textContent),
      ground: parsed.querySelector("rect").getAttribute("fill"),
    };
  }, svg);
  assert.equal(read.error, null);
  for (const text of [
    "global head 2, local mean of the groups, weights, encoder layer 3",
    "Global branch: attention",
    "Local branch: convolution",
    "Guten Morgen!",
    "Morgen",
  ])
    assert.ok(read.texts.includes(text), `${text} in ${read.texts}`);
  assert.equal(read.ramps, 2, "a colour scale for each branch");
  assert.equal(read.marks, 0, "what is marked on the page stays there");
  assert.match(svg, /@font-face\{font-family:"Instrument Sans"[^}]+url\(data:font\/woff2;base64,/);
  assert.equal(read.metadata.sha256, sha256);
  assert.equal(read.metadata.model, "de-en");
  assert.match(read.metadata.build, /^version \d+\.\d+\.\d+/);
  const link = new URL(read.metadata.permalink);
  assert.deepEqual(
    ["text", "layer", "head"].map((key) => new URLSearchParams(link.hash.slice(1)).get(key)),
    ["Guten Morgen!", "3", "2"],
  );
  assert.match(read.ground, /^#fff(fff)?$/);

  const dark = String((await save(page, figure, "Save as SVG", { dark: true, marked: true })).data);
  assert.match(dark, /<rect[^>]+fill="#151920"/);
  assert.match(dark, /class="band"/);

  const png = (await save(page, figure, "Save as PNG")).data;
  assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from("PNG")]);
  assert.ok(png.length > 5000);
  const { text } = PNG.sync.read(png) && readTexts(png);
  assert.equal(JSON.parse(text.Description).sha256, sha256);

  const csv = String((await save(page, figure, "Save as CSV")).data)
    .trim()
    .split("\n");
  const comments = csv.filter((line) => line.startsWith("#"));
  assert.ok(comments.includes(`# sha256: ${sha256}`) && comments.includes("# model: de-en"));
  const lines = csv.slice(comments.length);
  assert.equal(lines.length, cells + 1);
  assert.equal(lines[0], "map,stack,layer,head,measure,row,row_token,column,column_token,value");
  assert.match(lines[1], /^"global","encoder",3,"2","weight",0,"\w+",0,"\w+",[\d.e-]+$/);

  const json = JSON.parse(String((await save(page, figure, "Save as JSON")).data));
  assert.deepEqual(
    [json.source, json.model, json.sha256, json.layer, json.stack],
    ["Guten Morgen!", "de-en", sha256, 3, "encoder"],
  );
  assert.deepEqual(
    json.rows,
    global.rows.map((row) => row.name),
  );
  assert.ok(Math.abs(json.maps[0].values[0].reduce((a, b) => a + b) - 1) < 1e-3);
  await done();
});

/** The iTXt chunks of a PNG file; each chunk's checksum must hold. */
function readTexts(png) {
  const text = {};
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    assert.equal(
      png.readUInt32BE(at + 8 + length),
      crc32(png.subarray(at + 4, at + 8 + length)),
      type,
    );
    if (type === "iTXt") {
      const end = data.indexOf(0);
      text[data.toString("utf8", 0, end)] = data.toString("utf8", end + 5);
    }
    at += 12 + length;
  }
  return { text };
}

test("everything comes as one ZIP: pictures of every layer, all numbers, and where they are from", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  const { name, data } = await save(page, "#all-maps .slide:has(.plates)", "Save all maps as ZIP");
  assert.equal(name, "lite-transformer_de-en_guten-morgen.zip");
  const files = unzipSync(data);
  const names = Object.keys(files);
  assert.equal(
    names.filter((one) => /^pictures\/branches_(en|de)coder-L[1-6]_/.test(one)).length,
    12,
  );
  assert.equal(names.filter((one) => /^pictures\/cross_decoder-L[1-6]_/.test(one)).length, 6);
  const all = JSON.parse(strFromU8(files["maps.json"]));
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
  const [s, t] = [all.source.length, all.target.length];
  const lines = strFromU8(files["maps.csv"])
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("#"));
  assert.equal(lines.length - 1, 6 * 8 * s * s + 6 * 8 * t * t + 6 * 4 * t * s);
  assert.match(strFromU8(files["README.txt"]), /sha256: [0-9a-f]{64}/);
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
  assert.deepEqual(await page.locator("#cost-bars .budget + .axis").allTextContents(), [
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
    derived.map(([model, , bleu]) => [model, bleu]),
    [
      ["Transformer", "33.6"],
      ["Transformer", "38.4"],
    ],
  );
  const own = table.filter(([model]) => model.startsWith("Lite Transformer, this"));
  const names = { "tatoeba/test": "Tatoeba", "multi30k/test_2016": "Multi30k 2016" };
  for (const [set, name] of Object.entries(names))
    assert.equal(own.find((cells) => cells[1] === name)[2], scores[set].bleu.toFixed(1));
  for (const [, , , multAdds, source] of own) {
    assert.match(multAdds, /^5\d\.\d M$/);
    assert.match(source, /models\/de-en$/);
  }
  await done();
});

test("the charts can be saved too, with their legend", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  const reach = await save(page, ".reach >> nth=0", "Save as CSV");
  assert.equal(reach.name, "reach-encoder_guten-morgen.csv");
  const table = String(reach.data)
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("#"));
  assert.equal(table[0], "stack,layer,branch,head,distance,near");
  assert.equal(table.length, 1 + 6 * 8);
  const bars = String((await save(page, ".bars", "Save as SVG")).data);
  assert.match(bars, /fill:\s?rgb/);
  for (const part of ["attention", "convolution", "cross-attention", "feed-forward"])
    assert.ok(bars.includes(`>${part}</text>`), `${part} in the legend`);
  await done();
});

test("the page says what it was built from and how to cite it, and links to its models", async () => {
  const { page, context, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const about = page.locator("#about");
  assert.match(await about.textContent(), /This is version \d+\.\d+\.\d+, commit [0-9a-f]{10}/);
  const links = await about
    .locator('a[href^="./models/"]')
    .evaluateAll((all) => all.map((one) => one.href));
  assert.ok(links.length >= 6);
  for (const link of links)
    assert.equal(await page.evaluate(async (url) => (await fetch(url)).status, link), 200, link);
  for (const [name, entry] of [
    ["the paper", /^@inproceedings\{.*Long-Short Range Attention.*arxiv.*\}$/s],
    ["this page", /^@misc\{.*howpublished.*127\.0\.0\.1.*\}$/s],
  ]) {
    const cite = about.locator("details.cite", { hasText: name });
    await cite.locator("summary").click();
    await cite.getByRole("button", { name: "Copy BibTeX" }).click();
    await eventually(async () =>
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), entry),
    );
  }
  await done();
});
