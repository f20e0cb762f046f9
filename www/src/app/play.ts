import type { SentenceVisualization } from "lite-transformer";
import { crossLayerOf } from "../maps/alignment";
import { cellPlace } from "../maps/cell-place";
import { currentSentence, type State } from "./state";
import { stepOf } from "./step";
import type { Store } from "./store";

/** From one step or layer to the next. */
const PACE_MS = 900;

type Show = NonNullable<State["playing"]>;

/** What runs by itself: the steps of the translation, or the layers. Any choice by hand ends it. */
export function players(store: Store<State>) {
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    if (store.state.playing) store.set({ playing: null });
  };
  return {
    /** Begins, from the first one where the last is on show; once more ends it. */
    play(show: Show) {
      const before = store.state.playing;
      stop();
      if (before === show) return;
      const last = lastOf(store.state, show);
      if (last < 1) return;
      if (placeOf(store.state, show) >= last) store.set(patchOf(store.state, show, 0));
      store.set({ playing: show });
      timer = window.setInterval(() => {
        const { state } = store;
        const next = placeOf(state, show) + 1;
        if (state.playing !== show || next > lastOf(state, show)) return stop();
        store.set(patchOf(state, show, next));
      }, PACE_MS);
    },
  };
}

function lastOf(state: State, show: Show): number {
  const sentence = currentSentence(state);
  if (!sentence) return -1;
  if (show === "steps") return sentence.target.length - 1;
  if (show === "rows") return rowsOf(state, sentence).length - 1;
  return (show === "layers" ? sentence[state.stack] : sentence.decoder).length - 1;
}

function placeOf(state: State, show: Show): number {
  const sentence = currentSentence(state);
  if (show === "layers") return state.layer;
  if (!sentence) return 0;
  if (show === "rows") return cellPlace(state, sentence).row;
  return show === "steps" ? stepOf(state, sentence) : crossLayerOf(state, sentence);
}

const rowsOf = ({ stack }: State, sentence: SentenceVisualization) =>
  stack === "encoder" ? sentence.source : sentence.target;

/** The row of the branches' maps in focus moves; the column goes along, as a window does. */
export function rowPatch(state: State, row: number): Partial<State> {
  const sequence = state.stack === "encoder" ? "source" : "target";
  return { hover: null, pinned: { at: { sequence, index: row }, to: null } };
}

function patchOf(state: State, show: Show, place: number): Partial<State> {
  if (show === "rows") return rowPatch(state, place);
  if (show === "layers") return { layer: place };
  if (show === "cross-layers") return { crossLayer: place };
  return { hover: null, pinned: { at: { sequence: "target", index: place }, to: null } };
}
