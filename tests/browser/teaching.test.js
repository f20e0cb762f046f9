// The page as a teacher: the guided tour, the drawn layer, the glossary, what plays by itself.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, numbers, openSite, settled, sum } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

const calm = { reducedMotion: "reduce" };
const checked = (page, name) =>
  page
    .locator(`input[name="${name}"]`)
    .evaluateAll((radios) => radios.findIndex((radio) => radio.checked));

test("the tour goes from step to step with its own sentence, marks cells, and gives the visitor's back", async () => {
  const { page, done } = await site.page({ ...calm, hash: "#text=Guten+Morgen!&layer=2&head=3" });
  await settled(page);
  await page.getByRole("button", { name: "Start the tour" }).click();
  const title = () => page.locator("#tour-step").textContent();
  const inView = (selector) =>
    eventually(async () => {
      const box = await page
        .locator(selector)
        .first()
        .evaluate((element) => element.getBoundingClientRect().toJSON());
      assert.ok(box.bottom > 0 && box.top < 700, `${selector} at ${box.top}`);
    });
  const count = Number(/of (\d+)/.exec(await title())[1]);
  assert.ok(count >= 8);
  const seen = [];
  for (let step = 1; step <= count; step++) {
    await eventually(async () => {
      assert.match(await title(), new RegExp(`^\\s*${step} of`));
      assert.equal(
        await page.evaluate(() => document.activeElement.id),
        "tour-step",
        "the keyboard is at its text",
      );
    });
    await settled(page);
    assert.match(await page.locator("#source").inputValue(), /^Obwohl es gestern/);
    seen.push({
      stack: await checked(page, "stack"),
      layer: await checked(page, "layer"),
      cross: await checked(page, "cross-layer"),
      told: await page.locator(".told").count(),
    });
    if (seen.at(-1).told) await inView(".told");
    await page.locator(".tour-buttons .big").click();
  }
  assert.deepEqual(seen[2], { stack: 0, layer: 5, cross: 4, told: 5 }, "far");
  assert.equal(seen[1].told, 3, "a window of three");
  assert.ok(seen[5].cross === 4 && seen[5].told > 8, "across");
  assert.ok(seen[6].cross === 0 && seen[6].told > 3, "one step behind");
  assert.equal(await page.locator(".tour-bar").count(), 0);
  await eventually(async () =>
    assert.equal(await page.locator("#source").inputValue(), "Guten Morgen!"),
  );
  await done();
});

test("a link leads to a step of the tour", async () => {
  const { page, done } = await site.page({ ...calm, hash: "#tour=3" });
  await settled(page);
  assert.match(await page.locator("#tour-step").textContent(), /3 of \d+\s+Far/);
  await eventually(async () => {
    const box = await page.locator(".told").nth(2).boundingBox();
    assert.ok(box.y > 0 && box.y < 700, `at ${box.y}`);
  });
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await page.waitForFunction(() => location.hash.includes("tour=2"));
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !location.hash.includes("tour"));
  await done();
});

test("a layer is drawn with the loaded model's numbers, and its blocks open their figures", async () => {
  const { page, done } = await site.page({
    ...calm,
    hash: "#text=Guten+Morgen!&stack=decoder&layer=2",
  });
  await settled(page);
  const drawing = page.locator("#layer-diagram");
  const { architecture } = await page.evaluate(async () =>
    (await fetch("models/de-en/manifest.json")).json(),
  );
  const { global, local } = architecture.decoder[1];
  const text = async () => (await drawing.textContent()).replace(/\s+/g, " ");
  await eventually(async () => {
    const drawn = await text();
    for (const part of [
      `decoder layer 2: a token as ${architecture.d_model} numbers`,
      `${global.heads} heads of ${global.channels / global.heads}`,
      `${global.channels} → ${global.channels}, 840 k`,
      `${local.groups} kernels over ${local.kernel_size} tokens`,
      `Feed-forward ${architecture.d_model} → ${architecture.ffn} → ${architecture.d_model}`,
    ])
      assert.ok(drawn.includes(part), `${part} in ${drawn}`);
  });
  await page.locator('input[name="stack"]').nth(0).check();
  await page.locator('input[name="layer"]').nth(3).check();
  await eventually(async () =>
    assert.match(await text(), /encoder layer 4.*kernels over 31 tokens/),
  );
  await drawing.locator(".block.feed").press("Enter");
  await eventually(async () => {
    const top = await page.locator("#cost").evaluate((one) => one.getBoundingClientRect().top);
    assert.ok(Math.abs(top) < 200, `at ${top}`);
  });
  await done();
});

test("a term explains itself at its first use, to pointer and keyboard", async () => {
  const { page, done } = await site.page({ ...calm, hash: "#text=Guten+Morgen!" });
  await settled(page);
  const terms = await page.locator(".term button").allTextContents();
  assert.deepEqual([...new Set(terms)].length, terms.length, "each once");
  for (const name of [
    "token",
    "heads",
    "softmax",
    "beam",
    "BLEU",
    "multiply-adds",
    "layer",
    "encoder",
  ])
    assert.ok(terms.includes(name), name);
  const softmax = page.locator(".term", { hasText: "softmax" });
  const note = softmax.getByRole("tooltip", { includeHidden: true });
  assert.equal(await note.isVisible(), false);
  await softmax.locator("button").focus();
  assert.equal(await note.isVisible(), true);
  assert.match(await note.textContent(), /sum to 1/);
  await done();
});

