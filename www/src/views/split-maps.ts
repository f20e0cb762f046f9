import { html, nothing, type TemplateResult } from "lit-html";
import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import type { Pairing } from "../app/pairing";
import type { HeadPlace, Side, Stack, State } from "../app/state";
import { summarise, WIDE } from "../figures/build";
import { matrix } from "../figures/matrix";
import { once } from "../figures/memo";
import { palette } from "../figures/palette";
import type { FigureSpec } from "../figures/spec";
import { labels } from "../maps/labels";
import { chosen, scaleTop } from "../maps/select";
import { figureView } from "./figure";
import { foot } from "./foot";
import { headName } from "./swarm";

/** The maps of the head under the pointer or picked, one of each model; without one the mean of all. */
export function maps(state: State, actions: Actions, pairing: Pairing): TemplateResult {
  const { spread } = state;
  const { lite, plain } = pairing;
  const stack = spread.hovered?.stack ?? spread.stack;
  const place = (side: Side): HeadPlace | null => {
    if (spread.hovered?.side === side) return spread.hovered;
    const shown = spread.shown[side];
    return shown?.stack === stack ? shown : null;
  };
  const wide = state.width >= WIDE;
  const width = wide ? Math.floor((state.width - 40) / 2) : state.width;
  const shown = [
    { side: "plain" as const, sentence: plain, place: place("plain") },
    { side: "lite" as const, sentence: lite, place: place("lite") },
  ].map((one) => ({ ...one, map: mapOf(one.side, one.sentence, one.place, stack) }));
  // Side by side equal darkness should be equal weight.
  const tops = shown.map(({ map }) => (map ? scaleTop(map, stack) : 0));
  const specs = shown.map((one, i) => ({
    ...one,
    spec: spec(
      state,
      one,
      state.range === "shared" ? Math.max(...tops) : tops[i]!,
      stack,
      width,
      pairing,
    ),
  }));
  return html`
    <div class=${`pair${wide ? " wide" : ""}`}>
      ${specs.map(({ side, place, sentence, spec }) =>
        spec
          ? html`
          <div>
            <div class=${`panel-head ${place?.branch ?? "global"}`}>
              <h3>${side === "plain" ? "Transformer" : "Lite Transformer"}</h3>
              <p>${caption(place, sentence, stack)}</p>
            </div>
            ${figureView(state, actions, spec)}
            ${foot(state, actions, spec)}
            ${
              side === "lite" && place && !pairing.recorded
                ? html`<p class="aside"><button type="button" class="plain" @click=${() =>
                    actions.showMap(
                      {
                        stack: place.stack,
                        layer: place.layer,
                        ...(place.branch === "global"
                          ? { head: place.head }
                          : { group: place.head }),
                      },
                      "branches-figure",
                    )}>Show it beside the other branch</button></p>`
                : nothing
            }
          </div>`
          : nothing,
      )}
    </div>
  `;
}

function caption(place: HeadPlace | null, sentence: SentenceVisualization, stack: Stack): string {
  if (place) return headName(place).replace(/^\w+, /, "");
  const count = sentence[stack].reduce((sum, layer) => sum + layer.global.length, 0);
  return `mean of the ${stack}'s ${count} attention heads`;
}

/** The map of a head; without one the mean of all attention heads of the part. */
function mapOf(
  side: Side,
  sentence: SentenceVisualization,
  place: HeadPlace | null,
  stack: Stack,
): Map2D | null {
  if (place) return sentence[stack][place.layer]?.[place.branch][place.head] ?? null;
  const all = once(`split-all-${side}-${stack}`, [sentence], (): Map2D[] =>
    sentence[stack].flatMap((layer) => layer.global),
  );
  return chosen(all, "mean");
}

interface Shown {
  side: Side;
  sentence: SentenceVisualization;
  place: HeadPlace | null;
  map: Map2D | null;
}

function spec(
  state: State,
  { side, sentence, place, map }: Shown,
  max: number,
  stack: Stack,
  width: number,
  { plain, lite, models, recorded }: Pairing,
): FigureSpec | null {
  const { scale, dark } = state;
  const measure = state.reading?.visualization.measure ?? "weight";
  return once(`split-${side}`, [sentence, map, max, width, scale, dark, measure, plain], () => {
    if (!map) return null;
    const branch = place?.branch ?? "global";
    // Of the two models the page's own tokens are the page's, unless it is recorded; the source may be cut alike.
    const same =
      !recorded &&
      plain.source.map((one) => one.id).join() === lite.source.map((one) => one.id).join();
    const own = side === "lite" && !recorded;
    const rows =
      stack === "encoder"
        ? own || same
          ? ("source" as const)
          : ("other-source" as const)
        : own
          ? ("target" as const)
          : ("other-target" as const);
    const cols = stack === "encoder" ? rows : own ? ("prefix" as const) : ("other-prefix" as const);
    const rowLabels = labels(sentence, rows);
    const colLabels = labels(sentence, cols);
    const name = branch === "local" ? "local" : "global";
    return matrix({
      id: `split-${side}-map`,
      title: `${side === "plain" ? "Transformer" : "Lite Transformer"}, ${caption(place, sentence, stack)}, ${measure}s`,
      summary: summarise(name, map, rowLabels, colLabels),
      form: "matrix",
      width,
      rowSequence: rows,
      colSequence: cols,
      rowLabels,
      colLabels,
      panels: [{ name, branch, head: place ? String(place.head + 1) : "mean", map, max }],
      share: null,
      about: {
        sentence,
        model: models[side],
        measure,
        stack,
        layer: place ? place.layer + 1 : null,
        file: [
          side === "plain" ? "transformer" : "lite",
          place
            ? `${stack}-L${place.layer + 1}_${branch === "local" ? "group" : "head"}-${place.head + 1}`
            : `${stack}_mean`,
          measure,
        ].join("_"),
      },
      palette: palette(scale, dark),
    });
  });
}
