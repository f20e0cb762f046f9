/**
 * Checked by the compiler alone: code that is written for the platform's Translator, as
 * @types/dom-chromium-ai describes it, takes ours, and the other way round for what both have.
 */

import {
  type CreateMonitor,
  type TranslatorCreateOptions as OurCreateOptions,
  Translator as Ours,
  type TranslatorTranslateOptions as OurTranslateOptions,
} from "../../dist/npm/lib/index.js";

type Shared =
  | "sourceLanguage"
  | "targetLanguage"
  | "inputQuota"
  | "translate"
  | "translateStreaming"
  | "measureInputUsage"
  | "destroy";

declare const platforms: Translator;
declare const ours: Ours;

export const asPlatforms: Translator = ours;
export const asOurs: Pick<Ours, Shared> = platforms;

export const create: (options: TranslatorCreateOptions) => Promise<Translator> = Ours.create;
export const availability: (options: TranslatorCreateCoreOptions) => Promise<Availability> =
  Ours.availability;

declare const platformOptions: TranslatorCreateOptions;
export const createOptions: OurCreateOptions = platformOptions;
declare const platformCallOptions: TranslatorTranslateOptions;
export const callOptions: OurTranslateOptions = platformCallOptions;

declare const monitor: CreateMonitor;
monitor.addEventListener("downloadprogress", (event) => event.loaded.toFixed(2));
monitor.ondownloadprogress = (event) => event.total;

export const sizes = (["nano", "small", "large", "full"] as const).map((size) =>
  Ours.availability({ sourceLanguage: "de", targetLanguage: "en", size }),
);

// @ts-expect-error There is no constructor.
new Ours();
// @ts-expect-error The languages are read-only.
ours.sourceLanguage = "fr";
// @ts-expect-error A target language is needed.
Ours.create({ sourceLanguage: "de" });
