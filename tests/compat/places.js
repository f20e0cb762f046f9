/** Places in a browser where the package runs as it is, without a bundler, and what is to be expected there. */

import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "./server.js";

export const TEXT = "Guten Morgen!";

/** Code that translates and sends on what came of it, given what it takes `Translator` from. */
const translate = (from, send, options = "{}") => `
  ${from}
  (async () => {
    try {
      const pair = { sourceLanguage: "de", targetLanguage: "en" };
      const translator = await Translator.create({ ...pair, ...${options} });
      const { thread } = translator;
      ${send}({ translation: await translator.translate(${JSON.stringify(TEXT)}), thread });
    } catch (error) {
      ${send}({ error: error.name + ": " + error.message });
    }
  })();`;

const IMPORT = 'import { Translator } from "/lib/index.js";';
const SHOW = "((result) => { document.querySelector('output').value = JSON.stringify(result); })";
const html = (content) =>
  `<!doctype html><link rel="icon" href="data:,"><output></output>${content}`;
const moduleScript = (code) => `<script type="module">${code}</script>`;

const page = (options) => html(moduleScript(translate(IMPORT, SHOW, options)));
const policy = (value) => ({ "content-security-policy": value });
const SCRIPTS = "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'";

/** A page that asks something else, and that thing's script. */
const asking = (ask, script) => ({
  "/": { body: html(moduleScript(ask)) },
  "/place.js": { body: script },
});

/** `thread`: where the model is expected to run. */
export const PLACES = [
  { name: "page", thread: "worker", pages: { "/": { body: page() } } },
  {
    name: "Worker",
    thread: "worker",
    pages: asking(
      `new Worker("/place.js", { type: "module" }).onmessage = ({ data }) => ${SHOW}(data);`,
      translate(IMPORT, "postMessage"),
    ),
  },
  {
    name: "SharedWorker",
    thread: "current",
    pages: asking(
      `new SharedWorker("/place.js", { type: "module" }).port.onmessage = ({ data }) => ${SHOW}(data);`,
      `${IMPORT}
      onconnect = ({ ports: [port] }) => {${translate("", "port.postMessage.bind(port)")}};`,
    ),
  },
  {
    name: "service worker",
    thread: "current",
    pages: asking(
      `await navigator.serviceWorker.register("/place.js", { type: "module" });
      const { active } = await navigator.serviceWorker.ready;
      navigator.serviceWorker.onmessage = ({ data }) => ${SHOW}(data);
      active.postMessage("translate");`,
      `${IMPORT}
      onmessage = ({ source }) => {${translate("", "source.postMessage.bind(source)")}};`,
    ),
  },
  {
    name: "sandboxed frame",
    thread: "worker",
    headers: { "access-control-allow-origin": "*" },
    pages: {
      "/": {
        body: html(
          `<iframe sandbox="allow-scripts" src="/frame.html"></iframe>${moduleScript(
            `onmessage = ({ data }) => ${SHOW}(data);`,
          )}`,
        ),
      },
      "/frame.html": {
        body: moduleScript(translate(IMPORT, "((result) => parent.postMessage(result, '*'))")),
      },
    },
  },
  {
    name: "policy that allows the site's own Workers",
    thread: "worker",
    pages: { "/": { body: page(), headers: policy(`${SCRIPTS}; worker-src 'self'`) } },
  },
  {
    name: "policy that refuses Workers",
    thread: "current",
    pages: { "/": { body: page(), headers: policy(`${SCRIPTS}; worker-src 'none'`) } },
  },
  {
    name: "cross-origin isolation (COOP, COEP)",
    thread: "worker",
    pages: {
      "/": {
        body: page(),
        headers: {
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-embedder-policy": "require-corp",
        },
      },
    },
  },
  {
    name: "Trusted Types with the package's policy",
    thread: "worker",
    pages: {
      "/": {
        body: page(),
        headers: policy("require-trusted-types-for 'script'; trusted-types lite-transformer"),
      },
    },
  },
  {
    name: "Trusted Types with a policy of another name",
    thread: "worker",
    pages: {
      "/": {
        body: page('{ trustedTypesPolicy: "mine" }'),
        headers: policy("require-trusted-types-for 'script'; trusted-types mine"),
      },
    },
  },
  {
    name: "Trusted Types without a policy",
    thread: "current",
    pages: {
      "/": {
        body: page(),
        headers: policy("require-trusted-types-for 'script'; trusted-types 'none'"),
      },
    },
  },
];

/** What a page came to: `{ translation, thread }` or `{ error }`. */
export async function resultOf(page, url) {
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector("output")?.value, null, {
    timeout: 60_000,
  });
  return JSON.parse(await page.locator("output").evaluate(({ value }) => value));
}

/** Opens a place over the package's folder. */
export async function visit({ pages, headers }, { browser, root }) {
  const server = await serve(root, { pages, headers });
  const context = await browser.newContext();
  try {
    return await resultOf(await context.newPage(), `${server.url}/`);
  } finally {
    await context.close();
    server.close();
  }
}

/** The package's classic script, opened from disk. */
export async function visitFile({ browser, root, script = "inline/de-en-nano.js" }) {
  const folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
  const context = await browser.newContext();
  try {
    await cp(join(root, script), join(folder, "translator.js"));
    const code = translate("const { Translator } = LiteTransformer;", SHOW);
    const body = html(`<script src="translator.js"></script><script>${code}</script>`);
    await writeFile(join(folder, "index.html"), body);
    return await resultOf(await context.newPage(), pathToFileURL(join(folder, "index.html")).href);
  } finally {
    await context.close();
    await rm(folder, { recursive: true });
  }
}

const MANIFEST = {
  manifest_version: 3,
  name: "translator",
  version: "1",
  background: { service_worker: "background.js", type: "module" },
  content_security_policy: {
    extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'",
  },
};

/** An extension's service worker, with the package's folder in the extension; `launch` opens Chromium with a profile. */
export async function visitExtension({ launch, root }) {
  const folder = await mkdtemp(join(tmpdir(), "lite-transformer-"));
  const extension = join(folder, "extension");
  try {
    for (const part of ["lib", "models", "wasm", "worker"])
      await cp(join(root, part), join(extension, part), { recursive: true });
    await writeFile(join(extension, "manifest.json"), JSON.stringify(MANIFEST));
    const code = translate(IMPORT, "((result) => { globalThis.result = result; })");
    await writeFile(join(extension, "background.js"), code);
    const context = await launch(join(folder, "profile"), [
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
    ]);
    try {
      const [worker = await context.waitForEvent("serviceworker")] = context.serviceWorkers();
      for (;;) {
        const result = await worker.evaluate(() => globalThis.result);
        if (result) return result;
        await new Promise((done) => setTimeout(done, 100));
      }
    } finally {
      await context.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
