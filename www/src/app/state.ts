import type { Cost, Measure, SentenceVisualization, Simd, Visualization } from "lite-transformer";
import type { Bundle } from "../bundles/bundle";
import { type AblationState, noAblation } from "./ablation-state";
import type { CellInside } from "./cell-loader";
import { type CorpusState, noCorpus } from "./corpus-state";
import { type DeskState, initialDesk } from "./desk-state";
import type { Manifest } from "./manifest";
import type { Pairing } from "./pairing";

export type Stack = "encoder" | "decoder";
/** One head (or channel group) by its index, or the mean of all. */
export type Choice = number | "mean";
export type Form = "matrix" | "lines";
export type Theme = "auto" | "light" | "dark";
export type Scale = "branch" | "cividis";
/** By what the small pictures of heads are sorted; "layer" leaves them where the model has them. */
export type HeadOrder = "layer" | "near" | "far" | "sharp" | "diagonal" | "end";
export type HeadFilter = "all" | "global" | "local" | "cross";
export type Range = "shared" | "own";

/**
 * The rows of tokens a map can be drawn over. "prefix" is what a decoder step has read: the
 * start symbol, then the translation so far; its token j is target token j − 1.
 * "other-…" are those of the model compared with, which are nobody else's.
 */
export type Sequence =
  | "source"
  | "target"
  | "prefix"
  | "other-source"
  | "other-target"
  | "other-prefix";
export interface Place {
  sequence: Sequence;
  index: number;
}
/** The token being looked from, and, where a single cell is meant, the token looked at. */
export interface Focus {
  at: Place;
  to: Place | null;
}

export type ModelState =
  | { phase: "loading"; loadedBytes: number; totalBytes: number }
  /** `simd` is the engine's build that runs. */
  | { phase: "ready"; simd: Simd | undefined }
  | { phase: "failed"; message: string; details: string }
  | { phase: "unsupported"; missing: string[] };

export interface Job {
  phase: "idle" | "working" | "done" | "failed";
  /** The translation so far; while a new one is on its way, the last one. */
  output: string;
  /** True while `output` still belongs to an older text. */
  stale: boolean;
  message: string;
  /** What the engine said, for whoever wants to know. */
  details: string;
  milliseconds: number;
}

/** The maps of the sentences around the caret; `offset` is where they begin in the text. */
export interface Reading {
  /** The whole text they were made from. */
  text: string;
  offset: number;
  visualization: Visualization;
}

export interface CostSettings {
  n: number;
  d: number;
  heads: number;
  factor: number;
  kernel: number;
}

/** The standard Transformer that the page's model is compared with. */
export interface RivalState {
  /** "absent": none is deployed for the direction. "offered": it can be loaded. */
  phase: "absent" | "offered" | "loading" | "ready" | "failed";
  bundle: Bundle | null;
  /** 0 to 1 while it loads. */
  loaded: number;
  message: string;
  manifest: Manifest | null;
  counted: Cost | null;
  /** The page's sentence that `sentence` belongs to. */
  of: SentenceVisualization | null;
  /** The same sentence through it. */
  sentence: SentenceVisualization | null;
}

export type Side = "plain" | "lite";

/** A head or channel group of a model. */
export interface HeadKey {
  stack: Stack;
  layer: number;
  branch: "global" | "local";
  head: number;
}

/** A head of one of the two models that are compared. */
export interface HeadPlace extends HeadKey {
  side: Side;
}

/** How the heads of the two models are placed. */
export interface Spread {
  by: "distance" | "near";
  /** What "near" means, in tokens to either side. */
  within: number;
  stack: Stack;
  /** The head of each model whose map is shown; the mean of all where there is none. */
  shown: Record<Side, HeadPlace | null>;
  /** The head under the pointer. */
  hovered: HeadPlace | null;
}

/** How long a model took for what it has translated on this device. */
export interface Pace {
  words: number;
  milliseconds: number;
}

export interface Pair {
  source: string;
  target: string;
}

