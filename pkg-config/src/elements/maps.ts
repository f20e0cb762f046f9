/** `<attention-maps text="…" from="de" to="en">`: what both branches of a layer look at, side by side. */

import type { LayerMaps, Map2D, SentenceVisualization, Visualization } from "../types.js";
import { html, nothing, type PropertyValues } from "../vendor/lit.js";
import { TranslatingElement } from "./base.js";
import { type Branch, meanOf, type Place, paint, strongest } from "./matrix.js";
import { maps as look, theme } from "./styles.js";
import type { MapsEventDetail } from "./types.js";

const TITLES: Record<Branch, string> = {
  global: "Global: attention",
  local: "Local: convolution",
};

export class AttentionMaps extends TranslatingElement {
  static override properties = {
    ...TranslatingElement.properties,
    text: { reflect: true },
    half: { reflect: true },
    layer: { reflect: true, type: Number },
    head: { reflect: true },
    measure: { reflect: true },
    sentence: { reflect: true, type: Number },
    visualization: { state: true },
    place: { state: true },
  };

  static override styles = [theme, look];

  declare text: string;
  declare half: "encoder" | "decoder";
  declare layer: number;
  declare head: string;
  declare measure: Visualization["measure"];
  declare sentence: number;
  declare visualization: Visualization | undefined;
  /** The cell that is pointed at, in both maps. */
  declare protected place: Place | undefined;

  constructor() {
    super();
    this.text = "";
    this.half = "encoder";
    this.layer = 0;
    this.head = "mean";
    this.measure = "weight";
    this.sentence = 0;
    this.visualization = undefined;
    this.place = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate("text");
  }

  override willUpdate(changed: PropertyValues): void {
    if (!["text", "from", "to", "size", "measure"].some((name) => changed.has(name))) return;
    if (this.text.trim()) void this.#visualize();
    else {
      this.visualization = undefined;
      this.rest();
    }
  }

