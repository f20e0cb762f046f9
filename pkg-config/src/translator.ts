/** The `Translator` class: the platform's rules on top of an engine. */

import { advising } from "./addresses.js";
import { type Assets, fetchAssets, forget, remove, type Sources, state } from "./assets.js";
import { inParallel } from "./batch.js";
import { chooseBuild } from "./builds.js";
import {
  type CallOptions,
  type CreateOptions,
  type Decoding,
  type Languages,
  requireArgument,
  toCallOptions,
  toCreateOptions,
  toMarkup,
  toMeasure,
  toOnProgress,
  toStoredModelFilter,
  toText,
  toTexts,
  toTokenCount,
  toWanted,
} from "./convert.js";
import { costOf } from "./cost.js";
import type { Engine } from "./engine.js";
import { abortError, notSupportedError, QuotaExceededError } from "./errors.js";
import { hasPlatformWorkers } from "./hosts.js";
import { toEntry, toParts } from "./inside.js";
import { canonical, isEcho } from "./languages.js";
import { LocalEngine } from "./local-engine.js";
import { modelFor } from "./models.js";
import { newMonitor, Progress } from "./monitor.js";
import { abortable, anySignal, reasonOf, throwIfAborted, turn } from "./signals.js";
import { supports } from "./simd.js";
import { storedModels } from "./store.js";
import { sentencesOf, translateInDetail, translateText, visualizeText } from "./text.js";
import type {
  Availability,
  Cell,
  CellOptions,
  Cost,
  DetailedTranslation,
  DetailOptions,
  Markup,
  SentenceRange,
  Simd,
  StoredModel,
  StoredModelFilter,
  Thread,
  TranslatorBatchOptions,
  TranslatorCreateCoreOptions,
  TranslatorCreateOptions,
  TranslatorInstance,
  TranslatorMarkupOptions,
  TranslatorTranslateOptions,
  Visualization,
  VisualizeOptions,
} from "./types.js";
import { WorkerPool } from "./worker-pool.js";

/** In source tokens, about a million characters. Sentences run one by one, so this bounds patience, not memory. */
const INPUT_QUOTA = 262_144;
/** The most source tokens that a UTF-16 code unit can bring: three bytes, a word mark and an end token. */
const TOKENS_PER_UNIT = 5;

const constructing = Symbol("only create() makes translators");

interface Parts extends Languages {
  /** Absent where both ends are the same language. */
  engine: Engine | undefined;
  simd: Simd | undefined;
  thread: Thread | undefined;
  /** The signal of `create()`, which goes on to act as `destroy()`. */
  signal: AbortSignal | undefined;
}

export class Translator implements TranslatorInstance {
  readonly #parts: Parts;
  readonly #destruction = new AbortController();
  /** Aborts when this translator ends, by `destroy()` or by the signal of `create()`. */
  readonly #end: AbortSignal;

  // All functions here have the `length` that the platform's have: what may be left out has a default.

  /** Tells whether the pair is served, in the size that is asked for, and what is missing for it. Fetches nothing. */
  static async availability(options: TranslatorCreateCoreOptions): Promise<Availability> {
    requireArgument(arguments.length, "availability");
    const { size, ...languages } = toWanted(options);
    const wanted = canonical(languages);
    if (isEcho(wanted)) return "available";
    const source = modelFor(wanted, size);
    if (!source || !supports("simd128")) return "unavailable";
    try {
      return await state({ build: chooseBuild({}), model: source.parts(undefined) });
    } catch {
      // Its files have no address here: create() says what to do.
      return "unavailable";
    }
  }

  /** Fetches the model unless it is at hand, and makes a translator. */
  static async create(options: TranslatorCreateOptions): Promise<Translator> {
    requireArgument(arguments.length, "create");
    const { signal, monitor: callback, ...request } = toCreateOptions(options);
    const wanted = canonical(request);
    throwIfAborted(signal);
    const monitor = callback && newMonitor();
    if (monitor) callback(monitor);
    const progress = new Progress(monitor, signal);
    await abortable(turn(), signal);
    const parts =
      isEcho(wanted) && !request.model
        ? echo(wanted, progress)
        : await build(request, wanted, progress, signal);
    throwIfAborted(signal);
    return new Translator(constructing, { ...parts, signal });
  }

