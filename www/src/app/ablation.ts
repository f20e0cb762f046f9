import type { Part, SentenceVisualization, TranslatorInstance } from "lite-transformer";
import { type AblationState, noAblation, partKey } from "./ablation-state";
import { explain } from "./model";
import { currentReading, currentSentence, type State } from "./state";
import type { Store } from "./store";

/** Runs the model without parts of it: what a head is for shows where it is missing. */
export class Ablation {
  #abort: AbortController | null = null;

  constructor(
    readonly store: Store<State>,
    readonly translator: () => TranslatorInstance | null,
  ) {
    store.subscribe((state) => {
      const { ablation } = state;
      const sentence = currentSentence(state);
      if (!currentReading(state) || !sentence || sentence === ablation.of) return;
      if (!ablation.without.length && !ablation.of) return;
      this.#abort?.abort();
      this.#set({ ...noAblation, without: ablation.without, of: sentence });
      if (ablation.without.length) void this.#run(sentence);
    });
  }

  /** Switches a part off, or on again. */
  toggle(part: Part): void {
    const { without } = this.store.state.ablation;
    const key = partKey(part);
    const rest = without.filter((one) => partKey(one) !== key);
    this.#change(rest.length < without.length ? rest : [...without, part]);
  }

  /** All on again. */
  restore(): void {
    this.#change([]);
  }

  /** Each branch of each layer off alone: by how much the score falls. */
  async tryEach(): Promise<void> {
    const sentence = currentSentence(this.store.state);
    const translator = this.translator();
    if (!sentence || !translator) return;
    const signal = this.#begin(sentence);
    const drops: Record<string, number> = {};
    try {
      for (const part of branchesOf(sentence)) {
        const { whole } = await without(translator, sentence, [part], signal);
        if (signal.aborted) return;
        if (whole) drops[partKey(part)] = whole.score - whole.scoreWithout;
        this.#set({ drops: { ...drops } });
      }
      this.#set({ phase: "idle" });
    } catch (error) {
      if (!signal.aborted) this.#set({ phase: "failed", message: explain(error) });
    }
  }

  #change(without: readonly Part[]): void {
    const sentence = currentSentence(this.store.state);
    this.#set({ without, of: sentence, result: null });
    if (without.length && sentence) void this.#run(sentence);
    else this.#abort?.abort();
  }

  #begin(sentence: SentenceVisualization): AbortSignal {
    this.#abort?.abort();
    this.#abort = new AbortController();
    this.#set({ phase: "running", message: "", of: sentence });
    return this.#abort.signal;
  }

  async #run(sentence: SentenceVisualization): Promise<void> {
    const translator = this.translator();
    if (!translator) return;
    const signal = this.#begin(sentence);
    try {
      const parts = this.store.state.ablation.without;
      const result = await without(translator, sentence, parts, signal);
      if (!signal.aborted) this.#set({ phase: "idle", result });
    } catch (error) {
      if (!signal.aborted) this.#set({ phase: "failed", message: explain(error) });
    }
  }

  #set(patch: Partial<AblationState>): void {
    this.store.set({ ablation: { ...this.store.state.ablation, ...patch } });
  }
}

async function without(
  translator: TranslatorInstance,
  { text }: SentenceVisualization,
  parts: readonly Part[],
  signal: AbortSignal,
): Promise<SentenceVisualization> {
  const { sentences } = await translator.visualize(text, { without: [...parts], signal });
  return sentences[0]!;
}

/** Every branch of every layer, in the order of the model. */
export function branchesOf(sentence: SentenceVisualization): Part[] {
  return (["encoder", "decoder"] as const).flatMap((side) =>
    sentence[side].flatMap((maps, layer) =>
      (["global", "local", "cross"] as const)
        .filter((branch) => maps[branch]?.length)
        .map((branch): Part => ({ side, layer, branch })),
    ),
  );
}
