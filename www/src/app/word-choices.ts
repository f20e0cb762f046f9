import type { Candidate, SentenceVisualization, TranslatorInstance } from "lite-transformer";
import type { Word, WordOption } from "./desk-state";
import { explain } from "./model";
import type { Session } from "./session";
import type { State } from "./state";
import type { Store } from "./store";
import { type Told, withTranslation, wordsOf } from "./told";

/** As many candidates of a step are tried, where each has at least this probability. */
const TRIED = 7;
const LEAST = 0.002;

/** The other words that a step of the translation might have written, each with the sentence that follows from it. */
export class WordChoices {
  #abort: AbortController | null = null;

  constructor(
    readonly store: Store<State>,
    readonly session: Session,
  ) {}

  async open(word: Word, left: number, top: number): Promise<void> {
    const { store, session } = this;
    const { translator } = session;
    const one = store.state.told[word.sentence];
    this.close();
    if (!translator || !one || store.state.job.stale) return;
    const abort = new AbortController();
    this.#abort = abort;
    const opened = { word, left, top, message: "", options: [] };
    store.set({ lit: word, choices: { ...opened, phase: "working" } });
    try {
      const options = await this.#options(translator, one, word, abort.signal);
      if (!abort.signal.aborted) store.set({ choices: { ...opened, phase: "ready", options } });
    } catch (error) {
      if (abort.signal.aborted) return;
      store.set({ choices: { ...opened, phase: "failed", message: explain(error) } });
    }
  }

  close(): void {
    this.#abort?.abort();
    this.#abort = null;
    if (this.store.state.choices) this.store.set({ choices: null });
  }

  /** Puts the sentence that follows from an option in the place of the one that is there. */
  take(index: number): void {
    const { choices, job, told } = this.store.state;
    const option = choices?.options[index];
    if (!choices || !option) return;
    const { sentence } = choices.word;
    const { translation, confidence } = option;
    const next = withTranslation(job.output, told, sentence, { translation, confidence });
    this.close();
    this.store.set({ job: { ...job, output: next.output }, told: next.told, lit: null });
    void this.session.aligner.sentence(sentence);
  }

  async #options(
    translator: TranslatorInstance,
    one: Told,
    word: Word,
    signal: AbortSignal,
  ): Promise<WordOption[]> {
    const shown = await this.#shown(translator, one, signal);
    const step = shown.target.findIndex(({ end }) => end > word.start);
    const token = shown.target[step];
    if (!token) return [];
    const head = one.translation.slice(0, word.start);
    const options: WordOption[] = [];
    for (const { piece, probability } of begin(shown.candidates[step] ?? [], token.piece)) {
      const prefix = head + piece;
      const { sentences } = await translator.translateDetailed(one.text, { prefix, signal });
      const [made] = sentences;
      if (!made) continue;
      const found = wordsOf(made.translation).find(({ start }) => start === word.start);
      const text = found ? made.translation.slice(found.start, found.end) : piece;
      if (options.some((other) => other.word === text)) continue;
      const { translation, confidence } = made;
      options.push({ word: text, probability, translation, confidence });
    }
    return options;
  }

  /** The sentence's maps with the translation that is on show, for its steps' candidates. */
  async #shown(
    translator: TranslatorInstance,
    one: Told,
    signal: AbortSignal,
  ): Promise<SentenceVisualization> {
    const { reading, text } = this.store.state;
    const there =
      reading?.text === text &&
      reading.visualization.sentences.find(
        ({ start, translation }) =>
          start + reading.offset === one.start && translation === one.translation,
      );
    if (there) return there;
    const options = one.own === undefined ? { signal } : { signal, prefix: one.translation };
    const { sentences } = await translator.visualize(one.text, options);
    if (!sentences[0]) throw new Error("The sentence has no translation.");
    return sentences[0];
  }
}

/** The candidates that begin a word as the written one does, their pieces as text. */
function begin(candidates: readonly Candidate[], written: string): Candidate[] {
  const starts = written.startsWith("▁");
  return candidates
    .filter(({ piece }) => piece.startsWith("▁") === starts && !/^<.*>$/.test(piece))
    .filter(({ probability }) => probability >= LEAST)
    .slice(0, TRIED)
    .map((one) => ({ ...one, piece: one.piece.replaceAll("▁", " ").trimStart() }))
    .filter(({ piece }) => /[\p{L}\p{N}]/u.test(piece));
}
