// Takes pictures of the built site:
//   npm run screenshots -w tests/browser            for looking at, into test-results/screenshots
//   npm run screenshots -w tests/browser -- --docs  the ones in docs/images
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch } from "./support/chromium.js";
import { settled } from "./support/page.js";
import { serveSite } from "./support/serve.js";

const forDocs = process.argv.includes("--docs");
const folder = fileURLToPath(
  new URL(forDocs ? "../../docs/images/" : "../../test-results/screenshots/", import.meta.url),
);
const SENTENCE = "Ich habe gestern mit meiner Schwester im Garten ein Buch gelesen.";
const hash = `#${new URLSearchParams({ text: SENTENCE, layer: "2", token: "source-11" })}`;

const site = await serveSite();
const browser = await launch();
await mkdir(folder, { recursive: true });
try {
  for (const colorScheme of ["light", "dark"]) {
    if (forDocs) {
      const page = await open({ width: 1200, height: 1000 }, colorScheme);
      await compare(page);
      for (const [name, selector] of Object.entries({
        desk: ".desk",
        branches: "#branches-figure",
        split: "#split-figure",
      })) {
        await picture(page, `${name}-${colorScheme}`, selector, 16);
      }
      await page.close();
      const phone = await open({ width: 390, height: 844 }, colorScheme);
      await phone.screenshot({ path: `${folder}phone-${colorScheme}.png` });
      await phone.close();
    } else {
      for (const [name, viewport] of Object.entries({
        desktop: { width: 1360, height: 900 },
        phone: { width: 390, height: 844 },
      })) {
        const page = await open(viewport, colorScheme);
        await compare(page);
        // A picture of the whole page shows what is out of sight too.
        await page.addStyleTag({ content: ".figure, .drawn { content-visibility: visible }" });
        await page.screenshot({ path: `${folder}${name}-${colorScheme}.png`, fullPage: true });
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  site.close();
}

async function open(viewport, colorScheme) {
  const page = await browser.newPage({ viewport, colorScheme });
  page.on("console", (message) => message.type() === "error" && console.error(message.text()));
  page.on("pageerror", (error) => console.error(error));
  await page.goto(`${site.url}${hash}`);
  await settled(page);
  await page.waitForTimeout(500);
  return page;
}

/** Has the Transformer of "Why split?" loaded. */
async function compare(page) {
  await page.getByRole("button", { name: /^Load the standard Transformer/ }).click();
  await page.locator("#split-figure:not(:has(.recorded))").waitFor();
  await page.waitForTimeout(500);
}

async function picture(page, name, selector, margin) {
  const part = page.locator(selector);
  await part.scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  const { x, y, width, height } = await part.evaluate((element) => {
    const box = element.getBoundingClientRect();
    return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height };
  });
  await page.screenshot({
    path: `${folder}${name}.png`,
    fullPage: true,
    clip: {
      x: x - margin,
      y: y - margin,
      width: width + 2 * margin,
      height: height + 2 * margin,
    },
  });
}
