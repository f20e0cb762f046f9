import type { Map2D, SentenceVisualization, TranslatorInstance } from "lite-transformer";
import { dialsOf } from "../cost/formulas";
import { middleOf } from "../maps/middle";
import { keepForOffline } from "../offline/register";
import { greeting } from "../text/examples";
import { Ablation } from "./ablation";
import { Aligner } from "./aligner";
import { bundleFor, fetchBundles } from "./bundles";
import { CellLoader } from "./cell-loader";
import { Corpus } from "./corpus";
import { Documents } from "./documents";
import { Keeper } from "./keeper";
import { Live } from "./live";
import { fetchManifest } from "./manifest";
import { details, explain, loadModel } from "./model";
import { paced } from "./pace";
import { Rival } from "./rival";
import { Speech } from "./speech";
import {
  type Choice,
  initialState,
  type Job,
  languageName,
  type Reading,
  type State,
} from "./state";
import type { Store } from "./store";

/** A screen reader is told of the translation when nothing has been typed for so long. */
const SPOKEN_AFTER_MS = 1000;

/** Has the translator of the page's direction loaded, and puts what it gives into the store. */
export class Session {
  readonly live: Live;
  readonly rival: Rival;
  readonly keeper: Keeper;
  readonly documents: Documents;
  readonly speech: Speech;
  readonly aligner: Aligner;
  readonly corpus: Corpus;
  readonly ablation: Ablation;
  #translator: TranslatorInstance | null = null;
  /** What the translator was loaded for. */
  #begun: Pick<State, "pair" | "variant"> | null = null;
  /** The bundle that runs, once it has translated something: the first text warms the engine up. */
  #warm: string | null = null;
  /** Until the first maps are there, a link's own choice of sentence stands. */
  #linked: number | null;
  #speaking = 0;

  constructor(
    readonly store: Store<State>,
    linkedSentence: number | null,
  ) {
    this.#linked = linkedSentence;
    this.live = new Live({
      started: () => this.#job({ phase: "working", stale: true, message: "" }, { done: 0 }),
      progressed: (output, told, done) => this.#job({ output, stale: false }, { told, done }),
      translated: (text, output, told, milliseconds) => {
        this.#job({ phase: "done", output, milliseconds, stale: false }, { told, done: 1 });
        this.#pace(text, milliseconds);
        this.#tell(text, output);
      },
      visualized: (reading) => this.#show(reading),
      failed: (error) => {
        const message = explain(error);
        this.#job({ phase: "failed", stale: false, message, details: details(error) }, {});
      },
    });
    this.rival = new Rival(store);
    this.keeper = new Keeper(store);
    this.documents = new Documents(store, this);
    this.speech = new Speech(store);
    this.aligner = new Aligner(store, this);
    this.corpus = new Corpus(store, () => this.#translator);
    this.ablation = new Ablation(store, () => this.#translator);
    new CellLoader(store, () => this.#translator);
    store.subscribe(({ pair, variant }) => {
      if (pair !== this.#begun?.pair || variant !== this.#begun.variant) void this.begin();
    });
  }

  /** The translator of the page's direction, once it is there. */
  get translator(): TranslatorInstance | null {
    return this.#translator;
  }

  async begin(): Promise<void> {
    const { store, live } = this;
    const { pair, variant } = store.state;
    this.#begun = { pair, variant };
    live.use(null);
    this.#translator?.destroy();
    this.#translator = null;
    this.#warm = null;
    store.set({ model: initialState.model, manifest: null, reading: null, counted: null });
    const current = () => store.state.pair === pair && store.state.variant === variant;
    try {
      if (!store.state.bundles) store.set({ bundles: await fetchBundles() });
    } catch (error) {
      this.#fail(explain(error), details(error));
      return;
    }
    if (!current()) return;
    const { bundles } = store.state;
    const bundle = bundleFor(bundles ?? [], pair, variant);
    // Nobody asked for the direction that the page begins with: a site may have others.
    if (!bundle && pair === initialState.pair && bundles?.[0]) {
      const { source_language: source, target_language: target } = bundles[0];
      store.set({ pair: { source, target }, text: greeting(source) });
      return;
    }
    if (!bundle) {
      const names = `${languageName(pair.source)} to ${languageName(pair.target)}`;
      this.#fail(`This site has no model from ${names}.`);
      return;
    }
    // A link may name a model that this site doesn't have.
    if (variant && variant !== bundle.name) {
      store.set({ variant: null });
      return;
    }
    const manifest = fetchManifest(bundle.name);
    void manifest.then(
      (manifest) =>
        current() && store.set({ manifest, ...(manifest && { cost: dialsOf(manifest) }) }),
    );
    const translator = await loadModel(bundle, (model) => current() && store.set({ model }));
    if (!translator) return;
    if (!current()) {
      translator.destroy();
      return;
    }
    this.#translator = translator;
    live.use(translator);
    const { text, caret, measure } = store.state;
    if (text.trim()) live.request(text, caret, measure, 0);
    const counted = await translator.cost(30);
    if (!current()) return;
    store.set({ counted });
    await keepForOffline(await manifest);
    if (current()) void this.keeper.inUse(bundle);
  }

  #fail(message: string, details = ""): void {
    this.store.set({ model: { phase: "failed", message, details } });
  }

  #job(patch: Partial<Job>, rest: Partial<State>): void {
    const choices = patch.phase === "working" ? null : this.store.state.choices;
    this.store.set({ job: { ...this.store.state.job, ...patch }, choices, ...rest });
  }

  /** Tells a screen reader of the translation, once, when the typing has stopped. */
  #tell(text: string, output: string): void {
    clearTimeout(this.#speaking);
    if (!this.store.state.typed) return;
    this.#speaking = window.setTimeout(() => {
      if (this.store.state.text === text) this.store.set({ spoken: output });
    }, SPOKEN_AFTER_MS);
  }

  /** How long the text took, unless it was the first. */
  #pace(text: string, milliseconds: number): void {
    const { bundles, pair, variant, paces } = this.store.state;
    const name = bundleFor(bundles ?? [], pair, variant)?.name;
    if (!name) return;
    if (this.#warm === name)
      this.store.set({ paces: { ...paces, [name]: paced(paces[name], text, milliseconds) } });
    this.#warm = name;
  }

  #show(reading: Reading): void {
    const { caret, pinned, stack, head, group, crossHead } = this.store.state;
    const { sentences } = reading.visualization;
    const atCaret = sentences.findLastIndex((one) => one.start + reading.offset <= caret);
    const wanted = this.#linked ?? atCaret;
    this.#linked = null;
    const sentence = Math.max(0, Math.min(sentences.length - 1, wanted));
    this.store.set({
      reading,
      sentence,
      pinned: pinned ?? middleOf(sentences[sentence] ?? null, stack),
      ...headsWithin(sentences[0], { head, group, crossHead }),
    });
    this.aligner.passage(reading);
  }
}

type Heads = Pick<State, "head" | "group" | "crossHead">;

/** What is chosen of a model with more heads is the mean in one with fewer. */
function headsWithin(sentence: SentenceVisualization | undefined, heads: Heads): Heads {
  const layer = sentence?.decoder[0];
  const within = (choice: Choice, maps: readonly Map2D[] | undefined): Choice =>
    choice === "mean" || choice < (maps?.length ?? 0) ? choice : "mean";
  return {
    head: within(heads.head, layer?.global),
    group: within(heads.group, layer?.local),
    crossHead: within(heads.crossHead, layer?.cross),
  };
}