  #visualize(): Promise<void> {
    const { text, measure } = this;
    return this.run(async (translator, signal) => {
      const visualization = await translator.visualize(text, { measure, signal });
      this.visualization = visualization;
      this.place = undefined;
      const detail: MapsEventDetail = { visualization };
      this.dispatchEvent(new CustomEvent("translate", { detail, bubbles: true, composed: true }));
    });
  }

  override render() {
    return html`
      ${
        this.state === "loading"
          ? html`<progress part="progress" aria-label="Loading the model" max="1" .value=${this.progress}></progress>`
          : nothing
      }
      <p part="error" role="alert" ?hidden=${!this.failure}>${this.failure}</p>
      ${this.#figures()}
    `;
  }

  #figures() {
    const sentence = this.visualization?.sentences[this.sentence];
    const layer = sentence?.[this.half]?.[this.layer];
    if (!this.visualization) return nothing;
    if (!sentence || !layer)
      return html`<p part="error" role="alert">${this.#missing(sentence)}</p>`;
    const rows =
      this.half === "encoder"
        ? texts(sentence.source)
        : ["start", ...texts(sentence.target).slice(0, -1)];
    return html`
      <div part="maps">
        ${this.#figure("global", layer, rows)} ${this.#figure("local", layer, rows)}
      </div>
      <p part="readout" aria-live="polite">${this.#readout(layer, rows)}</p>
    `;
  }

  #missing(sentence: SentenceVisualization | undefined): string {
    const sentences = this.visualization?.sentences.length ?? 0;
    if (!sentence) return `sentence is ${this.sentence}, expected 0 to ${sentences - 1}`;
    const layers = sentence[this.half]?.length;
    if (!layers) return `half is "${this.half}", expected "encoder" or "decoder"`;
    return `layer is ${this.layer}, expected 0 to ${layers - 1}`;
  }

  /** The map that is asked for; a text that says why not where there is none. */
  #map(branch: Branch, layer: LayerMaps): Map2D | string {
    const maps = layer[branch];
    if (maps.length === 0) return "This model has no such branch.";
    if (this.head === "mean") return meanOf(maps);
    const map = /^\d+$/.test(this.head) ? maps[Number(this.head)] : undefined;
    return map ?? `head is "${this.head}", expected "mean" or 0 to ${maps.length - 1}`;
  }

  #figure(branch: Branch, layer: LayerMaps, rows: string[]) {
    const map = this.#map(branch, layer);
    if (typeof map === "string")
      return html`<figure part="figure"><figcaption part="caption">${TITLES[branch]}</figcaption><p>${map}</p></figure>`;
    const which = this.head === "mean" ? "mean of all heads" : `head ${this.head}`;
    const label = `${TITLES[branch]}, ${this.half} layer ${this.layer}, ${which}: ${map.rows} tokens`;
    return html`
      <figure part="figure">
        <figcaption part="caption">${TITLES[branch]}</figcaption>
        <div
          part="map"
          class=${branch}
          style=${`--rows: ${map.rows}; --cols: ${map.cols}`}
          role="application"
          aria-roledescription="attention map"
          aria-label=${`${label}. The arrow keys walk the map.`}
          tabindex="0"
          @keydown=${(event: KeyboardEvent) => this.#walk(event, map)}
          @pointermove=${(event: PointerEvent) => this.#point(event, map)}
          @pointerleave=${() => this.#leave()}
        >
          <div class="columns" aria-hidden="true">${rows.map((text, i) => this.#label(text, i, "col"))}</div>
          <div class="rows" aria-hidden="true">${rows.map((text, i) => this.#label(text, i, "row"))}</div>
          <canvas
            aria-hidden="true"
            width=${map.cols}
            height=${map.rows}
            .map=${map}
          ></canvas>
          ${
            this.place
              ? html`<i style=${`--row: ${this.place.row}; --col: ${this.place.col}`}></i>`
              : nothing
          }
        </div>
        <table class="hidden">
          <caption>${label}: what each token looks at most</caption>
          <thead><tr><th scope="col">token</th><th scope="col">looks at</th></tr></thead>
          <tbody>
            ${rows.map(
              (text, row) =>
                html`<tr><th scope="row">${text}</th><td>${strongest(map, row)
                  .map(({ col, value }) => `${rows[col]} ${value.toFixed(2)}`)
                  .join(", ")}</td></tr>`,
            )}
          </tbody>
        </table>
      </figure>
    `;
  }

  #label(text: string, i: number, side: keyof Place) {
    return html`<span class=${this.place?.[side] === i ? "on" : ""}>${text}</span>`;
  }

  #readout(layer: LayerMaps, rows: string[]): string {
    if (!this.place) return "";
    const { row, col } = this.place;
    const values = (["global", "local"] as const).flatMap((branch) => {
      const map = this.#map(branch, layer);
      return typeof map === "string"
        ? []
        : `${branch} ${map.data[row * map.cols + col]?.toFixed(3)}`;
    });
    return `${rows[row]} looks at ${rows[col]}: ${values.join(", ")}`;
  }

  #point(event: PointerEvent, map: Map2D): void {
    const canvas = (event.currentTarget as HTMLElement).querySelector(
      "canvas",
    ) as HTMLCanvasElement;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const col = Math.floor(((event.clientX - left) / width) * map.cols);
    const row = Math.floor(((event.clientY - top) / height) * map.rows);
    const inside = row >= 0 && row < map.rows && col >= 0 && col < map.cols;
    this.place = inside ? { row, col } : undefined;
  }

  #leave(): void {
    this.place = undefined;
  }

  #walk(event: KeyboardEvent, map: Map2D): void {
    const steps: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const step = steps[event.key];
    if (event.key === "Escape") this.place = undefined;
    if (!step) return;
    event.preventDefault();
    const { row, col } = this.place ?? { row: 0, col: 0 };
    const [down, right] = this.place ? step : [0, 0];
    const within = (value: number, count: number) => Math.min(Math.max(value, 0), count - 1);
    this.place = { row: within(row + down, map.rows), col: within(col + right, map.cols) };
  }

  override updated(): void {
    for (const canvas of this.renderRoot.querySelectorAll("canvas"))
      paint(canvas, (canvas as HTMLCanvasElement & { map: Map2D }).map);
  }
}

/** What stands beside a row: the token, or the name of a sign that stands for no text. */
function texts(tokens: SentenceVisualization["source"]): string[] {
  return tokens.map(({ text, piece }) => text.trim() || (piece === "</s>" ? "end" : piece));
}
