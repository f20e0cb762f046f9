/** Imported for its effect: installs `Translator` and `LanguageDetector` where the browser has none. */

import { polyfill } from "./index.js";

polyfill();
