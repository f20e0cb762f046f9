/** The package without its models: a page that names those it uses has no other in its output. */

export {
  QuotaExceededError,
  type QuotaExceededErrorClass,
  type QuotaExceededErrorOptions,
} from "./errors.js";
export { addModels } from "./models.js";
export { Translator } from "./translator.js";
export type * from "./types.js";
