import { html, type TemplateResult } from "lit-html";
import type { SentenceVisualization } from "lite-transformer";
import type { Actions } from "../app/actions";
import type { Pairing } from "../app/pairing";
import type { Stack, State } from "../app/state";
import { WIDE } from "../figures/build";
import { indifferent, locality } from "../maps/locality";
import { downloadMenu } from "./download";
import { amount, average, type Strip, swarm } from "./swarm";

function stripsOf(state: State, stack: Stack, { lite, plain }: Pairing): Strip[] {
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

/** The heads of both models as dots, the encoder's beside the decoder's. */
export function heads(state: State, actions: Actions, pairing: Pairing): TemplateResult {
  const { spread, width } = state;
  const stacks = (["encoder", "decoder"] as const).map((stack) => ({
    stack,
    strips: stripsOf(state, stack, pairing),
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
                (stack === "encoder" ? pairing.lite.source : pairing.lite.target).length,
                stack,
                spread.within,
              )[spread.by],
            },
            spread,
            actions,
          )}
          <div class="tools">${downloadMenu(
            actions,
            `the heads of the ${stack}`,
            (kind, look) =>
              void actions.saveChart(
                {
                  id: `swarm-${stack}`,
                  title: `How the heads of the ${stack} are spread`,
                  records: records.filter((one) => one.stack === stack),
                  legend: [
                    { name: "attention", mark: ".dot.global" },
                    { name: "convolution", mark: ".dot.local" },
                  ],
                },
                kind,
                look,
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
