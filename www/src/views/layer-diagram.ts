import { format } from "d3-format";
import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { LayerShape } from "../app/manifest";
import type { State } from "../app/state";

const si = (value: number) => format(".2~s")(value).replace(/([kMG])$/, " $1");

/** Pixels to a channel: how wide a bar is says how many numbers it holds. */
const WIDTH = 360;
const GAP = 16;

/** One layer of the loaded model, drawn: what is split, what goes where, and how it comes together again. */
export function layerDiagram(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { manifest, stack } = state;
  if (!manifest) return nothing;
  const { d_model: d, ffn, cross_heads } = manifest.architecture;
  const layers = manifest.architecture[stack];
  const index = Math.min(state.layer, layers.length - 1);
  const shape = layers[index];
  if (!shape?.global || !shape.local) return nothing;
  const scale = WIDTH / d;
  const far = shape.global.channels * scale;
  const decoder = stack === "decoder";
  const work = workOf(state, stack, index);
  const top = { join: 224, cross: 276, feed: decoder ? 352 : 276 };
  const height = top.feed + 116;
  const half = (WIDTH - GAP) / 2;
  return html`
    <figure class="layer-diagram" id="layer-diagram" aria-label=${describe(state, shape, index)}>
      <svg class="chart" width=${WIDTH} height=${height} viewBox=${`0 0 ${WIDTH} ${height}`} role="group" aria-label="One layer, drawn">
        <text class="axis" x="0" y="12">${stack} layer ${index + 1}: a token as ${d} numbers</text>
        ${bar(0, 20, far, "global")}${bar(far, 20, WIDTH - far, "local")}
        <text class="in-bar" x=${far / 2} y="33" text-anchor="middle">${shape.global.channels}</text>
        <text class="in-bar" x=${far + (WIDTH - far) / 2} y="33" text-anchor="middle">${shape.local.channels}</text>
        ${arrow(far / 2, 40, half / 2, 72)}${arrow(far + (WIDTH - far) / 2, 40, WIDTH - half / 2, 72)}
        ${block(
          { x: 0, y: 76, width: half, height: 110, tone: "global", name: "Attention" },
          [
            `${shape.global.heads} heads of ${shape.global.channels / shape.global.heads}`,
            "any token, by content",
            `${shape.global.channels} → ${shape.global.channels}${work("global")}`,
          ],
          () => actions.showMap({ head: "mean" }, "branches-figure"),
        )}
        ${block(
          { x: half + GAP, y: 76, width: half, height: 110, tone: "local", name: "Convolution" },
          [
            `${shape.local.groups} kernels over ${shape.local.kernel_size} tokens`,
            decoder ? "those just before" : "those around",
            `${shape.local.channels} → ${shape.local.channels}${work("local")}`,
          ],
          () => actions.showMap({ group: "mean" }, "branches-figure"),
        )}
        ${arrow(half / 2, 186, far / 2, 220)}${arrow(WIDTH - half / 2, 186, far + (WIDTH - far) / 2, 220)}
        ${bar(0, top.join, far, "global")}${bar(far, top.join, WIDTH - far, "local")}
        <text class="in-bar" x=${WIDTH / 2} y=${top.join + 13} text-anchor="middle">${d}, side by side, added to the input</text>
        ${arrow(WIDTH / 2, top.join + 20, WIDTH / 2, (decoder ? top.cross : top.feed) - 4)}
        ${
          decoder
            ? svg`
          ${block(
            {
              x: 0,
              y: top.cross,
              width: WIDTH,
              height: 52,
              tone: "cross",
              name: "Cross-attention",
            },
            [
              `${cross_heads ?? ""} heads over all ${d} numbers, into the source sentence${work("cross")}`,
            ],
            () => actions.showMap({ crossLayer: index }, "decoding"),
          )}
          ${arrow(WIDTH / 2, top.cross + 52, WIDTH / 2, top.feed - 4)}`
            : nothing
        }
        ${block(
          {
            x: 0,
            y: top.feed,
            width: WIDTH,
            height: 52,
            tone: "feed",
            name: `Feed-forward ${d} → ${ffn} → ${d}`,
          },
          [`${ffn === d ? `flat: a Transformer’s goes up to ${4 * d}` : ""}${work("ffn")}`],
          () => actions.showMap({}, "cost"),
        )}
        ${arrow(WIDTH / 2, top.feed + 52, WIDTH / 2, top.feed + 78)}
        ${bar(0, top.feed + 82, WIDTH, "out")}
        <text class="axis" x="0" y=${top.feed + 114}>${d} numbers, for layer ${index + 2 > layers.length ? "s that follow" : index + 2}</text>
      </svg>
      <figcaption>Numbers of the model in this page${state.counted ? `; work in multiply-adds for ${state.counted.sourceTokens} tokens` : ""}. Each block opens its figure.</figcaption>
    </figure>
  `;
}

/** What a block costs, as counted from the graph; nothing before that is known. */
function workOf({ counted }: State, stack: string, layer: number): (part: string) => string {
  return (part) => {
    const modules =
      counted?.modules.filter(({ name }) => name.startsWith(`${stack}.${layer}.${part}`)) ?? [];
    const sum = modules.reduce((total, one) => total + one.multAdds, 0);
    return sum ? `, ${si(sum)}` : "";
  };
}

function describe(state: State, shape: LayerShape, index: number): string {
  const { d_model: d, ffn } = state.manifest!.architecture;
  return `${state.stack} layer ${index + 1}: ${d} numbers are split into ${shape.global!.channels} for attention and ${shape.local!.channels} for convolution, put side by side again, and go through a feed-forward layer of ${ffn}.`;
}

const bar = (x: number, y: number, width: number, tone: string): SVGTemplateResult =>
  svg`<rect class=${`stream ${tone}`} x=${x} y=${y} width=${width} height="18" />`;

const arrow = (x1: number, y1: number, x2: number, y2: number): SVGTemplateResult =>
  svg`<path class="flow" d=${`M${x1},${y1}C${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2} ${x2},${y2}m-4,-6l4,6l4,-6`} />`;

interface Block {
  x: number;
  y: number;
  width: number;
  height: number;
  tone: string;
  name: string;
}

function block(
  { x, y, width, height, tone, name }: Block,
  lines: readonly string[],
  open: () => void,
): SVGTemplateResult {
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open();
  };
  return svg`
    <g class=${`block ${tone}`} role="button" tabindex="0" @click=${open} @keydown=${key}>
      <rect x=${x + 1} y=${y} width=${width - 2} height=${height} rx="6" />
      <text class="block-name" x=${x + 14} y=${y + 22}>${name}</text>
      ${lines.map((line, i) => svg`<text class="axis" x=${x + 14} y=${y + 42 + i * 20}>${line}</text>`)}
    </g>`;
}
