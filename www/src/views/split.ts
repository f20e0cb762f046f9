import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { Map2D, SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import { bundleFor, plainFor, turned } from "../app/bundles";
import { megabytes, scores } from "../app/manifest";
import {
  currentSentence,
  type HeadPlace,
  languageName,
  type Side,
  type Stack,
  type State,
} from "../app/state";
import { aboutOf, summarise, WIDE } from "../figures/build";
import { matrix } from "../figures/matrix";
import { once } from "../figures/memo";
import { palette } from "../figures/palette";
import type { FigureSpec } from "../figures/spec";
import { labels } from "../maps/labels";
import { indifferent, locality } from "../maps/locality";
import { chosen, scaleTop } from "../maps/select";
import { foot, waiting } from "./branches";
import { trainedAlike } from "./comparison";
import { choice } from "./controls";
import { figureView, saveButtons } from "./figure";
import { amount, average, headName, type Strip, swarm } from "./swarm";

const si = (value: number) => format(".3~s")(value).replace(/([kMG])$/, " $1");

/** The paper's argument, on the sentence in the page: what heads do where they must do everything. */
export function split(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult {
  return html`
    <section class="chapter" id="why-split" tabindex="-1" aria-labelledby="why-split-title">
      <header class="prose">
        <h2 id="why-split-title">Why split?</h2>
        <p>
          In a standard Transformer attention has to do both: bind a word to its neighbours and find what belongs together across the
          sentence. The authors saw the first crowd out the second: many heads do little but draw a band along the diagonal
          (section 4 of the paper). Looking next door with a tool made for looking anywhere is a waste in a small model. Give the
          neighbours to a convolution, they argue, and attention is <strong class="ink-global">set free for the long range</strong>.
        </p>
        <p>Here is that argument on your sentence: the same text through a standard Transformer ${match(state)}.</p>
      </header>
      ${body(state, actions, sentence)}
      ${trainedAlike()}
    </section>
  `;
}

/** How the two models' sizes compare. The Transformer is matched with the small model. */
function match({ bundles, pair, variant }: State): string {
  const large = bundleFor(bundles ?? [], pair, variant)?.size === "large";
  return large
    ? "that matches the Standard model above: it has a quarter of this large one's multiply-adds"
    : "of about the same number of multiply-adds";
}

function body(
  state: State,
  actions: Actions,
  sentence: SentenceVisualization | null,
): TemplateResult {
  const { rival } = state;
  const { bundle } = rival;
  if (rival.phase === "absent" || !bundle) {
    const { pair, bundles } = state;
    const names = `${languageName(pair.target)} to ${languageName(pair.source)}`;
    if (bundles && plainFor(bundles, turned(pair)))
      return html`
        <div class="slide offer">
          <p>The Transformer to compare with translates from ${names}.</p>
          <p><button type="button" class="big" @click=${actions.swap}>Turn to ${names}</button></p>
        </div>`;
    return bundles
      ? html`
        <div class="slide offer">
          <p>The Transformer to compare with is not deployed on this site.</p>
          <p class="aside">
            Whoever hosts it can add one: a bundle for this direction whose layers have no local branch, as a folder under
            <code>models/</code> (<code>docs/deploy.md</code> says how). The distances above show this model's own heads.
          </p>
        </div>`
      : html`${nothing}`;
  }
  if (rival.phase === "offered" || rival.phase === "failed") {
    return html`
      <div class="slide offer">
        ${rival.phase === "failed" ? html`<p role="alert">The Transformer could not be loaded. ${rival.message}</p>` : nothing}
        <p><button type="button" class="big" @click=${actions.loadRival}>${rival.phase === "failed" ? "Try again" : "Load the standard Transformer"} <span class="figures">${megabytes(bundle.bytes)}</span></button></p>
        <p class="aside">It is fetched from this site and runs beside the other model, here in your browser.</p>
      </div>`;
  }
  if (rival.phase === "loading") {
    return html`
      <div class="slide offer loading">
        <label for="rival-progress">Fetching the Transformer <span class="figures">${megabytes(rival.loaded * bundle.bytes)} of ${megabytes(bundle.bytes)}</span></label>
        <progress id="rival-progress" max="1" value=${rival.loaded}></progress>
      </div>`;
  }
  if (!sentence) return waiting(state);
  if (!rival.sentence || !rival.of)
    return html`<div class="slide empty"><p>The Transformer is reading the sentence.</p></div>`;
  return figure(state, actions, rival.of, rival.sentence);
}

function figure(
  state: State,
  actions: Actions,
  lite: SentenceVisualization,
  plain: SentenceVisualization,
): TemplateResult {
  const { spread } = state;
  const stale = currentSentence(state) !== lite;
  return html`
    <figure class=${`slide${stale ? " outdated-figure" : ""}`} id="split-figure" aria-label="The heads of both models">
      <dl class="versions">
        <div><dt>Transformer</dt><dd lang=${state.pair.target} id="rival-translation">${plain.translation}</dd></div>
        <div><dt>Lite Transformer</dt><dd lang=${state.pair.target}>${lite.translation}</dd></div>
      </dl>
      <div class="controls">
        ${choice(
          "spread-by",
          "Place heads by",
          [
            { value: "near", text: "Share nearby" },
            { value: "distance", text: "Mean distance" },
          ] as const,
          spread.by,
          (by) => actions.setSpread({ by }),
        )}
        ${
          spread.by === "near"
            ? choice(
                "spread-within",
                "Nearby is within",
                [
                  { value: 1, text: "1" },
                  { value: 2, text: "2" },
                  { value: 3, text: "3" },
                  { value: 5, text: "5 tokens" },
                ],
                spread.within,
                (within) => actions.setSpread({ within }),
              )
            : nothing
        }
      </div>
      ${guard([lite, plain, spread, state.width], () => strips(state, actions, lite, plain))}
      ${maps(state, actions, lite, plain)}
    </figure>
    ${guard([state.counted, state.manifest, state.rival.counted, state.rival.manifest], () => numbers(state))}
  `;
}

function stripsOf(
  state: State,
  stack: Stack,
  lite: SentenceVisualization,
  plain: SentenceVisualization,
): Strip[] {
  const { within } = state.spread;
  const attention = (sentence: SentenceVisualization) =>
    locality(sentence, stack, within).filter((one) => one.branch === "global");
  return [
    { side: "plain", name: "Transformer, attention", heads: attention(plain) },
    {
      side: "lite",
      name: "Lite, attention",
      heads: attention(lite),
    },
    {
      side: "lite",
      name: "Lite, convolution",
      heads: locality(lite, stack, within).filter((one) => one.branch === "local"),
    },
  ];
}

function strips(
  state: State,
  actions: Actions,
  lite: SentenceVisualization,
  plain: SentenceVisualization,
): TemplateResult {
  const { spread, width } = state;
  const stacks = (["encoder", "decoder"] as const).map((stack) => ({
    stack,
    strips: stripsOf(state, stack, lite, plain),
  }));
  const most = Math.max(
    ...stacks.flatMap(({ strips }) => strips.flatMap(({ heads }) => heads.map((h) => h.distance))),
  );
  const side = width >= WIDE ? Math.min(500, (width - 56) / 2) : width;
  const records = stacks.flatMap(({ stack, strips }) =>
    strips.flatMap((strip) =>
      strip.heads.map(({ layer, branch, head, distance, near }) => ({
        model: strip.side === "plain" ? "transformer" : "lite",
        stack,
        layer: layer + 1,
        branch,
        head: head + 1,
        mean_distance: distance,
        share_near: near,
        within: spread.within,
      })),
    ),
  );
  return html`
    <div class="swarms">
      ${stacks.map(
        ({ stack, strips }) => html`
        <div>
          <h3 class="swarm-title">${stack === "encoder" ? "Encoder" : "Decoder"}</h3>
          ${swarm(
            {
              stack,
              strips,
              width: side,
              most,
              indifferent: indifferent(
                (stack === "encoder" ? lite.source : lite.target).length,
                stack,
                spread.within,
              )[spread.by],
            },
            spread,
            actions,
          )}
          <div class="tools">${saveButtons(`the heads of the ${stack}`, (kind) =>
            actions.saveChart(
              `swarm-${stack}`,
              records.filter((one) => one.stack === stack),
              kind,
            ),
          )}</div>
        </div>`,
      )}
    </div>
    <p class="finding">${finding(state, stacks[0]!.strips)}</p>
  `;
}

/** What the encoder's strips say, in a sentence: the argument holds for this text, or it doesn't. */
function finding(state: State, [plain, lite]: readonly Strip[]): TemplateResult {
  const { by, within } = state.spread;
  const a = average((plain?.heads ?? []).map((head) => head[by]));
  const b = average((lite?.heads ?? []).map((head) => head[by]));
  const freer = by === "near" ? b < a : b > a;
  const what =
    by === "near"
      ? html`the Transformer's heads keep <b>${amount(by, a)}</b> of their weight within ${within} ${within === 1 ? "token" : "tokens"}, the Lite Transformer's attention heads <b>${amount(by, b)}</b>`
      : html`the Transformer's heads look <b>${amount(by, a)}</b> away on average, the Lite Transformer's attention heads <b>${amount(by, b)}</b>`;
  return html`In the encoder, for this sentence, ${what}.
    ${freer ? "With the neighbours left to the convolution, attention looks farther." : "Here the split did not send attention farther: one short sentence proves little, try a longer one."}`;
}

/** The maps of the head under the pointer or picked, one of each model; without one the mean of all. */
function maps(
  state: State,
  actions: Actions,
  lite: SentenceVisualization,
  plain: SentenceVisualization,
): TemplateResult {
  const { spread } = state;
  const stack = spread.hovered?.stack ?? spread.stack;
  const place = (side: Side): HeadPlace | null => {
    if (spread.hovered?.side === side) return spread.hovered;
    const shown = spread.shown[side];
    return shown?.stack === stack ? shown : null;
  };
  const wide = state.width >= WIDE;
  const width = wide ? Math.floor((state.width - 40) / 2) : state.width;
  const specs = [
    { side: "plain" as const, sentence: plain, place: place("plain") },
    { side: "lite" as const, sentence: lite, place: place("lite") },
  ].map((one) => ({
    ...one,
    spec: spec(state, one.side, one.sentence, one.place, stack, width, plain, lite),
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
              side === "lite" && place
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

function spec(
  state: State,
  side: Side,
  sentence: SentenceVisualization,
  place: HeadPlace | null,
  stack: Stack,
  width: number,
  plain: SentenceVisualization,
  lite: SentenceVisualization,
): FigureSpec | null {
  const { scale, dark } = state;
  const measure = state.reading?.visualization.measure ?? "weight";
  const key = place ? `${place.branch} ${place.layer} ${place.head}` : "mean";
  return once(`split-${side}`, [sentence, stack, key, width, scale, dark, measure, plain], () => {
    const branch = place?.branch ?? "global";
    const all = once(`split-all-${side}-${stack}`, [sentence], (): Map2D[] =>
      sentence[stack].flatMap((layer) => layer.global),
    );
    const map = place ? sentence[stack][place.layer]?.[branch][place.head] : chosen(all, "mean");
    if (!map) return null;
    // Of the two models the page's own tokens are the page's; the source may be cut alike.
    const same =
      plain.source.map((one) => one.id).join() === lite.source.map((one) => one.id).join();
    const own = side === "lite";
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
      panels: [{ name, branch, map, max: scaleTop(map, stack) }],
      share: null,
      about: aboutOf(sentence, measure),
      palette: palette(scale, dark),
    });
  });
}

/** Where one model had a longer training than the other, their scores don't measure the split. */
function headStart({ manifest, rival }: State): TemplateResult | typeof nothing {
  const own = manifest?.training?.started_from;
  const other = rival.manifest?.training?.started_from;
  if (!own === !other) return nothing;
  return html`<p>
    <strong>The two were not trained alike</strong>, so the difference in BLEU is not the split's alone: the
    ${own ? "Lite Transformer" : "Transformer"} went on from ${(own ?? other ?? "").replaceAll("`", "")}; the
    ${own ? "Transformer" : "Lite Transformer"} began from nothing. Where their heads look is the point here; the next table compares models that were.
  </p>`;
}

/** The two models in numbers: counted from their graphs, and as their manifests state them. */
function numbers(state: State): TemplateResult {
  const { rival } = state;
  const models = [
    { counted: rival.counted, manifest: rival.manifest },
    { counted: state.counted, manifest: state.manifest },
  ];
  const sets = [
    ...new Set(models.flatMap(({ manifest }) => scores(manifest).map((one) => one.set))),
  ];
  const row = (name: string, value: (one: (typeof models)[number]) => string) =>
    html`<tr><th scope="row">${name}</th>${models.map((one) => html`<td>${value(one)}</td>`)}</tr>`;
  const shape = ({ manifest }: (typeof models)[number]) => {
    const a = manifest?.architecture;
    return a
      ? `${a.encoder.length} + ${a.decoder.length} layers, d = ${a.d_model}, ffn ${a.ffn}`
      : "–";
  };
  const trained = ({ manifest }: (typeof models)[number]) => {
    const { update, minutes, started_from } = manifest?.training ?? {};
    return update && minutes
      ? `${format(",")(update)} updates, ${Math.round(minutes)} minutes, from ${started_from ? "earlier weights" : "nothing"}`
      : "–";
  };
  return html`
    <figure class="slide" aria-label="The two models in numbers">
      <div class="scroll" tabindex="0" role="region" aria-label="Table of the two models">
        <table class="results versus">
          <caption>The two models</caption>
          <thead><tr><td></td><th scope="col">Transformer</th><th scope="col">Lite Transformer</th></tr></thead>
          <tbody>
            ${row("Shape", shape)}
            ${row("Mult-adds, 30 tokens in and out", ({ counted }) => (counted ? si(counted.withoutEmbedding.multAdds) : "–"))}
            ${row("Parameters without the embedding", ({ counted }) => (counted ? si(counted.withoutEmbedding.parameters) : "–"))}
            ${row("Parameters in all", ({ counted }) => (counted ? si(counted.total.parameters) : "–"))}
            ${row("Trained for", trained)}
            ${sets.map((set) =>
              row(`BLEU, ${set}`, ({ manifest }) => {
                const found = scores(manifest).find((one) => one.set === set);
                return found ? found.bleu.toFixed(1) : "not measured";
              }),
            )}
          </tbody>
        </table>
      </div>
      <figcaption class="prose">
        <p>Counted from the two models' graphs, without the output projection; training and BLEU as their manifests state them.</p>
        ${headStart(state)}
      </figcaption>
    </figure>
  `;
}
