import { format } from "d3-format";
import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { BeamNode, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { pieceLabel, short } from "../maps/labels";
import { saveButtons } from "./figure";

const COLUMN = 104;
const ROW = 22;
const number = format(".2f");

/** The beam search as it went: a column a step, in it the hypotheses looked at, the likeliest on top. */
export function beam(
  { beam: steps }: SentenceVisualization,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (!steps.length) return nothing;
  const winner = winning(steps);
  const width = steps.length * COLUMN + 8;
  const height = Math.max(...steps.map((step) => step.length)) * ROW + 26;
  const x = (step: number) => step * COLUMN + 8;
  const y = (place: number) => place * ROW + 38;
  const fate = (node: BeamNode, step: number, place: number) =>
    `${node.kept ? "kept" : node.score === undefined ? "dropped" : "closed"}${winner.get(step) === place ? " won" : ""}`;
  const records = steps.flatMap((step, i) =>
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
  return html`
    <figure class="slide" aria-label="The beam search">
      <figcaption class="prose">
        <h3>The beam: several translations at once</h3>
        <p>
          A column is a step. The search looks at the likeliest ways to go on, keeps the best few and drops the rest (pale); one
          that ends is set aside with its score (framed). The best score wins: its way is drawn in <strong class="ink-cross">green</strong>.
        </p>
      </figcaption>
      <div class="scroll" tabindex="0" role="region" aria-label="Steps of the beam search">
        <div class="drawn" style=${`width:${width}px;height:${height}px`}>
        <svg class="chart beam" id="beam" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img"
          aria-label=${`${steps.length} steps; the winner: ${[...winner].map(([step, place]) => name(steps[step]![place]!)).join(" ")}`}>
          ${steps.map(
            (step, i) => svg`
            <text class="axis" x=${x(i)} y="14">${i + 1}</text>
            ${step.map((node, place) =>
              node.parent === undefined
                ? nothing
                : svg`<line class=${`branch ${fate(node, i, place)}`} x1=${x(i - 1) + 74} y1=${y(node.parent) - 4} x2=${x(i) - 5} y2=${y(place) - 4} />`,
            )}
            ${step.map(
              (node, place) => svg`<g class=${`node ${fate(node, i, place)}`}>
                ${node.score === undefined ? nothing : svg`<rect x=${x(i) - 4} y=${y(place) - 15} width="80" height="20" rx="4" />`}
                <text x=${x(i)} y=${y(place)}>${short({ ...pieceLabel(node.piece), joined: false }, 9)}${node.score === undefined ? nothing : ` ${number(node.score)}`}</text>
                <title>${`${name(node)}: log-probability ${number(node.logProbability)}${node.score === undefined ? "" : `, score ${number(node.score)}`}`}</title>
              </g>`,
            )}`,
          )}
        </svg>
        </div>
      </div>
      <div class="foot end"><div class="tools">${saveButtons("the beam search", (kind) => actions.saveChart("beam", records, kind))}</div></div>
    </figure>
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
