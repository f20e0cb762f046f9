/**
 * `lite-transformer/elements`: importing it defines `<lite-translate>` and `<attention-maps>`. In Node, where there are
 * no elements, it does nothing, so that pages can be rendered there.
 */

import { AttentionMaps } from "./maps.js";
import { LiteTranslate } from "./translate.js";

export type * from "./types.js";

// The page may have imported two copies of this module; the first one's elements are as good.
if (!customElements.get("lite-translate")) customElements.define("lite-translate", LiteTranslate);
if (!customElements.get("attention-maps")) customElements.define("attention-maps", AttentionMaps);
