// Maps as they are painted, held against the pictures in pictures/, pixel by pixel. They are fixed maps, not a model's
// (support/fixed-maps.js), and canvases without text, since another machine may set type a little otherwise.
// UPDATE_PICTURES=1 node --test pictures.test.js writes the pictures anew: look at them before they are committed.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { openSite, settled, withFixedMaps, words } from "./support/page.js";

const folder = fileURLToPath(new URL("pictures/", import.meta.url));
const results = fileURLToPath(new URL("../../test-results/", import.meta.url));
/** Rounded corners may be smoothed otherwise in another version of the browser. */
const TOLERANCE = 0.002;

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

const open = (hash, settings) =>
  site.page({
    serviceWorkers: "block",
    prepare: withFixedMaps,
    hash: `#${new URLSearchParams(hash)}`,
    ...settings,
  });

/** What is painted on a canvas of the page. */
async function painted(page, selector) {
  const canvas = page.locator(`${selector} canvas`);
  const url = await canvas.evaluate((canvas) => canvas.toDataURL());
  return PNG.sync.read(Buffer.from(url.split(",")[1], "base64"));
}

/** The maps on a canvas, without the room around them: how wide that is depends on the labels' type. */
function maps(image) {
  const filled = (x, y) => image.data[4 * (y * image.width + x) + 3] > 0;
  const range = (length) => Array.from({ length }, (_, i) => i);
  const columns = range(image.width).filter((x) => range(image.height).some((y) => filled(x, y)));
  const rows = range(image.height).filter((y) => columns.some((x) => filled(x, y)));
  const top = rows[0];
  const height = rows.at(-1) - top + 1;
  const found = [];
  let start = columns[0];
  for (const [i, x] of columns.entries()) {
    if (columns[i + 1] - x < 20) continue;
    const map = new PNG({ width: x - start + 1, height });
    PNG.bitblt(image, map, start, top, map.width, height, 0, 0);
    found.push(map);
    start = columns[i + 1];
  }
  return found;
}

function compare(name, image) {
  const path = `${folder}${name}.png`;
  if (process.env.UPDATE_PICTURES) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, PNG.sync.write(image));
    return;
  }
  const wanted = PNG.sync.read(readFileSync(path));
  const { width, height } = image;
  assert.deepEqual([width, height], [wanted.width, wanted.height], `${name}: its size`);
  const difference = new PNG({ width, height });
  const pixels = pixelmatch(wanted.data, image.data, difference.data, width, height, {
    threshold: 0.05,
  });
  if (pixels > TOLERANCE * width * height) {
    mkdirSync(results, { recursive: true });
    writeFileSync(`${results}${name}.png`, PNG.sync.write(image));
    writeFileSync(`${results}${name}-difference.png`, PNG.sync.write(difference));
    assert.fail(`${name}: ${pixels} pixels differ, see test-results/`);
  }
}

for (const colorScheme of ["light", "dark"]) {
  test(`the maps of both branches and of cross-attention, ${colorScheme}`, async () => {
    const { page, done } = await open({ text: words(7), layer: 2, crossLayer: 2 }, { colorScheme });
    await settled(page);
    const branches = maps(await painted(page, "#branches-map"));
    assert.equal(branches.length, 2);
    for (const [i, branch] of ["global", "local"].entries())
      compare(`${branch}-${colorScheme}`, branches[i]);
    const [cross] = maps(await painted(page, "#cross-map"));
    compare(`cross-${colorScheme}`, cross);
    await done();
  });
}

test("the same in Cividis, of one head, in the decoder, on a phone", async () => {
  const hash = { text: words(5), layer: 3, stack: "decoder", head: 2, group: 4, scale: "cividis" };
  const { page, done } = await open(hash, { viewport: { width: 390, height: 844 } });
  await settled(page);
  for (const branch of ["global", "local"]) {
    const [map] = maps(await painted(page, `#${branch}-map`));
    compare(`phone-${branch}`, map);
  }
  await done();
});

test("thumbnails of maps of 100 tokens, which they show shrunk", async () => {
  const { page, done } = await open({ text: words(99) });
  await settled(page);
  for (const [i, stack] of ["encoder", "decoder"].entries()) {
    const grid = page.locator('#all-maps [role="grid"]').nth(i);
    await grid.and(page.locator('[style*="--sheet:"]')).waitFor();
    const url = await grid.evaluate(async (grid) => {
      const sheet = /url\("?(blob:[^")]+)/.exec(grid.style.getPropertyValue("--sheet"))[1];
      const image = await createImageBitmap(await (await fetch(sheet)).blob());
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext("2d").drawImage(image, 0, 0);
      return canvas.toDataURL();
    });
    const sheet = PNG.sync.read(Buffer.from(url.split(",")[1], "base64"));
    assert.deepEqual([sheet.width, sheet.height], [96 * (i ? 12 : 8), 96 * 6]);
    // The last attention head and the first convolution group of the second layer.
    const part = new PNG({ width: 192, height: 96 });
    PNG.bitblt(sheet, part, 3 * 96, 96, 192, 96, 0, 0);
    compare(`thumbnails-${stack}`, part);
  }
  await done();
});
