import type { Measure, Part } from "lite-transformer";
import { type Chart, saveChart } from "../export/chart";
import { saveEverything } from "../export/everything";
import type { FileKind } from "../export/figure-file";
import type { Look } from "../export/look";
import { provenance } from "../export/provenance";
import { saveFigure } from "../export/save";
import type { FigureSpec } from "../figures/spec";
import { crossLayerOf } from "../maps/alignment";
import { cellPlace } from "../maps/cell-place";
import type { HeadMetric } from "../maps/corpus";
import { middleOf } from "../maps/middle";
import { greeting } from "../text/examples";
import { TOUR } from "../tour/steps";
import { createDeskActions } from "./desk-actions";
import { explain } from "./model";
import { players, rowPatch } from "./play";
import { presenter } from "./present";
import type { Session } from "./session";
import {
  type Choice,
  type CostSettings,
  currentSentence,
  type Focus,
  type Form,
  type HeadFilter,
  type HeadKey,
  type HeadOrder,
  type HeadPlace,
  type Range,
  type Scale,
  type Spread,
  type Stack,
  type State,
  type Theme,
} from "./state";
import type { Store } from "./store";
import { applyTheme } from "./theme";

export type Actions = ReturnType<typeof createActions>;

/** Everything a person can do on the page. */
export function createActions(store: Store<State>, session: Session) {
  const { live, rival, corpus, ablation } = session;
  const set = (patch: Partial<State>) => store.set(patch);
  const get = () => store.state;
  const desk = createDeskActions(store, session);
  /** Tells under what name a file was saved, or why it wasn't. */
  const saved = async (save: () => Promise<string>) => {
    try {
      set({ notice: `Saved as ${await save()}.` });
    } catch (error) {
      set({ notice: `Nothing was saved: ${explain(error)}` });
    }
  };
  return {
    ...desk,
    showStack(stack: Stack) {
      set({ stack, hover: null, pinned: pinFor(get(), stack) });
    },
    showLayer: (layer: number) => set({ layer, playing: null }),
    /** To the next layer or the one before, of the figure that fills the screen. */
    moveLayer(by: number) {
      const sentence = currentSentence(get());
      if (!sentence) return;
      const cross = document.fullscreenElement?.id === "cross-figure";
      const { length } = cross ? sentence.decoder : sentence[get().stack];
      const from = cross ? crossLayerOf(get(), sentence) : get().layer;
      const to = Math.max(0, Math.min(length - 1, from + by));
      set({ ...(cross ? { crossLayer: to } : { layer: to }), playing: null });
    },
    showHead: (head: Choice) => set({ head }),
    showGroup: (group: Choice) => set({ group }),
    showCrossLayer: (crossLayer: number) => set({ crossLayer, playing: null }),
    showCrossHead: (crossHead: Choice) => set({ crossHead }),
    showForm: (form: Form) => set({ form }),
    showScale: (scale: Scale) => set({ scale }),
    sortHeads: (order: HeadOrder) => set({ order }),
    filterHeads: (filter: HeadFilter) => set({ filter }),
    showRange: (range: Range) => set({ range }),
    showMeasure(measure: Measure) {
      set({ measure });
      const { text, caret } = get();
      if (text.trim()) live.lookAgain(text, caret, measure);
    },
    showMap(
      patch: Partial<
        Pick<State, "stack" | "layer" | "head" | "group" | "crossLayer" | "crossHead">
      >,
      target: string,
    ) {
      set(patch.stack ? { ...patch, pinned: pinFor(get(), patch.stack) } : patch);
      scrollTo(target);
    },
    hover(focus: Focus | null) {
      if (!sameFocus(get().hover, focus)) set({ hover: focus });
    },
    /** Keeps a focus after the pointer leaves; once more on the same place lets it go. `firm` only sets. */
    pin(focus: Focus | null, firm = false) {
      const pinned = !firm && sameFocus(get().pinned, focus) ? null : focus;
      set(firm ? { pinned, hover: null } : { pinned });
    },
    stepTo(index: number) {
      const sentence = currentSentence(get());
      if (!sentence) return;
      const last = sentence.target.length - 1;
      set({
        hover: null,
        playing: null,
        pinned: { at: { sequence: "target", index: Math.max(0, Math.min(last, index)) }, to: null },
      });
    },
    pointAt: (dot: HeadKey | null) => set({ dot }),
    /** A step of the guided tour, on a sentence of the tour's own. */
    tourTo(step: number) {
      const own = greeting(get().pair.source);
      const { tour, text } = get();
      const next = TOUR[step];
      if (!next) return;
      set({
        ...next.show(currentSentence(get())),
        tour: { step, text: tour?.text ?? text },
        playing: null,
      });
      if (text !== own) this.type(own, 0);
      const sentence = currentSentence(get());
      const { stack } = get();
      set({ sentence: 0, pinned: middleOf(text === own ? sentence : null, stack) });
    },
    endTour() {
      const { tour, text } = get();
      set({ tour: null });
      if (tour?.text && tour.text !== text) this.type(tour.text, 0);
      document.querySelector<HTMLElement>(".tour .big")?.focus({ preventScroll: true });
    },
    /** To the row of the branches' maps above or below. */
    moveRow(by: number) {
      const sentence = currentSentence(get());
      if (!sentence) return;
      const { length } = get().stack === "encoder" ? sentence.source : sentence.target;
      const row = cellPlace(get(), sentence).row + by;
      set({ ...rowPatch(get(), Math.max(0, Math.min(length - 1, row))), playing: null });
    },
    ...players(store),
    ...presenter(store),
    enter: (entered: string | null) => set({ entered }),
    toggleTable(id: string) {
      const { openTables } = get();
      set({
        openTables: openTables.includes(id)
          ? openTables.filter((one) => one !== id)
          : [...openTables, id],
      });
    },
    loadRival: () => void rival.load(),
    measureCorpus: (text: string) => void corpus.measure(text),
    togglePart: (part: Part) => ablation.toggle(part),
    restoreParts: () => ablation.restore(),
    tryEachPart: () => void ablation.tryEach(),
    stopCorpus: () => corpus.stop(),
    showCorpusBy: (by: HeadMetric) => set({ corpus: { ...get().corpus, by } }),
    setSpread: (patch: Partial<Spread>) => set({ spread: { ...get().spread, ...patch } }),
    /** Shows a head's map beside that of the other model. */
    showSpreadHead(place: HeadPlace) {
      const { spread } = get();
      const shown = { ...spread.shown, [place.side]: place };
      // The other model's head stays only if it is in the same part.
      const other = place.side === "plain" ? "lite" : "plain";
      if (shown[other]?.stack !== place.stack) shown[other] = null;
      set({ spread: { ...spread, stack: place.stack, shown, hovered: null } });
    },
    setCost: (patch: Partial<CostSettings>) => set({ cost: { ...get().cost, ...patch } }),
    setTheme(theme: Theme) {
      set({ theme, dark: applyTheme(theme) });
    },
    save: (spec: FigureSpec, kind: FileKind, look: Look) =>
      saved(() => saveFigure(get(), spec, kind, look)),
    saveChart(chart: Chart, kind: FileKind, look: Look) {
      const origin = provenance(get(), currentSentence(get()));
      return saved(() => saveChart(chart, kind, look, origin));
    },
    saveEverything(look: Look) {
      const sentence = currentSentence(get());
      if (sentence) void saved(() => saveEverything(get(), sentence, look));
    },
  };
}

function scrollTo(target: string): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document
    .getElementById(target)
    ?.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "start" });
}

/** The pinned token, or one in the middle where that is no row of the stack's maps. */
function pinFor(state: State, stack: Stack): Focus | null {
  const { pinned } = state;
  if (!pinned || (stack === "encoder") === (pinned.at.sequence === "source")) return pinned;
  return middleOf(currentSentence(state), stack);
}

function sameFocus(a: Focus | null, b: Focus | null): boolean {
  if (!a || !b) return a === b;
  return (
    a.at.sequence === b.at.sequence &&
    a.at.index === b.at.index &&
    a.to?.sequence === b.to?.sequence &&
    a.to?.index === b.to?.index
  );
}
