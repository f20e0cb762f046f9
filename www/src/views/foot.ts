import { format } from "d3-format";
import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../app/actions";
import type { State } from "../app/state";
import type { Branch, Palette } from "../figures/palette";
import type { FigureSpec } from "../figures/spec";
import { figureTools } from "./figure";

/** What stands under a map: its colour scales, and what can be done with it. */
export function foot(state: State, actions: Actions, spec: FigureSpec): TemplateResult {
  return html`
    <div class="foot">
      <div class="legends">${spec.series.map((one) => legend(one.name, one.branch, one.max, spec.palette))}</div>
      ${figureTools(state, actions, spec)}
    </div>
  `;
}

function legend(
  name: string,
  branch: Branch,
  max: number,
  { branch: colours }: Palette,
): TemplateResult {
  const stops = [0, 64, 128, 192, 255].map((i) => colours[branch].ramp.css[i]).join(",");
  return html`
    <span class="legend">
      <span>${name}</span>
      <span class="figures">0</span>
      <span class="ramp" style=${`background:linear-gradient(90deg,${stops})`}></span>
      <span class="figures">${format(".2~f")(max)}</span>
    </span>
  `;
}
