import "@fontsource-variable/newsreader/opsz.css";
import "@fontsource-variable/newsreader/wght-italic.css";
import "@fontsource-variable/instrument-sans/wght.css";
import "./styles/base.css";
import "./styles/page.css";
import "./styles/figures.css";
import { render } from "lit-html";
import type { TranslatorInstance } from "lite-transformer";
import { createActions } from "./app/actions";
import { Live } from "./app/live";
import { explain, loadModel, serves } from "./app/model";
import { fromHash, toHash } from "./app/permalink";
import { initialState, type State } from "./app/state";
import { Store } from "./app/store";
import { applyTheme, onSystemTheme, savedTheme } from "./app/theme";
import { forgetWidths } from "./figures/layout";
import { keepForOffline } from "./offline/register";
import { EXAMPLES } from "./text/examples";
import { page } from "./views/page";

const root = document.getElementById("app")!;
const theme = savedTheme();
const linked = fromHash(location.hash);
const store = new Store<State>({
  ...initialState,
  text: EXAMPLES[0]!.text,
  ...linked,
  theme,
  dark: applyTheme(theme),
  embed: new URLSearchParams(location.search).get("embed"),
  width: contentWidth(),
});

const live = new Live({
  started: () => patchJob({ phase: "working", stale: true, message: "" }),
  progressed: (output) => patchJob({ output, stale: false }),
  translated: (output, milliseconds) =>
    patchJob({ phase: "done", output, milliseconds, stale: false }),
  visualized(reading) {
    const { offset, visualization } = reading;
    const { caret, sentence, pinned } = store.state;
    const wanted =
      first && linked.sentence !== undefined
        ? sentence
        : visualization.sentences.findLastIndex((one) => one.start + offset <= caret);
    first = false;
    const index = Math.max(0, Math.min(visualization.sentences.length - 1, wanted));
    store.set({
      reading,
      sentence: index,
      pinned: pinned ?? middle(visualization.sentences[index]?.source.length),
    });
  },
  failed: (error) => patchJob({ phase: "failed", stale: false, message: explain(error) }),
});
const actions = createActions(store, live);
/** Until the first maps are there, a link's own choice of sentence stands. */
let first = true;

function patchJob(patch: Partial<State["job"]>): void {
  store.set({ job: { ...store.state.job, ...patch } });
}

/** A figure with nothing in focus says little: begin with a word in the middle. */
function middle(count: number | undefined): State["pinned"] {
  return count
    ? { at: { sequence: "source", index: Math.floor((count - 1) / 2) }, to: null }
    : null;
}

let due = false;
function draw(): void {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    render(page(store.state, actions), root);
  });
}
store.subscribe(draw);

let saving = 0;
store.subscribe(() => {
  clearTimeout(saving);
  saving = window.setTimeout(() => {
    const hash = toHash(store.state);
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }, 300);
});

function contentWidth(): number {
  const outer = document.documentElement.clientWidth;
  const margin = outer < 700 ? 60 : outer < 1000 ? 112 : 144;
  return Math.max(280, Math.min(1080, outer - margin));
}
addEventListener("resize", () => store.set({ width: contentWidth() }));
onSystemTheme(() => actions.setTheme(store.state.theme));
void document.fonts.ready.then(() => {
  forgetWidths();
  store.set({ width: contentWidth() - 1 });
  store.set({ width: contentWidth() });
});
addEventListener("hashchange", () => {
  const next = fromHash(location.hash);
  const changed = next.text !== undefined && next.text !== store.state.text;
  store.set(next);
  if (changed) actions.type(next.text!, 0);
});

let translator: TranslatorInstance | null = null;

/** Loads the translator of the page's direction and starts with the text that is there. */
async function begin(): Promise<void> {
  const { pair } = store.state;
  live.use(null);
  translator?.destroy();
  translator = null;
  store.set({ model: initialState.model, manifest: null, reading: null, counted: null });
  translator = await loadModel(
    pair,
    (model) => store.set({ model }),
    (manifest) => store.set({ manifest }),
  );
  if (!translator) return;
  live.use(translator);
  const { text, caret, measure } = store.state;
  if (text.trim()) live.request(text, caret, measure, 0);
  store.set({ counted: await translator.cost(30) });
  void keepForOffline(store.state.manifest);
}

let shown = store.state.pair;
store.subscribe(({ pair }) => {
  if (pair === shown) return;
  shown = pair;
  void begin();
});

draw();
void begin();
const { pair } = store.state;
store.set({ swapAvailable: await serves({ source: pair.target, target: pair.source }) });
