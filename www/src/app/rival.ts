import type { SentenceVisualization, TranslatorInstance } from "lite-transformer";
import { keepForOffline } from "../offline/register";
import { plainFor } from "./bundles";
import { fetchManifest } from "./manifest";
import { createTranslator, explain } from "./model";
import { currentReading, currentSentence, noRival, type RivalState, type State } from "./state";
import type { Store } from "./store";

/** The standard Transformer that the page's model is compared with: loaded on request, then follows the sentence on show. */
export class Rival {
  #translator: TranslatorInstance | null = null;
  #abort: AbortController | null = null;
  #of: SentenceVisualization | null = null;

  constructor(readonly store: Store<State>) {
    store.subscribe((state, before) => {
      if (state.pair !== before.pair || state.bundles !== before.bundles) this.#offer();
      this.#follow();
    });
  }

  /** Fetches and starts it. */
  async load(): Promise<void> {
    const { pair, rival } = this.store.state;
    const { bundle } = rival;
    if (!bundle || rival.phase === "loading" || rival.phase === "ready") return;
    const current = () => this.store.state.pair === pair;
    this.#set({ phase: "loading", loaded: 0 });
    try {
      const manifest = await fetchManifest(bundle.name);
      const translator = await createTranslator(bundle, (loaded) => {
        if (current() && this.store.state.rival.phase === "loading") this.#set({ loaded });
      });
      if (!current()) return translator.destroy();
      this.#translator = translator;
      const counted = await translator.cost(30);
      if (!current()) return;
      this.#set({ phase: "ready", manifest, counted });
      void keepForOffline(manifest);
    } catch (error) {
      if (current()) this.#set({ phase: "failed", message: explain(error) });
    }
  }

  /** Another direction: what was loaded for the old one goes. */
  #offer(): void {
    const { bundles, pair, rival } = this.store.state;
    const bundle = bundles ? plainFor(bundles, pair) : null;
    if (bundle === rival.bundle) return;
    this.#abort?.abort();
    this.#translator?.destroy();
    this.#translator = null;
    this.#of = null;
    this.store.set({ rival: { ...noRival, phase: bundle ? "offered" : "absent", bundle } });
  }

  /** Has it translate the sentence on show. */
  #follow(): void {
    const { state } = this.store;
    const sentence = currentSentence(state);
    const translator = this.#translator;
    if (!translator || state.rival.phase !== "ready") return;
    if (!sentence || !currentReading(state) || sentence === this.#of) return;
    this.#of = sentence;
    this.#abort?.abort();
    this.#abort = new AbortController();
    void this.#run(translator, sentence, this.#abort.signal);
  }

  async #run(
    translator: TranslatorInstance,
    of: SentenceVisualization,
    signal: AbortSignal,
  ): Promise<void> {
    const measure = this.store.state.reading?.visualization.measure ?? "weight";
    try {
      const { sentences } = await translator.visualize(of.text, { measure, signal });
      if (!signal.aborted) this.#set({ of, sentence: sentences[0] ?? null });
    } catch (error) {
      if (!signal.aborted) this.#set({ phase: "failed", message: explain(error) });
    }
  }

  #set(patch: Partial<RivalState>): void {
    this.store.set({ rival: { ...this.store.state.rival, ...patch } });
  }
}
