import { chromium } from "playwright-core";

const OPTIONS = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** Chromium as the tests drive it; the site is served from this machine, so nothing else may be asked of the network. */
export function launch(...args) {
  return chromium.launch({ ...OPTIONS, args: [...OPTIONS.args, ...args] });
}

/** Chromium with a profile, and so a cache, that outlasts it. */
export function launchProfile(folder, more = []) {
  return chromium.launchPersistentContext(folder, { ...OPTIONS, args: [...OPTIONS.args, ...more] });
}
