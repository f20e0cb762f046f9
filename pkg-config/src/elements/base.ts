/** What both elements do: hold a translator while they are in the page, and tell what becomes of their work. */

import { Translator } from "../index.js";
import type { Size, TranslatorInstance } from "../types.js";
import { LitElement } from "../vendor/lit.js";

/** One translator for all elements of a page that want the same; it ends with the last of them. */
const shared = new Map<string, { translator: Promise<TranslatorInstance>; users: Set<object> }>();
/** Who shows the progress of a download; a translator is shared, and so is its bar. */
const watchers = new Map<string, Set<(loaded: number) => void>>();

export abstract class TranslatingElement extends LitElement {
  static override properties: Record<string, object> = {
    from: { reflect: true },
    to: { reflect: true },
    size: { reflect: true },
    state: { reflect: true },
    progress: { state: true },
    failure: { state: true },
  };

  // Fields would hide the accessors that Lit makes of the properties.
  declare from: string;
  declare to: string;
  declare size: Size | "";
  declare state: "idle" | "loading" | "working" | "done" | "error";
  declare protected progress: number;
  declare protected failure: string;

  #key: string | undefined;
  #work: AbortController | undefined;
  readonly #watch = (loaded: number) => {
    this.progress = loaded;
  };

  constructor() {
    super();
    this.from = "de";
    this.to = "en";
    this.size = "";
    this.state = "idle";
    this.progress = 0;
    this.failure = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#work?.abort();
    this.#release();
  }

  /** Runs a task with the translator; a later one puts an end to those before. */
  protected async run(
    task: (translator: TranslatorInstance, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    this.#work?.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.failure = "";
    try {
      const translator = await this.#acquire();
      if (signal.aborted) return;
      this.state = "working";
      await task(translator, signal);
      if (!signal.aborted) this.state = "done";
    } catch (error) {
      if (signal.aborted) return;
      this.state = "error";
      this.failure = (error as Error).message;
      this.dispatchEvent(new ErrorEvent("error", { error, message: this.failure }));
    }
  }

  /** Puts an end to what is under way. */
  protected rest(): void {
    this.#work?.abort();
    this.failure = "";
    this.state = "idle";
  }

  #acquire(): Promise<TranslatorInstance> {
    const key = JSON.stringify([this.from, this.to, this.size]);
    if (key !== this.#key) this.#release();
    this.#key = key;
    let entry = shared.get(key);
    if (!entry) {
      this.progress = 0;
      entry = { translator: this.#create(key), users: new Set() };
      shared.set(key, entry);
    }
    entry.users.add(this);
    const watching = watchers.get(key) ?? new Set();
    watchers.set(key, watching.add(this.#watch));
    if (this.state !== "done" && this.state !== "working") this.state = "loading";
    return entry.translator;
  }

  #create(key: string): Promise<TranslatorInstance> {
    const translator = Translator.create({
      sourceLanguage: this.from,
      targetLanguage: this.to,
      size: this.size || undefined,
      monitor: (monitor) =>
        monitor.addEventListener("downloadprogress", ({ loaded }) => {
          for (const watch of watchers.get(key) ?? []) watch(loaded);
        }),
    });
    // The next element tries again.
    translator.catch(() => shared.delete(key));
    return translator;
  }

  #release(): void {
    const key = this.#key;
    this.#key = undefined;
    if (!key) return;
    watchers.get(key)?.delete(this.#watch);
    const entry = shared.get(key);
    if (!entry?.users.delete(this) || entry.users.size > 0) return;
    shared.delete(key);
    entry.translator.then(
      (translator) => translator.destroy(),
      () => {},
    );
  }
}
