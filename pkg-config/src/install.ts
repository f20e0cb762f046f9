/** Puts the package's classes in the place of the platform's. */

import { LanguageDetector } from "./detector.js";
import { Translator } from "./translator.js";

export interface PolyfillOptions {
  /** Also where the browser has classes of its own, which know other languages, too. Default: false. */
  force?: boolean;
}

/**
 * Installs `Translator` and `LanguageDetector` on the global object, each where there is none, and says which. They are
 * as writable, configurable and hidden from enumeration as the platform's own.
 */
export function polyfill({ force = false }: PolyfillOptions = {}): string[] {
  const installed: string[] = [];
  for (const [name, value] of Object.entries({ Translator, LanguageDetector })) {
    if (name in globalThis && !force) continue;
    Object.defineProperty(globalThis, name, {
      value,
      writable: true,
      enumerable: false,
      configurable: true,
    });
    installed.push(name);
  }
  return installed;
}
