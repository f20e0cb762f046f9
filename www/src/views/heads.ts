import type { Actions } from "../app/actions";
import type { Stack, State } from "../app/state";
import type { Branch } from "../figures/palette";

// What the small pictures of heads share: names, which one is on show, and how it is shown large.

export const NAMES: Record<Branch, string> = {
  global: "attention head",
  local: "convolution group",
  cross: "cross-attention head",
};

export function isChosen(
  state: State,
  stack: Stack,
  layer: number,
  branch: Branch,
  head: number,
  crossLayer: number,
): boolean {
  if (branch === "cross") return crossLayer === layer && state.crossHead === head;
  if (state.layer !== layer) return false;

  return state.stack === stack && (branch === "global" ? state.head : state.group) === head;
}

export function openHead(
  actions: Actions,
  stack: Stack,
  layer: number,
  branch: Branch,
  head: number,
): void {
  if (branch === "cross") actions.showMap({ crossLayer: layer, crossHead: head }, "decoding");
  else
    actions.showMap(
      { stack, layer, ...(branch === "global" ? { head } : { group: head }) },
      "branches",
    );
}
