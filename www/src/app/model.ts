import { Translator, type TranslatorInstance } from "lite-transformer";
import { simd } from "wasm-feature-detect";
import { fetchManifest, type Manifest, modelBytes } from "./manifest";
import type { ModelState, Pair } from "./state";

/** Bytes of the WebAssembly binary, known when the site is built. */
declare const __WASM_BYTES__: number;

/** What this browser lacks; empty where all is well. */
export async function missingFeatures(): Promise<string[]> {
  const missing: string[] = [];
  if (typeof WebAssembly !== "object") missing.push("WebAssembly");
  else if (!(await simd())) missing.push("WebAssembly SIMD");
  if (typeof Worker !== "function") missing.push("Web Workers");
  if (typeof ReadableStream !== "function") missing.push("readable streams");
  return missing;
}

/** Loads the translator and reports on the way. */
export async function loadModel(
  pair: Pair,
  report: (model: ModelState) => void,
  know: (manifest: Manifest | null) => void,
): Promise<TranslatorInstance | null> {
  const missing = await missingFeatures();
  if (missing.length) {
    report({ phase: "unsupported", missing });
    return null;
  }
  let loading = true;
  try {
    const manifest = fetchManifest(`${pair.source}-${pair.target}`);
    let bytes = 0;
    void manifest.then((found) => {
      know(found);
      if (found) bytes = modelBytes(found) + __WASM_BYTES__;
    });
    const translator = await Translator.create({
      sourceLanguage: pair.source,
      targetLanguage: pair.target,
      monitor: (monitor) => {
        monitor.addEventListener("downloadprogress", (event) => {
          // Files that are still on their way when another has failed go on reporting.
          if (loading) {
            report({ phase: "loading", loadedBytes: event.loaded * bytes, totalBytes: bytes });
          }
        });
      },
    });
    report({ phase: "ready" });
    return translator;
  } catch (error) {
    report({ phase: "failed", message: explain(error) });
    return null;
  } finally {
    loading = false;
  }
}

/** An error of the translator in words for the person at the page. */
export function explain(error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  const message =
    error instanceof Error || error instanceof DOMException ? error.message : String(error);
  switch (name) {
    case "NetworkError":
      return `The download failed: ${message} Check the connection and try again.`;
    case "QuotaExceededError":
      return "That is more text than the translator takes at once. Shorten it or translate it in parts.";
    case "OperationError":
      return `The model's files are damaged or incomplete: ${message}`;
    default:
      return message;
  }
}

/** Whether the package has a model for a pair. */
export async function serves({ source, target }: Pair): Promise<boolean> {
  return (
    (await Translator.availability({ sourceLanguage: source, targetLanguage: target })) !==
    "unavailable"
  );
}
