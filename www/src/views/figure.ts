import { html, nothing, type TemplateResult } from "lit-html";
import { format } from "d3-format";
import type { Actions } from "../app/actions";
import { cellInFocus } from "../app/focus";
import { currentSentence, type Focus, type State } from "../app/state";
import { paint } from "../figures/paint";
import type { Cell, FigureSpec } from "../figures/spec";
import { labels } from "../maps/labels";
import { at } from "../maps/select";
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
      @pointermove=${(event: PointerEvent) => actions.hover(pick(event, spec))}
      @pointerleave=${() => actions.hover(null)}
      @click=${(event: PointerEvent) => actions.pin(pick(event, spec))}
      @keydown=${(event: KeyboardEvent) => walk(event, state, actions, spec)}
    >
      <canvas
        class=${spec.ribbons.length && (cell.row !== null || cell.col !== null) ? "faded" : ""}
        style=${`width:${spec.width}px;height:${spec.height}px`}
        aria-hidden="true"
        ${painted([spec, spec.palette, devicePixelRatio], (canvas) => paint(canvas, spec))}
      ></canvas>
      <svg aria-hidden="true" width=${spec.width} height=${spec.height} viewBox=${`0 0 ${spec.width} ${spec.height}`}>
        ${spec.overlay(cell)}
      </svg>
    </div>
    <p class="readout">${readout(state, spec, cell)}</p>
  `;
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
      <span class="save" role="group" aria-label=${`Save ${spec.title}`}>
        <span aria-hidden="true">Save</span>
        ${(["SVG", "PNG", "CSV", "JSON"] as const).map(
          (kind) => html`<button type="button" class="quiet" aria-label=${`Save as ${kind}`} @click=${() => actions.save(spec, kind)}>${kind}</button>`,
        )}
      </span>
    </div>
    <div id=${`${spec.id}-numbers`} class="numbers" tabindex=${open ? 0 : nothing} role="region" aria-label=${`Numbers of ${spec.title}`} ?hidden=${!open}>
      ${open ? tables(state, spec) : nothing}
    </div>
  `;
}

function pick(event: PointerEvent | MouseEvent, spec: FigureSpec): Focus | null {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return spec.pick(event.clientX - box.left, event.clientY - box.top);
}

function walk(event: KeyboardEvent, state: State, actions: Actions, spec: FigureSpec): void {
  const { row, col } = cellInFocus(state, spec);
  const last = { row: spec.rows.count - 1, col: spec.cols.count - 1 };
  const go = (r: number, c: number) => {
    event.preventDefault();
    actions.pin({
      at: { sequence: spec.rows.sequence, index: Math.max(0, Math.min(last.row, r)) },
      to: { sequence: spec.cols.sequence, index: Math.max(0, Math.min(last.col, c)) },
    }, true);
  };
  const r = row ?? 0;
  const c = col ?? 0;
  const fresh = row === null;
  switch (event.key) {
    case "ArrowUp": return go(fresh ? r : r - 1, c);
    case "ArrowDown": return go(fresh ? r : r + 1, c);
    case "ArrowLeft": return go(r, fresh ? c : c - 1);
    case "ArrowRight": return go(r, fresh ? c : c + 1);
    case "Home": return go(r, 0);
    case "End": return go(r, last.col);
    case "PageUp": return go(r - 10, c);
    case "PageDown": return go(r + 10, c);
    case "Escape": return actions.pin(null);
  }
}

function readout(state: State, spec: FigureSpec, { row, col }: Cell): TemplateResult {
  const sentence = currentSentence(state);
  if (!sentence || (row === null && col === null)) {
    return html`<span class="hint">Point at a cell or a token, or focus the figure and use the arrow keys.</span>`;
  }
  const rows = labels(sentence, spec.rows.sequence);
  const cols = labels(sentence, spec.cols.sequence);
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
      let best = 0;
      for (let r = 1; r < one.map.rows; r++) if (at(one.map, r, col!) > at(one.map, best, col!)) best = r;
      return html`${i ? ", " : ""}<span class=${`ink-${one.branch}`}>${word(rows[best]?.text)} (${one.name} ${number(at(one.map, best, col!))})</span>`;
    })}`;
}

function tables(state: State, spec: FigureSpec): TemplateResult {
  const sentence = currentSentence(state);
  if (!sentence) return html``;
  const rows = labels(sentence, spec.rows.sequence);
  const cols = labels(sentence, spec.cols.sequence);
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
