import { readFileSync } from "node:fs";
import { SITE } from "./serve.js";

/** The list of models that the site was built with. */
export const deployed = () => JSON.parse(readFileSync(`${SITE}/models/index.json`, "utf8")).models;

/** Lets the page find these models deployed and no others. */
export async function deploy(page, names) {
  const own = deployed();
  const models = names.map((name) => {
    const found = own.find((one) => one.name === name);
    if (!found) throw new Error(`the site was built without models/${name}`);
    return found;
  });
  await page.route("**/models/index.json", (route) => route.fulfill({ json: { models } }));
}
