import { formatOf, translateDocument } from "lite-transformer/formats";
import { download } from "../export/files";
import type { Document } from "./desk-state";
import { explain } from "./model";
import type { Session } from "./session";
import type { State } from "./state";
import type { Store } from "./store";

/** Files of more bytes are no texts that somebody wrote. */
const LARGEST = 5_000_000;

/** What can be opened, by the end of the name, and what it is saved as. */
export const FORMATS: Readonly<Record<string, string>> = {
  txt: "text/plain",
  md: "text/markdown",
  srt: "application/x-subrip",
  vtt: "text/vtt",
  html: "text/html",
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
    const format = formatOf(name);
    const type = format && FORMATS[format];
    const { translator } = this.session;
    const refuse = (message: string) =>
      this.#set({ name, phase: "failed", done: 0, message, result: null });
    if (!format || !type) {
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
      const content = await decoded(file);
      const text = await translateDocument(translator, content, {
        format,
        signal,
        onProgress: (done, total) => {
          if (!signal.aborted) this.#progress(total ? done / total : 1);
        },
      });
      if (signal.aborted) return;
      const result = { name: renamed(name, translator.targetLanguage), text, type };
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

  #progress(done: number): void {
    const { document } = this.store.state;
    if (document) this.#set({ ...document, done });
  }

  #set(document: Document): void {
    this.store.set({ document });
  }
}

/** Texts that aren't UTF-8 are of Windows, as a rule: there is no third kind that a browser could tell. */
async function decoded(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** "notes.txt" in English: "notes.en.txt". */
const renamed = (name: string, language: string): string =>
  name.replace(/\.([^.]+)$/, `.${language}.$1`);
