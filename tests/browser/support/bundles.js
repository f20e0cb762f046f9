import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const site = process.env.SITE_DIR ?? fileURLToPath(new URL("../../../dist/site", import.meta.url));

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
