import { type Manifest, modelUrl } from "../app/manifest";

/** Keeps the site and the loaded model for visits without a network. A browser that refuses loses nothing else. */
export async function keepForOffline(manifest: Manifest | null): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator) || !manifest) return;
  try {
    await navigator.serviceWorker.register("./sw.js", { scope: "./" });
    const { active } = await navigator.serviceWorker.ready;
    const files = ["manifest.json", ...manifest.files.map((file) => file.name)];
    active?.postMessage({ keep: files.map((file) => modelUrl(manifest.name, file).href) });
  } catch (error) {
    console.info("The page will not work offline:", error);
  }
}
