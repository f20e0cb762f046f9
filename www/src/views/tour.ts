import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { State } from "../app/state";

interface Stop {
  title: string;
  text: unknown;
  link: string;
  go: () => void;
}

/** The paper's argument in five steps, each with the figure that shows it. */
export function tour(state: State, actions: Actions): TemplateResult {
  const last = (state.manifest?.architecture.encoder.length ?? 6) - 1;
  const maps = (patch: Parameters<Actions["showMap"]>[0], target = "branches-figure") => {
    return () => actions.showMap(patch, target);
  };
  const stops: Stop[] = [
    {
      title: "Far",
      text: html`Half of each layer is <strong class="ink-global">attention</strong>: every token may look at every other.`,
      link: "The last layer’s attention",
      go: maps({ stack: "encoder", layer: last, head: "mean" }),
    },
    {
      title: "Near",
      text: html`The other half is a <strong class="ink-local">convolution</strong>: a few learned weights for the neighbours, the same everywhere.`,
      link: "The first layer’s window of three",
      go: maps({ stack: "encoder", layer: 0, group: "mean" }),
    },
    {
      title: "Across",
      text: html`The decoder has both halves too, and looks back at the source by <strong class="ink-cross">cross-attention</strong>.`,
      link: "Word by word",
      go: maps({ stack: "decoder" }, "decoding"),
    },
    {
      title: "Why",
      text: "In a Transformer the same heads must do near and far, and many end up at the neighbours.",
      link: "Your sentence through one",
      go: maps({}, "why-split"),
    },
    {
      title: "Worth it?",
      text: "Half the attention, flat feed-forward layers: less than half of a Transformer’s multiply-adds at the same width.",
      link: "Turn the dials",
      go: maps({}, "cost"),
    },
  ];
  return html`
    <section class="tour" aria-labelledby="tour-title">
      <h2 id="tour-title">The paper in five steps</h2>
      <ol role="list">
        ${stops.map(
          ({ title, text, link, go }) => html`
            <li>
              <h3>${title}</h3>
              <p>${text}</p>
              <button type="button" class="plain" @click=${go}>${link}</button>
            </li>`,
        )}
      </ol>
    </section>
  `;
}
