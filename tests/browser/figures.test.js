// What a figure must not mislead about: which layer, which step, which scale, and what can be seen at all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, openSite, settled, withFixedMaps, words } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

const LONG =
  "Obwohl es gestern den ganzen Tag geregnet hat, ist der alte Mann mit seinem Hund durch den Wald gegangen.";
const about = (text, rest = {}) => ({ hash: `#${new URLSearchParams({ text, ...rest })}` });
const fixed = (count, rest = {}, settings = {}) => ({
  serviceWorkers: "block",
  prepare: withFixedMaps,
  ...about(words(count), rest),
  ...settings,
});
const checked = (page, name) =>
  page
    .locator(`input[name="${name}"]`)
    .evaluateAll((radios) => radios.findIndex((radio) => radio.checked));
const step = (page) => page.locator("#step").inputValue();

test("cross-attention opens on the layer that aligns best, and a change of layer leaves the step", async () => {
  const { page, done } = await site.page(
    about("Meine Großmutter hatte einen kleinen Garten.", { token: "source-2" }),
  );
  await settled(page);
  assert.equal(await checked(page, "layer"), 0);
  assert.equal(await checked(page, "cross-layer"), 4);
  // The words of this sentence stand in the same order in both languages.
  const lit = async () => (await page.locator("#cross-figure .sofar .now").textContent()).trim();
  await eventually(async () => assert.match(await lit(), /^gr/));
  const before = await step(page);
  for (const layer of [0, 2, 5]) {
    await page.locator('input[name="cross-layer"]').nth(layer).check();
    await eventually(async () => {
      assert.match(
        await page.locator("#cross-figure .panel-head p").textContent(),
        new RegExp(`decoder layer ${layer + 1}`),
      );
      assert.equal(await step(page), before, `the step in layer ${layer + 1}`);
    });
  }
  await page.locator('input[name="cross-layer"]').nth(0).check();
  await eventually(async () =>
    assert.match(
      await page.locator("#shifted").textContent(),
      /one step behind.*Layer 5 aligns best/s,
    ),
  );
  await page.waitForFunction(() => location.hash.includes("crossLayer=1"));
  await done();
});

test("the page begins with a sentence in which attention looks farther than the convolution", async () => {
  const { page, done } = await site.page();
  await settled(page);
  assert.ok((await page.locator('.strip[lang="de"] .token').count()) > 18);
  const told = await page.locator("#reach-figure .readout").textContent();
  const [, far, near] = /looks ([\d.]+) tokens away.*convolution (\d+\.\d)/s.exec(told);
  assert.ok(Number(far) > Number(near) + 1, told);
  assert.equal(await page.locator("#too-short").count(), 0);
  await page.locator("#source").fill("Guten Morgen!");
  await page.locator("#too-short").waitFor();
  // The word singled out is one.
  await page
    .locator("#source")
    .fill("Er kam spät, aber er war, wie immer, gut gelaunt und bei bester Gesundheit, ja.");
  await eventually(async () => {
    await settled(page);
    const lit = await page.locator('.strip[lang="de"] .token.lit').textContent();
    assert.ok(/^\p{L}{3,}$/u.test(lit), lit);
  });
  await done();
});

test("maps side by side share a scale unless one chooses otherwise", async () => {
  const { page, done } = await site.page();
  await page.locator("#split-figure").waitFor();
  const tops = () => page.locator(".pair .legend > .figures:last-child").allTextContents();
  const [a, b] = await tops();
  assert.equal(a, b);
  await page.locator('input[name="spread-range"]').nth(1).check();
  await eventually(async () => {
    const [a, b] = await tops();
    assert.notEqual(a, b);
  });
  await done();
});

test("why the layers are split is shown before anything is loaded, in either direction", async () => {
  for (const pair of ["de-en", "en-de"]) {
    const { page, done } = await site.page({ hash: `#pair=${pair}` });
    await page.locator("#split-figure").scrollIntoViewIfNeeded();
    assert.match(await page.locator(".recorded").textContent(), /Obwohl es gestern/);
    assert.equal(await page.locator(".swarm .dot").count(), 2 * 3 * 24);
    assert.equal(await page.locator("#split-figure .figure canvas").count(), 2);
    assert.match(await page.locator(".finding").first().textContent(), /attention looks farther/);
    await done();
  }
});

