import { type Manifest, modelUrl } from "../app/manifest";
import { INDEX } from "../bundles/bundle";

/**
 * Keeps the site for visits without a network; the loaded model's files are kept by the package. A browser that refuses
 * loses nothing else.
 */
export async function keepForOffline(manifest: Manifest | null): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator) || !manifest) return;
  try {
    await navigator.serviceWorker.register("./sw.js", { scope: "./" });
    const { active } = await navigator.serviceWorker.ready;
    const kept = [modelUrl(manifest.name, "manifest.json"), new URL(INDEX, document.baseURI)];
    await answered(active, { keep: [...kept.map((url) => url.href), ...engines()] });
  } catch (error) {
    console.info("The page will not work offline:", error);
  }
}

/** Sends the service worker a message and waits until it has done what it says. */
function answered(worker: ServiceWorker | null, message: unknown): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    port1.onmessage = ({ data }) => (data === "kept" ? resolve() : reject(new Error(String(data))));
    worker?.postMessage(message, [port2]);
  });
}

/** The builds of the engine that this page has fetched: one, as a rule. */
function engines(): string[] {
  return performance
    .getEntriesByType("resource")
    .map((entry) => entry.name)
    .filter((name) => name.endsWith(".wasm"));
}
