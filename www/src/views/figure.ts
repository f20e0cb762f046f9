import { format } from "d3-format";
import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { Actions } from "../app/actions";
import { cellInFocus } from "../app/focus";
import { currentSentence, type Focus, type State } from "../app/state";
import { once } from "../figures/memo";
import { gapOf, paint } from "../figures/paint";
import type { Cell, FigureSpec } from "../figures/spec";
import { at, strongestRow } from "../maps/select";
import { tourMarks } from "../tour/steps";
import { downloadMenu } from "./download";
import { magnifier } from "./magnifier";
import { painted } from "./painted";

const number = format(".3~f");

/** A figure that can be pointed at, walked with the arrow keys, read as a table and taken away. */
export function figureView(state: State, actions: Actions, spec: FigureSpec): TemplateResult {
  const cell = cellInFocus(state, spec);
  return html`
    <div
      class="figure"
      id=${spec.id}
      style=${`width:${spec.width}px;height:${spec.height}px`}
      tabindex="0"
      role="application"
      aria-roledescription="attention map"
      aria-label=${`${spec.title}. ${spec.summary}`}
      aria-describedby="figure-keys"
      @focus=${() => actions.enter(spec.id)}
      @blur=${() => actions.enter(null)}
      @pointermove=${(event: PointerEvent) => actions.hover(pick(event, spec))}
      @pointerleave=${() => actions.hover(null)}
      @click=${(event: PointerEvent) => actions.pin(pick(event, spec))}
      @keydown=${(event: KeyboardEvent) => walk(event, state, actions, spec)}
    >
      <canvas
        class=${spec.ribbons.length && (cell.row !== null || cell.col !== null) ? "faded" : ""}
        style=${`width:${spec.width}px;height:${spec.height}px`}
        aria-hidden="true"
        ${painted([spec, spec.palette, devicePixelRatio], (canvas: HTMLCanvasElement) => paint(canvas, spec))}
      ></canvas>
      <svg aria-hidden="true" width=${spec.width} height=${spec.height} viewBox=${`0 0 ${spec.width} ${spec.height}`}>
        ${spec.overlay(cell)}
        ${told(state, spec)}
      </svg>
    </div>
    ${magnifier(state, actions, spec)}
    <p class="readout" aria-live=${state.entered === spec.id ? "polite" : "off"}>${readout(spec, cell)}</p>
  `;
}

/** The cells that a step of the guided tour speaks of, if this figure shows the page's sentence. */
function told(state: State, spec: FigureSpec): SVGTemplateResult[] {
  const sentence = currentSentence(state);
  if (!state.tour || !sentence || spec.about.sentence !== sentence) return [];
  const { step } = state.tour;
  const marks = once("told", [step, sentence], () => tourMarks(step, sentence));
  return spec.grids.flatMap((grid) =>
    marks
      .filter(({ branch }) => branch === grid.branch)
      .map(({ row, col }) => {
        const [x, y] = [grid.x + col * grid.cell - 2, grid.y + row * grid.cell - 2];
        const side = grid.cell - gapOf(grid.cell) + 4;
        return svg`<rect class="told-halo" x=${x} y=${y} width=${side} height=${side} rx="3" /><rect class="told" x=${x} y=${y} width=${side} height=${side} rx="3" />`;
      }),
  );
}

export function figureTools(state: State, actions: Actions, spec: FigureSpec): TemplateResult {
  const open = state.openTables.includes(spec.id);
  return html`
    <div class="tools">
      <button
        type="button"
        class="quiet"
        aria-expanded=${open ? "true" : "false"}
        aria-controls=${`${spec.id}-numbers`}
        @click=${() => actions.toggleTable(spec.id)}
      >
        ${open ? "Hide numbers" : "Numbers"}
      </button>
      ${downloadMenu(actions, spec.title, (kind, look) => void actions.save(spec, kind, look), true)}
    </div>
    <div id=${`${spec.id}-numbers`} class="numbers" tabindex=${open ? 0 : nothing} role="region" aria-label=${`Numbers of ${spec.title}`} ?hidden=${!open}>
      ${open ? guard([spec], () => tables(spec)) : nothing}
    </div>
  `;
}

