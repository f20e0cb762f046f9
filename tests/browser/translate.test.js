import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { box, eventually, numbers, openSite, settled, sum, write } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

test("a German text typed into the page comes out in English, with both branches' maps", async () => {
  const { page, done } = await site.page({ hash: "#text=" });
  await page.locator(".translation").waitFor({ timeout: 60_000 });
  await write(page, "Guten Morgen! Wie geht es dir?");
  await settled(page);
  const english = (await page.locator("#translation").textContent()).trim();
  assert.match(english, /^[A-Z][a-z]+ .*[!.] .+\?$/s, english);
  assert.match(english, /morning/i);
  assert.match(english, /you/i);

  // What it took, in small print; the simd instructions are those of the build that was fetched.
  const wasm = await page.evaluate(() =>
    performance.getEntriesByType("resource").find(({ name }) => name.endsWith(".wasm")),
  );
  const relaxed = wasm.name.includes("relaxed");
  assert.match(
    (await page.locator(".desk .smallprint span").allTextContents()).join(" | "),
    new RegExp(
      `^translated in [\\d.,]+ ms \\| \\d+ tokens in, \\d+ out \\| [\\d,]+ tokens a second \\| model de-en \\| \\d\\.\\d MB, \\d\\.\\d MB compressed \\| weights of 6 bits in int8 \\| WebAssembly ${relaxed ? "relaxed SIMD" : "SIMD"}$`,
    ),
  );

  // Two sentences: the caret is in the second one.
  const tokens = await page.locator('.strip[lang="de"] .token').allTextContents();
  assert.deepEqual(tokens.join("").replace(/end$/, ""), "Wiegehtesdir?");
  assert.equal(await page.locator(".figure:not([id^=split]) canvas").count(), 2);
  const [global, local] = await numbers(page, "branches-map");
  for (const map of [global, local]) {
    assert.deepEqual(map.columns, tokens, "a column for each token");
    assert.deepEqual(
      map.rows.map((row) => row.name),
      tokens,
      "a row for each token",
    );
  }
  for (const row of global.rows)
    assert.ok(Math.abs(sum(row.values) - 1) < 0.02, `attention from ${row.name} sums to 1`);
  for (const [i, row] of local.rows.entries()) {
    row.values.forEach((value, j) => {
      assert.equal(
        value > 0,
        Math.abs(i - j) <= 1,
        `layer 1 sees its neighbours only: ${row.name}, ${j}`,
      );
    });
  }
  const [cross] = await numbers(page, "cross-map");
  assert.deepEqual(cross.columns, tokens);
  for (const row of cross.rows) assert.ok(Math.abs(sum(row.values) - 1) < 0.02);
  assert.ok(
    new Set(cross.rows.flatMap((row) => row.values)).size > 10,
    "the numbers are not all alike",
  );
  await done();
});

test("a text in letters that the model never learnt stays as it is, and the page says so", async () => {
  const { page, done } = await site.page({ hash: "#text=Он+живёт+в+Москве." });
  await settled(page);
  assert.match(await page.locator("#strange").textContent(), /has not learnt.*stay as they are/s);
  await write(page, "Er wohnt in Moskau.");
  await settled(page);
  assert.equal(await page.locator("#strange").count(), 0);
  await done();
});

test("the maps of a first and a second sentence are shown by caret and by choice", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!+Wie+geht+es+dir?" });
  await settled(page);
  assert.match(
    (await page.locator('.strip[lang="de"] .token').allTextContents()).join(""),
    /^GutenMorgen!/,
  );
  await page.locator(".translation .pick").nth(1).click();
  await eventually(async () =>
    assert.match(
      (await page.locator('.strip[lang="de"] .token').allTextContents()).join(""),
      /^Wiegeht/,
    ),
  );
  await page.locator(box).press("Control+Home");
  await page.waitForFunction(() =>
    document.querySelector(".strip .token").textContent.startsWith("G"),
  );
  await done();
});

