import type { Measure, SentenceRange, TranslatorInstance } from "lite-transformer";
import type { Reading } from "./state";
import { type Told, toldOf } from "./told";

export interface LiveEvents {
  started(): void;
  /** The translation up to here, and how much of the text that is, from 0 to 1. */
  progressed(output: string, told: readonly Told[], done: number): void;
  translated(text: string, output: string, told: readonly Told[], milliseconds: number): void;
  visualized(reading: Reading): void;
  failed(error: unknown): void;
}

/** Long enough that ordinary typing doesn't start work at every key, short enough to feel live. */
const PAUSE_MS = 140;
/** Maps are made for the sentences around the caret, up to this many characters in all (for one, if that is longer). */
const PASSAGE = 600;
/** A long text is translated in parts of about so many characters, each shown as soon as it is there. */
const PART = 300;

/** Translates the latest text; whatever is still under way for an older one is aborted. */
export class Live {
  #translator: TranslatorInstance | null = null;
  #timer = 0;
  #abort: AbortController | null = null;

  constructor(readonly events: LiveEvents) {}

  use(translator: TranslatorInstance | null): void {
    this.cancel();
    this.#translator = translator;
  }

  request(text: string, caret: number, measure: Measure, pause = PAUSE_MS): void {
    this.cancel();
    this.#timer = window.setTimeout(() => void this.#run(text, caret, measure), pause);
  }

  /** The maps alone, for a text whose translation stands. */
  lookAgain(text: string, caret: number, measure: Measure): void {
    this.cancel();
    void this.#run(text, caret, measure, true);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
  }

  async #run(text: string, caret: number, measure: Measure, mapsOnly = false): Promise<void> {
    const translator = this.#translator;
    if (!translator) return;
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    try {
      if (!mapsOnly) {
        this.events.started();
        const start = performance.now();
        let output = "";
        let told: Told[] = [];
        for (const { start: from, end } of await parts(translator, text, signal)) {
          const part = await translator.translateDetailed(text.slice(from, end), { signal });
          if (signal.aborted) return;
          told = [...told, ...toldOf(part, from, output.length)];
          output += part.translation;
          this.events.progressed(output, told, end / text.length);
        }
        this.events.translated(text, output, told, performance.now() - start);
      }
      const [from, to] = await passage(translator, text, caret, signal);
      const visualization = await translator.visualize(text.slice(from, to), { measure, signal });
      if (!signal.aborted) this.events.visualized({ text, offset: from, visualization });
    } catch (error) {
      if (!signal.aborted) this.events.failed(error);
    }
  }
}

/** The whole text in pieces of whole sentences, as the translator cuts them; the first sentence alone. */
async function parts(
  translator: TranslatorInstance,
  text: string,
  signal: AbortSignal,
): Promise<SentenceRange[]> {
  if (text.length <= PART) return [{ start: 0, end: text.length }];
  const parts: SentenceRange[] = [];
  let start = 0;
  for (const { end } of await translator.sentences(text, { signal })) {
    if (parts.length && end - start < PART) continue;
    parts.push({ start, end });
    start = end;
  }
  if (start < text.length) parts.push({ start, end: text.length });
  return parts;
}

/** Whole sentences around the caret, as the translator cuts them: the text itself if it is short. */
async function passage(
  translator: TranslatorInstance,
  text: string,
  caret: number,
  signal: AbortSignal,
): Promise<[number, number]> {
  if (text.length <= PASSAGE) return [0, text.length];
  return around(await translator.sentences(text, { signal }), caret, PASSAGE);
}

/** From the sentence at the caret on, as many as `budget` characters hold; what it leaves goes to those before. */
export function around(
  sentences: readonly SentenceRange[],
  caret: number,
  budget: number,
): [number, number] {
  if (!sentences.length) return [0, 0];
  let first = Math.max(
    0,
    sentences.findLastIndex((one) => one.start <= caret),
  );
  let last = first;
  const length = (from: number, to: number) => sentences[to]!.end - sentences[from]!.start;
  for (;;) {
    if (last + 1 < sentences.length && length(first, last + 1) <= budget) last++;
    else if (first > 0 && length(first - 1, last) <= budget) first--;
    else return [sentences[first]!.start, sentences[last]!.end];
  }
}
