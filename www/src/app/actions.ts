import type { Measure } from "lite-transformer";
import { type FileKind, type Records, saveChart } from "../export/chart";
import { saveAllMaps, saveFigure } from "../export/save";
import type { FigureSpec } from "../figures/spec";
import { createDeskActions } from "./desk-actions";
import type { Session } from "./session";
import {
  type Choice,
  type CostSettings,
  currentSentence,
  type Focus,
  type Form,
  type HeadPlace,
  middleOf,
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
  const { live, rival } = session;
  const set = (patch: Partial<State>) => store.set(patch);
  const get = () => store.state;
  const desk = createDeskActions(store, session);
  return {
    ...desk,
    showStack(stack: Stack) {
      set({ stack, hover: null, pinned: pinFor(get(), stack) });
    },
    showLayer: (layer: number) => set({ layer }),
    showHead: (head: Choice) => set({ head }),
    showGroup: (group: Choice) => set({ group }),
    showCrossHead: (crossHead: Choice) => set({ crossHead }),
    showForm: (form: Form) => set({ form }),
    showScale: (scale: Scale) => set({ scale }),
    showMeasure(measure: Measure) {
      set({ measure });
      const { text, caret } = get();
      if (text.trim()) live.lookAgain(text, caret, measure);
    },
    showMap(
      patch: Partial<Pick<State, "stack" | "layer" | "head" | "group" | "crossHead">>,
      target: string,
    ) {
      set(patch.stack ? { ...patch, pinned: pinFor(get(), patch.stack) } : patch);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      document
        .getElementById(target)
        ?.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "start" });
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
        pinned: { at: { sequence: "target", index: Math.max(0, Math.min(last, index)) }, to: null },
      });
    },
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
    async save(spec: FigureSpec, kind: FileKind) {
      await saveFigure(get(), spec, kind);
      set({ notice: `${spec.title} saved as ${kind}.` });
    },
    async saveChart(id: string, records: Records, kind: FileKind) {
      await saveChart(id, records, kind);
      set({ notice: `Saved as ${kind}.` });
    },
    saveAllMaps() {
      const sentence = currentSentence(get());
      const measure = get().reading?.visualization.measure;
      if (sentence && measure) saveAllMaps(sentence, measure);
    },
  };
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
