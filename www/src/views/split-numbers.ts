import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import { scores, setName } from "../app/manifest";
import type { State } from "../app/state";

const si = (value: number) => format(".3~s")(value).replace(/([kMG])$/, " $1");

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

const MODELS = ["Transformer", "Lite Transformer"];

/** The two models in numbers: counted from their graphs, and as their manifests state them. */
export function numbers(state: State): TemplateResult {
  const { rival } = state;
  const models = [
    { counted: rival.counted, manifest: rival.manifest },
    { counted: state.counted, manifest: state.manifest },
  ];
  const sets = [
    ...new Set(models.flatMap(({ manifest }) => scores(manifest).map((one) => one.set))),
  ];
  const row = (name: string, value: (one: (typeof models)[number]) => string) =>
    html`<tr><th scope="row">${name}</th>${models.map((one, i) => html`<td data-name=${MODELS[i]!}>${value(one)}</td>`)}</tr>`;
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
        <table class="results stacked">
          <caption>The two models</caption>
          <thead><tr><td></td>${MODELS.map((model) => html`<th scope="col">${model}</th>`)}</tr></thead>
          <tbody>
            ${row("Shape", shape)}
            ${row("Mult-adds, 30 tokens in and out", ({ counted }) => (counted ? si(counted.withoutEmbedding.multAdds) : "–"))}
            ${row("Parameters without the embedding", ({ counted }) => (counted ? si(counted.withoutEmbedding.parameters) : "–"))}
            ${row("Parameters in all", ({ counted }) => (counted ? si(counted.total.parameters) : "–"))}
            ${row("Trained for", trained)}
            ${sets.map((set) =>
              row(`BLEU, ${setName(set)}`, ({ manifest }) => {
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