function pick(event: PointerEvent | MouseEvent, spec: FigureSpec): Focus | null {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return spec.pick(event.clientX - box.left, event.clientY - box.top);
}

/** Arrow keys move through the cells; the first one only enters, at the first row. */
function walk(event: KeyboardEvent, state: State, actions: Actions, spec: FigureSpec): void {
  if (event.key === "Escape") {
    actions.pin(null);
    return;
  }
  const { row, col } = cellInFocus(state, spec);
  const r = row ?? 0;
  const c = col ?? 0;
  const lastRow = spec.rows.labels.length - 1;
  const lastCol = spec.cols.labels.length - 1;
  const moves: Record<string, [row: number, col: number]> = {
    ArrowUp: [r - 1, c],
    ArrowDown: [r + 1, c],
    ArrowLeft: [r, c - 1],
    ArrowRight: [r, c + 1],
    Home: [r, 0],
    End: [r, lastCol],
    PageUp: [r - 10, c],
    PageDown: [r + 10, c],
  };
  const to = moves[event.key];
  if (!to) return;
  event.preventDefault();
  const [toRow, toCol] = row === null ? [0, c] : to;
  const within = (value: number, last: number) => Math.max(0, Math.min(last, value));
  actions.pin(
    {
      at: { sequence: spec.rows.sequence, index: within(toRow, lastRow) },
      to: { sequence: spec.cols.sequence, index: within(toCol, lastCol) },
    },
    true,
  );
}

function readout(spec: FigureSpec, { row, col }: Cell): TemplateResult {
  if (row === null && col === null) {
    return html`<span class="hint">Point at a cell or a token, or focus the figure and use the arrow keys.</span>`;
  }
  const rows = spec.rows.labels;
  const cols = spec.cols.labels;
  const word = (text: string | undefined) => html`<b>${text ?? ""}</b>`;
  if (row !== null && col !== null) {
    return html`${word(rows[row]?.text)} looks at ${word(cols[col]?.text)}:
      ${spec.series.map((one, i) => html`${i ? ", " : ""}<span class=${`ink-${one.branch}`}>${one.name} ${number(at(one.map, row, col))}</span>`)}`;
  }
  if (row !== null) {
    return html`${word(rows[row]?.text)} looks most at
      ${spec.series.map((one, i) => {
        const line = one.map.data.subarray(row * one.map.cols, (row + 1) * one.map.cols);
        const best = line.reduce((top, value, j) => (value > line[top]! ? j : top), 0);
        return html`${i ? ", " : ""}<span class=${`ink-${one.branch}`}>${word(cols[best]?.text)} (${one.name} ${number(line[best]!)})</span>`;
      })}`;
  }
  return html`${word(cols[col!]?.text)} is looked at most by
    ${spec.series.map((one, i) => {
      const best = strongestRow(one.map, col!);
      return html`${i ? ", " : ""}<span class=${`ink-${one.branch}`}>${word(rows[best]?.text)} (${one.name} ${number(at(one.map, best, col!))})</span>`;
    })}`;
}

function tables(spec: FigureSpec): TemplateResult {
  const rows = spec.rows.labels;
  const cols = spec.cols.labels;
  return html`${spec.series.map(
    ({ name, map }) => html`
      <table>
        <caption>${name}: ${spec.title}</caption>
        <thead>
          <tr><td></td>${cols.map((label) => html`<th scope="col">${label.text}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map((label, r) => html`<tr><th scope="row">${label.text}</th>${cols.map((_, c) => html`<td>${number(at(map, r, c))}</td>`)}</tr>`)}
        </tbody>
      </table>
    `,
  )}`;
}
