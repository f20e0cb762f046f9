/**
 * npm run animation -w tests/browser: writes docs/images/page.gif, the built site at work: a sentence is typed and
 * translated, its tokens are pointed at, the layers gone through, the translation stepped through. Frames differ by
 * what changed, the rest is transparent, which keeps the file below 1 MB.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import gifenc from "gifenc";
import { PNG } from "pngjs";
import { launch } from "./support/chromium.js";
import { settled } from "./support/page.js";
import { serveSite } from "./support/serve.js";

const { GIFEncoder, quantize, applyPalette } = gifenc;
const WIDTH = 1000;
const HEIGHT = 880;
const COLOURS = 63;
const SENTENCE = "Der Mann, der dort am Fenster sitzt, ist mein Lehrer.";

const site = await serveSite();
const browser = await launch();
const frames = [];
try {
  const page = await browser.newPage({
    viewport: { width: WIDTH, height: HEIGHT },
    colorScheme: "light",
    reducedMotion: "reduce",
    serviceWorkers: "block",
  });
  await page.goto(`${site.url}?embed#text=`);
  await page.locator("#translation").waitFor({ timeout: 60_000 });
  await shoot(page, 400);
  for (const part of SENTENCE.match(/\S+\s?/g)) {
    await page.locator("#source").pressSequentially(part);
    await page.waitForTimeout(150);
    await settled(page);
    await shoot(page, 220);
  }
  await page.waitForTimeout(300);
  await shoot(page, 900);
  await page.locator("#branches-figure").evaluate((figure) => {
    scrollTo(0, figure.getBoundingClientRect().top + scrollY - 8);
  });
  await shoot(page, 700);
  const tokens = page.locator('.strip[lang="de"] .token');
  for (const index of [1, 3, 6, 7, 10]) {
    await tokens.nth(index).hover();
    await page.waitForTimeout(200);
    await shoot(page, 650);
  }
  for (let layer = 1; layer < 6; layer++) {
    await page.locator('input[name="layer"]').nth(layer).check();
    await page.waitForTimeout(200);
    await shoot(page, 550);
  }
  await page.locator('input[name="form"]').nth(1).check();
  for (const index of [1, 7, 10]) {
    await tokens.nth(index).hover();
    await page.waitForTimeout(250);
    await shoot(page, 800);
  }
} finally {
  await browser.close();
  site.close();
}
const file = fileURLToPath(new URL("../../docs/images/page.gif", import.meta.url));
const bytes = encode();
writeFileSync(file, bytes);
console.log(`${file}: ${frames.length} frames, ${bytes.length} bytes`);

async function shoot(page, delay) {
  const { data } = PNG.sync.read(await page.screenshot());
  frames.push({ data: new Uint8Array(data), delay });
}

function encode() {
  const sample = new Uint8Array(frames.length * frames[0].data.length);
  for (const [i, { data }] of frames.entries()) sample.set(data, i * data.length);
  const palette = quantize(sample, COLOURS);
  const transparentIndex = palette.push([0, 0, 0]) - 1;
  const gif = GIFEncoder();
  let before = null;
  for (const { data, delay } of frames) {
    const shown = applyPalette(data, palette.slice(0, transparentIndex));
    const index = before
      ? shown.map((colour, i) => (colour === before[i] ? transparentIndex : colour))
      : shown;
    gif.writeFrame(index, WIDTH, HEIGHT, {
      palette: before ? undefined : palette,
      delay,
      transparent: before !== null,
      transparentIndex,
      dispose: 1,
    });
    before = shown;
  }
  gif.finish();
  return gif.bytes();
}
