import "@fontsource-variable/newsreader/opsz.css";
import "@fontsource-variable/newsreader/wght-italic.css";
import "@fontsource-variable/instrument-sans/wght.css";
import "./styles/base.css";
import "./styles/page.css";
import "./styles/desk.css";
import "./styles/desk-parts.css";
import "./styles/figures.css";
import "./styles/print.css";
import { render } from "lit-html";
import { createActions } from "./app/actions";
import { samePair } from "./app/bundles";
import { keepDraft, savedDraft } from "./app/draft";
import { keepHistory, savedHistory } from "./app/history";
import { onKeys } from "./app/keys";
import { fadeNotices } from "./app/notices";
import { fromHash, keepAddress } from "./app/permalink";
import { onPrint } from "./app/print";
import { Session } from "./app/session";
import { initialState, type State } from "./app/state";
import { Store } from "./app/store";
import { applyTheme, onSystemTheme, savedTheme } from "./app/theme";
import { contentWidth } from "./app/viewport";
import { forgetWidths } from "./figures/layout";
import { forgetAll } from "./figures/memo";
import { recordedCorpus } from "./recorded/corpus";
import { recordedPairing } from "./recorded/pairing";
import { greeting } from "./text/examples";
import { page } from "./views/page";

const root = document.getElementById("app");
if (!root) throw new Error("index.html lacks #app");

const theme = savedTheme();
const linked = fromHash(location.hash);
const query = new URLSearchParams(location.search);
const draft = linked.text === undefined ? savedDraft() : null;
const store = new Store<State>({
  ...initialState,
  text: greeting((linked.pair ?? initialState.pair).source),
  ...linked,
  // A link to a direction stands over the draft of another one.
  ...(draft && samePair(draft.pair, linked.pair ?? draft.pair) && { ...draft, typed: true }),
  shared: linked.text ?? null,
  history: savedHistory(),
  theme,
  dark: applyTheme(theme),
  embed: query.get("embed"),
  embedDesk: query.has("desk"),
  width: contentWidth(),
});
const session = new Session(store, linked.sentence ?? null);
const actions = createActions(store, session);
onKeys(actions);

function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 5000 });
  else setTimeout(work, 2000); // Safari
}

let due = false;
function draw(): void {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    if (root) render(page(store.state, actions), root);
  });
}

store.subscribe(draw);
keepAddress(store);
keepDraft(store);
keepHistory(store);
fadeNotices(store);
onPrint(store, () => root && render(page(store.state, actions), root));
addEventListener("resize", () => store.set({ width: contentWidth() }));
addEventListener("hashchange", () => {
  const { text, pair, ...rest } = fromHash(location.hash);
  store.set(rest);
  if (pair && !samePair(pair, store.state.pair)) store.set({ pair });
  if (text === undefined || text === store.state.text) return;
  store.set({ shared: text });
  actions.type(text, 0);
});
onSystemTheme(() => actions.setTheme(store.state.theme));
void document.fonts.ready.then(() => {
  forgetWidths();
  forgetAll();
  draw();
});

draw();
void session.begin();
if (store.state.tour) actions.tourTo(store.state.tour.step);
// After what the first translation needs.
whenIdle(() => {
  void recordedPairing().then((recorded) => store.set({ recorded }));
  void recordedCorpus().then((corpus) => store.set({ corpus }));
});