test("what a step can't see yet is hatched, not painted as zero", async () => {
  const { page, done } = await site.page(fixed(9, { stack: "decoder", scale: "cividis" }));
  await settled(page);
  const colours = (selector) =>
    page.locator(`${selector} canvas`).evaluate((canvas) => {
      const context = canvas.getContext("2d");
      const { width, height } = canvas;
      const { data } = context.getImageData(0, 0, width, height);
      const found = new Map();
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] < 255) continue;
        const key = data.subarray(i, i + 3).join();
        found.set(key, (found.get(key) ?? 0) + 1);
      }
      return [...found]
        .sort((a, b) => b[1] - a[1])
        .slice(0, 3)
        .map(([key]) => key);
    });
  // The page's ground is in the map, and far more of it than of the scale's dark zero.
  assert.equal((await colours("#branches-map"))[0], "255,255,255");
  await done();
});

test("forced colours leave to be seen what is chosen and what bars say", async () => {
  const { page, done } = await site.page({ ...about(LONG), forcedColors: "active" });
  await settled(page);
  const ground = (selector) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const style = getComputedStyle(element);
        return [style.backgroundColor, style.backgroundImage];
      });
  for (const name of ["stack", "layer", "head", "group", "cross-layer", "cross-head"]) {
    const [on] = await ground(`input[name="${name}"]:checked + span`);
    const [off] = await ground(`input[name="${name}"]:not(:checked) + span`);
    assert.notEqual(on, off, name);
  }
  const seen = [...(await ground(".ranking .bar")), ...(await ground(".legends .ramp"))];
  assert.ok(
    seen.some((one) => /gradient/.test(one)) &&
      !/rgba\(0, 0, 0, 0\)|rgb\(255, 255, 255\)/.test(seen[0]),
    seen.join(" "),
  );
  await done();
});

test("the bars over words have a legend, and a dot tells which head it is", async () => {
  const { page, done } = await site.page(about(LONG));
  await settled(page);
  assert.match(
    (await page.locator(".lens-key").textContent()).replace(/\s+/g, " "),
    /above, attention; below, convolution.* cross-attention of decoder layer 5/,
  );
  const readout = page.locator("#reach-figure .readout");
  await page.locator("#reach-encoder .dot").nth(3).hover();
  await eventually(async () =>
    assert.match(await readout.textContent(), /encoder layer 1, .*attention head 4.*tokens away/s),
  );
  // And by the keyboard.
  await page.locator('#reach-encoder .dot[tabindex="0"]').focus();
  await page.keyboard.press("ArrowRight");
  await eventually(async () => assert.match(await readout.textContent(), /encoder layer 1/));
  await done();
});

test("the beam scrolls to the step and fades where it is cut", async () => {
  const { page, done } = await site.page(fixed(40, { token: "target-25", stack: "decoder" }));
  await settled(page);
  const frame = page.locator(".scroll:has(#beam)");
  await frame.scrollIntoViewIfNeeded();
  const middle = () =>
    frame.evaluate((one) => {
      const mark = one.querySelector(".beam-now").getBoundingClientRect();
      const box = one.getBoundingClientRect();
      return Math.abs(mark.left + mark.width / 2 - box.left - box.width / 2);
    });
  await eventually(async () => assert.ok((await middle()) < 10));
  assert.equal(await frame.getAttribute("data-cut"), "left right");
  await page.locator("#step").focus();
  await page.keyboard.press("Home");
  await eventually(async () => assert.equal(await frame.getAttribute("data-cut"), "right"));
  await done();
});

test("a long line of tokens begins at the token in focus", async () => {
  const { page, done } = await site.page(fixed(94, { token: "source-60" }));
  await settled(page);
  await eventually(async () => {
    const off = await page.locator('.strip[lang="de"] .token.lit').evaluate((token) => {
      const line = token.closest(".tokens").getBoundingClientRect();
      const box = token.getBoundingClientRect();
      return Math.abs(box.left + box.width / 2 - line.left - line.width / 2);
    });
    assert.ok(off < 5, `${off} px from the middle`);
  });
  await done();
});