export interface State extends DeskState {
  pair: Pair;
  /** The name of the bundle that the visitor chose where several serve the pair; null leaves the choice to the site. */
  variant: string | null;
  text: string;
  caret: number;
  model: ModelState;
  manifest: Manifest | null;
  /** What is deployed, once that is known. */
  bundles: readonly Bundle[] | null;
  /** By the bundle's name. */
  paces: Readonly<Record<string, Pace>>;
  rival: RivalState;
  /** What "Why split?" shows until the Transformer is loaded. */
  recorded: Pairing | null;
  spread: Spread;
  corpus: CorpusState;
  ablation: AblationState;
  /** What is inside the cell in focus, once it was asked for. */
  inside: CellInside | null;
  job: Job;
  reading: Reading | null;
  sentence: number;
  stack: Stack;
  layer: number;
  head: Choice;
  group: Choice;
  /** The decoder layer whose cross-attention is on show; null for the one that aligns best. */
  crossLayer: number | null;
  crossHead: Choice;
  /** Whether maps side by side share the top of their colour scale. */
  range: Range;
  order: HeadOrder;
  filter: HeadFilter;
  measure: Measure;
  form: Form;
  scale: Scale;
  /** The guided tour's step, and the text that it gives back in the end. */
  tour: { step: number; text: string } | null;
  /** While a figure fills the screen: the link as a QR code, unless it is too long for one. */
  presented: { code: string | null } | null;
  /** What runs by itself. */
  playing: "steps" | "layers" | "cross-layers" | "rows" | null;
  hover: Focus | null;
  /** The head under the pointer among those placed by how far they look. */
  dot: HeadKey | null;
  pinned: Focus | null;
  /** The figure that has the keyboard, whose readout is spoken. */
  entered: string | null;
  openTables: readonly string[];
  cost: CostSettings;
  counted: Cost | null;
  theme: Theme;
  dark: boolean;
  /** The figure that is shown alone: "" for the first one, null for the whole page. */
  embed: string | null;
  /** The desk is over that figure. */
  embedDesk: boolean;
  /** Content width in CSS pixels; figures lay themselves out by it. */
  width: number;
  notice: string;
}

export const noRival: RivalState = {
  phase: "absent",
  bundle: null,
  loaded: 0,
  message: "",
  manifest: null,
  counted: null,
  of: null,
  sentence: null,
};

export const initialState: State = {
  ...initialDesk,
  pair: { source: "de", target: "en" },
  variant: null,
  text: "",
  caret: 0,
  model: { phase: "loading", loadedBytes: 0, totalBytes: 0 },
  manifest: null,
  bundles: null,
  paces: {},
  rival: noRival,
  recorded: null,
  corpus: noCorpus,
  ablation: noAblation,
  inside: null,
  spread: {
    by: "near",
    within: 2,
    stack: "encoder",
    shown: { plain: null, lite: null },
    hovered: null,
  },
  job: { phase: "idle", output: "", stale: false, message: "", details: "", milliseconds: 0 },
  reading: null,
  sentence: 0,
  stack: "encoder",
  layer: 0,
  head: "mean",
  group: "mean",
  crossLayer: null,
  crossHead: "mean",
  range: "shared",
  order: "layer",
  filter: "all",
  measure: "weight",
  form: "matrix",
  scale: "branch",
  tour: null,
  presented: null,
  playing: null,
  hover: null,
  dot: null,
  pinned: null,
  entered: null,
  openTables: [],
  cost: { n: 30, d: 160, heads: 4, factor: 1, kernel: 31 },
  counted: null,
  theme: "auto",
  dark: false,
  embed: null,
  embedDesk: false,
  width: 0,
  notice: "",
};

export function currentSentence(state: State): SentenceVisualization | null {
  return state.reading?.visualization.sentences[state.sentence] ?? null;
}

/** The maps on show, if they belong to the text that is there now. */
export function currentReading({ reading, text }: State): Reading | null {
  return reading?.text === text ? reading : null;
}

export function focusOf(state: State): Focus | null {
  return state.hover ?? state.pinned;
}

const languages = new Intl.DisplayNames("en", { type: "language" });

const languageNames = new Map<string, string>();

export function languageName(tag: string): string {
  let name = languageNames.get(tag);
  if (name === undefined) {
    name = languages.of(tag) ?? tag;
    languageNames.set(tag, name);
  }
  return name;
}
