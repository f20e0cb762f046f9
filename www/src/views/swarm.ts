import { type ScaleLinear, scaleLinear } from "d3-scale";
import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { HeadPlace, Side, Spread, Stack } from "../app/state";
import type { Placed } from "../maps/locality";

/** One strip of the plot: the heads of a branch of a model. */
export interface Strip {
  side: Side;
  name: string;
  heads: readonly Placed[];
}

export interface SwarmInput {
  stack: Stack;
  strips: readonly Strip[];
  /** Where a head would stand that looks everywhere alike. */
  indifferent: number;
  width: number;
  /** The largest distance of both parts, so that they share a scale. */
  most: number;
}

const RADIUS = 4;
const STRIP = 88;
const TOP = 30;
const BOTTOM = 44;

export const amount = (by: Spread["by"], value: number): string =>
  by === "near" ? `${Math.round(value * 100)} %` : `${value.toFixed(1)} tokens`;

/** Heads as dots, one strip a model and branch, each at its place on one common scale. */
export function swarm(input: SwarmInput, spread: Spread, actions: Actions): TemplateResult {
  const { stack, strips, width } = input;
  const height = TOP + strips.length * STRIP + BOTTOM;
  const x = scaleLinear(
    [0, spread.by === "near" ? 1 : Math.max(2, input.most)],
    [RADIUS + 2, width - RADIUS - 2],
  );
  const floor = height - BOTTOM;
  const reference = x(input.indifferent);
  const rightward = reference < width * 0.6;
  return html`
    <svg class="chart swarm" id=${`swarm-${stack}`} width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`}
      role="group" aria-label=${`Heads of the ${stack}, ${summary(input, spread)}`}
      @pointerleave=${() => actions.setSpread({ hovered: null })} @keydown=${rove}>
      <line class="reference" x1=${reference} x2=${reference} y1=${TOP - 10} y2=${floor} />
      <text class="axis" x=${reference + (rightward ? 5 : -5)} y=${TOP - 14} text-anchor=${rightward ? "start" : "end"}>looking everywhere alike</text>
      ${strips.map((strip, i) => drawStrip(strip, input, spread, actions, x, TOP + i * STRIP))}
      ${x.ticks(5).map((tick) => svg`<text class="axis" x=${x(tick)} y=${floor + 18} text-anchor=${tick === 0 ? "start" : x(tick) > width - 24 ? "end" : "middle"}>${spread.by === "near" ? `${Math.round(tick * 100)}%` : tick}</text>`)}
      <text class="axis" x=${width} y=${height - 6} text-anchor="end">${
        spread.by === "near"
          ? `share of its weight within ${spread.within} ${spread.within === 1 ? "token" : "tokens"}`
          : "mean distance to what it looks at, in tokens"
      }</text>
    </svg>
  `;
}

function drawStrip(
  strip: Strip,
  { stack }: SwarmInput,
  spread: Spread,
  actions: Actions,
  x: ScaleLinear<number, number>,
  top: number,
): SVGTemplateResult {
  const values = strip.heads.map((head) => head[spread.by]);
  const mean = average(values);
  const axis = top + STRIP / 2 + 12;
  const first = values.indexOf(Math.min(...values));
  const shown = spread.shown[strip.side];
  const chosen = strip.heads.findIndex((head) => shown && isHead(head, shown, stack));
  return svg`
    <line class="grid" x1=${x.range()[0]} x2=${x.range()[1]} y1=${axis} y2=${axis} />
    <text class="name" x="0" y=${top + 12}>${strip.name}${strip.heads.length ? svg`<tspan class="amount" dx="8">mean ${amount(spread.by, mean)}</tspan>` : nothing}</text>
    ${strip.heads.length ? svg`<line class="mean" x1=${x(mean)} x2=${x(mean)} y1=${axis - 26} y2=${axis + 26} />` : nothing}
    ${places(values.map(x)).map(([cx, dy], i) => {
      const head = strip.heads[i]!;
      const place: HeadPlace = {
        side: strip.side,
        stack,
        layer: head.layer,
        branch: head.branch,
        head: head.head,
      };
      const label = `${headName(place)}: ${amount(spread.by, values[i]!)}`;
      return svg`<circle
        class=${`dot ${head.branch}${i === chosen ? " lit" : ""}`}
        cx=${cx} cy=${axis + dy} r=${RADIUS}
        role="button" aria-label=${label} aria-pressed=${i === chosen ? "true" : "false"}
        tabindex=${i === (chosen < 0 ? first : chosen) ? 0 : -1}
        data-strip=${strip.name}
        @pointerenter=${(event: PointerEvent) => event.pointerType === "mouse" && actions.setSpread({ hovered: place })}
        @focus=${(event: FocusEvent) => (event.target as Element).matches(":focus-visible") && actions.showSpreadHead(place)}
        @click=${() => actions.showSpreadHead(place)}
      ><title>${label}</title></circle>`;
    })}`;
}

export function headName({ side, stack, layer, branch, head }: HeadPlace): string {
  const model = side === "plain" ? "Transformer" : "Lite";
  const kind = branch === "local" ? "convolution group" : "head";
  return `${model}, ${stack} layer ${layer + 1}, ${kind} ${head + 1}`;
}

const isHead = (one: Placed, place: HeadPlace, stack: Stack): boolean =>
  place.stack === stack &&
  one.layer === place.layer &&
  one.branch === place.branch &&
  one.head === place.head;

/** Each dot as near to the axis as the ones before it let it, in the order of x. */
function places(xs: readonly number[]): [x: number, dy: number][] {
  const gap = 2 * RADIUS + 0.5;
  const order = xs.map((_, i) => i).sort((a, b) => xs[a]! - xs[b]!);
  const placed: { x: number; dy: number }[] = [];
  const result: [number, number][] = new Array(xs.length);
  for (const i of order) {
    const x = xs[i]!;
    const close = placed.filter((one) => x - one.x < gap);
    let dy = 0;
    for (let step = 0; ; step++) {
      dy = (step % 2 ? 1 : -1) * Math.ceil(step / 2) * (gap / 2);
      if (close.every((one) => Math.hypot(x - one.x, dy - one.dy) >= gap - 0.01)) break;
    }
    placed.push({ x, dy });
    result[i] = [x, Math.max(-28, Math.min(28, dy))];
  }
  return result;
}

export const average = (values: readonly number[]): number =>
  values.length ? values.reduce((a, b) => a + b, 0) / values.length : 0;

function summary({ strips }: SwarmInput, { by }: Spread): string {
  const means = strips
    .filter((strip) => strip.heads.length)
    .map(({ name, heads }) => `${name} ${amount(by, average(heads.map((head) => head[by])))}`);
  return `${by === "near" ? "mean share of weight nearby" : "mean distance"}: ${means.join(", ")}`;
}

/** Left and right along a strip, up and down to the nearest dot of another. */
export function rove(event: KeyboardEvent): void {
  const here = document.activeElement as SVGCircleElement;
  const all = [...(event.currentTarget as Element).querySelectorAll<SVGCircleElement>(".dot")];
  if (!all.includes(here)) return;
  const x = (dot: SVGCircleElement) => dot.cx.baseVal.value;
  const names = [...new Set(all.map((dot) => dot.dataset.strip))];
  const strip = (name: string | undefined) =>
    all.filter((dot) => dot.dataset.strip === name).sort((a, b) => x(a) - x(b));
  const row = names.indexOf(here.dataset.strip);
  const line = strip(names[row]);
  const at = line.indexOf(here);
  const nearest = (name: string | undefined) =>
    strip(name).reduce<SVGCircleElement | undefined>(
      (best, dot) =>
        !best || Math.abs(x(dot) - x(here)) < Math.abs(x(best) - x(here)) ? dot : best,
      undefined,
    );
  const moves: Record<string, () => SVGCircleElement | undefined> = {
    ArrowLeft: () => line[at - 1],
    ArrowRight: () => line[at + 1],
    Home: () => line[0],
    End: () => line.at(-1),
    ArrowUp: () => (row > 0 ? nearest(names[row - 1]) : undefined),
    ArrowDown: () => nearest(names[row + 1]),
  };
  const to = moves[event.key]?.();
  if (!to) return;
  event.preventDefault();
  to.focus();
}
