/**
 * Arguments, checked in the platform's order. One thing is stricter: where Web IDL makes text of whatever it is given,
 * an array, null, a number or an object in the place of a string is a TypeError here, not "[object Object]" translated.
 */

import type { ModelModule } from "../models/module.js";
import { baseUrl } from "./addresses.js";
import type { OnProgress } from "./batch.js";
import { canonicalTag } from "./languages.js";
import { fromModule, type ModelSource } from "./models.js";
import { encoded, inFolder, named, type Part } from "./parts.js";
import { DEFAULT_POLICY } from "./trusted-types.js";
import type {
  CreateMonitorCallback,
  LineBreaks,
  Markup,
  Measure,
  Simd,
  Size,
  StoredModelFilter,
} from "./types.js";

type Dictionary = Readonly<Record<string, unknown>>;

/** A string; anything else is a TypeError that names the argument. */
export function toText(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${name} is ${kindOf(value)}, expected a string`);
}

/** An array of strings, copied. */
export function toTexts(value: unknown, name: string): string[] {
  if (!Array.isArray(value))
    throw new TypeError(`${name} is ${kindOf(value)}, expected an array of strings`);
  // Not map(), which skips holes.
  return Array.from(value, (text, i) => toText(text, `${name}[${i}]`));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  const kind = typeof value;
  if (kind === "number" || kind === "boolean" || kind === "bigint") return `the ${kind} ${value}`;
  return kind === "object" ? "an object" : `a ${kind}`;
}

export function requireArgument(count: number, method: string): void {
  if (count === 0) throw new TypeError(`${method}: 1 argument required, but only 0 present`);
}

export function toDictionary(value: unknown, name: string): Dictionary {
  if (value === undefined || value === null) return {};
  if ((typeof value !== "object" && typeof value !== "function") || Array.isArray(value)) {
    throw new TypeError(`${name} is ${kindOf(value)}, expected an object`);
  }
  return value as Dictionary;
}

function toTag(value: unknown, name: string): string {
  if (value === undefined) throw new TypeError(`${name} is missing, expected a language tag`);
  return toText(value, name);
}

function toSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw new TypeError("signal isn't an AbortSignal");
}

function toMonitor(value: unknown): CreateMonitorCallback | undefined {
  if (value === undefined || typeof value === "function") return value as CreateMonitorCallback;
  throw new TypeError("monitor isn't a function");
}

export function toChoice<T extends string>(
  value: unknown,
  name: string,
  choices: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const text = toText(value, name);
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new TypeError(
    `${name} is ${JSON.stringify(text)}, expected ${choices.map((c) => `"${c}"`).join(" or ")}`,
  );
}

export function toNumber(
  value: unknown,
  name: string,
  low: number,
  high: number,
  whole: boolean,
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new TypeError(`${name} is ${printed(value)}, expected a number`);
  }
  if (value < low || value > high || (whole && !Number.isInteger(value))) {
    const kind = whole ? "a whole number" : "a number";
    throw new RangeError(`${name} is ${value}, expected ${kind} from ${low} to ${high}`);
  }
  return value;
}

/** As it would be written. */
function printed(value: unknown): string {
  return typeof value === "string" || value === null || Number.isNaN(value)
    ? String(value)
    : kindOf(value);
}

export interface Languages {
  sourceLanguage: string;
  targetLanguage: string;
}

/** What `availability()` and `create()` both ask about: a pair, and which of its models. */
export interface Wanted extends Languages {
  size: ModelModule["size"] | undefined;
}

export function toWanted(value: unknown): Wanted {
  return { ...toLanguages(value), size: toSize(toDictionary(value, "options").size) };
}

function toSize(value: unknown): Wanted["size"] {
  const size = toChoice<Size>(value, "size", ["nano", "small", "large", "full"]);
  return size === "full" ? "small" : size;
}

function toLanguages(value: unknown): Languages {
  const options = toDictionary(value, "options");
  const sourceLanguage = toTag(options.sourceLanguage, "sourceLanguage");
  const targetLanguage = toTag(options.targetLanguage, "targetLanguage");
  return { sourceLanguage, targetLanguage };
}

export function toStoredModelFilter(value: unknown): StoredModelFilter {
  const filter = toDictionary(value, "filter");
  const text = (name: keyof StoredModelFilter) =>
    filter[name] === undefined ? undefined : toText(filter[name], `filter.${name}`);
  const tag = (name: "sourceLanguage" | "targetLanguage") => {
    const given = text(name);
    return given === undefined ? undefined : canonicalTag(given, name);
  };
  return {
    name: text("name"),
    sourceLanguage: tag("sourceLanguage"),
    targetLanguage: tag("targetLanguage"),
    size: toSize(filter.size),
    address: text("address"),
  };
}

export interface CreateOptions extends Wanted {
  monitor: CreateMonitorCallback | undefined;
  signal: AbortSignal | undefined;
  model: ModelSource | undefined;
  simd: Simd | undefined;
  wasmUrl: URL | undefined;
  packageUrl: URL | undefined;
  trustedTypesPolicy: string;
  thread: "worker" | "current" | undefined;
  workers: number | undefined;
}

/** The platform reads members once each, the inherited ones first, then in alphabetical order; ours come last. */
export function toCreateOptions(value: unknown): CreateOptions {
  const languages = toLanguages(value);
  const options = toDictionary(value, "options");
  const monitor = toMonitor(options.monitor);
  const signal = toSignal(options.signal);
  const model = toModel(options.model);
  const wasmUrl = toAddress(options.wasmUrl, "wasmUrl");
  const packageUrl = toAddress(options.packageUrl, "packageUrl");
  const policy = options.trustedTypesPolicy;
  const trustedTypesPolicy =
    policy === undefined ? DEFAULT_POLICY : toText(policy, "trustedTypesPolicy");
  const simd = toChoice(options.simd, "simd", ["simd128", "relaxed-simd"]);
  const size = toSize(options.size);
  const thread = toChoice(options.thread, "thread", ["worker", "current"]);
  const workers = toWorkers(options.workers);
  if (thread === "current" && workers !== undefined)
    throw new TypeError('workers is given, but thread is "current": expected one or the other');
  if (model !== undefined && size !== undefined)
    throw new TypeError("model and size are given: expected one or the other");
  const where = { wasmUrl, packageUrl, trustedTypesPolicy, thread, workers };
  return { ...languages, monitor, signal, model, size, simd, ...where };
}

/** More would cost memory, several megabytes each, before they save time. */
const MOST_AUTOMATIC_WORKERS = 8;

function toWorkers(value: unknown): number | undefined {
  if (value !== "auto") return toNumber(value, "workers", 1, 64, true);
  const processors = globalThis.navigator?.hardwareConcurrency ?? nodeProcessors() ?? 1;
  return Math.min(processors, MOST_AUTOMATIC_WORKERS);
}

/** Node has `navigator` from version 21 on. */
function nodeProcessors(): number | undefined {
  return globalThis.process?.getBuiltinModule?.("node:os").availableParallelism();
}

function toAddress(value: unknown, name: string): URL | undefined {
  if (value === undefined) return undefined;
  const address = value instanceof URL ? value.href : toText(value, name);
  try {
    return new URL(address, baseUrl());
  } catch {
    throw new TypeError(`${name} is ${JSON.stringify(address)}, expected a URL`);
  }
}

function toModel(value: unknown): ModelSource | undefined {
  if (value === undefined) return undefined;
  if (isAddress(value)) {
    const url = toAddress(value, "model") as URL;
    return { own: false, parts: () => inFolder(url) };
  }
  const model = toDictionary(value, "model");
  if (isModule(model)) return fromModule(model);
  const { manifest, files } = model;
  if (!isObject(manifest) && !isAddress(manifest)) throw notAModel();
  if (!isObject(files)) throw notAModel();
  const own = toPart(manifest, "model.manifest") ?? encoded(manifest as object);
  const parts = Object.entries(files).map(([name, part]): [string, Part] => {
    const place = `model.files[${JSON.stringify(name)}]`;
    const found = toPart(part, place);
    if (!found) throw new TypeError(`${place} is neither a Uint8Array nor a URL`);
    return [name, found];
  });
  return { own: false, parts: () => named(own, Object.fromEntries(parts)) };
}

const notAModel = () =>
  new TypeError(
    'model: expected a URL, a module such as "lite-transformer/models/de-en", or { manifest, files: { name: … } } ' +
      "of Uint8Arrays and URLs",
  );

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isAddress = (value: unknown): value is string | URL =>
  typeof value === "string" || value instanceof URL;

function isModule(model: Dictionary): model is Dictionary & ModelModule {
  const { name, manifest } = model;
  return typeof name === "string" && Array.isArray((manifest as { files?: unknown })?.files);
}

function toPart(value: unknown, name: string): Part | undefined {
  if (value instanceof Uint8Array) return value;
  return isAddress(value) ? toAddress(value, name) : undefined;
}

export interface Decoding {
  beamSize?: number | undefined;
  lengthPenalty?: number | undefined;
  lineBreaks?: LineBreaks | undefined;
  prefix?: string | undefined;
  nBest?: number | undefined;
  alignments?: boolean | undefined;
}

export interface CallOptions extends Decoding {
  signal: AbortSignal | undefined;
}

export function toCallOptions(value: unknown): CallOptions {
  const options = toDictionary(value, "options");
  const signal = toSignal(options.signal);
  const beamSize = toNumber(options.beamSize, "beamSize", 1, 16, true);
  const lengthPenalty = toNumber(options.lengthPenalty, "lengthPenalty", 0, 4, false);
  const lineBreaks = toChoice(options.lineBreaks, "lineBreaks", ["keep", "join"]);
  const prefix = toKind<string>(options.prefix, "prefix", "string");
  const nBest = toNumber(options.nBest, "nBest", 1, 16, true);
  const alignments = toKind<boolean>(options.alignments, "alignments", "boolean");
  return { signal, beamSize, lengthPenalty, lineBreaks, prefix, nBest, alignments };
}

/** What the platform doesn't have isn't converted either: a number is no text. */
function toKind<T>(value: unknown, name: string, kind: string): T | undefined {
  if (value === undefined || typeof value === kind) return value as T | undefined;
  throw new TypeError(`${name} is ${value === null ? "null" : typeof value}, expected a ${kind}`);
}

/** How far `translateBatch()` and the like have come. */
export function toOnProgress(value: unknown): OnProgress | undefined {
  const { onProgress } = toDictionary(value, "options");
  if (onProgress === undefined || typeof onProgress === "function")
    return onProgress as OnProgress | undefined;
  throw new TypeError(`onProgress is ${kindOf(onProgress)}, expected a function`);
}

/** What the text is written in; undefined where it is text alone. */
export function toMarkup(value: unknown): Markup | undefined {
  return toChoice<Markup>(toDictionary(value, "options").markup, "markup", ["html"]);
}

export interface DetectorOptions {
  expected: string[] | undefined;
  monitor: CreateMonitorCallback | undefined;
  signal: AbortSignal | undefined;
}

/** What `LanguageDetector.create()` and `availability()` take. */
export function toDetectorOptions(value: unknown): DetectorOptions {
  const options = toDictionary(value, "options");
  const { expectedInputLanguages } = options;
  const expected =
    expectedInputLanguages === undefined
      ? undefined
      : toTexts(expectedInputLanguages, "expectedInputLanguages");
  return { expected, monitor: toMonitor(options.monitor), signal: toSignal(options.signal) };
}

export function toCallSignal(value: unknown): AbortSignal | undefined {
  return toSignal(toDictionary(value, "options").signal);
}

export function toMeasure(value: unknown): Measure {
  return (
    toChoice(toDictionary(value, "options").measure, "measure", ["weight", "contribution"]) ??
    "weight"
  );
}

export function toTokenCount(value: unknown, name: string): number {
  const count = toNumber(value, name, 1, 4096, true);
  if (count === undefined) throw new TypeError(`${name} is missing, expected a number of tokens`);
  return count;
}
