import { format } from "d3-format";
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Actions } from "../app/actions";
import { bundleFor, bundlesFor, turned } from "../app/bundles";
import { megabytes, modelBytes } from "../app/manifest";
import { speedOf, speedText } from "../app/pace";
import { currentReading, currentSentence, focusOf, languageName, type State } from "../app/state";
import type { Bundle, Size } from "../bundles/bundle";
import { translatePlace } from "../maps/labels";
import { EXAMPLES, PLACEHOLDERS } from "../text/examples";
import { choice } from "./controls";
import { readings } from "./readings";

/** Texts of more characters are set smaller. */
const LONG = 400;

/** Where one writes and reads. */
export function desk(state: State, actions: Actions): TemplateResult {
  return html`
    <section class=${`desk${state.text.length > LONG ? " long" : ""}`} aria-label="Translate">
      <div class="sheet source">
        <div class="lang">
          <label for="source">${languageName(state.pair.source)}</label>
          ${
            bundlesFor(state.bundles ?? [], turned(state.pair)).length
              ? html`<button type="button" class="quiet" @click=${actions.swap} aria-label=${`Swap: translate from ${languageName(state.pair.target)}`}>⇄</button>`
              : nothing
          }
        </div>
        <div class="paper">
          <div class="mirror" aria-hidden="true" lang=${state.pair.source}>${sourceMarks(state)}</div>
          <textarea
            id="source"
            lang=${state.pair.source}
            spellcheck="false"
            autocapitalize="sentences"
            rows="3"
            placeholder=${PLACEHOLDERS[state.pair.source] ?? ""}
            .value=${live(state.text)}
            @input=${(event: Event) => {
              const box = event.target as HTMLTextAreaElement;
              actions.type(box.value, box.selectionStart);
            }}
            @keyup=${caret(actions)}
            @click=${caret(actions)}
          ></textarea>
        </div>
      </div>
      <div class="sheet target" aria-busy=${state.job.phase === "working" ? "true" : "false"}>
        <h2 class="lang" id="language">${languageName(state.pair.target)}</h2>
        ${output(state, actions)}
      </div>
      <div class="under">
        <div class="examples" role="group" aria-label="Examples">
          ${(EXAMPLES[state.pair.source] ?? []).map(
            (example) =>
              html`<button type="button" class="chip" title=${example.text} @click=${() => actions.type(example.text, 0)}>${example.name}</button>`,
          )}
        </div>
        ${variants(state, actions)}
        <div class="smallprint">${smallPrint(state)}</div>
      </div>
    </section>
  `;
}

function caret(actions: Actions) {
  return (event: Event) => actions.moveCaret((event.target as HTMLTextAreaElement).selectionStart);
}

/** The text again, under the text box, with the sentence and the focused token marked: a text box can't mark its own. */
function sourceMarks(state: State): TemplateResult | string {
  const sentence = currentSentence(state);
  const { text } = state;
  const reading = currentReading(state);
  if (!sentence || !reading) return text;
  const start = reading.offset + sentence.start;
  const end = reading.offset + sentence.end;
  const several = reading.visualization.sentences.length > 1;
  const inside = marked(sentence.text, sentence.source, indexIn(state, "source"));
  return html`${text.slice(0, start)}<span class=${several ? "sentence" : ""}>${inside}</span>${text.slice(end)}${"​"}`;
}

function indexIn(state: State, sequence: "source" | "target"): number | null {
  const focus = focusOf(state);
  const index = translatePlace(focus?.at ?? null, sequence);
  return index ?? translatePlace(focus?.to ?? null, sequence);
}

function marked(
  text: string,
  tokens: readonly { start: number; end: number }[],
  index: number | null,
): TemplateResult | string {
  const token = index === null ? undefined : tokens[index];
  if (!token || token.start === token.end) return text;
  const lead =
    text.slice(token.start, token.end).length -
    text.slice(token.start, token.end).trimStart().length;
  const start = token.start + lead;
  return html`${text.slice(0, start)}<mark>${text.slice(start, token.end)}</mark>${text.slice(token.end)}`;
}

