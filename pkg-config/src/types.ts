/**
 * The public types. The names shared with the web platform's Translator API
 * (`TranslatorCreateOptions`, `CreateMonitor`, `Availability`, …) mean what they mean there; what this
 * package adds is marked "Beyond the platform".
 */

import type { ModelModule } from "../models/module.js";

export type Availability = "unavailable" | "downloadable" | "downloading" | "available";

export interface TranslatorCreateCoreOptions {
  /** BCP 47 tag of the input, e.g. `"de"` or `"de-AT"`. */
  sourceLanguage: string;
  /** BCP 47 tag of the output, e.g. `"en"`. */
  targetLanguage: string;
  /**
   * Beyond the platform. Which of the package's models for the pair: `"small"` (the default), `"nano"`, which
   * translates a little worse and, sent with gzip or brotli, is about half as large, or `"large"`, which
   * translates better, is three times as large and takes twice as long. Only the chosen one is fetched.
   */
  size?: Size;
}

export type CreateMonitorCallback = (monitor: CreateMonitor) => unknown;

export interface CreateMonitorEventMap {
  downloadprogress: ProgressEvent;
}

/** What `monitor` is called with: an event target that fires `downloadprogress`. */
export interface CreateMonitor extends EventTarget {
  ondownloadprogress: ((this: CreateMonitor, event: ProgressEvent) => unknown) | null;
  addEventListener<K extends keyof CreateMonitorEventMap>(
    type: K,
    listener: (this: CreateMonitor, event: CreateMonitorEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof CreateMonitorEventMap>(
    type: K,
    listener: (this: CreateMonitor, event: CreateMonitorEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** A model bundle by its files. */
export interface ModelFiles {
  /** `manifest.json`: its bytes, its address, or the object that it holds. */
  manifest: Uint8Array | string | URL | object;
  /** Every file that the manifest lists, by name: its bytes or its address. */
  files: Readonly<Record<string, Uint8Array | string | URL>>;
}

export type { ModelModule };

export interface TranslatorCreateOptions extends TranslatorCreateCoreOptions {
  /** Called once, before `create()` returns. */
  monitor?: CreateMonitorCallback;
  /** Ends `create()` while it is pending; afterwards it acts as `destroy()` with its own reason. */
  signal?: AbortSignal;
  /**
   * Beyond the platform. The model to use in place of the package's own for this pair: the address
   * of the folder that holds its `manifest.json`, a module that names its files, such as
   * `lite-transformer/models/de-en`, or the files themselves. The manifest's languages must serve the
   * requested pair.
   */
  model?: string | URL | ModelModule | ModelFiles;
  /**
   * Beyond the platform. The build of the engine to run. Default: `"relaxed-simd"`, the faster one,
   * where it can run, else `"simd128"`.
   */
  simd?: Simd;
  /**
   * Beyond the platform. The address of the build's `.wasm` file, when it doesn't lie in the package.
   * The file is taken for the build that `simd` names, for `"simd128"` unless it does.
   */
  wasmUrl?: string | URL;
  /**
   * Beyond the platform. The address of a copy of the package's folder, for bundlers that leave its files behind:
   * the engine, the Worker and the package's models are taken from there.
   */
  packageUrl?: string | URL;
  /**
   * Beyond the platform. The name of the Trusted Types policy under which the Worker's address is made, where the
   * page has Trusted Types. Default: `"lite-transformer"`.
   */
  trustedTypesPolicy?: string;
  /**
   * Beyond the platform. Where the model runs: in Workers (the default in browsers, and wherever
   * `workers` is given) or in the calling thread (the default in Node). By default the calling thread
   * takes over where a Worker is refused.
   */
  thread?: Thread;
  /**
   * Beyond the platform. How many Workers may run at once, 1 (the default) to 64, or `"auto"`: as many
   * as the machine has processors, but at most 8. The first starts with the translator, another one
   * whenever sentences wait and none is free.
   */
  workers?: number | "auto";
}

/** A model that the browser keeps for this site, as `stored()` lists it. Beyond the platform. */
export interface StoredModel {
  /** As the model's manifest says, e.g. `"de-en-large"`. */
  name: string;
  sourceLanguage: string;
  targetLanguage: string;
  /** Which of the package's models it is; undefined if it is another one, or of another version. */
  size: "nano" | "small" | "large" | undefined;
  /** Of all its files, the manifest included. */
  bytes: number;
  /** Where it came from; undefined for the package's own. */
  address: string | undefined;
}

/** Which of the kept models `remove()` drops: those that fit everything that is given. Beyond the platform. */
export interface StoredModelFilter {
  name?: string;
  /** BCP 47 tags; their region makes no difference. */
  sourceLanguage?: string;
  targetLanguage?: string;
  size?: Size;
  address?: string;
}

/** Where a model runs. */
export type Thread = "worker" | "current";

/** A size of the package's models; `"full"` is an older name of `"small"`. */
export type Size = "nano" | "small" | "large" | "full";

/** A build of the engine, named after the WebAssembly instructions that it needs. */
export type Simd = "simd128" | "relaxed-simd";

export interface TranslatorTranslateOptions {
  /** Ends this call alone. */
  signal?: AbortSignal;
  /** Beyond the platform. Hypotheses kept at each step, 1 to 16; 1 is greedy search. Default: the model's. */
  beamSize?: number;
  /** Beyond the platform. Exponent of the length in a hypothesis's score, 0 to 4. Default: the model's. */
  lengthPenalty?: number;
  /**
   * Beyond the platform. What a line break is: `"keep"` (the default), the end of a sentence, except that
   * a line without a mark at its end goes on in a line that begins with a small letter; `"join"`, a space:
   * only marks, blank lines and the items of a list end a sentence.
   */
  lineBreaks?: LineBreaks;
  /**
   * Beyond the platform. What the translation of the first sentence begins with, character for character; the
   * rest is translated from there. It may end in the middle of a word. Up to as many tokens as the model
   * writes in a sentence, less one: more is a RangeError. Default: `""`.
   */
  prefix?: string;
}

/** Beyond the platform. */
export interface DetailOptions extends TranslatorTranslateOptions {
  /**
   * How many `alternatives` to give at most, 1 to 16. The beam is made at least as wide, which may change the
   * translation. Default: all that the beam has finished.
   */
  nBest?: number;
  /** Whether to tell the `alignments` and `tokens` of each sentence, which takes a third longer. Default: false. */
  alignments?: boolean;
}

export type LineBreaks = "keep" | "join";

/** Beyond the platform. */
export interface TranslatorMarkupOptions extends TranslatorTranslateOptions {
  /**
   * What the input is written in; absent for plain text. `"html"`: a fragment or a whole document. Its text is
   * translated, everything else comes back byte for byte, and the tags inside a sentence stay around the words that
   * they were around.
   */
  markup?: Markup;
}

export type Markup = "html";

/** Beyond the platform. */
export interface TranslatorBatchOptions extends TranslatorMarkupOptions {
  /** Called with 0 at the beginning and after each text that is done, whichever that is. */
  onProgress?: (done: number, total: number) => void;
}

/** Beyond the platform. */
export interface VisualizeOptions extends Omit<DetailOptions, "alignments"> {
  /**
   * `"weight"` (the default): the weight that a position gives to another. `"contribution"`: that
   * weight times the norm of the value it carries, which puts both branches in one unit.
   */
  measure?: Measure;
  /**
   * Parts of the model that contribute nothing: what they give to their output projection is zero. The translation is
   * searched without them, the maps are those of that run, and each sentence has `whole`. A part that the model doesn't
   * have is a RangeError. Default: none.
   */
  without?: Part[];
}

/** A branch of one layer, or a head of it. Beyond the platform. */
export interface Part {
  side: "encoder" | "decoder";
  /** As in the arrays `encoder` and `decoder`: the layer nearest the input is 0. */
  layer: number;
  /** `"global"`, self-attention; `"local"`, convolution; `"cross"`, the decoder's attention to the source. */
  branch: "global" | "local" | "cross";
  /** As in the arrays of the same names; of `"local"` a channel group. Default: all of them. */
  head?: number;
}

/** Beyond the platform. Which entry of which map, and how the map was made. */
export interface CellOptions extends TranslatorTranslateOptions {
  side: Part["side"];
  layer: number;
  branch: Part["branch"];
  head: number;
  /** The position that attends; in the decoder the step. */
  row: number;
  /** The position that is attended to; in the decoder's own branches no later than the step. */
  column: number;
  /** As in `visualize()`. */
  without?: Part[];
}

/** What an entry of a map is made of. All vectors are as long as the head is wide. */
export type Cell = AttentionCell | ConvolutionCell;

/** `scores[column]` is `query · key / √d`, d being their length; the map's row is the softmax of the scores. */
export interface AttentionCell {
  kind: "attention";
  /** Of the row. */
  query: Float32Array;
  /** Of the column. */
  key: Float32Array;
  /** Of the column. */
  value: Float32Array;
  /** One for each position that the row can look at. */
  scores: Float32Array;
  /** Their softmax. */
  weights: Float32Array;
  /** The sum of all positions' values, each times its weight. */
  output: Float32Array;
}

/** The whole row of a convolution: the kernel with what its places fall on. */
export interface ConvolutionCell {
  kind: "convolution";
  /** The kernel's places, from the first position that it covers to the last. */
  taps: Tap[];
  /** The sum of the taps' values, each times its weight. */
  output: Float32Array;
}

export interface Tap {
  /** How far from the row it falls; below 0 before it. */
  offset: number;
  /** The position that it falls on; undefined beyond either end of the sentence. */
  position: number | undefined;
  weight: number;
  /** At that position, of the group's channels; empty beyond either end. */
  values: Float32Array;
}

export type Measure = "weight" | "contribution";

/** Where a sentence or a word lies in a text, in UTF-16 code units. Beyond the platform. */
export interface SentenceRange {
  start: number;
  end: number;
}

/** A text, its translation and what is known of every sentence in it. Beyond the platform. */
export interface DetailedTranslation {
  text: string;
  translation: string;
  sentences: SentenceTranslation[];
}

/** What is known of a translated sentence. */
export interface SentenceDetails {
  /** Where the sentence lies in the whole `text`, in UTF-16 code units. */
  start: number;
  end: number;
  /** The sentence itself: `text.slice(start, end)`, unpaired surrogates replaced by U+FFFD. */
  text: string;
  translation: string;
  /** Log-probability of the translation over its length to the power of the length penalty. */
  score: number;
  /** How far the translation can be trusted, 0 to 1; below 0.5 it is a guess. */
  confidence: number;
  /** The target language, if the sentence is plainly in it already: then it stays as it is. */
  detectedLanguage?: Language;
  /** The finished hypotheses of the beam search, the best (which is `translation`) first, each text once. */
  alternatives: Alternative[];
  /**
   * Which words of the sentence became which of its translation, in the translation's order; a word may be in
   * several. Only where it was asked for, and in `visualize()`.
   */
  alignments?: Alignment[];
  /**
   * The tokens of the translation and how probable each was, the end-of-sentence token included. Empty where the
   * sentence took no model. Only where `alignments` was asked for, and in `visualize()`.
   */
  tokens?: TokenProbability[];
}

/** A word of a sentence and one of its translation that belong together. */
export interface Alignment {
  /** UTF-16 code units of the sentence's `text`. */
  source: SentenceRange;
  /** UTF-16 code units of the sentence's `translation`. */
  target: SentenceRange;
  /** How much of its attention the target word gives to the source word, 0 to 1; 1 for what is copied. */
  weight: number;
}

export interface TokenProbability {
  /** `translation.slice(start, end)`; `""` for the end token. */
  text: string;
  start: number;
  end: number;
  /** The model's probability of the token, given the source and the tokens before it; 0 to 1. */
  probability: number;
}

export interface SentenceTranslation extends SentenceDetails {
  /** The model's longest output was not enough: the end is missing. */
  truncated: boolean;
}

/** A language of the package's models. */
export type Language = "de" | "en";

/** A text, its translation and the maps of every sentence in it. Beyond the platform. */
export interface Visualization {
  text: string;
  translation: string;
  measure: Measure;
  sentences: SentenceVisualization[];
}

export interface SentenceVisualization extends SentenceDetails {
  alignments: Alignment[];
  tokens: TokenProbability[];
  /** The source tokens, the end-of-sentence token included; offsets into this sentence's `text`. */
  source: Token[];
  /** The target tokens, the end-of-sentence token included; offsets into this sentence's `translation`. */
  target: Token[];
  /** For each target token the ten likeliest tokens of the step that chose it, the likeliest first. */
  candidates: Candidate[][];
  /** What each step of the beam search looked at, the likeliest hypothesis first. */
  beam: BeamNode[][];
  /** Only with `without`: the translation of the whole model, its score, and its score without the parts. */
  whole?: { translation: string; score: number; scoreWithout: number };
  /** Of the decoder's layers the one whose `cross`, taken alone, shows best which words belong together. */
  alignedLayer: number;
  encoder: LayerMaps[];
  decoder: LayerMaps[];
}

/** A token that a step of the decoder considered. */
export interface Candidate {
  id: number;
  /** As the model's vocabulary writes it, e.g. `"▁Good"`. */
  piece: string;
  /** Softmax of the step's logits over the whole vocabulary. */
  probability: number;
}

export interface Alternative {
  text: string;
  /** As `score` of the sentence. */
  score: number;
}

/** A hypothesis in the beam search: the one it continues and one more token. It was kept, closed or dropped. */
export interface BeamNode {
  /** Place in the step before of the hypothesis that it continues; undefined in the first step. */
  parent: number | undefined;
  id: number;
  /** The token that it adds, as the model's vocabulary writes it. */
  piece: string;
  /** Sum of the log-probabilities of its tokens. */
  logProbability: number;
  /** The next step goes on from it. */
  kept: boolean;
  /** Where an end token closed it: its score, as `score` of the sentence. */
  score: number | undefined;
}

export interface Token {
  /**
   * What the token stands for in the text: `text.slice(start, end)`; `""` for the end token. Tokens that are one byte
   * each of a character that the vocabulary lacks all have that character.
   */
  text: string;
  /** The token as the model's vocabulary writes it, e.g. `"▁Guten"`, or `"<0xD0>"` for a byte. */
  piece: string;
  id: number;
  /** UTF-16 code units; an empty range for the end token. */
  start: number;
  end: number;
}

/**
 * The maps of one layer. Encoder: rows and columns are source tokens. Decoder: row t is the step that
 * reads target token t−1 (the start symbol for t = 0) and predicts target token t; the columns of
 * `global` and `local` are those inputs, the columns of `cross` are source tokens. A branch that the
 * model lacks is an empty array.
 */
export interface LayerMaps {
  /** One map per attention head of the global branch. */
  global: Map2D[];
  /** One map per channel group of the local (convolution) branch. */
  local: Map2D[];
  /** One map per head of the attention over the source; decoder layers only. */
  cross?: Map2D[];
  /** Per token: how much of the layer's update each branch makes; the two sum to 1. */
  share: { global: Float32Array; local: Float32Array };
  /** Positions that the convolution sees; absent where there is no local branch. */
  kernelSize?: number;
}

/** A matrix, row by row; the row is the position that attends. */
export interface Map2D {
  data: Float32Array;
  rows: number;
  cols: number;
}

/** Beyond the platform. What the model costs for a given number of tokens, counted from its graphs. */
export interface Cost {
  sourceTokens: number;
  targetTokens: number;
  /** Everything; the embedding that source, target and output share counts once. */
  total: CostFigures;
  /** Leaves out the embedding and the output projection, as the paper's mult-adds do. */
  withoutEmbedding: CostFigures;
  modules: CostModule[];
}

export interface CostFigures {
  parameters: number;
  /** Multiply-adds of the whole translation with one hypothesis. */
  multAdds: number;
}

export interface CostModule extends CostFigures {
  /** e.g. `"encoder.0.global"`, `"decoder.5.ffn"`, `"output"`. */
  name: string;
}

/** A browser's `Translator`, plus what is marked "Beyond the platform". Made by `Translator.create()`. */
export interface TranslatorInstance {
  readonly sourceLanguage: string;
  readonly targetLanguage: string;
  readonly inputQuota: number;
  /** `markup` is beyond the platform. */
  translate(input: string, options?: TranslatorMarkupOptions): Promise<string>;
  translateStreaming(input: string, options?: TranslatorTranslateOptions): ReadableStream<string>;
  measureInputUsage(input: string, options?: TranslatorTranslateOptions): Promise<number>;
  destroy(): void;
  /** Beyond the platform. The build of the engine that runs; undefined where both ends are the same language. */
  readonly simd: Simd | undefined;
  /**
   * Beyond the platform. Where the model runs; `"current"` in place of Workers tells that they are refused here.
   * Undefined where both ends are the same language.
   */
  readonly thread: Thread | undefined;
  /**
   * Beyond the platform. The sentences of a text, in order, as `translate()` cuts it: what lies between
   * them is layout. A sentence that is too long for the model comes in several parts.
   */
  sentences(input: string, options?: TranslatorTranslateOptions): Promise<SentenceRange[]>;
  /**
   * Beyond the platform. Translates each of many texts as `translate()` does, in all Workers at once; the results are
   * in the order of the inputs. Where one fails the others stop, and the promise rejects with its error.
   */
  translateBatch(inputs: readonly string[], options?: TranslatorBatchOptions): Promise<string[]>;
  /** Beyond the platform. Translates as `translate()` does and tells what is known of each sentence. */
  translateDetailed(input: string, options?: DetailOptions): Promise<DetailedTranslation>;
  /** Beyond the platform. Translates and returns the maps of every layer, head and branch. */
  visualize(input: string, options?: VisualizeOptions): Promise<Visualization>;
  /**
   * Beyond the platform. Translates a text as one sentence, such as one of `visualize()`, and returns the numbers that
   * one entry of a map is made of. A layer, head, row or column that there isn't is a RangeError.
   */
  cell(input: string, options: CellOptions): Promise<Cell>;
  /** Beyond the platform. `targetTokens` defaults to `sourceTokens`. */
  cost(sourceTokens: number, targetTokens?: number): Promise<Cost>;
}

export interface TranslatorStatic {
  readonly prototype: TranslatorInstance;
  create(options: TranslatorCreateOptions): Promise<TranslatorInstance>;
  availability(options: TranslatorCreateCoreOptions): Promise<Availability>;
  /** Beyond the platform. The models that the browser keeps for this site; none where it keeps none (Node). */
  stored(): Promise<StoredModel[]>;
  /** Beyond the platform. Drops kept models, all of them without a filter, and returns what it dropped. */
  remove(filter?: StoredModelFilter): Promise<StoredModel[]>;
}

export interface LanguageDetectorCreateCoreOptions {
  /** BCP 47 tags of the languages that texts will be in; of German and English, which are all that it knows. */
  expectedInputLanguages?: readonly string[];
}

export interface LanguageDetectorCreateOptions extends LanguageDetectorCreateCoreOptions {
  /** Called once, before `create()` returns. */
  monitor?: CreateMonitorCallback;
  /** Ends `create()` while it is pending; afterwards it acts as `destroy()` with its own reason. */
  signal?: AbortSignal;
}

export interface LanguageDetectorDetectOptions {
  /** Ends this call alone. */
  signal?: AbortSignal;
}

export interface LanguageDetectionResult {
  /** `"de"`, `"en"`, or `"und"` for anything else. */
  detectedLanguage: string;
  /** Its probability, 0 to 1; all of a text's add up to 1. */
  confidence: number;
}

/** A browser's `LanguageDetector` that knows German and English. Made by `LanguageDetector.create()`. */
export interface LanguageDetectorInstance {
  readonly expectedInputLanguages: readonly string[] | null;
  readonly inputQuota: number;
  detect(
    input: string,
    options?: LanguageDetectorDetectOptions,
  ): Promise<LanguageDetectionResult[]>;
  measureInputUsage(input: string, options?: LanguageDetectorDetectOptions): Promise<number>;
  destroy(): void;
}