  /** The models that the browser keeps for this site. */
  static stored(): Promise<StoredModel[]> {
    return storedModels();
  }

  /** Drops kept models, all of them without a filter, and returns what it dropped. Translators in use go on. */
  static async remove(filter: StoredModelFilter = {}): Promise<StoredModel[]> {
    return remove(toStoredModelFilter(filter));
  }

  /** Not for callers: `Translator.create()` makes translators. */
  private constructor(...secret: unknown[]) {
    const [key, parts] = secret as [unknown, Parts];
    if (key !== constructing) throw new TypeError("Illegal constructor: use Translator.create()");
    this.#parts = parts;
    this.#end = anySignal(this.#destruction.signal, parts.signal) as AbortSignal;
    this.#end.addEventListener("abort", () => parts.engine?.close(), { once: true });
  }

  get sourceLanguage(): string {
    return this.#parts.sourceLanguage;
  }

  get targetLanguage(): string {
    return this.#parts.targetLanguage;
  }

  /** In source tokens; see `measureInputUsage()`. */
  get inputQuota(): number {
    return this.#parts.engine ? INPUT_QUOTA : Number.POSITIVE_INFINITY;
  }

  /** The build of the engine that runs. */
  get simd(): Simd | undefined {
    return this.#parts.simd;
  }

  /** Where the model runs: in Workers, or, where they are refused, in the calling thread. */
  get thread(): Thread | undefined {
    return this.#parts.thread;
  }

  /** Translates a text. */
  async translate(input: string, options: TranslatorMarkupOptions = {}): Promise<string> {
    const { engine, text, call } = this.#open(arguments.length, "translate", input, options);
    return this.#whole(engine, text, { ...call, markup: toMarkup(options) });
  }

  /** Translates many texts, as many at once as the Workers can take. */
  async translateBatch(
    inputs: readonly string[],
    options: TranslatorBatchOptions = {},
  ): Promise<string[]> {
    requireArgument(arguments.length, "translateBatch");
    const { engine } = this.#parts;
    const texts = toTexts(inputs, "inputs");
    const call = this.#call(options);
    const onProgress = toOnProgress(options);
    const markup = toMarkup(options);
    throwIfAborted(call.signal);
    return inParallel(
      texts,
      engine?.ahead ?? 1,
      (text, signal) => this.#whole(engine, text, { ...call, markup, signal }),
      { signal: call.signal, onProgress },
    );
  }