test("layer, part, head, measure and view change the figure", async () => {
  const { page, done } = await site.page({ hash: "#text=Der+Zug+nach+Berlin+fährt+heute+ab." });
  await settled(page);
  const pick = (name, value) => page.locator(`input[name="${name}"]`).nth(value).check();
  /** The figure's numbers once they are others than before. */
  const changed = (before) =>
    eventually(async () => {
      const now = await numbers(page, "branches-map");
      assert.notDeepEqual(now, before);
      return now;
    });
  const mean = await numbers(page, "branches-map");
  await pick("head", 2);
  const head = await changed(mean);
  assert.notDeepEqual(head[0].rows, mean[0].rows);
  assert.deepEqual(head[1].rows, mean[1].rows, "the other branch stays");
  await pick("layer", 1);
  const second = await changed(head);
  assert.notDeepEqual(second[1].rows, mean[1].rows);
  await pick("measure", 1);
  const contribution = await changed(second);
  assert.match(contribution[0].caption, /contribution/);
  assert.notDeepEqual(contribution[0].rows, second[0].rows);
  await pick("stack", 1);
  const decoder = await changed(contribution);
  assert.equal(decoder[0].columns[0], "start");
  for (const [t, row] of decoder[0].rows.entries()) {
    const ahead = row.values.slice(t + 1);
    assert.ok(
      ahead.every((value) => value === 0),
      "a step sees only what was written before it",
    );
  }
  await pick("form", 1);
  await page.locator('.strip[lang="en"] .token').nth(2).click();
  await page.locator("#branches-map .ribbon").first().waitFor({ state: "attached" });
  await done();
});

test("each step shows what it might have written and what it wrote", async () => {
  const { page, done } = await site.page({
    hash: "#text=Das+Buch,+das+auf+dem+Tisch+liegt,+gehört+meinem+Bruder.",
  });
  await settled(page);
  const steps = Number(await page.locator("#step").getAttribute("max")) + 1;
  assert.ok(steps > 8);
  let likeliest = 0;
  await page.locator("#step").focus();
  await page.keyboard.press("Home");
  for (let step = 0; step < steps; step++) {
    if (step) await page.keyboard.press("ArrowRight");
    const rows = await eventually(async () => {
      // Drawn with the step; the slider's own value is there a frame before.
      const drawn = await page.locator("#step").getAttribute("aria-valuetext");
      assert.ok(drawn.startsWith(`step ${step + 1}:`), drawn);
      const rows = await page.locator(".candidates li").evaluateAll((items) =>
        items.map((item) => ({
          name: item.children[0].textContent.replace(" (written)", ""),
          written: item.querySelectorAll("b").length > 0,
          chance: Number.parseFloat(
            item.querySelector(".figures").textContent.replace("<0.1", "0.05"),
          ),
        })),
      );
      assert.ok(rows.length >= 5 && rows.length <= 6, JSON.stringify(rows));
      const written = rows.filter((row) => row.written).map((row) => row.name.replace(/^·/, ""));
      assert.deepEqual(written, [await page.locator(".sofar .now").textContent()]);
      return rows;
    });
    const chances = rows.map((row) => row.chance);
    assert.deepEqual(
      chances,
      chances.toSorted((a, b) => b - a),
      "the likeliest first",
    );
    assert.ok(chances[0] > 1 && sum(chances) <= 103, `shares of one whole: ${chances}`);
    assert.equal(new Set(rows.map((row) => row.name)).size, rows.length);
    if (rows[0].written) likeliest++;
    assert.equal(await page.locator(".step-panel .aside").count(), rows[0].written ? 0 : 1);
  }
  assert.ok(likeliest > steps / 2, "most tokens of a translation are their step's likeliest");
  await done();
});

