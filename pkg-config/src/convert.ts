/** Arguments as Web IDL converts them, so that every odd value ends as it does on the platform. */

import type { ModelEntry } from "../models/index.js";
import { canonicalTag } from "./languages.js";
import type {
  CreateMonitorCallback,
  LineBreaks,
  Measure,
  ModelFiles,
  Simd,
  Size,
  StoredModelFilter,
} from "./types.js";

type Dictionary = Readonly<Record<string, unknown>>;

/** A DOMString; a Symbol is a TypeError, and what `toString` throws comes out as it is. */
export function toText(value: unknown): string {
  // Not String(), which takes Symbols.
  return `${value as string}`;
}

export function requireArgument(count: number, method: string): void {
  if (count === 0) throw new TypeError(`${method}: 1 argument required, but only 0 present`);
}

function toDictionary(value: unknown, name: string): Dictionary {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" && typeof value !== "function") {
    throw new TypeError(`${name} is ${typeof value}, expected an object`);
  }
  return value as Dictionary;
}

function toTag(value: unknown, name: string): string {
  if (value === undefined) throw new TypeError(`${name} is missing, expected a language tag`);
  return toText(value);
}

function toSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw new TypeError("signal isn't an AbortSignal");
}

function toMonitor(value: unknown): CreateMonitorCallback | undefined {
  if (value === undefined || typeof value === "function") return value as CreateMonitorCallback;
  throw new TypeError("monitor isn't a function");
}

function toChoice<T extends string>(
  value: unknown,
  name: string,
  choices: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const text = toText(value);
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new TypeError(
    `${name} is ${JSON.stringify(text)}, expected ${choices.map((c) => `"${c}"`).join(" or ")}`,
  );
}

function toNumber(
  value: unknown,
  name: string,
  low: number,
  high: number,
  whole: boolean,
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new TypeError(`${name} is ${toText(value)}, expected a number`);
  }
  if (value < low || value > high || (whole && !Number.isInteger(value))) {
    const kind = whole ? "a whole number" : "a number";
    throw new RangeError(`${name} is ${value}, expected ${kind} from ${low} to ${high}`);
  }
  return value;
}

export interface Languages {
  sourceLanguage: string;
  targetLanguage: string;
}

/** What `availability()` and `create()` both ask about: a pair, and which of its models. */
export interface Wanted extends Languages {
  size: ModelEntry["size"] | undefined;
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
    filter[name] === undefined ? undefined : toText(filter[name]);
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
  model: URL | ModelFiles | undefined;
  simd: Simd | undefined;
  wasmUrl: URL | undefined;
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
  const simd = toChoice(options.simd, "simd", ["simd128", "relaxed-simd"]);
  const size = toSize(options.size);
  const thread = toChoice(options.thread, "thread", ["worker", "current"]);
  const workers = toWorkers(options.workers);
  if (thread === "current" && workers !== undefined)
    throw new TypeError('workers is given, but thread is "current": expected one or the other');
  if (model !== undefined && size !== undefined)
    throw new TypeError("model and size are given: expected one or the other");
  return { ...languages, monitor, signal, model, size, simd, wasmUrl, thread, workers };
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
  const base =
    typeof document === "undefined"
      ? (globalThis as { location?: { href: string } }).location?.href
      : document.baseURI;
  try {
    return new URL(toText(value), base);
  } catch {
    throw new TypeError(`${name} is ${JSON.stringify(toText(value))}, expected a URL`);
  }
}

function toModel(value: unknown): URL | ModelFiles | undefined {
  if (value === undefined || typeof value === "string" || value instanceof URL)
    return toAddress(value, "model");
  const { manifest, files } = toDictionary(value, "model");
  if (!(manifest instanceof Uint8Array) || typeof files !== "object" || files === null) {
    throw new TypeError(
      "model: expected a URL or { manifest: Uint8Array, files: { name: Uint8Array } }",
    );
  }
  const copy: Record<string, Uint8Array> = {};
  for (const [name, bytes] of Object.entries(files)) {
    if (!(bytes instanceof Uint8Array))
      throw new TypeError(`model.files[${JSON.stringify(name)}] isn't a Uint8Array`);
    copy[name] = bytes;
  }
  return { manifest, files: copy };
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
