// Measures the built-in sample in the page itself, for www/src/recorded/corpus.json. Run it on a built site when the model,
// the sample or a measure changes, and build the site again:
//   npm run record-corpus -w tests/browser
import { writeFileSync } from "node:fs";
import { launch } from "./support/chromium.js";
import { measureSample } from "./support/corpus.js";
import { settled } from "./support/page.js";
import { serveSite } from "./support/serve.js";

const OUT = new URL("../../www/src/recorded/corpus.json", import.meta.url);

const site = await serveSite();
const browser = await launch();
try {
  const page = await browser.newPage();
  await page.goto(site.url);
  await settled(page);
  const measured = await measureSample(page);
  writeFileSync(OUT, `${JSON.stringify(measured)}\n`);
  console.log(`${measured.sentences} sentences, ${measured.tokens} tokens, ${measured.model}`);
} finally {
  await browser.close();
  site.close();
}
