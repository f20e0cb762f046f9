import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { launch } from "./chromium.js";
import { serveSite } from "./serve.js";

/** The built site in Chromium. Every page must end without an error in its console. */
export async function openSite() {
  const site = await serveSite();
  const browser = await launch();
  return {
    url: site.url,
    /** `prepare` gets the page before it opens the address. */
    async page({ hash = "", query = "", expectErrors = false, prepare, ...settings } = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        ...settings,
      });
      const page = await context.newPage();
      const problems = [];
      page.on("console", (message) => {
        // Playwright's own word, where a test has it keep service workers away.
        if (message.text() === "Service Worker registration blocked by Playwright") return;
        if (["error", "warning"].includes(message.type())) problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(String(error)));
      await prepare?.(page);
      await page.goto(`${site.url}${query}${hash}`);
      return {
        page,
        context,
        problems,
        async done() {
          await context.close();
          if (!expectErrors) assert.deepEqual(problems, [], "the console stays empty");
        },
      };
    },
    async close() {
      await browser.close();
      site.close();
    },
  };
}

export const box = "#source";

/** Writes into the text box as a person does. */
export async function write(page, text) {
  await page.locator(box).fill("");
  await page.locator(box).pressSequentially(text, { delay: 15 });
}

/** Waits until the translation belongs to the text and the maps are drawn. */
export async function settled(page) {
  await page.waitForFunction(
    () =>
      document.querySelector("#translation")?.textContent.trim() &&
      !document.querySelector(".translation.stale, .outdated") &&
      // Those of "Why split?" are there before any model.
      document.querySelector(".figure:not([id^=split]) canvas"),
    null,
    { timeout: 60_000 },
  );
}

/** The numbers behind a figure, from its table: [{ caption, rows: [{ name, values }] , columns }] */
export async function numbers(page, id) {
  const button = page.locator(`[aria-controls="${id}-numbers"]`);
  if ((await button.getAttribute("aria-expanded")) === "false") await button.click();
  await page.locator(`#${id}-numbers table`).first().waitFor({ state: "attached" });
  return page.locator(`#${id}-numbers table`).evaluateAll((tables) =>
    tables.map((table) => ({
      caption: table.caption.textContent,
      columns: [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent),
      rows: [...table.tBodies[0].rows].map((row) => ({
        name: row.cells[0].textContent,
        values: [...row.cells].slice(1).map((cell) => Number(cell.textContent)),
      })),
    })),
  );
}

/** Tries until the assertions hold: the page draws in the next frame, and a busy machine takes its time. */
export async function eventually(check, patience = 10_000) {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

export const sum = (values) => values.reduce((a, b) => a + b, 0);

/** Has the page draw the maps of `fixed-maps.js` in place of a model's. */
export function withFixedMaps(page) {
  const path = fileURLToPath(new URL("fixed-maps.js", import.meta.url));
  return page.route("**/assets/script-*.js", (route) => route.fulfill({ path }));
}

/** A text of so many words: with the end token one token more. */
export const words = (count) => Array.from({ length: count }, (_, i) => `wort${i + 1}`).join(" ");
