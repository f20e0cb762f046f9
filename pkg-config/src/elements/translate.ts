/** `<lite-translate from="de" to="en">`: a text box, its translation while one writes, a button that copies it. */

import { css, html, nothing, type PropertyValues } from "../vendor/lit.js";
import { TranslatingElement } from "./base.js";
import { theme } from "./styles.js";
import type { TranslateEventDetail } from "./types.js";

/** So many milliseconds without a key are the end of a word. */
const PAUSE = 200;

export class LiteTranslate extends TranslatingElement {
  static override properties = {
    ...TranslatingElement.properties,
    value: { reflect: true },
    translation: { state: true },
    copied: { state: true },
  };

  static override styles = [
    theme,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem;
      }
      div {
        flex: 1 1 16rem;
      }
      label,
      .title {
        display: block;
        margin-bottom: 0.25rem;
        color: var(--_muted);
        font-size: 0.875em;
      }
      textarea,
      output {
        display: block;
        box-sizing: border-box;
        width: 100%;
        min-height: 6lh;
        padding: 0.5rem;
        border: 1px solid var(--_rule);
        border-radius: calc(var(--lite-radius, 0.5rem) / 2);
        background: transparent;
        color: inherit;
        font: inherit;
        line-height: 1.5;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        field-sizing: content;
        resize: vertical;
      }
      output {
        border-style: dashed;
      }
      button {
        padding: 0.25rem 0.75rem;
        border: 1px solid currentcolor;
        border-radius: calc(var(--lite-radius, 0.5rem) / 2);
        background: transparent;
        color: var(--_accent);
        font: inherit;
        cursor: pointer;
      }
      button:disabled {
        color: var(--_muted);
        cursor: default;
      }
      footer {
        flex-basis: 100%;
      }
    `,
  ];

  declare value: string;
  declare translation: string;
  declare protected copied: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.value = "";
    this.translation = "";
    this.copied = false;
  }

  override willUpdate(changed: PropertyValues): void {
    if (!["value", "from", "to", "size"].some((name) => changed.has(name))) return;
    clearTimeout(this.#timer);
    this.copied = false;
    if (this.value.trim()) this.#timer = setTimeout(() => this.#translate(), PAUSE);
    else {
      this.translation = "";
      this.rest();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Moved within the page, it goes on.
    if (this.hasUpdated) this.requestUpdate("value");
  }

  override render() {
    const name = (tag: string) => new Intl.DisplayNames("en", { type: "language" }).of(tag) ?? tag;
    const busy = this.state === "loading" || this.state === "working";
    return html`
      <div part="source">
        <label part="label" for="text">${safely(name, this.from)}</label>
        <textarea
          id="text"
          part="input"
          lang=${this.from}
          .value=${this.value}
          @input=${(event: Event) => {
            this.value = (event.target as HTMLTextAreaElement).value;
          }}
        ></textarea>
      </div>
      <div part="target">
        <span part="label" class="title" id="title">${safely(name, this.to)}</span>
        <output part="output" for="text" aria-labelledby="title" lang=${this.to} aria-busy=${busy}>${this.translation}</output>
      </div>
      <footer>
        ${
          this.state === "loading"
            ? html`<progress part="progress" aria-label="Loading the model" max="1" .value=${this.progress}></progress>`
            : nothing
        }
        <button part="copy" ?disabled=${!this.translation} @click=${this.#copy}>
          ${this.copied ? "Copied" : "Copy"}
        </button>
        <p part="error" role="alert" ?hidden=${!this.failure}>${this.failure}</p>
      </footer>
    `;
  }

  #translate(): Promise<void> {
    const text = this.value;
    return this.run(async (translator, signal) => {
      const translation = await translator.translate(text, { signal });
      this.translation = translation;
      const detail: TranslateEventDetail = { text, translation };
      this.dispatchEvent(new CustomEvent("translate", { detail, bubbles: true, composed: true }));
    });
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.translation);
      this.copied = true;
    } catch (error) {
      this.failure = `The translation can't be copied: ${(error as Error).message}`;
    }
  }
}

/** What isn't a language tag is shown as it is; the translator says what is wrong with it. */
function safely(name: (tag: string) => string, tag: string): string {
  try {
    return name(tag);
  } catch {
    return tag;
  }
}
