import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SITE as site } from "./serve.js";

/** The list of models that the site was built with. */
export const deployed = () => JSON.parse(readFileSync(`${site}/models/index.json`, "utf8")).models;

/**
 * What the page finds deployed: the bundles of `names`. One that the site was not built with is stood in for by
 * the files of de-en under a manifest of `stand-ins`; what is tested then is the page, not that model.
 */
export async function deploy(page, names, standIns = {}) {
  const own = deployed();
  const models = names.map((name) => {
    const found = own.find((one) => one.name === name);
    return found ?? { ...own.find((one) => one.name === "de-en"), ...standIns[name], name };
  });
  await page.route("**/models/index.json", (route) => route.fulfill({ json: { models } }));
  await page.route("**/models/*/*", async (route) => {
    const [name, file] = new URL(route.request().url()).pathname.split("/").slice(-2);
    if (existsSync(`${site}/models/${name}/${file}`)) return route.fallback();
    const { source_language, target_language } = models.find((one) => one.name === name);
    const path = `${site}/models/de-en/${file}`;
    if (file !== "manifest.json") return route.fulfill({ path });
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    await route.fulfill({ json: { ...manifest, name, source_language, target_language } });
  });
}

/**
 * A copy of the built site in a folder of its own that serves both directions: where it has no model from English,
 * de-en's files stand in for one. Unlike `deploy`, it is there for service workers too.
 */
export function bothDirections() {
  const folder = mkdtempSync(join(tmpdir(), "lite-transformer-site-"));
  cpSync(site, folder, { recursive: true });
  const index = `${folder}/models/index.json`;
  const { models } = JSON.parse(readFileSync(index, "utf8"));
  if (models.some((one) => one.source_language === "en")) return folder;
  const turned = { name: "en-de", source_language: "en", target_language: "de" };
  cpSync(`${folder}/models/de-en`, `${folder}/models/en-de`, { recursive: true });
  const path = `${folder}/models/en-de/manifest.json`;
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...manifest, ...turned }));
  models.push({ ...models.find((one) => one.name === "de-en"), ...turned });
  writeFileSync(index, JSON.stringify({ models }));
  return folder;
}
