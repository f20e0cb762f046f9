/** The engine's cost table, with the sums that the literature gives. */

import type { RawCost } from "../wasm/lite_transformer.js";
import type { Cost, CostFigures } from "./types.js";

/** What the paper's mult-adds leave out; the two share one table of parameters. */
const EMBEDDING = new Set(["embedding", "output"]);

export function costOf({
  sourceTokens,
  targetTokens,
  parameters,
  multAdds,
  modules,
}: RawCost): Cost {
  return {
    sourceTokens,
    targetTokens,
    total: { parameters, multAdds },
    withoutEmbedding: sum(modules.filter(({ name }) => !EMBEDDING.has(name))),
    modules,
  };
}

function sum(figures: readonly CostFigures[]): CostFigures {
  return figures.reduce(
    (all, { parameters, multAdds }) => ({
      parameters: all.parameters + parameters,
      multAdds: all.multAdds + multAdds,
    }),
    { parameters: 0, multAdds: 0 },
  );
}
