import type { State } from "./state";
import type { Store } from "./store";

/** Reads aloud with voices of the device alone: others send the text to a server. */
export class Speech {
  #utterance: SpeechSynthesisUtterance | null = null;

  constructor(readonly store: Store<State>) {
    if (!("speechSynthesis" in window)) return;
    const list = () => {
      const voices = [...new Set(localVoices().map(({ lang }) => language(lang)))].sort();
      store.set({ voices });
    };
    speechSynthesis.addEventListener?.("voiceschanged", list);
    list();
    // What is read aloud belongs to the translation that is there.
    store.subscribe((state, before) => {
      if (state.speaking && state.job.output !== before.job.output) this.stop();
    });
  }

  say(text: string, lang: string): void {
    this.stop();
    const voice = localVoices().find((one) => language(one.lang) === lang);
    if (!voice || !text.trim()) return;
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    const over = () => {
      if (this.#utterance === utterance) this.store.set({ speaking: false });
    };
    utterance.onend = over;
    utterance.onerror = over;
    this.#utterance = utterance;
    this.store.set({ speaking: true });
    speechSynthesis.speak(utterance);
  }

  stop(): void {
    if (!this.#utterance) return;
    this.#utterance = null;
    speechSynthesis.cancel();
    this.store.set({ speaking: false });
  }
}

const localVoices = () => speechSynthesis.getVoices().filter((voice) => voice.localService);

const language = (tag: string): string => tag.split(/[-_]/)[0]!.toLowerCase();