  /** Translates a text and gives each sentence as soon as it is done. The chunks make up what `translate()` gives. */
  translateStreaming(
    input: string,
    options: TranslatorTranslateOptions = {},
  ): ReadableStream<string> {
    const { engine, text, call } = this.#open(
      arguments.length,
      "translateStreaming",
      input,
      options,
    );
    const cancelled = new AbortController();
    const signal = anySignal(call.signal, cancelled.signal) as AbortSignal;
    const chunks = this.#chunks(engine, text, { ...call, signal });
    let error = () => {};
    // The stream asks for its first chunk at once and for each other one when there is room for it.
    return new ReadableStream<string>({
      start: (controller) => {
        error = () => controller.error(reasonOf(call.signal));
        call.signal.addEventListener("abort", error, { once: true });
      },
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (signal.aborted) return;
        if (!done) return controller.enqueue(value);
        call.signal.removeEventListener("abort", error);
        controller.close();
      },
      cancel: () => {
        call.signal.removeEventListener("abort", error);
        cancelled.abort();
      },
    });
  }

  /** Source tokens of a text; `translate()` takes up to `inputQuota` of them. */
  async measureInputUsage(
    input: string,
    options: TranslatorTranslateOptions = {},
  ): Promise<number> {
    const { engine, text, call } = this.#open(
      arguments.length,
      "measureInputUsage",
      input,
      options,
    );
    return engine ? engine.call("measure", [text], call.signal) : 0;
  }

  /** The sentences of a text, as `translate()` cuts it. */
  async sentences(
    input: string,
    options: TranslatorTranslateOptions = {},
  ): Promise<SentenceRange[]> {
    const { engine, text, call } = this.#open(arguments.length, "sentences", input, options);
    if (!engine)
      throw notSupportedError("the same language on both ends takes no model: nothing is cut");
    await this.#checkQuota(engine, text, call.signal);
    return sentencesOf(engine, text, call.lineBreaks, call.signal);
  }

  /** Ends the translator: its Workers stop, their memory is given back, and every call under way rejects. */
  destroy(): void {
    this.#destruction.abort(abortError("The translator has been destroyed."));
  }

  /** Translates a text as `translate()` does and tells what is known of each sentence. */
  async translateDetailed(
    input: string,
    options: DetailOptions = {},
  ): Promise<DetailedTranslation> {
    const { engine, text, call } = this.#open(
      arguments.length,
      "translateDetailed",
      input,
      options,
    );
    if (!engine)
      throw notSupportedError("the same language on both ends takes no model: nothing is known");
    await this.#checkQuota(engine, text, call.signal);
    return translateInDetail(engine, text, decoding(call), call.signal);
  }

  /** Translates a text and returns the maps of every layer, head and branch. */
  async visualize(input: string, options: VisualizeOptions = {}): Promise<Visualization> {
    const { engine, text, call } = this.#open(arguments.length, "visualize", input, options);
    const showing = { measure: toMeasure(options), without: toParts(options) };
    if (!engine)
      throw notSupportedError("the same language on both ends takes no model: there are no maps");
    await this.#checkQuota(engine, text, call.signal);
    return visualizeText(engine, text, showing, decoding(call), call.signal);
  }

  /** Translates a text as one sentence and returns what one entry of a map is made of. */
  async cell(input: string, options: CellOptions): Promise<Cell> {
    const { engine, text, call } = this.#open(arguments.length, "cell", input, options);
    const [cell, without] = [toEntry(options), toParts(options)];
    if (!engine)
      throw notSupportedError("the same language on both ends takes no model: there are no maps");
    return engine.call("cell", [text, { ...decoding(call), cell, without }], call.signal);
  }

  /** Parameters and mult-adds, module by module, for so many source and target tokens. */
  async cost(sourceTokens: number, targetTokens: number = sourceTokens): Promise<Cost> {
    const { engine } = this.#parts;
    requireArgument(arguments.length, "cost");
    const source = toTokenCount(sourceTokens, "sourceTokens");
    const target = toTokenCount(targetTokens, "targetTokens");
    throwIfAborted(this.#end);
    if (!engine) throw notSupportedError("the same language on both ends takes no model");
    return costOf(await engine.call("cost", [source, target], this.#end));
  }

  /** What every call on a text begins with. */
  #open(count: number, method: string, input: unknown, options: unknown) {
    const { engine } = this.#parts;
    requireArgument(count, method);
    const text = toText(input, "input");
    const call = this.#call(options);
    throwIfAborted(call.signal);
    return { engine, text, call };
  }

  #call(options: unknown): OpenCall {
    const own = toCallOptions(options);
    return { ...own, signal: anySignal(this.#end, own.signal) as AbortSignal };
  }

  /** The whole translation of a text. */
  async #whole(
    engine: Engine | undefined,
    text: string,
    call: OpenCall & { markup?: Markup | undefined },
  ): Promise<string> {
    const { markup, ...plain } = call;
    if (!engine) return abortable(Promise.resolve(text), call.signal);
    if (markup) {
      const { translateDocument } = await import("./formats/index.js");
      return translateDocument(this, text, { ...plain, format: markup });
    }
    let translation = "";
    for await (const chunk of this.#chunks(engine, text, plain)) translation += chunk;
    return translation;
  }

  async *#chunks(
    engine: Engine | undefined,
    text: string,
    call: OpenCall,
  ): AsyncGenerator<string, void> {
    if (!engine) {
      if (text) yield text;
      return;
    }
    await this.#checkQuota(engine, text, call.signal);
    yield* translateText(engine, text, decoding(call), call.signal);
  }

  async #checkQuota(engine: Engine, text: string, signal: AbortSignal): Promise<void> {
    const quota = INPUT_QUOTA;
    if (text.length * TOKENS_PER_UNIT <= quota) return;
    const requested = await engine.call("measure", [text], signal);
    if (requested > quota) {
      throw new QuotaExceededError(`the text has ${requested} tokens, the quota is ${quota}`, {
        quota,
        requested,
      });
    }
  }
}

