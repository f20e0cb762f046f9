import type { Part, SentenceVisualization } from "lite-transformer";

/** The model without some of its parts, on the sentence on show. */
export interface AblationState {
  /** What is switched off. */
  without: readonly Part[];
  phase: "idle" | "running" | "failed";
  message: string;
  /** The sentence that the results belong to. */
  of: SentenceVisualization | null;
  /** What it becomes without them. */
  result: SentenceVisualization | null;
  /** By how much the score of the whole model's translation falls without each branch alone. */
  drops: Readonly<Record<string, number>>;
}

export const noAblation: AblationState = {
  without: [],
  phase: "idle",
  message: "",
  of: null,
  result: null,
  drops: {},
};

export const partKey = ({ side, layer, branch, head }: Part): string =>
  [side, layer, branch, ...(head === undefined ? [] : [head])].join(" ");
