// Takes pictures of the page for a person to look at: npm run screenshots [address]
import { mkdir } from "node:fs/promises";
import { launch } from "./support/chromium.js";
import { serveSite } from "./support/serve.js";

const folder = new URL("../../test-results/screenshots/", import.meta.url).pathname;
await mkdir(folder, { recursive: true });
const site = process.argv[2] ? { url: process.argv[2], close() {} } : await serveSite();
const browser = await launch();
try {
  for (const theme of ["light", "dark"]) {
    for (const [name, width, height] of [
      ["desktop", 1360, 900],
      ["phone", 390, 844],
    ]) {
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme: theme,
        deviceScaleFactor: name === "phone" ? 2 : 1,
      });
      page.on("console", (message) => message.type() === "error" && console.error(message.text()));
      page.on("pageerror", (error) => console.error(error));
      await page.goto(site.url);
      await page.locator(".figure canvas").first().waitFor({ timeout: 30_000 });
      await page.waitForTimeout(600);
      await page.screenshot({ path: `${folder}${name}-${theme}-top.png` });
      await page.screenshot({ path: `${folder}${name}-${theme}.png`, fullPage: true });
      await page.close();
    }
  }
} finally {
  await browser.close();
  site.close();
}
