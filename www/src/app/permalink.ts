import { TOUR } from "../tour/steps";
import type { Choice, State } from "./state";
import type { Store } from "./store";

// The address after "#" restores what the page shows: languages, model, text, sentence, stack, layer, heads, measure, form, colours, pinned token.

/** A link holds a text of at most so many characters: programs cut longer addresses. */
export const LONGEST_LINK = 2000;

type Linked = Pick<
  State,
  | "pair"
  | "variant"
  | "text"
  | "sentence"
  | "stack"
  | "layer"
  | "head"
  | "group"
  | "crossLayer"
  | "crossHead"
  | "range"
  | "measure"
  | "form"
  | "scale"
  | "pinned"
  | "tour"
>;

/** The text is in it only where that was linked to: an address goes into histories and other people's hands. */
export function toHash(state: Linked & Pick<State, "shared">): string {
  const params = new URLSearchParams();
  params.set("pair", `${state.pair.source}-${state.pair.target}`);
  if (state.variant) params.set("model", state.variant);
  if (state.text && state.text === state.shared) params.set("text", state.text);
  if (state.sentence) params.set("sentence", String(state.sentence + 1));
  if (state.stack !== "encoder") params.set("stack", state.stack);
  params.set("layer", String(state.layer + 1));
  if (state.crossLayer !== null) params.set("crossLayer", String(state.crossLayer + 1));
  for (const key of ["head", "group", "crossHead"] as const) {
    const choice = state[key];
    if (choice !== "mean") params.set(key, String(choice + 1));
  }
  if (state.measure !== "weight") params.set("measure", state.measure);
  if (state.form !== "matrix") params.set("form", state.form);
  if (state.scale !== "branch") params.set("scale", state.scale);
  if (state.range !== "shared") params.set("range", state.range);
  const at = state.pinned?.at;
  if (at && !at.sequence.startsWith("other-"))
    params.set("token", `${at.sequence}-${at.index + 1}`);
  if (state.tour) params.set("tour", String(state.tour.step + 1));
  return `#${params}`;
}

/** What a link asks for; anything it gets wrong is left out. */
export function fromHash(hash: string): Partial<Linked> {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const result: Partial<Linked> = {};
  const count = (key: string, most: number): number | null => {
    const value = Number(params.get(key) ?? "");
    return Number.isInteger(value) && value >= 1 && value <= most ? value - 1 : null;
  };
  const pair = /^([a-z]{2,3})-([a-z]{2,3})$/.exec(params.get("pair") ?? "");
  if (pair) result.pair = { source: pair[1]!, target: pair[2]! };
  const variant = params.get("model");
  if (variant) result.variant = variant;
  const text = params.get("text");
  if (text !== null) result.text = text;
  const sentence = count("sentence", 1000);
  if (sentence !== null) result.sentence = sentence;
  const stack = params.get("stack");
  if (stack === "encoder" || stack === "decoder") result.stack = stack;
  const layer = count("layer", 48);
  if (layer !== null) result.layer = layer;
  const crossLayer = count("crossLayer", 48);
  if (crossLayer !== null) result.crossLayer = crossLayer;
  for (const key of ["head", "group", "crossHead"] as const) {
    const choice: Choice | null = count(key, 64);
    if (choice !== null) result[key] = choice;
  }
  if (params.get("measure") === "contribution") result.measure = "contribution";
  if (params.get("form") === "lines") result.form = "lines";
  if (params.get("scale") === "cividis") result.scale = "cividis";
  if (params.get("range") === "own") result.range = "own";
  const tour = count("tour", TOUR.length);
  if (tour !== null) result.tour = { step: tour, text: text ?? "" };
  const token = /^(source|target|prefix)-(\d{1,4})$/.exec(params.get("token") ?? "");
  if (token) {
    const sequence = token[1] as "source" | "target" | "prefix";
    result.pinned = { at: { sequence, index: Math.max(0, Number(token[2]) - 1) }, to: null };
  }
  return result;
}

/** Keeps the address in step with what is shown, without filling the history. */
export function keepAddress(store: Store<State>): void {
  let timer = 0;
  store.subscribe((state) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const hash = toHash(state);
      if (hash !== location.hash) history.replaceState(null, "", hash);
    }, 300);
  });
}
