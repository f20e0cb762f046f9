import type { SentenceVisualization, TranslatorInstance } from "lite-transformer";
import { CorpusSums } from "../maps/corpus";
import type { CorpusState } from "./corpus-state";
import { explain } from "./model";
import type { State } from "./state";
import type { Store } from "./store";

/** As many lines as are measured. */
export const FEWEST = 10;
export const MOST = 1000;

/** The heads over many sentences: one sentence proves little. */
export class Corpus {
  #abort: AbortController | null = null;

  constructor(
    readonly store: Store<State>,
    readonly translator: () => TranslatorInstance | null,
  ) {}

  /** Measures a text, a line a sentence. */
  async measure(text: string): Promise<void> {
    const lines = text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    const translator = this.translator();
    if (!translator)
      return this.#set({ phase: "failed", message: "The translator is not there yet." });
    if (lines.length < FEWEST || lines.length > MOST)
      return this.#set({
        phase: "failed",
        message: `${lines.length} lines: it takes ${FEWEST} to ${MOST}, one sentence a line.`,
      });
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    this.#set({ phase: "running", done: 0, total: lines.length, message: "" });
    const sums = new CorpusSums();
    let like: SentenceVisualization | null = null;
    try {
      for (const [i, line] of lines.entries()) {
        const { sentences } = await translator.visualize(line, { signal });
        for (const sentence of sentences) {
          sums.add(sentence);
          like = sentence;
        }
        if (signal.aborted) return;
        this.#set({ done: i + 1 });
      }
      if (like)
        this.#set({
          phase: "idle",
          recorded: false,
          result: sums.result(like),
          model: this.store.state.manifest?.name ?? "",
        });
    } catch (error) {
      if (!signal.aborted) this.#set({ phase: "failed", message: explain(error) });
    }
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    if (this.store.state.corpus.phase === "running")
      this.#set({ phase: "failed", message: "Stopped." });
  }

  #set(patch: Partial<CorpusState>): void {
    this.store.set({ corpus: { ...this.store.state.corpus, ...patch } });
  }
}
