/** The package without its models: a page that names those it uses has no other in its output. */

export { LanguageDetector } from "./detector.js";
export {
  QuotaExceededError,
  type QuotaExceededErrorClass,
  type QuotaExceededErrorOptions,
} from "./errors.js";
export { type PolyfillOptions, polyfill } from "./install.js";
export { addModels } from "./models.js";
export { Translator } from "./translator.js";
export type * from "./types.js";
