// Writes the tables and charts of docs/performance.md from benches/results.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { chart } from "./lib/chart.js";
import { PRODUCTS } from "./lib/engines.js";
import { at } from "./lib/node.js";
import * as tables from "./lib/tables.js";

const DOCUMENT = at("docs/performance.md");
const results = ["node", "chromium"]
  .map((where) => at(`benches/results/${where}.json`))
  .filter(existsSync)
  .map((path) => JSON.parse(readFileSync(path, "utf8")));

/** A table of each run under its name. */
function each(part, make) {
  return results
    .filter((result) => result[part])
    .map((result) => `**${result.about.environment}**\n\n${make(result)}`)
    .join("\n\n");
}

const [first] = results;
const blocks = {
  about: tables.aboutTable(results),
  targets: tables.targetsTable(results, PRODUCTS),
  peak: tables.peakTable(results.filter(({ peak }) => peak)),
  encoder: each("encoder", (result) => tables.encoderTable(result, PRODUCTS)),
  decoder: each("decoder", (result) => tables.decoderTable(result, PRODUCTS)),
  beam4: each("sentences", (result) => tables.sentencesTable(result, PRODUCTS, 4)),
  greedy: each("sentences", (result) => tables.sentencesTable(result, PRODUCTS, 1)),
  load: each("load", (result) => tables.loadTable(result, PRODUCTS)),
  long: each("long", (result) => tables.longTable(result)),
  workers: each("workers", (result) => tables.workersTable(result)),
  sizes: tables.sizesTable(first, PRODUCTS),
};

let text = readFileSync(DOCUMENT, "utf8");
for (const [name, block] of Object.entries(blocks)) {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/performance.md has no ${begin} … ${end}`);
  text = `${before}${begin}\n${block}\n${end}${after}`;
}
writeFileSync(DOCUMENT, text);

for (const theme of ["light", "dark"]) {
  writeFileSync(at(`docs/images/performance-${theme}.svg`), await chart(first, PRODUCTS, theme));
}
console.log("docs/performance.md and docs/images/performance-*.svg are written");