test("hovering a cell, a token or a translation token is shown everywhere", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  const text = (selector) => page.locator(selector).first().textContent({ timeout: 2000 });

  const german = page.locator('.strip[lang="de"] .token').first();
  const name = await german.textContent();
  await german.hover();
  await eventually(async () => assert.equal(await text("#branches-map .label.lit"), name));
  assert.equal(await text(".mirror mark"), name);
  assert.equal(
    await page.locator("#cross-map .label.lit").count(),
    1,
    "its column in the cross-attention",
  );
  assert.ok((await page.locator('.strip[lang="de"] [data-up="global"]').count()) > 0);
  assert.ok((await page.locator('.strip[lang="de"] [data-down="local"]').count()) > 0);
  assert.ok((await page.locator('.strip[lang="en"] [data-up="cross"]').count()) > 0);

  const english = page.locator('.strip[lang="en"] .token').first();
  await english.hover();
  await eventually(async () =>
    assert.equal(await text(".translation mark"), await english.textContent()),
  );

  // A cell of the left map: its row and column light up in both.
  const share = await page.locator("#branches-map .share").first().boundingBox();
  await page.mouse.move(share.x - 40, share.y + share.height / 2);
  await eventually(async () => assert.equal(await page.locator("#branches-map .spot").count(), 2));
  await eventually(async () => {
    assert.match(await text(".readout"), /looks at .*global [\d.]+,\s+local [\d.]+/s);
    assert.equal(await page.locator('.strip[lang="de"] .token.lit').count(), 1);
  });
  await done();
});

test("a figure is walked with the keyboard alone", async () => {
  const { page, done } = await site.page({ hash: "#text=Guten+Morgen!" });
  await settled(page);
  const spots = (count) =>
    eventually(async () => assert.equal(await page.locator("#branches-map .spot").count(), count));
  await page.locator("#branches-map").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await spots(2);
  const readout = page.locator('.readout[aria-live="polite"]');
  const before = await readout.textContent();
  await page.keyboard.press("ArrowRight");
  await eventually(async () => assert.notEqual(await readout.textContent(), before));
  await page.keyboard.press("Escape");
  await spots(0);
  await done();
});

