/** The `LanguageDetector` class: the platform's rules on top of the engine's detection, which needs no model. */

import { engineState, fetchEngine } from "./assets.js";
import { chooseBuild } from "./builds.js";
import { toCallSignal, toDetectorOptions, toText } from "./convert.js";
import { abortError, notSupportedError, QuotaExceededError } from "./errors.js";
import { canonicalTag, primary } from "./languages.js";
import { detectLanguages, load } from "./local-engine.js";
import { newMonitor, Progress } from "./monitor.js";
import { abortable, anySignal, throwIfAborted, turn } from "./signals.js";
import { supports } from "./simd.js";
import type {
  Availability,
  LanguageDetectionResult,
  LanguageDetectorCreateCoreOptions,
  LanguageDetectorCreateOptions,
  LanguageDetectorDetectOptions,
  LanguageDetectorInstance,
} from "./types.js";

/** In UTF-16 code units. It takes some 2,000 words to decide, and no more are read. */
const INPUT_QUOTA = 1_048_576;
const LANGUAGES = ["de", "en"] as const;

const constructing = Symbol("only create() makes detectors");

interface Parts {
  expected: readonly string[] | undefined;
  signal: AbortSignal | undefined;
}

export class LanguageDetector implements LanguageDetectorInstance {
  readonly #expected: readonly string[] | null;
  readonly #destruction = new AbortController();
  /** Aborts when this detector ends, by `destroy()` or by the signal of `create()`. */
  readonly #end: AbortSignal;

  /** Tells whether the expected languages can be told apart, and what is missing for it. Fetches nothing. */
  static async availability(
    options: LanguageDetectorCreateCoreOptions = {},
  ): Promise<Availability> {
    const { expected } = toDetectorOptions(options);
    if (!areKnown(expected?.map(canonicalInput)) || !supports("simd128")) return "unavailable";
    return engineState(chooseBuild({}));
  }

  /** Fetches the engine unless it is at hand, and makes a detector. */
  static async create(options: LanguageDetectorCreateOptions = {}): Promise<LanguageDetector> {
    const { expected: asked, signal, monitor: callback } = toDetectorOptions(options);
    const expected = asked?.map(canonicalInput);
    throwIfAborted(signal);
    const monitor = callback && newMonitor();
    if (monitor) callback(monitor);
    const progress = new Progress(monitor, signal);
    await abortable(turn(), signal);
    if (!areKnown(expected)) {
      throw notSupportedError(
        `expectedInputLanguages is ${expected?.join(", ")}, expected ${LANGUAGES.join(", ")}`,
      );
    }
    const build = chooseBuild({});
    await load(await fetchEngine(build, progress, signal), build.simd);
    throwIfAborted(signal);
    return new LanguageDetector(constructing, { expected, signal });
  }

  /** Not for callers: `LanguageDetector.create()` makes detectors. */
  private constructor(...secret: unknown[]) {
    const [key, parts] = secret as [unknown, Parts];
    if (key !== constructing)
      throw new TypeError("Illegal constructor: use LanguageDetector.create()");
    this.#expected = parts.expected ? Object.freeze([...parts.expected]) : null;
    this.#end = anySignal(this.#destruction.signal, parts.signal) as AbortSignal;
  }

  /** As `create()` was asked; null where it wasn't. */
  get expectedInputLanguages(): readonly string[] | null {
    return this.#expected;
  }

  /** In UTF-16 code units; see `measureInputUsage()`. */
  get inputQuota(): number {
    return INPUT_QUOTA;
  }

  /** The languages of a text with the probability of each, the greatest first; `"und"`, neither of them, last. */
  async detect(
    input: string,
    options: LanguageDetectorDetectOptions = {},
  ): Promise<LanguageDetectionResult[]> {
    const text = toText(input, "input");
    await this.#turn(options);
    if (text.length > INPUT_QUOTA) {
      throw new QuotaExceededError(
        `the text has ${text.length} code units, the quota is ${INPUT_QUOTA}`,
        { quota: INPUT_QUOTA, requested: text.length },
      );
    }
    const shares = detectLanguages(text);
    const found = LANGUAGES.map((detectedLanguage, i) => ({
      detectedLanguage: detectedLanguage as string,
      confidence: shares[i] as number,
    }));
    found.sort((a, b) => b.confidence - a.confidence);
    const known = found.reduce((sum, { confidence }) => sum + confidence, 0);
    return [...found, { detectedLanguage: "und", confidence: Math.max(1 - known, 0) }];
  }

  /** UTF-16 code units of a text; `detect()` takes up to `inputQuota` of them. */
  async measureInputUsage(
    input: string,
    options: LanguageDetectorDetectOptions = {},
  ): Promise<number> {
    const text = toText(input, "input");
    await this.#turn(options);
    return text.length;
  }

  /** Ends the detector: every call under way rejects. */
  destroy(): void {
    this.#destruction.abort(abortError("The detector has been destroyed."));
  }

  #turn(options: unknown): Promise<void> {
    const signal = anySignal(this.#end, toCallSignal(options)) as AbortSignal;
    throwIfAborted(signal);
    return abortable(turn(), signal);
  }
}

function canonicalInput(tag: string, i: number): string {
  return canonicalTag(tag, `expectedInputLanguages[${i}]`);
}

function areKnown(tags: readonly string[] | undefined): boolean {
  return tags?.every((tag) => LANGUAGES.some((known) => known === primary(tag))) ?? true;
}

// A class from Web IDL has enumerable members and a tag of its own.
for (const [object, names] of [
  [LanguageDetector, ["availability", "create"]],
  [
    LanguageDetector.prototype,
    Object.getOwnPropertyNames(LanguageDetector.prototype).filter((name) => name !== "constructor"),
  ],
] as const) {
  for (const name of names) Object.defineProperty(object, name, { enumerable: true });
}
Object.defineProperty(LanguageDetector.prototype, Symbol.toStringTag, {
  value: "LanguageDetector",
  configurable: true,
});