interface OpenCall extends CallOptions {
  signal: AbortSignal;
}

function decoding({ signal: _, ...decoding }: CallOptions): Decoding {
  return decoding;
}

/** The same language on both ends: nothing to fetch, nothing to run. */
function echo(wanted: Languages, progress: Progress): Omit<Parts, "signal"> {
  progress.start();
  progress.finish();
  return { ...wanted, engine: undefined, simd: undefined, thread: undefined };
}

type BuildRequest = Omit<CreateOptions, "signal" | "monitor">;

async function build(
  request: BuildRequest,
  wanted: Languages,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Omit<Parts, "signal">> {
  const source = request.model ?? modelFor(wanted, request.size);
  if (!source) {
    throw notSupportedError(
      `no ${request.size ? `${request.size} ` : ""}model translates from ${wanted.sourceLanguage} to ${wanted.targetLanguage}`,
    );
  }
  const build = chooseBuild(request);
  const sources: Sources = { build, model: source.parts(request.packageUrl) };
  // Workers take their time to start: meanwhile the files come.
  const pool = inWorkers(request) ? new WorkerPool(request.workers ?? 1, request) : undefined;
  try {
    const { assets, languages } = await fetchAssets(sources, wanted, progress, signal);
    throwIfAborted(signal);
    const started = await startEngine(pool, assets, request, signal).catch((error) => {
      if (!signal?.aborted) forget(sources);
      throw error;
    });
    return { ...languages, ...started, simd: build.simd };
  } catch (error) {
    pool?.close();
    throw source.own && !request.packageUrl && !signal?.aborted ? advising(error) : error;
  }
}

function inWorkers(request: BuildRequest): boolean {
  return request.thread
    ? request.thread === "worker"
    : demandsWorkers(request) || hasPlatformWorkers();
}

function demandsWorkers({ thread, workers }: BuildRequest): boolean {
  return thread === "worker" || workers !== undefined;
}

async function startEngine(
  pool: WorkerPool | undefined,
  assets: Assets,
  request: BuildRequest,
  signal: AbortSignal | undefined,
): Promise<{ engine: Engine; thread: Thread }> {
  if (pool) {
    try {
      await pool.start(assets, signal);
      return { engine: pool, thread: "worker" };
    } catch (error) {
      const refused = (error as Error).name === "NotSupportedError";
      if (!refused || demandsWorkers(request) || signal?.aborted) throw error;
      // A policy, a sandbox or the like: the model runs here, then.
      pool.close();
    }
  }
  return { engine: await LocalEngine.start(assets), thread: "current" };
}

// A class from Web IDL has enumerable members and a tag of its own.
for (const [object, names] of [
  [Translator, ["availability", "create", "stored", "remove"]],
  [
    Translator.prototype,
    Object.getOwnPropertyNames(Translator.prototype).filter((name) => name !== "constructor"),
  ],
] as const) {
  for (const name of names) Object.defineProperty(object, name, { enumerable: true });
}
Object.defineProperty(Translator.prototype, Symbol.toStringTag, {
  value: "Translator",
  configurable: true,
});
