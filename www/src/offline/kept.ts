import { Translator } from "lite-transformer";
import { createTranslator } from "../app/model";
import type { Bundle } from "../bundles/bundle";

/** Whether this browser keeps files for the page: it does so for secure addresses alone, and the built site only. */
export const canKeep = (): boolean =>
  import.meta.env.PROD && "caches" in window && "serviceWorker" in navigator;

/** The names of the models on this device: the package keeps what it has loaded. */
export async function keptModels(): Promise<string[]> {
  return (await Translator.stored()).map(({ name }) => name);
}

/** Fetches a model, which keeps it; `progress` hears how much has come, from 0 to 1. */
export async function keepModel(bundle: Bundle, progress: (loaded: number) => void): Promise<void> {
  (await createTranslator(bundle, progress)).destroy();
  if (!(await isWritten(bundle.name)))
    throw new Error("The browser did not keep it: there may be no room.");
}

const PATIENCE_MS = 5000;

/** Whether a model that has been loaded is kept: the package writes that down after the translator is there. */
export async function isWritten(name: string): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await keptModels()).includes(name)) {
    if (performance.now() > end) return false;
    await new Promise((later) => setTimeout(later, 200));
  }
  return true;
}

export const removeModel = (name: string) => Translator.remove({ name });
