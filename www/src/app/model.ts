import { Translator, type TranslatorInstance } from "lite-transformer";
import { simd } from "wasm-feature-detect";
import type { Bundle } from "../bundles/bundle";
import { modelUrl } from "./manifest";
import type { ModelState } from "./state";

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

/** The engine has come with an earlier model: only the new one's own files count. */
let engineHere = false;

/** Loads the page's translator and reports on the way. */
export async function loadModel(
  bundle: Bundle,
  report: (model: ModelState) => void,
): Promise<TranslatorInstance | null> {
  const missing = await missingFeatures();
  if (missing.length) {
    report({ phase: "unsupported", missing });
    return null;
  }
  const totalBytes = bundle.bytes + (engineHere ? 0 : __WASM_BYTES__);
  try {
    const translator = await createTranslator(bundle, (loaded) =>
      report({ phase: "loading", loadedBytes: loaded * totalBytes, totalBytes }),
    );
    engineHere = true;
    report({ phase: "ready", simd: translator.simd });
    return translator;
  } catch (error) {
    report({ phase: "failed", message: explain(error), details: details(error) });
    return null;
  }
}

/** Loads a bundle's translator; `progress` hears how much of it has come, from 0 to 1. */
export async function createTranslator(
  bundle: Bundle,
  progress: (loaded: number) => void,
): Promise<TranslatorInstance> {
  let loading = true;
  try {
    return await Translator.create({
      sourceLanguage: bundle.source_language,
      targetLanguage: bundle.target_language,
      model: modelUrl(bundle.name),
      monitor: (monitor) => {
        monitor.addEventListener("downloadprogress", (event) => {
          // Files that are still on their way when another has failed go on reporting.
          if (loading) progress(event.loaded);
        });
      },
    });
  } finally {
    loading = false;
  }
}

/** An error of the translator in words for the person at the page. */
export function explain(error: unknown): string {
  const [name, message] = parts(error);
  switch (name) {
    case "NetworkError":
      if (!navigator.onLine)
        return "You are offline, and not all of its files are kept on this device.";
      if (/answered 404/.test(message)) return "This site lacks one of the translator’s files.";
      return "The download was interrupted. Check the connection and try again.";
    case "QuotaExceededError":
      return "That is more text than the translator takes at once. Shorten it or translate it in parts.";
    case "OperationError":
      return "The model’s files are damaged or incomplete.";
    case "TypeError":
      if (/fetch|load/i.test(message))
        return "The download was interrupted. Check the connection and try again.";
      return message;
    default:
      return message;
  }
}

/** The same error as the engine and the browser put it; "" where that is what the page says anyway. */
export function details(error: unknown): string {
  const [, message] = parts(error);
  return message === explain(error) ? "" : message;
}

function parts(error: unknown): [name: string, message: string] {
  const known = error instanceof Error || error instanceof DOMException;
  return known ? [error.name, error.message] : ["", String(error)];
}
