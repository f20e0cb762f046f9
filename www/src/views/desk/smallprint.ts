import { format } from "d3-format";
import { html, nothing } from "lit-html";
import { megabytes, modelBytes } from "../../app/manifest";
import { currentReading, type State } from "../../app/state";

/** What the last text took, and what took it. */
export function smallPrint(state: State): unknown {
  const { bundles, manifest, model, job } = state;
  const facts: string[] = [];
  if (job.phase === "done" && job.milliseconds) {
    facts.push(
      `translated in ${format(job.milliseconds < 10 ? ".1f" : ",.0f")(job.milliseconds)} ms`,
    );
    const { source, target } = tokens(state);
    if (target)
      facts.push(
        `${source} tokens in, ${target} out`,
        `${format(",.0f")((target / job.milliseconds) * 1000)} tokens a second`,
      );
  }
  const details: string[] = [];
  if (manifest) {
    const { name, quantisation } = manifest;
    const gzip = bundles?.find((one) => one.name === name)?.gzip;
    details.push(
      `model ${name}`,
      `${megabytes(modelBytes(manifest))}${gzip ? `, ${megabytes(gzip)} compressed` : ""}`,
    );
    if (quantisation) {
      const { bits, step, weights } = quantisation;
      details.push(
        `weights of ${bits} bits in ${weights}${step ? `, in steps of ${step} root mean squares` : ""}`,
      );
    }
  }
  if (model.phase === "ready" && model.simd)
    details.push(`WebAssembly ${model.simd === "simd128" ? "SIMD" : "relaxed SIMD"}`);
  const spans = (texts: string[]) => texts.map((text) => html`<span>${text}</span>`);
  return html`${spans(facts)}${details.length ? html`<details><summary>Details</summary>${spans(details)}</details>` : nothing}`;
}

/** Tokens of the text and its translation, the end tokens included; none where the maps are of a part of it. */
function tokens(state: State): { source: number; target: number } {
  const reading = currentReading(state);
  const whole = reading?.visualization.text === state.text;
  const sentences = whole ? reading.visualization.sentences : [];
  const count = (sequence: "source" | "target") =>
    sentences.reduce((sum, one) => sum + one[sequence].length, 0);
  return { source: count("source"), target: count("target") };
}
