import { readFile } from "node:fs/promises";

/** Has the page measure its sample, and reads the numbers from what it saves: as recorded/corpus.json has them. */
export async function measureSample(page) {
  await page.locator(".corpus-form summary").click();
  await page.getByRole("button", { name: "Take the sample" }).click();
  await page.waitForFunction(() => document.querySelector("#corpus-text").value.length > 1000);
  await page.getByRole("button", { name: "Measure", exact: true }).click();
  await page.getByText("measured just now").waitFor({ timeout: 240_000 });
  const saved = [];
  for (const menu of await page.locator("#corpus .menu").all()) {
    await menu.locator("summary").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      menu.getByRole("button", { name: "Save as JSON" }).click(),
    ]);
    saved.push(JSON.parse(await readFile(await download.path(), "utf8")));
  }
  const records = saved.flatMap((one) => one.records);
  const round = (value) => Number(value.toPrecision(4));
  const estimate = (record, name) => ({
    mean: round(record[name]),
    margin: round(record[`${name}_margin`]),
  });
  const tokens = Number(
    /([\d,]+) tokens/
      .exec(await page.locator("#corpus figcaption").textContent())[1]
      .replace(",", ""),
  );
  const layers = new Map(records.map((one) => [`${one.stack} ${one.layer}`, one]));
  return {
    model: records[0].model,
    sentences: records[0].sentences,
    tokens,
    heads: records.map((one) => ({
      stack: one.stack,
      layer: one.layer - 1,
      branch: one.branch,
      head: one.head - 1,
      distance: estimate(one, "distance"),
      near: estimate(one, "near"),
      entropy: estimate(one, "entropy"),
    })),
    layers: [...layers.values()].map((one) => ({
      stack: one.stack,
      layer: one.layer - 1,
      share: estimate(one, "attention_share"),
    })),
  };
}
