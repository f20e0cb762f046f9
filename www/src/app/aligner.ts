import type { DetailedTranslation } from "lite-transformer";
import type { Session } from "./session";
import type { Reading, State } from "./state";
import type { Store } from "./store";
import { type Told, toldOf } from "./told";

/** Looks up which words of a sentence and its translation belong together. For a translation that was changed that takes a traced run, which typing stops. */
export class Aligner {
  #abort: AbortController | null = null;

  constructor(
    readonly store: Store<State>,
    readonly session: Session,
  ) {
    store.subscribe((state, before) => {
      if (state.text !== before.text || state.pair !== before.pair) this.#abort?.abort();
    });
  }

  /** The sentences that have maps: they were traced already. */
  passage({ text, offset, visualization }: Reading): void {
    this.#attach(text, toldOf(visualization, offset, 0));
  }

  /** A sentence whose translation was changed. */
  async sentence(index: number): Promise<void> {
    const { told, text } = this.store.state;
    const one = told[index];
    const made = one && (await this.#run(one.text, one.translation));
    if (made) this.#attach(text, toldOf(made, one.start, 0));
  }

  async #run(text: string, prefix: string): Promise<DetailedTranslation | null> {
    const { translator } = this.session;
    this.#abort?.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const options = { signal, alignments: true, prefix };
      return (await translator?.translateDetailed(text, options)) ?? null;
    } catch (error) {
      // The translation stands; what is missing are the words that light up.
      if (!signal.aborted) console.info("The words could not be aligned:", error);
      return null;
    }
  }

  /** Gives the sentences of the text what was found of them, where their translations are still the same. */
  #attach(text: string, found: readonly Told[]): void {
    const { state } = this.store;
    if (state.text !== text) return;
    const told = state.told.map((one) => {
      const own = found.find(({ start }) => start === one.start);
      if (!own || own.translation !== one.translation) return one;
      return { ...one, alignments: own.alignments, tokens: own.tokens };
    });
    this.store.set({ told });
  }
}
