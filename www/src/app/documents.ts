import { download } from "../export/files";
import type { Document } from "./desk-state";
import { explain } from "./model";
import type { Session } from "./session";
import type { State } from "./state";
import type { Store } from "./store";

/** Files of more bytes are no texts that somebody wrote. */
const LARGEST = 5_000_000;

/** What can be opened, by the end of the name. */
export const FORMATS: Readonly<Record<string, string>> = {
  txt: "text/plain",
};

/** Translates a file and saves it in its own format. */
export class Documents {
  #abort: AbortController | null = null;

  constructor(
    readonly store: Store<State>,
    readonly session: Session,
  ) {}

  async open(file: File): Promise<void> {
    this.close();
    const { name } = file;
    const type = FORMATS[extension(name)];
    const { translator } = this.session;
    const refuse = (message: string) =>
      this.#set({ name, phase: "failed", done: 0, message, result: null });
    if (!type) {
      const known = Object.keys(FORMATS).map((one) => `.${one}`);
      return refuse(`The page reads ${known.join(", ")} files.`);
    }
    if (file.size > LARGEST) return refuse(`The file has more than ${LARGEST / 1e6} MB.`);
    if (!translator) return refuse("The translator is not loaded yet. Try again in a moment.");
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    this.#set({ name, phase: "working", done: 0, message: "", result: null });
    try {
      const text = await file.text();
      const translation = await this.#translate(text, signal);
      if (signal.aborted) return;
      const result = { name: renamed(name, this.store.state.pair.target), text: translation, type };
      this.#set({ name, phase: "done", done: 1, message: "", result });
    } catch (error) {
      if (!signal.aborted) refuse(explain(error));
    }
  }

  close(): void {
    this.#abort?.abort();
    this.#abort = null;
    if (this.store.state.document) this.store.set({ document: null });
  }

  save(): void {
    const result = this.store.state.document?.result;
    if (!result) return;
    download(result.name, `${result.type};charset=utf-8`, result.text);
    this.store.set({ notice: `Saved as ${result.name}.` });
  }

  async #translate(text: string, signal: AbortSignal): Promise<string> {
    const { translator } = this.session;
    if (!translator) throw new Error("The translator is not loaded yet.");
    const count = (await translator.sentences(text, { signal })).length;
    let output = "";
    let done = 0;
    const reader = translator.translateStreaming(text, { signal }).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      output += chunk.value;
      done += 1;
      this.#progress(Math.min(1, done / count));
    }
    return output;
  }

  #progress(done: number): void {
    const { document } = this.store.state;
    if (document) this.#set({ ...document, done });
  }

  #set(document: Document): void {
    this.store.set({ document });
  }
}

const extension = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";

/** "notes.txt" in English: "notes.en.txt". */
const renamed = (name: string, language: string): string =>
  name.replace(/\.([^.]+)$/, `.${language}.$1`);
