/**
 * node measure-frames.js [SECONDS]: how evenly the built site draws while one points at its maps and steps through a
 * translation. Prints a table for docs/page.md: milliseconds from frame to frame (16.7 is 60 a second), from
 * requestAnimationFrame, with the main thread's longest task. The maps are fixed ones of just so many tokens
 * (support/fixed-maps.js); the last rows are the real model at work on a long text. The pointer and the keys are
 * Chromium's own input, one event a frame.
 */
import { launch } from "./support/chromium.js";
import { settled, withFixedMaps, words } from "./support/page.js";
import { serveSite } from "./support/serve.js";

const SECONDS = Number(process.argv[2] ?? 3);
const SENTENCES = [
  "Der alte Mann geht jeden Morgen mit seinem Hund durch den Wald.",
  "Am Abend sitzt er am Fenster und liest ein Buch über ferne Länder.",
  "Seine Tochter, die in Berlin wohnt, ruft ihn jeden Sonntag an.",
  "Sie erzählt ihm dann, was sie in der Woche erlebt hat.",
  "Im Sommer fahren sie zusammen ans Meer, wo er als Kind gelebt hat.",
];

const site = await serveSite();
const browser = await launch();
try {
  console.log(
    "| tokens | what one does | median | 95 % | longest | frames over 20 ms | longest task |",
  );
  console.log("| ---: | --- | ---: | ---: | ---: | ---: | ---: |");
  for (const count of [100, 400]) {
    for (const form of ["matrix", "lines"]) await fixed(count, form);
  }
  await real();
} finally {
  await browser.close();
  site.close();
}

async function open(hash, prepare) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    serviceWorkers: "block",
  });
  await prepare?.(page);
  await page.goto(`${site.url}#${new URLSearchParams(hash)}`);
  return page;
}

async function fixed(count, form) {
  const page = await open({ text: words(count - 1), form, token: "target-1" }, withFixedMaps);
  await settled(page);
  await page.waitForTimeout(1500);
  const view = form === "matrix" ? "matrix" : "lines";
  const map = page.locator("#branches-map");
  await map.scrollIntoViewIfNeeded();
  await row(page, count, `point across the maps, ${view}`, async (i) => {
    const box = await map.boundingBox();
    const high = Math.min(box.height, 800 - Math.max(0, box.y));
    await page.mouse.move(
      box.x + box.width * (0.05 + 0.9 * ((i * 0.013) % 1)),
      Math.max(0, box.y) + high * (0.1 + 0.8 * ((i * 0.017) % 1)),
    );
  });
  await page.mouse.move(0, 0);
  await page.locator("#step").focus();
  await row(page, count, `step through the translation, ${view}`, () =>
    page.keyboard.press("ArrowRight"),
  );
  if (form === "matrix") {
    await page.locator("#branches-map").focus();
    await row(page, count, "walk the maps with the arrow keys", (i) =>
      page.keyboard.press(i % 2 ? "ArrowRight" : "ArrowDown"),
    );
  }
  await row(page, count, `go from layer to layer, ${view}`, async (i) => {
    if (i % 10 === 0)
      await page
        .locator('input[name="layer"]')
        .nth((i / 10) % 6)
        .check();
    await page.waitForTimeout(16);
  });
  await page.close();
}

/** The page while the model translates: about 400 tokens in 25 sentences, then 250 in one. */
async function real() {
  const many = Array.from({ length: 25 }, (_, i) => SENTENCES[i % 5]).join(" ");
  const one = Array.from({ length: 16 }, (_, i) => SENTENCES[i % 5].slice(0, -1)).join(" und ");
  for (const [what, text] of [
    ["paste a text of 25 sentences", many],
    ["paste one long sentence", one],
  ]) {
    const page = await open({ text: "Danke!" });
    await settled(page);
    await page.waitForTimeout(1000);
    await record(page);
    const start = Date.now();
    await page.locator("#source").fill(text);
    await page.waitForTimeout(300);
    await settled(page);
    const seconds = (Date.now() - start) / 1000;
    const count = await page.locator('.strip[lang="de"] .token').count();
    await page.waitForTimeout(500);
    const shown = `${what}: maps of ${count} tokens after ${seconds.toFixed(1)} s`;
    print(await result(page), "", shown);
    await page.close();
  }
}

async function row(page, count, what, act) {
  await act(0);
  await page.waitForTimeout(300);
  await record(page);
  const end = Date.now() + SECONDS * 1000;
  for (let i = 1; Date.now() < end; i++) await act(i);
  print(await result(page), count, what);
}

function record(page) {
  return page.evaluate(() => {
    const frames = [];
    let longest = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    });
    observer.observe({ type: "longtask" });
    let last = 0;
    let id = requestAnimationFrame(function next(now) {
      if (last) frames.push(now - last);
      last = now;
      id = requestAnimationFrame(next);
    });
    window.stopRecording = () => {
      cancelAnimationFrame(id);
      observer.disconnect();
      return { frames, longest };
    };
  });
}

function result(page) {
  return page.evaluate(() => window.stopRecording());
}

function print({ frames, longest }, count, what) {
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const late = Math.round((100 * frames.filter((ms) => ms > 20).length) / frames.length);
  const ms = (value) => value.toFixed(1);
  console.log(
    `| ${count} | ${what} | ${ms(at(0.5))} | ${ms(at(0.95))} | ${ms(sorted.at(-1))} | ${late} % | ${longest ? `${Math.round(longest)} ms` : "under 50 ms"} |`,
  );
}