test("what was typed over is not translated any more", async () => {
  const { page, done } = await site.page({ hash: "#text=" });
  await page.locator(".translation").waitFor({ timeout: 60_000 });
  // Every state of the translation that a reader could have seen.
  await page.evaluate(() => {
    window.seen = [];
    new MutationObserver(() =>
      window.seen.push(document.querySelector("#translation")?.textContent.trim()),
    ).observe(document.querySelector("#app"), {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  // Long enough for seconds of work: a busy machine takes its time until the next line is typed.
  const times = 150;
  const long = "Der alte Mann geht jeden Morgen mit seinem Hund durch den Wald. ".repeat(times);
  await page.locator(box).fill(long);
  await page.waitForFunction(() => document.querySelector('.sheet.target[aria-busy="true"]'));
  await page.locator(box).fill("Danke!");
  await settled(page);
  await page.waitForTimeout(1500);
  const english = (await page.locator("#translation").textContent()).trim();
  assert.match(english, /^Thank(s| you)/i);
  const seen = await page.evaluate(() => window.seen);
  const from = seen.findIndex((text) => /^Thank/i.test(text ?? ""));
  assert.ok(
    from >= 0 && seen.slice(from).every((text) => /^Thank/i.test(text)),
    "nothing of the long text comes after",
  );
  assert.ok(
    !seen.some((text) => (text?.match(/forest|woods/g) ?? []).length >= times),
    "the long text was never finished",
  );
  await done();
});

test("a text of 400 tokens streams in, the page stays awake, and its maps follow the caret", async () => {
  const { page, done } = await site.page({ hash: "#text=" });
  await page.locator(".translation").waitFor({ timeout: 60_000 });
  const sentences = [
    "Der alte Mann geht jeden Morgen mit seinem Hund durch den Wald.",
    "Am Abend sitzt er z. B. am Fenster und liest ein Buch.",
    "Seine Tochter, die in Berlin wohnt, ruft ihn jeden Sonntag an.",
  ];
  const text = `${Array.from({ length: 26 }, (_, i) => sentences[i % 3]).join(" ")} Danke schön!`;
  await page.evaluate(() => {
    window.outputs = new Set();
    window.longest = 0;
    let last = performance.now();
    requestAnimationFrame(function next(now) {
      window.longest = Math.max(window.longest, now - last);
      last = now;
      const { textContent } = document.querySelector("#translation") ?? {};
      if (textContent) window.outputs.add(textContent.length);
      requestAnimationFrame(next);
    });
  });
  await page.locator(box).fill(text);
  await page.waitForTimeout(300);
  await settled(page);
  const { longest, outputs } = await page.evaluate(() => ({
    longest: window.longest,
    outputs: [...window.outputs],
  }));
  assert.ok(longest < 1000, `${longest} ms without a frame`);
  assert.ok(outputs.length > 3, `it came in parts: ${outputs}`);
  const all = await page.locator("#translation").textContent();
  assert.ok((all.match(/forest|woods/g) ?? []).length >= 9, all);

  // fill() leaves the caret at the end; the translator, which knows "z. B.", cuts the sentences.
  const shown = async () =>
    (await page.locator('.strip[lang="de"] .token').allTextContents()).join("");
  await eventually(async () => assert.equal(await shown(), "Dankeschön!end"));
  const caret = text.indexOf("z. B.", text.length / 2);
  await page.locator(box).evaluate((area, caret) => {
    area.focus();
    area.setSelectionRange(caret, caret);
  }, caret);
  await page.locator(box).press("ArrowRight");
  await eventually(
    async () => assert.match(await shown(), /^AmAbend.*z\. ?B\..*Buch\.end$/),
    30_000,
  );
  assert.ok((await page.locator(".translation .pick").count()) > 1, "the sentences around it too");
  await done();
});

test("odd input leaves the page whole", async () => {
  const { page, done } = await site.page({ hash: "#text=" });
  await page.locator(".translation").waitFor({ timeout: 60_000 });
  for (const text of [
    "   ",
    "🙂",
    "שלום עולם",
    "日本語のテキスト",
    "<b>&amp;</b>",
    "x".repeat(300),
  ]) {
    await page.locator(box).fill(text);
    await page.waitForTimeout(400);
  }
  await page.locator(box).fill("Guten Tag!");
  await page.waitForFunction(
    () => /good|hello|day/i.test(document.querySelector("#translation")?.textContent ?? ""),
    null,
    {
      timeout: 60_000,
    },
  );
  await done();
});

test("the beam search is drawn, and its winner spells the translation", async () => {
  const { page, done } = await site.page({ hash: "#text=Der+Hund+schläft." });
  await settled(page);
  const beam = page.locator("#beam");
  await beam.scrollIntoViewIfNeeded();
  const cut = await beam.evaluate(({ parentElement: frame }) => [
    frame.scrollHeight - frame.clientHeight,
    frame.scrollWidth - frame.clientWidth,
  ]);
  assert.deepEqual(cut, [0, 0], "nothing is cut off");
  const won = await beam.locator(".node.won").count();
  assert.equal(won, await page.locator('.strip[lang="en"] .token').count());
  const told = (await beam.getAttribute("aria-label")).replace(/^.*winner: | end$/g, "");
  const english = await page.locator("#translation").textContent();
  assert.equal(told.replaceAll(" ", ""), english.trim().replaceAll(" ", ""));
  const fates = (name) => beam.locator(`.node.${name}`).count();
  assert.equal(await fates("closed"), 4, "as many translations are finished as the beam is wide");
  assert.ok((await fates("kept")) > won && (await fates("dropped")) > won);
  const scores = await beam
    .locator(".node.closed text")
    .evaluateAll((all) =>
      all.map((one) => Number(one.textContent.split(" ").at(-1).replace("−", "-"))),
    );
  const best = await beam.locator(".node.closed.won text").textContent();
  assert.equal(Number(best.split(" ").at(-1).replace("−", "-")), Math.max(...scores));
  await done();
});
