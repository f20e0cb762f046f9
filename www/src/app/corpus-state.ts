import type { CorpusResult } from "../maps/corpus";

export interface CorpusState {
  phase: "idle" | "running" | "failed";
  /** Lines measured so far, and all of them. */
  done: number;
  total: number;
  message: string;
  result: CorpusResult | null;
  /** The result comes from a file, not from a measurement in the page. */
  recorded: boolean;
  /** The model that the result is of. */
  model: string;
  by: "distance" | "near" | "entropy";
}

export const noCorpus: CorpusState = {
  phase: "idle",
  recorded: true,
  done: 0,
  total: 0,
  message: "",
  result: null,
  model: "",
  by: "near",
};
