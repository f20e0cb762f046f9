import { format } from "d3-format";
import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { AttentionCell, LayerMaps, Map2D, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { type CellInside, cellKey } from "../app/cell-loader";
import type { State } from "../app/state";
import { type CellPlace, shownHead } from "../maps/cell-place";
import { type Label, labels, short } from "../maps/labels";
import { at, layerOf } from "../maps/select";
import { playButton } from "./controls";

const number = format(".3~f");
const signed = format("+.2f");

/** Tokens of a row that are listed; the others are summed up. */
const SHOWN = 7;

/** How the cell in focus came about: in the global branch by a softmax, in the local one by a kernel. */
export function cellMaker(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
  place: CellPlace,
): TemplateResult {
  const { stack } = state;
  const weights = state.reading?.visualization.measure === "weight";
  const maps = layerOf(sentence, stack, state.layer);
  const rows = labels(sentence, stack === "encoder" ? "source" : "target");
  const cols = labels(sentence, stack === "encoder" ? "source" : "prefix");
  return html`
    <figure class="slide" id="cell-figure" aria-label="How a cell is made">
      <figcaption class="prose">
        <h3>How a cell is made</h3>
        <p>
          ${stack === "encoder" ? "Encoder" : "Decoder"} layer ${state.layer + 1}, the row of <b>${rows[place.row]?.text}</b>. Point at another
          cell in the maps above and this follows.
        </p>
      </figcaption>
      ${
        weights
          ? html`
        <div class="cells">
          ${maps?.global.length ? attention(state, actions, sentence, maps.global, rows, cols, place) : nothing}
          ${maps?.local.length ? convolution(state, actions, sentence, maps, rows, cols, place) : nothing}
        </div>`
          : html`<p class="aside">The maps show contributions: weights times what each value carries.
            <button type="button" class="plain" @click=${() => actions.showMeasure("weight")}>Show the weights</button> to see how one is made.</p>`
      }
    </figure>
  `;
}

function attention(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
  heads: readonly Map2D[],
  rows: readonly Label[],
  cols: readonly Label[],
  { row, col }: CellPlace,
): TemplateResult {
  const values = heads.map((map) => at(map, row, col));
  const head = shownHead(state, sentence, "global", row, col) ?? 0;
  const map = heads[head] ?? heads[0]!;
  const weights = Array.from(map.data.subarray(row * map.cols, (row + 1) * map.cols));
  const most = Math.max(...weights);
  // A softmax forgets what all scores have in common: what can be told of them is how far each is below the best.
  const list = weights.map((weight, i) => ({
    i,
    weight,
    score: Math.log(weight / most),
    power: weight / most,
  }));
  const ranked = list.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  const shown = ranked.filter(({ i }, rank) => rank < SHOWN || i === col);
  const sum = ranked.reduce((total, { power }) => total + power, 0);
  const rest = ranked.filter((one) => !shown.includes(one));
  const cell = list[col]!;
  const inside = insideOf(state, row, col)?.global ?? null;
  return html`
    <div class="cell-part global">
      <h4><span class="ink-global">Attention</span>, head ${head + 1}: ${rows[row]?.text} looks at ${cols[col]?.text}</h4>
      <p>
        The token's question <i>q</i> is multiplied with the key <i>k</i> of every token, number by number; the sum over √<i>d</i> is the score.
        e to its power, over the sum of all of the row, is the share. Scores are given against the best one, set to 0: what all of
        them have in common the softmax takes out.
      </p>
      ${inside ? products(inside) : nothing}
      <table class="made">
        <thead><tr><th scope="col">looks at</th><th scope="col">score</th><th scope="col">e<sup>score</sup></th><th scope="col">share</th><td></td></tr></thead>
        <tbody>
          ${shown.map(
            ({ i, weight, score, power }) => html`<tr class=${i === col ? "here" : ""}>
              <th scope="row"><button type="button" class="plain" @click=${() => actions.pin(focusAt(state, row, i), true)}>${short(cols[i]!, 14)}</button></th>
              <td>${signed(score)}</td><td>${number(power)}</td><td>${number(weight)}</td>
              <td><span class="made-bar" style=${`--size:${weight / most}`}></span></td>
            </tr>`,
          )}
          ${
            rest.length
              ? html`<tr><th scope="row">${rest.length} more</th><td></td><td>${number(rest.reduce((total, one) => total + one.power, 0))}</td><td>${number(rest.reduce((total, one) => total + one.weight, 0))}</td><td></td></tr>`
              : nothing
          }
        </tbody>
        <tfoot><tr><th scope="row">sum</th><td></td><td>${number(sum)}</td><td>${number(weights.reduce((a, b) => a + b, 0))}</td><td></td></tr></tfoot>
      </table>
      <p class="worked">${number(cell.power)} / ${number(sum)} = <b>${number(cell.weight)}</b></p>
      ${
        inside
          ? html`<div class="strips">
            ${numbers("value of the token looked at", inside.value)}
            ${numbers(
              `times ${number(cell.weight)}: its part in the sum`,
              inside.value.map((one) => one * cell.weight),
            )}
            ${numbers("sum over all tokens: what the head gives", inside.output)}
          </div>`
          : nothing
      }
      ${
        heads.length > 1
          ? html`<p class="aside">The ${heads.length} heads give this cell ${values.map((value, i) => html`${i ? ", " : ""}<button type="button" class="plain" aria-pressed=${i === state.head ? "true" : "false"} @click=${() => actions.showHead(i)}>${number(value)}</button>`)};
            their mean is <button type="button" class="plain" @click=${() => actions.showHead("mean")}>${number(values.reduce((a, b) => a + b, 0) / values.length)}</button>.</p>`
          : nothing
      }
    </div>
  `;
}

/** What the engine says of the cell, if it is of this one. */
function insideOf({ inside, stack, layer }: State, row: number, col: number): CellInside | null {
  return inside?.key === cellKey(stack, layer, row, col) ? inside : null;
}

/** q, k, their products and the score that comes of them. */
function products({ query, key }: AttentionCell): TemplateResult {
  const product = query.map((one, i) => one * (key[i] ?? 0));
  const sum = product.reduce((a, b) => a + b, 0);
  return html`
    <div class="strips">
      ${numbers("q, of the row", query)}${numbers("k, of the column", key)}${numbers("q × k", product)}
    </div>
    <p class="worked" id="score">${number(sum)} / √${query.length} = <b>${number(sum / Math.sqrt(query.length))}</b></p>
  `;
}

const BAR = 9;
const HALF = 13;

/** A list of numbers as bars up and down from a line, each list to its own greatest. */
function numbers(name: string, values: Float32Array): TemplateResult {
  const most = values.reduce((top, one) => Math.max(top, Math.abs(one)), 0) || 1;
  const width = values.length * BAR;
  return html`
    <figure class="strip-of-numbers">
      <svg class="chart" width=${width} height=${2 * HALF + 2} viewBox=${`0 0 ${width} ${2 * HALF + 2}`} role="img" aria-label=${`${name}: ${Array.from(values, (one) => number(one)).join(", ")}`}>
        <line class="grid" x1="0" x2=${width} y1=${HALF + 1} y2=${HALF + 1} />
        ${Array.from(values, (value, i) => {
          const size = (Math.abs(value) / most) * HALF;
          return svg`<rect class=${value < 0 ? "below" : "above"} x=${i * BAR + 1} y=${HALF + 1 - (value > 0 ? size : 0)} width=${BAR - 2} height=${size}><title>${number(value)}</title></rect>`;
        })}
      </svg>
      <figcaption>${name}</figcaption>
    </figure>
  `;
}

const focusAt = ({ stack }: State, row: number, col: number) =>
  stack === "encoder"
    ? {
        at: { sequence: "source" as const, index: row },
        to: { sequence: "source" as const, index: col },
      }
    : {
        at: { sequence: "target" as const, index: row },
        to: { sequence: "prefix" as const, index: col },
      };

const TAP = 26;
const HIGH = 64;

function convolution(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
  { local, kernelSize = 1 }: LayerMaps,
  rows: readonly Label[],
  cols: readonly Label[],
  { row, col }: CellPlace,
): TemplateResult {
  const group = shownHead(state, sentence, "local", row, col) ?? 0;
  const map = local[group] ?? local[0]!;
  const first = state.stack === "encoder" ? row - (kernelSize >> 1) : row - kernelSize + 1;
  const taps = Array.from({ length: kernelSize }, (_, tap) => {
    const i = first + tap;
    return { i, offset: i - row, weight: i >= 0 && i < map.cols ? at(map, row, i) : 0 };
  }).filter(({ i }) => i >= 0 && i < map.cols);
  const most = Math.max(...taps.map(({ weight }) => weight), Number.EPSILON);
  const width = taps.length * TAP + 8;
  const height = HIGH + 108;
  const here = taps.find(({ i }) => i === col);
  return html`
    <div class="cell-part local">
      <h4><span class="ink-local">Convolution</span>, group ${group + 1}: a kernel over ${kernelSize} ${kernelSize === 1 ? "token" : "tokens"}</h4>
      <p>
        The weights were learned once and are the same at every position: the window slides along the sentence, and each weight
        multiplies what its neighbour carries. Past the ends there is nothing.
      </p>
      <div class="scroll" tabindex="0" role="region" aria-label="The kernel over its neighbours">
        <svg class="chart" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img"
          aria-label=${`Kernel around ${rows[row]?.text}: ${taps.map(({ i, weight }) => `${cols[i]?.text} ${number(weight)}`).join(", ")}`}>
          ${taps.map(({ i, offset, weight }, tap) => {
            const x = 4 + tap * TAP;
            const size = (weight / most) * HIGH;
            return svg`<g class=${`tap${i === col ? " here" : ""}`}>
              <rect x=${x + 3} y=${HIGH - size + 4} width=${TAP - 6} height=${size} />
              <text class="tick" x=${x + TAP / 2} y=${HIGH + 16} text-anchor="middle">${offset > 0 ? `+${offset}` : offset}</text>
              <text class="label" font-size="12" transform=${`translate(${x + TAP / 2 + 4} ${HIGH + 26}) rotate(90)`}>${short(cols[i]!, 11)}</text>
            </g>`;
          })}
        </svg>
      </div>
      <p class="worked">${here ? html`${number(here.weight)} × what <b>${cols[col]?.text}</b> carries` : html`<b>${cols[col]?.text}</b> is outside the window: its weight is 0`}</p>
      ${tapStrips(state, row, col)}
      <p class="slide-window">
        <button type="button" class="quiet" aria-label="Window back" ?disabled=${row === 0} @click=${() => actions.moveRow(-1)}>←</button>
        Slide the window
        <button type="button" class="quiet" aria-label="Window on" ?disabled=${row === rows.length - 1} @click=${() => actions.moveRow(1)}>→</button>
        ${playButton("rows", "Slide the window along the sentence", state, actions)}
      </p>
    </div>
  `;
}

/** What the neighbour carries, its part in the sum, and the sum. */
function tapStrips(state: State, row: number, col: number): TemplateResult | typeof nothing {
  const inside = insideOf(state, row, col)?.local;
  const tap = inside?.taps.find(({ position }) => position === col);
  if (!inside) return nothing;
  return html`<div class="strips">
    ${
      tap
        ? html`${numbers("what it carries", tap.values)}
          ${numbers(
            `times ${number(tap.weight)}`,
            tap.values.map((one) => one * tap.weight),
          )}`
        : nothing
    }
    ${numbers("sum over the window: what the group gives", inside.output)}
  </div>`;
}