function output(state: State, actions: Actions): TemplateResult {
  const { model, job } = state;
  if (model.phase === "unsupported") {
    return html`<div class="message" role="alert">
      <p><strong>This browser can't run the translator.</strong> It lacks ${model.missing.join(" and ")}.</p>
      <p>Any current Firefox, Chrome, Edge or Safari (16.4 and later) has what is needed.</p>
    </div>`;
  }
  if (model.phase === "failed") {
    return html`<div class="message" role="alert">
      <p><strong>The translator could not be loaded.</strong> ${model.message}</p>
      <p><button type="button" class="plain" @click=${() => location.reload()}>Try again</button></p>
    </div>`;
  }
  if (model.phase === "loading") return loading(model.loadedBytes, model.totalBytes);
  if (job.phase === "failed")
    return html`<div class="message" role="alert"><p>${job.message}</p></div>`;
  return html`
    <p class=${`translation${job.stale ? " stale" : ""}`} id="translation" lang=${state.pair.target} aria-labelledby="language" aria-live="polite">${translation(state, actions)}</p>
    ${strange(state)}
    ${readings(state)}
  `;
}

/** A word where most letters are of a writing that the model has learnt no pieces for: they are carried over untranslated. */
function strange(state: State): TemplateResult | typeof nothing {
  const letters = currentSentence(state)?.text.match(/\p{L}/gu) ?? [];
  const foreign = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter));
  if (2 * foreign.length <= letters.length) return nothing;
  return html`<p class="aside" id="strange" role="status">
    Most of this is in letters that the model has not learnt. They stay as they are.
  </p>`;
}

function loading(loaded: number, total: number): TemplateResult {
  const known = total > 0;
  return html`
    <div class="loading">
      <label for="progress">Fetching the translator${known ? html` <span class="figures">${megabytes(loaded)} of ${megabytes(total)}</span>` : "…"}</label>
      <progress id="progress" max="1" value=${known ? loaded / total : nothing}></progress>
      <p>It then stays on your device; what you write is not sent anywhere.</p>
    </div>
  `;
}

/** The translation, each sentence a button when there are several, the focused token marked. */
function translation(state: State, actions: Actions): unknown {
  const { job } = state;
  const reading = currentReading(state);
  const sentence = currentSentence(state);
  if (!reading || !sentence) return job.output;
  const { sentences } = reading.visualization;
  const parts: unknown[] = [];
  let end = 0;
  for (const [i, one] of sentences.entries()) {
    const start = job.output.indexOf(one.translation, end);
    if (start < 0) return job.output;
    parts.push(job.output.slice(end, start));
    end = start + one.translation.length;
    const text =
      i === state.sentence
        ? marked(one.translation, one.target, indexIn(state, "target"))
        : one.translation;
    parts.push(
      sentences.length === 1
        ? text
        : html`<button type="button" class="pick" aria-pressed=${i === state.sentence ? "true" : "false"} @click=${() => actions.pickSentence(i)}>${text}</button>`,
    );
  }
  return [...parts, job.output.slice(end)];
}

/** What a size is called, and for whom it is. */
const SIZE: Record<Size, { name: string; about: string }> = {
  nano: {
    name: "Compact",
    about: "half the download of Standard, as fast, and a little worse",
  },
  small: { name: "Standard", about: "quick on any device" },
  large: {
    name: "Large",
    about: "translates best; three times the download, and every text takes about twice as long",
  },
};

/** Which model reads the text, where the site has several for the pair. One is fetched when it is chosen, not before. */
function variants(state: State, actions: Actions): TemplateResult | typeof nothing {
  const { bundles, pair, variant } = state;
  const own = bundlesFor(bundles ?? [], pair);
  const shown = bundleFor(own, pair, variant);
  if (own.length < 2 || !shown) return nothing;
  const options = own.map((bundle) => ({
    value: bundle.name,
    text: bundle.size ? SIZE[bundle.size].name : bundle.name,
    notes: facts(state, bundle),
    title: bundle.size ? SIZE[bundle.size].about : bundle.name,
  }));
  return html`<div class="models">
    ${choice("variant", "Model", options, shown.name, actions.showVariant)}
    ${shown.size ? html`<p class="aside">${SIZE[shown.size].name}: ${SIZE[shown.size].about}.</p>` : nothing}
  </div>`;
}

/** What its download is, compressed, and how fast it translates. */
function facts({ paces }: State, bundle: Bundle): string[] {
  const speed = speedOf(bundle, paces[bundle.name]);
  return [megabytes(bundle.gzip), ...(speed ? [speedText(speed)] : [])];
}

function smallPrint(state: State): unknown {
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
