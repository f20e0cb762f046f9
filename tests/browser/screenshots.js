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
      const figure = await page.locator("#branches-figure").boundingBox();
      const desk = await page.locator(".desk").boundingBox();
      await picture(page, `desk-${colorScheme}`, desk, 16);
      await picture(page, `branches-${colorScheme}`, figure, 16);
      await page.close();
    } else {
      for (const [name, viewport] of Object.entries({
        desktop: { width: 1360, height: 900 },
        phone: { width: 390, height: 844 },
      })) {
        const page = await open(viewport, colorScheme);
        await page.getByRole("button", { name: /^Load the standard Transformer/ }).click();
        await page.locator("#split-figure").waitFor();
        await page.waitForTimeout(500);
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

async function picture(page, name, box, margin) {
  await page.screenshot({
    path: `${folder}${name}.png`,
    fullPage: true,
    clip: {
      x: box.x - margin,
      y: box.y - margin,
      width: box.width + 2 * margin,
      height: box.height + 2 * margin,
    },
  });
}
