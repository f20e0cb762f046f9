// The desk: writing, reading, turning round, copying, choosing other words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { box, eventually, openSite, settled, write } from "./support/page.js";

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

const TWO = "Guten Morgen! Ich habe gestern mit meiner Schwester im Garten ein Buch gelesen.";
const open = (text, settings = {}) =>
  site.page({ hash: `#${new URLSearchParams({ text })}`, ...settings });

const output = (page) => page.locator("#translation").textContent();
const toast = (page) => page.locator(".toast");
const selected = (page) => page.evaluate(() => getSelection().toString());

async function clipboard(context, page) {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  return () => page.evaluate(() => navigator.clipboard.readText());
}

test("a translation of several sentences is prose: it can be dragged over and selected, and is one flow", async () => {
  const { page, done } = await open(TWO, { viewport: { width: 820, height: 900 } });
  await settled(page);
  const sentences = page.locator(".translation .pick");
  assert.equal(await sentences.count(), 2);
  assert.deepEqual(
    await sentences.evaluateAll((all) => all.map((one) => getComputedStyle(one).display)),
    ["inline", "inline"],
  );
  // The second sentence begins in the line in which the first one ends.
  const [first, second] = await sentences.evaluateAll((all) =>
    all.map((one) => [...one.getClientRects()].map(({ top }) => Math.round(top))),
  );
  assert.equal(first.at(-1), second[0]);

  const text = await output(page);
  const { x, y, width, height } = await page.locator("#translation").boundingBox();
  await page.mouse.move(x + 2, y + 12);
  await page.mouse.down();
  await page.mouse.move(x + width - 2, y + height - 4, { steps: 6 });
  await page.mouse.up();
  assert.equal((await selected(page)).trim(), text.trim());
  assert.equal(await page.locator(".choices").count(), 0, "the end of a selection chooses nothing");
  await page.mouse.click(x + 20, y + 12, { clickCount: 3 });
  assert.match(await selected(page), /\w+ \w+/);
  await done();
});

test("the whole translation and one sentence of it can be copied, and the page says so where it is seen", async () => {
  const { page, context, done } = await open(TWO);
  await settled(page);
  const read = await clipboard(context, page);
  await page.getByRole("button", { name: "Copy the translation" }).click();
  await eventually(async () =>
    assert.equal(await toast(page).textContent(), "Translation copied."),
  );
  assert.ok(await toast(page).isVisible());
  const seen = await toast(page).boundingBox();
  assert.ok(seen.width > 100 && seen.height > 20);
  assert.equal(await read(), await output(page));

  await page.locator(".translation .pick").nth(1).press("ArrowRight");
  await page.locator(".translation .pick").nth(1).press("ArrowLeft");
  await page.locator(".translation .pick").nth(0).focus();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("button", { name: "Copy this sentence" }).click();
  await eventually(async () => assert.match(await read(), /^I .*book.*\.$/));
  await done();
});

test("sentences and words are reached with the keys", async () => {
  const { page, done } = await open(TWO);
  await settled(page);
  const sentences = page.locator(".translation .pick");
  const stops = await sentences.evaluateAll((all) => all.map((one) => one.tabIndex));
  assert.equal(stops.filter((one) => one === 0).length, 1, "one stop for Tab");
  await sentences.nth(0).focus();
  await page.keyboard.press("ArrowDown");
  await eventually(async () =>
    assert.equal(await sentences.nth(1).getAttribute("aria-pressed"), "true"),
  );
  assert.equal(
    await page.evaluate(() => document.activeElement.getAttribute("data-sentence")),
    "1",
  );
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const lit = page.locator(".translation .spot-word.lit");
  const words = (await sentences.nth(1).textContent()).split(/\s+/);
  await eventually(async () => assert.equal(await lit.first().textContent(), words[1]));
  await done();
});

test("turned round and back, and by undo, what was written is there again", async () => {
  const { page, done } = await open("Ich habe gestern ein Buch gelesen.");
  await settled(page);
  const german = await page.locator(box).inputValue();
  const english = (await output(page)).trim();
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await eventually(async () => assert.equal(await page.locator(box).inputValue(), english));
  await settled(page);
  await page.getByRole("button", { name: "Swap: translate from German" }).click();
  await eventually(async () => assert.equal(await page.locator(box).inputValue(), german));
  await settled(page);

  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await eventually(async () => assert.equal(await page.locator(box).inputValue(), english));
  await settled(page);
  await page.locator(box).press("Control+z");
  await eventually(async () => {
    assert.equal(await page.locator(box).inputValue(), german);
    assert.equal(await page.locator(box).getAttribute("lang"), "de");
  });
  await settled(page);
  await done();
});