test("cost: no two labels stand on each other, whatever the dials say", async () => {
  for (const width of [1280, 390]) {
    const { page, done } = await site.page({ viewport: { width, height: 900 } });
    await page.locator("#cost-bars").waitFor();
    for (const dials of [
      {},
      { n: 250, d: 512, factor: 4 },
      { n: 400, d: 768, factor: 4 },
      { n: 5, d: 64 },
    ]) {
      await page.evaluate((dials) => {
        for (const [key, value] of Object.entries(dials)) {
          const dial = document.getElementById(`cost-${key}`);
          dial.value = value;
          dial.dispatchEvent(new Event("input", { bubbles: true }));
        }
      }, dials);
      await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
      const clashes = await page.locator("#cost-bars").evaluate((chart) => {
        const boxes = [...chart.querySelectorAll("text")].map((one) => ({
          text: one.textContent,
          box: one.getBoundingClientRect(),
        }));
        const outer = chart.getBoundingClientRect();
        const out = boxes.filter(
          ({ box }) => box.left < outer.left - 1 || box.right > outer.right + 1,
        );
        const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => [a, b]));
        const meet = ({ box: a }, { box: b }) =>
          a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
        return [
          ...out.map(({ text }) => `${text} is cut`),
          ...pairs.filter(([a, b]) => meet(a, b)).map(([a, b]) => `${a.text} / ${b.text}`),
        ];
      });
      assert.deepEqual(clashes, [], JSON.stringify({ width, dials }));
    }
    await done();
  }
});

test("on a phone tables show their scores without scrolling", async () => {
  const { page, done } = await site.page({ ...about(LONG), viewport: { width: 390, height: 844 } });
  await settled(page);
  for (const table of await page.locator("table.results").all()) {
    const [inner, outer] = await table.evaluate((one) => [
      one.scrollWidth,
      one.parentElement.clientWidth,
    ]);
    assert.ok(inner <= outer, `${inner} in ${outer}`);
  }
  const card = page.locator("table.results").last().locator("tbody tr").first();
  assert.deepEqual((await card.locator("td").allTextContents()).slice(0, 2), [
    "IWSLT’14 De-En",
    "27.8",
  ]);
  await done();
});

test("the choice of layer stays in sight over its map, and digits make it", async () => {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    const { page, done } = await site.page({ ...about(LONG), viewport });
    await settled(page);
    await page
      .locator(".figure")
      .first()
      .evaluate((map) => {
        scrollTo(0, map.getBoundingClientRect().bottom + scrollY - innerHeight + 40);
      });
    const row = await page.locator('input[name="layer"]').first().boundingBox();
    assert.ok(row.y >= 0 && row.y < 160, `at ${row.y}`);
    await page.locator(".figure").first().focus();
    await page.keyboard.press("4");
    await eventually(async () => assert.equal(await checked(page, "layer"), 3));
    await page.locator("#cross-map").focus();
    await page.keyboard.press("1");
    await eventually(async () => assert.equal(await checked(page, "cross-layer"), 0));
    assert.equal(await checked(page, "layer"), 3);
    // In the text box a digit is a digit.
    await page.locator("#source").press("2");
    assert.match(await page.locator("#source").inputValue(), /2/);
    assert.equal(await checked(page, "layer"), 3);
    await done();
  }
});

for (const [name, count, viewport, id] of [
  ["on a phone", 33, { width: 390, height: 844 }, "global-map"],
  ["of 94 tokens", 94, { width: 1280, height: 900 }, "branches-map"],
]) {
  for (const form of ["matrix", "lines"]) {
    test(`a map ${name} keeps labels, as ${form}, and magnifies the focus`, async () => {
      const { page, done } = await site.page(
        fixed(count, { form, token: "source-20" }, { viewport }),
      );
      await settled(page);
      const labels = await page
        .locator(`#${id} .label`)
        .evaluateAll((all) =>
          all
            .map((one) => one.getBoundingClientRect())
            .map(({ left, top, width, height }) => ({ left, top, width, height })),
        );
      assert.ok(labels.length > 20, `${labels.length} labels`);
      // Lines of 33 tokens are far enough apart for every word.
      if (form === "lines" && count < 40) return done();
      const magnified = page.locator(".magnified").first();
      assert.equal(await magnified.locator(".label.lit").first().textContent(), "wort20");
      const cell = magnified.locator("rect").nth(15);
      const box = await cell.boundingBox();
      assert.ok(box.width >= 11, `${box.width} px to tap on`);
      await cell.click();
      await eventually(async () => assert.equal(await magnified.locator("rect.spot").count(), 1));
      await done();
    });
  }
}

test("what can be tapped is 40 pixels high under a finger", async () => {
  const { page, done } = await site.page({
    ...about(LONG),
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await settled(page);
  for (const selector of [".menu summary", ".tools .quiet", '#branches-figure input[name="layer"]'])
    for (const one of await page.locator(selector).all()) {
      const { height } = await one.boundingBox();
      assert.ok(height >= 38, `${selector}: ${height}`);
    }
  await page.locator(".menu summary").first().click();
  for (const one of await page.locator(".menu[open] button").all())
    assert.ok((await one.boundingBox()).height >= 40);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".menu[open]").count(), 0);
  await done();
});