test("layers and translation play by themselves, and a choice by hand ends it", async () => {
  const { page, done } = await site.page({
    hash: "#text=Guten+Morgen!&layer=6&token=target-1&stack=decoder",
  });
  await settled(page);
  const layers = page.locator("#branches-figure .play").first();
  const steps = page.locator(".stepper .play");
  await layers.click();
  await eventually(async () => assert.equal(await checked(page, "layer"), 0, "from the first"));
  await eventually(async () => assert.equal(await checked(page, "layer"), 2));
  await page.keyboard.press("5");
  await eventually(async () => assert.equal(await layers.getAttribute("aria-pressed"), "false"));
  await page.waitForTimeout(1100);
  assert.equal(await checked(page, "layer"), 4);
  await steps.click();
  await eventually(async () => assert.equal(await page.locator("#step").inputValue(), "2"));
  await eventually(async () => assert.equal(await steps.getAttribute("aria-pressed"), "false"));
  const last = await page.locator("#step").getAttribute("max");
  assert.equal(await page.locator("#step").inputValue(), last, "it stops at the end");
  await done();
});

test("a cell is worked out: scores to shares in one branch, a window that slides in the other", async () => {
  const { page, done } = await site.page({
    ...calm,
    hash: "#text=Der+Zug+nach+Berlin+fährt+heute+ab.&layer=2&head=3&token=source-3",
  });
  await settled(page);
  const cell = page.locator("#cell-figure");
  const [global, local] = await numbers(page, "branches-map");
  const row = global.rows[2];
  const best = row.values.indexOf(Math.max(...row.values));
  const read = () =>
    cell
      .locator(".made tbody tr")
      .evaluateAll((all) =>
        all.map((one) => [...one.cells].map((part) => part.textContent.trim())),
      );
  const rows = await read();
  assert.equal(rows[0][0].replace("·", ""), global.columns[best]);
  assert.equal(Number(rows[0][1]), 0);
  for (const [name, score, power, share] of rows.filter(([, score]) => score)) {
    assert.ok(Math.abs(Math.exp(Number(score.replace("−", "-"))) - Number(power)) < 0.01, name);
    assert.ok(Math.abs(Number(power) * row.values[best] - Number(share)) < 0.005, name);
  }
  const worked = async (index) =>
    (await cell.locator(".worked:not(#score)").nth(index).textContent()).trim();
  assert.match(
    await worked(0),
    new RegExp(`^1 / .* = ${row.values[best]}`.replaceAll(".", "\\.").replace("\\.*", ".*")),
  );
  // The kernel of seven around the third token: two of its weights have nothing to stand on.
  assert.equal(await cell.locator(".tap").count(), 6);
  const kernel = await cell.locator(".local svg").first().getAttribute("aria-label");
  const weights = [...kernel.matchAll(/ ([\d.]+)(?:,|$)/g)].map((match) => Number(match[1]));
  assert.ok(weights.every((one) => one >= 0 && one < 1) && sum(local.rows[2].values) > 0.5);
  await cell.getByRole("button", { name: "Window on" }).click();
  await eventually(async () => assert.equal(await cell.locator(".tap").count(), 7));
  assert.equal(
    await page.locator("#branches-map .label.lit").first().textContent(),
    global.rows[3].name,
  );
  await done();
});

test("inside a cell: question times key over the root gives the score that the share comes of", async () => {
  const { page, done } = await site.page({
    ...calm,
    hash: "#text=Der+Zug+nach+Berlin+fährt+heute+ab.&layer=2&head=3&group=1&token=source-3",
  });
  await settled(page);
  const cell = page.locator("#cell-figure");
  await cell.scrollIntoViewIfNeeded();
  await cell.locator("#score").waitFor();
  const values = async (name) => {
    const label = await cell
      .locator(`svg[aria-label^="${name}"]`)
      .first()
      .getAttribute("aria-label");
    return label
      .split(": ")[1]
      .split(", ")
      .map((one) => Number(one.replace("−", "-")));
  };
  const [q, k, product] = [
    await values("q, of the row"),
    await values("k, of the column"),
    await values("q × k"),
  ];
  assert.equal(q.length, 20, "as many numbers as a head has channels");
  for (const [i, one] of product.entries()) assert.ok(Math.abs(one - q[i] * k[i]) < 0.02);
  const score = (await cell.locator("#score").textContent()).replaceAll("−", "-");
  const [, total, result] = /(-?[\d.]+) \/ √20 = (-?[\d.]+)/.exec(score);
  assert.ok(Math.abs(sum(product) - Number(total)) < 0.1, score);
  assert.ok(Math.abs(Number(total) / Math.sqrt(20) - Number(result)) < 0.01, score);
  // The kernel's own: the part of a neighbour is its weight times what it carries.
  const carries = await values("what it carries");
  assert.equal(carries.length, 20);
  await done();
});
