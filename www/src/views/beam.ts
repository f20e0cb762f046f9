import { format } from "d3-format";
import { html, nothing, svg, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { BeamNode, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import type { State } from "../app/state";
import { stepOf } from "../app/step";
import type { Chart } from "../export/chart";
import type { Records } from "../export/csv";
import { pieceLabel, short } from "../maps/labels";
import { downloadMenu } from "./download";
import { term } from "./glossary";
import { painted } from "./painted";

const COLUMN = 104;
const ROW = 22;
const number = format(".2f");

/** The beam search as it went: a column a step, in it the hypotheses looked at, the likeliest on top. */
export function beam(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization,
): TemplateResult | typeof nothing {
  const { beam: steps } = sentence;
  if (!steps.length) return nothing;
  const step = Math.min(stepOf(state, sentence), steps.length - 1);
  return html`
    <figure class="slide" aria-label="The beam search">
      <figcaption class="prose">
        <h3>The beam: several translations at once</h3>
        <p>
          A column is a step. The search, a ${term("beam")} search, looks at the likeliest ways to go on, keeps the best few and drops the rest (pale); one
          that ends is set aside with its score (framed). The best score wins: its way is drawn in <strong class="ink-cross">green</strong>.
          The step chosen above is marked.
        </p>
      </figcaption>
      <div class="scroll faded-edges" tabindex="0" role="region" aria-label="Steps of the beam search"
        ${painted([sentence, step], (frame: HTMLElement) => toStep(frame, step))} @scroll=${(event: Event) => fadeEdges(event.currentTarget as HTMLElement)}>
        ${guard([sentence], () => tree(steps))}
      </div>
      <div class="foot end"><div class="tools">${downloadMenu(actions, "the beam search", (kind, look) => void actions.saveChart(chartOf(steps), kind, look))}</div></div>
    </figure>
  `;
}

/** Marks a step's column and scrolls it to the middle. */
function toStep(frame: HTMLElement, step: number): void {
  // The directive runs before the columns of a new sentence are there.
  requestAnimationFrame(() => {
    const mark = frame.querySelector<HTMLElement>(".beam-now");
    if (!mark) return;
    mark.style.left = `${column(step) - 6}px`;
    frame.scrollLeft = mark.offsetLeft + mark.offsetWidth / 2 - frame.clientWidth / 2;
    fadeEdges(frame);
  });
}

/** Whichever side is cut off fades out. */
function fadeEdges(frame: HTMLElement): void {
  const rest = frame.scrollWidth - frame.clientWidth - frame.scrollLeft;
  frame.dataset.cut = `${frame.scrollLeft > 1 ? "left " : ""}${rest > 1 ? "right" : ""}`;
}

const column = (step: number): number => step * COLUMN + 8;
const line = (place: number): number => place * ROW + 38;

type Steps = SentenceVisualization["beam"];

function fateOf(steps: Steps): (node: BeamNode, step: number, place: number) => string {
  const winner = winning(steps);
  return (node, step, place) =>
    `${node.kept ? "kept" : node.score === undefined ? "dropped" : "closed"}${winner.get(step) === place ? " won" : ""}`;
}

const chartOf = (steps: Steps): Chart => ({
  id: "beam",
  title: "Beam search, step by step",
  records: recordsOf(steps),
  legend: [
    { name: "the winner", mark: ".node.won text" },
    { name: "kept", mark: ".node.kept:not(.won) text" },
    { name: "dropped", mark: ".node.dropped text" },
  ],
});

function recordsOf(steps: Steps): Records {
  const fate = fateOf(steps);
  return steps.flatMap((step, i) =>
    step.map((node, place) => ({
      step: i + 1,
      place: place + 1,
      continues: node.parent === undefined ? "" : node.parent + 1,
      token: node.piece,
      log_probability: node.logProbability,
      fate: fate(node, i, place),
      score: node.score ?? "",
    })),
  );
}

function tree(steps: Steps): TemplateResult {
  const winner = winning(steps);
  const fate = fateOf(steps);
  const width = steps.length * COLUMN + 8;
  const height = Math.max(...steps.map((step) => step.length)) * ROW + 26;
  return html`
    <div class="drawn" style=${`width:${width}px;height:${height}px`}>
      <div class="beam-now" style=${`width:${COLUMN - 8}px;height:${height}px`}></div>
      <svg class="chart beam" id="beam" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img"
        aria-label=${`${steps.length} steps; the winner: ${[...winner].map(([step, place]) => name(steps[step]![place]!)).join(" ")}`}>
        ${steps.map(
          (step, i) => svg`
          <text class="axis" x=${column(i)} y="14">${i + 1}</text>
          ${step.map((node, place) =>
            node.parent === undefined
              ? nothing
              : svg`<line class=${`branch ${fate(node, i, place)}`} x1=${column(i - 1) + 74} y1=${line(node.parent) - 4} x2=${column(i) - 5} y2=${line(place) - 4} />`,
          )}
          ${step.map(
            (node, place) => svg`<g class=${`node ${fate(node, i, place)}`}>
              ${node.score === undefined ? nothing : svg`<rect x=${column(i) - 4} y=${line(place) - 15} width="80" height="20" rx="4" />`}
              <text x=${column(i)} y=${line(place)}>${short({ ...pieceLabel(node.piece), joined: false }, 9)}${node.score === undefined ? nothing : ` ${number(node.score)}`}</text>
              <title>${`${name(node)}: log-probability ${number(node.logProbability)}${node.score === undefined ? "" : `, score ${number(node.score)}`}`}</title>
            </g>`,
          )}`,
        )}
      </svg>
    </div>
  `;
}

const name = (node: BeamNode): string => pieceLabel(node.piece).text;

/** The place of the winner in each of its steps. */
function winning(steps: readonly (readonly BeamNode[])[]): Map<number, number> {
  let best = { step: -1, place: 0, score: Number.NEGATIVE_INFINITY };
  for (const [step, nodes] of steps.entries())
    for (const [place, { score }] of nodes.entries())
      if (score !== undefined && score > best.score) best = { step, place, score };
  const path: [number, number][] = [];
  for (let { step, place } = best; step >= 0; step--) {
    path.unshift([step, place]);
    place = steps[step]?.[place]?.parent ?? 0;
  }
  return new Map(path);
}