test("a text in the other language is noticed, and turning round keeps it", async () => {
  const english = "I would like to buy a book for my sister, because she likes reading.";
  const { page, done } = await open("Guten Morgen!");
  await settled(page);
  await page.locator(box).fill(english);
  await settled(page);
  const hint = page.locator(".turn-round");
  assert.match(await hint.textContent(), /looks like English/);
  await hint.getByRole("button", { name: "Translate it to German" }).click();
  await eventually(async () => assert.equal(await page.locator(box).getAttribute("lang"), "en"));
  assert.equal(await page.locator(box).inputValue(), english);
  await settled(page);
  assert.match(await output(page), /Buch/);
  assert.equal(await hint.count(), 0);

  // The button with the arrows does no other.
  await page.getByRole("button", { name: "Swap: translate from German" }).click();
  await settled(page);
  await page.locator(box).fill(english);
  await settled(page);
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await eventually(async () => assert.equal(await page.locator(box).getAttribute("lang"), "en"));
  assert.equal(await page.locator(box).inputValue(), english);
  await done();
});

test("clear empties the box, undo fills it again, and the characters are counted", async () => {
  const { page, done } = await open("Guten Morgen!");
  await settled(page);
  const count = page.locator(".desk .count");
  assert.equal(await count.textContent(), "13 characters");
  await page.getByRole("button", { name: "Clear" }).click();
  await eventually(async () => assert.equal(await count.textContent(), "0 characters"));
  assert.equal((await output(page)).trim(), "");
  assert.ok((await page.locator(".outdated .slide").count()) > 0, "the last maps stay, faded");
  await page.locator(box).press("Control+z");
  await eventually(async () => assert.equal(await page.locator(box).inputValue(), "Guten Morgen!"));
  await settled(page);
  await done();
});

test("Ctrl and Enter don't wait for more keys, Escape stops", async () => {
  const { page, done } = await open("Guten Morgen!");
  await settled(page);
  await page.locator(box).fill("Danke!");
  await page.locator(box).press("Control+Enter");
  await eventually(async () => assert.match(await output(page), /^Thank/));
  const long = "Der alte Mann geht jeden Morgen mit seinem Hund durch den Wald. ".repeat(200);
  await page.locator(box).fill(long);
  const bar = page.getByRole("progressbar", { name: "Translated so far" });
  await bar.waitFor();
  await eventually(async () => assert.ok(Number(await bar.getAttribute("value")) > 0.02));
  await page.locator(box).press("Escape");
  await bar.waitFor({ state: "detached" });
  const length = (await output(page)).length;
  assert.ok(length > 0 && length < long.length / 2);
  await page.waitForTimeout(500);
  assert.equal((await output(page)).length, length);
  await done();
});

