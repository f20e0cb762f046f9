import { middleOf } from "../maps/middle";
import { bundleFor, bundlesFor, samePair, turned, variantOf } from "./bundles";
import type { Entry, Side, Word } from "./desk-state";
import { LONGEST_LINK, toHash } from "./permalink";
import type { Session } from "./session";
import type { State } from "./state";
import type { Store } from "./store";
import { typeOver } from "./text-box";
import { mostlyIn, withTranslation, wordsOf } from "./told";
import { WordChoices } from "./word-choices";

/** Everything a person can do at the desk: write, turn round, take another word, copy. */
export function createDeskActions(store: Store<State>, session: Session) {
  const { live, speech } = session;
  const set = (patch: Partial<State>) => store.set(patch);
  const get = () => store.state;
  const words = new WordChoices(store, session);

  /** The text is another now; `pause` is how long further keys are waited for. */
  const changed = (text: string, caret: number, pause?: number) => {
    const { job, reading } = get();
    const still = { text, caret, hover: null, pinned: null, lit: null, choices: null };
    if (text.trim()) {
      set({ ...still, job: { ...job, stale: true } });
      live.request(text, caret, get().measure, pause);
      return;
    }
    live.cancel();
    set({
      ...still,
      job: { phase: "idle", output: "", stale: false, message: "", details: "", milliseconds: 0 },
      told: [],
      spoken: "",
      // What the maps showed stays, faded, until there is something else.
      reading,
    });
  };

  /** Puts a text into the box, so that undo brings the old one back. */
  const put = (text: string) => {
    // The box tells of it by its "input" event; where it doesn't, the state goes first.
    if (!typeOver(text)) changed(text, 0, 0);
  };

  /** The other direction, with a model of the same size; the text is translated once that is there. */
  const turn = () => {
    const { bundles, pair, variant, job } = get();
    const size = bundleFor(bundles ?? [], pair, variant)?.size;
    const others = bundlesFor(bundles ?? [], turned(pair));
    const other = size && others.find((one) => one.size === size);
    set({
      pair: turned(pair),
      variant: variantOf(others, turned(pair), other),
      sentence: 0,
      job: { ...job, output: "", phase: "idle", stale: false },
      told: [],
      hover: null,
      pinned: null,
      lit: null,
      choices: null,
    });
  };

  /** The word of a sentence's translation that the keys have reached. */
  const reachedWord = (sentence: number): Word | null => {
    const { lit } = get();
    return lit?.keys && lit.side === "target" && lit.sentence === sentence ? lit : null;
  };

  const showSentence = (sentence: number, caret: number) => {
    const { reading, stack } = get();
    const shown = reading?.visualization.sentences[sentence] ?? null;
    set({ sentence, caret, hover: null, pinned: middleOf(shown, stack) });
  };

  const copy = async (text: string, done: string) => {
    try {
      await navigator.clipboard.writeText(text);
      set({ notice: done });
    } catch {
      set({
        notice: "The browser did not let the page copy. Select the text and copy it by hand.",
      });
    }
  };

  return {
    /** What the box holds now. `turning` tells that undo or redo brought it: its direction comes back with it. */
    type(text: string, caret: number, turning = false) {
      const { swapped, pair } = get();
      const then = swapped && (samePair(swapped.pair, pair) ? swapped.became : swapped.text);
      if (turning && text === then) turn();
      set({ typed: true });
      changed(text, caret);
    },
    /** An unfinished character of an input method: shown, but not translated before it is finished. */
    compose(text: string, caret: number) {
      live.cancel();
      set({ text, caret, lit: null, choices: null, job: { ...get().job, stale: true } });
    },
    /** Without waiting for more keys. */
    translateNow() {
      const { text, caret } = get();
      if (text.trim()) changed(text, caret, 0);
    },
    stop() {
      const { job } = get();
      live.cancel();
      if (job.phase === "working") set({ job: { ...job, phase: "done", stale: false } });
    },
    clear: () => put(""),
    takeExample(text: string) {
      put(text);
      live.request(get().text, 0, get().measure, 0);
    },
    moveCaret(caret: number) {
      const { text, measure, reading } = get();
      if (caret === get().caret) return;
      set({ caret });
      if (reading?.text !== text) return;
      const end = reading.offset + reading.visualization.text.length;
      const at = reading.visualization.sentences.findLastIndex(
        (one) => one.start + reading.offset <= caret,
      );
      if (caret < reading.offset || caret > end) live.lookAgain(text, caret, measure);
      else if (Math.max(0, at) !== get().sentence) showSentence(Math.max(0, at), caret);
    },
    /** By its place among the sentences that have maps. */
    pickSentence(sentence: number) {
      const { reading, caret } = get();
      const start = reading?.visualization.sentences[sentence]?.start;
      showSentence(sentence, reading && start !== undefined ? reading.offset + start : caret);
    },
    /** By its place in the whole text; its maps are made where there are none. */
    pickTold(index: number) {
      const { told, reading, text, measure } = get();
      const one = told[index];
      if (!one || get().job.stale) return;
      const mapped =
        reading?.text === text
          ? reading.visualization.sentences.findIndex(
              ({ start }) => start + reading.offset === one.start,
            )
          : -1;
      if (mapped >= 0) showSentence(mapped, one.start);
      else {
        set({ caret: one.start });
        live.lookAgain(text, one.start, measure);
      }
    },
    /**
     * Turns the direction round; the translation becomes the text. What was written is never lost: turned back, it
     * is there again, and so it is by undo. A text that is in the target language already stays.
     */
    swap() {
      const { pair, job, text, told, swapped } = get();
      const back = swapped && text === swapped.became && samePair(swapped.pair, turned(pair));
      const stays = !job.output.trim() || job.stale || mostlyIn(told, pair.target);
      const next = back ? swapped.text : stays ? text : job.output;
      turn();
      set({ swapped: back || stays ? null : { pair, text, became: next } });
      put(next);
    },
    /** The direction alone: the text was in the other language from the start. */
    turnRound() {
      turn();
      set({ swapped: null });
    },
    /** Another model of the same direction reads the same text. */
    showVariant(name: string) {
      const { bundles, pair, job } = get();
      const chosen = bundles?.find((one) => one.name === name);
      const variant = variantOf(bundles ?? [], pair, chosen);
      set({ variant, job: { ...job, output: "", phase: "idle" }, told: [], choices: null });
    },
    light(word: Word | null) {
      if (!sameWord(get().lit, word)) set({ lit: word });
    },
    /** With the keys: to the next word of a sentence's translation, or to the one before. */
    stepWord(sentence: number, step: number) {
      const one = get().told[sentence];
      const reached = reachedWord(sentence);
      const all = wordsOf(one?.translation ?? "");
      const at = all.findIndex(({ start }) => start === reached?.start);
      const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
      if (next) set({ lit: { side: "target", sentence, ...next, keys: true } });
    },
    reachedWord,
    openWord: (word: Word, left: number, top: number) => words.open(word, left, top),
    closeWord: () => words.close(),
    takeWord: (index: number) => words.take(index),
    /** Puts an alternative, or the model's own translation again, in a sentence's place. */
    take(index: number, translation: string) {
      const { job, told } = get();
      if (!told[index] || job.stale) return;
      const next = withTranslation(job.output, told, index, { translation });
      set({ job: { ...job, output: next.output }, told: next.told, lit: null, choices: null });
      void session.aligner.sentence(index);
    },
    copyAll: () => copy(get().job.output, "Translation copied."),
    copySentence: (index: number) => copy(get().told[index]?.translation ?? "", "Sentence copied."),
    copyText: (text: string) => copy(text, "Copied."),
    /** Only now the text goes into the address. */
    async copyLink() {
      const { text } = get();
      const long = text.length > LONGEST_LINK;
      if (!long) set({ shared: text });
      history.replaceState(null, "", toHash(get()));
      const told = long
        ? `Link copied, without the text: a link holds ${LONGEST_LINK.toLocaleString("en")} characters at most.`
        : "Link copied. It holds your text.";
      try {
        await navigator.clipboard.writeText(location.href);
        set({ notice: told });
      } catch {
        set({ notice: "The browser did not let the page copy. The link is in the address bar." });
      }
    },
    speak(text: string, side: Side) {
      if (get().speaking) speech.stop();
      else speech.say(text, get().pair[side]);
    },
    /** A text of the history again. */
    restore({ pair, text }: Entry) {
      if (!samePair(pair, get().pair)) turn();
      set({ swapped: null });
      put(text);
    },
    forget(entry: Entry) {
      set({ history: get().history.filter((one) => one !== entry) });
    },
    forgetAll() {
      set({ history: [], notice: "History deleted." });
    },
    keep: (name: string) => void session.keeper.keep(name),
    remove: (name: string) => void session.keeper.remove(name),
    drag: (dropping: boolean) => get().dropping !== dropping && set({ dropping }),
    openFile: (file: File) => void session.documents.open(file),
    closeFile: () => session.documents.close(),
    saveFile: () => session.documents.save(),
    /** Once more, after the translator could not be loaded. */
    reload: () => void session.begin(),
  };
}

function sameWord(a: Word | null, b: Word | null): boolean {
  if (!a || !b) return a === b;
  return a.side === b.side && a.sentence === b.sentence && a.start === b.start && a.end === b.end;
}