test("the text is in the address only once the link is copied, and the draft outlasts a reload", async () => {
  const { page, context, done } = await site.page();
  await settled(page);
  await write(page, "Das bleibt unter uns.");
  await settled(page);
  await page.waitForTimeout(600);
  assert.doesNotMatch(page.url(), /text=|uns/);
  await page.reload();
  await settled(page);
  assert.equal(await page.locator(box).inputValue(), "Das bleibt unter uns.");

  const read = await clipboard(context, page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await eventually(async () => assert.match(await toast(page).textContent(), /^Link copied/));
  assert.match(await read(), /text=Das\+bleibt\+unter\+uns\./);
  await page.locator(box).fill("Etwas anderes.");
  await page.waitForFunction(() => !location.hash.includes("text="));

  await page.locator(box).fill("Wort ".repeat(500));
  await page.getByRole("button", { name: "Copy link" }).click();
  await eventually(async () => assert.match(await toast(page).textContent(), /without the text/));
  assert.ok((await read()).length < 300);
  await done();
});

test("an uncertain sentence is marked for eyes and ears", async () => {
  const { page, done } = await open("Guten Morgen! Qwrtz plmk vbnx hjkl dfgh.");
  await settled(page);
  const [sure, unsure] = await page.locator(".translation .pick").all();
  const line = (one) => one.evaluate((span) => getComputedStyle(span).textDecorationLine);
  assert.equal(await line(sure), "none");
  assert.equal(await line(unsure), "underline");
  const told = await unsure.evaluate((span) =>
    span
      .getAttribute("aria-describedby")
      .split(" ")
      .map((id) => document.getElementById(id).textContent)
      .join(" "),
  );
  assert.match(told, /unsure of this sentence/);
  await done();
});

test("an alternative is taken by a click, shows what differs, and can be given back", async () => {
  const { page, done } = await open(
    "Guten Morgen! Der alte Mann geht jeden Tag mit seinem Hund durch den Wald.",
  );
  await settled(page);
  await page.locator(".translation .pick").nth(0).focus();
  await page.keyboard.press("ArrowDown");
  const options = page.locator(".readings li");
  await eventually(async () => assert.match(await options.first().textContent(), /man/));
  assert.ok(!(await options.first().isVisible()), "closed until asked for");
  await page.locator(".readings summary").press("Enter");
  const before = await output(page);
  const own = await page.locator(".translation .pick").nth(1).textContent();
  const other = (await options.first().locator("button").textContent()).trim();
  assert.notEqual(other, own.trim());
  const changed = await options.first().locator(".changed").allTextContents();
  assert.ok(changed.length > 0 && changed.length < other.split(" ").length, `${changed}`);
  await options.first().locator("button").click();
  await eventually(async () => assert.equal(await output(page), before.replace(own, other)));
  await page.getByRole("button", { name: "Back to the model’s own" }).click();
  await eventually(async () => assert.equal(await output(page), before));
  await done();
});

test("the live region speaks once after the typing, and a composition is not translated half-way", async () => {
  const { page, done } = await open("Guten Morgen!");
  await settled(page);
  await page.evaluate(() => {
    window.spoken = [];
    window.shown = [];
    const note = () => {
      for (const one of document.querySelectorAll(".target [role=status]")) {
        const text = one.textContent.trim();
        if (text && window.spoken.at(-1) !== text) window.spoken.push(text);
      }
      window.shown.push(document.querySelector("#translation").textContent);
    };
    new MutationObserver(note).observe(document.querySelector(".target"), {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  assert.equal(await page.locator("#translation").getAttribute("aria-live"), null);
  await page.locator(box).fill("");
  await page.locator(box).pressSequentially("Der Hund schläft heute.", { delay: 60 });
  await settled(page);
  await page.waitForTimeout(1600);
  const { spoken, shown } = await page.evaluate(() => ({
    spoken: window.spoken,
    shown: window.shown,
  }));
  assert.ok(new Set(shown).size > 1, "it was translated on the way");
  assert.deepEqual(spoken, [(await output(page)).trim()]);

  // What an input method does: a composition, changed and then finished.
  const before = await output(page);
  const client = await page.context().newCDPSession(page);
  await page.locator(box).press("Control+End");
  for (const text of [" D", " Da", " Danke"]) {
    await client.send("Input.imeSetComposition", {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
    await page.waitForTimeout(300);
    assert.equal(await output(page), before, "nothing of it is translated yet");
  }
  await client.send("Input.insertText", { text: " Danke!" });
  await settled(page);
  await eventually(async () => assert.match(await output(page), /Thank/));
  await done();
});

test("both panes begin at one height, and nothing moves when alternatives arrive", async () => {
  const { page, done } = await open("Der alte Mann geht jeden Tag mit seinem Hund durch den Wald.");
  await page.locator("#translation").waitFor({ timeout: 60_000 });
  await settled(page);
  const tops = await page.evaluate(() => {
    const baseline = (selector) => {
      const range = document.createRange();
      const element = document.querySelector(selector);
      range.selectNodeContents(element);
      return range.getBoundingClientRect().top;
    };
    return {
      labels: [baseline('label[for="source"]'), baseline("#language")],
      texts: [baseline(".mirror"), baseline("#translation")],
    };
  });
  assert.ok(Math.abs(tops.labels[0] - tops.labels[1]) < 1, `${tops.labels}`);
  assert.ok(Math.abs(tops.texts[0] - tops.texts[1]) < 1, `${tops.texts}`);
  const height = () =>
    page.locator(".sheet.target").evaluate((element) => element.getBoundingClientRect().height);
  const full = await height();
  assert.ok((await page.locator(".readings").count()) > 0);
  await page.locator(box).fill("Ja.");
  await settled(page);
  await page.getByRole("button", { name: "Clear" }).click();
  await eventually(async () => assert.ok(Math.abs((await height()) - full) < 24));
  await done();
});

test("a text that ends in a line break is not scrolled away while its maps come", async () => {
  const { page, done } = await open("Guten Morgen!");
  await settled(page);
  const lines = "Der alte Mann geht durch den Wald.\n".repeat(30);
  await page.locator(box).fill(lines);
  const seen = [];
  for (let i = 0; i < 20; i++) {
    seen.push(
      await page.evaluate(() => {
        const area = document.querySelector("#source");
        return area.scrollHeight - area.clientHeight + area.scrollTop;
      }),
    );
    await page.waitForTimeout(50);
  }
  assert.deepEqual([...new Set(seen)], [0]);
  await done();
});

test("earlier texts are kept on the device, come back by a click, and can be deleted", async () => {
  const { page, done } = await site.page();
  await settled(page);
  await page.locator(box).fill("Der Hund schläft.");
  await settled(page);
  const entries = page.locator(".history li");
  await eventually(async () => assert.equal(await entries.count(), 1), 10_000);
  await page.locator(box).fill("Die Katze trinkt Milch.");
  await eventually(async () => assert.equal(await entries.count(), 2), 10_000);
  await page.reload();
  await settled(page);
  await page.locator(".history summary").click();
  assert.match(await entries.nth(1).textContent(), /Der Hund schläft\..*dog/s);
  await entries.nth(1).locator(".entry").click();
  await eventually(async () =>
    assert.equal(await page.locator(box).inputValue(), "Der Hund schläft."),
  );
  await page.getByRole("button", { name: "Delete all" }).click();
  await eventually(async () => assert.equal(await page.locator(".history").count(), 0));
  assert.equal(await page.evaluate(() => localStorage.getItem("history")), null);
  await done();
});

test("words that belong together light up in both panes, by pointer and by keys", async () => {
  const { page, done } = await open("Der Hund schläft im Garten.");
  await settled(page);
  const word = (text) => page.locator(".translation .spot-word", { hasText: text }).first();
  const lit = (pane) => page.locator(`${pane} .spot-word.lit`).allTextContents();
  await word("garden").hover();
  await eventually(async () => {
    assert.equal((await lit(".translation")).join(""), "garden");
    assert.equal((await lit(".mirror")).join(""), "Garten");
  });
  // From the text, over the box that lies on its mirror.
  const hund = await page.locator(".mirror .spot-word", { hasText: "Hund" }).boundingBox();
  await page.mouse.move(hund.x + hund.width / 2, hund.y + hund.height / 2);
  await eventually(async () => assert.ok((await lit(".translation")).includes("dog")));
  await page.locator(".translation .pick").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await eventually(async () => assert.ok((await lit(".mirror")).includes("Hund")));
  await eventually(async () =>
    assert.match(await page.locator(".target [aria-live=polite]").textContent(), /dog, from.*Hund/),
  );
  await done();
});

test("a word shows what else it might be, and the choice has the rest written anew", async () => {
  const { page, done } = await open("Guten Morgen! Der Hund schläft heute im Garten.");
  await settled(page);
  const before = await output(page);
  const first = page.locator(".translation .pick").nth(1).locator(".spot-word").first();
  assert.equal(await first.textContent(), "The");
  await first.click();
  const options = page.locator(".choices li button");
  await options.first().waitFor();
  const [option] = (await options.first().locator("b").allTextContents()).map((one) => one.trim());
  assert.notEqual(option, "The");
  const whole = await options.first().getAttribute("title");
  assert.ok(whole.startsWith(option));
  await options.first().click();
  await eventually(async () =>
    assert.equal(await page.locator(".translation .pick").nth(1).textContent(), whole),
  );
  assert.notEqual(await output(page), before);
  assert.equal(await page.locator(".choices").count(), 0);
  // What was written anew is aligned anew.
  const word = page
    .locator(".translation .pick")
    .nth(1)
    .locator(".spot-word", { hasText: "garden" });
  await eventually(async () => {
    await page.mouse.move(0, 0);
    await word.hover();
    // In two pieces where the figures mark a token of it.
    assert.equal((await page.locator(".mirror .lit").allTextContents()).join(""), "Garten");
  });

  // With the keys: into the list, and out again.
  await page.locator(".translation .pick").nth(1).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.locator(".choices li").first().waitFor();
  await eventually(async () =>
    assert.ok(await page.evaluate(() => document.activeElement.closest(".choices li") !== null)),
  );
  await page.keyboard.press("Escape");
  await eventually(async () => assert.equal(await page.locator(".choices").count(), 0));
  assert.ok(await page.evaluate(() => document.activeElement.matches(".pick")));
  await page.getByRole("button", { name: "Back to the model’s own" }).click();
  await eventually(async () => assert.equal(await output(page), before));
  await done();
});

test("another model counts its own bytes, without the engine, and the bar shows what the words say", async () => {
  const { page, done } = await open("Guten Morgen!", {
    serviceWorkers: "block",
    prepare: (page) =>
      page.route("**/en-de/weights.bin", async (route) => {
        await new Promise((later) => setTimeout(later, 2000));
        await route.continue();
      }),
  });
  await settled(page);
  const { bytes } = await page.evaluate(async () =>
    (await (await fetch("models/index.json")).json()).models.find(({ name }) => name === "en-de"),
  );
  await page.getByRole("button", { name: "Swap: translate from English" }).click();
  await page.getByText(`of ${(bytes / 1e6).toFixed(1)} MB`).waitFor();
  const bar = page.locator("#progress");
  assert.equal(
    await bar.evaluate(
      (one) => getComputedStyle(one, "::-webkit-progress-value").transitionDuration,
    ),
    "0s",
  );
  await settled(page);
  await done();
});
