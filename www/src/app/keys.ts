import type { Actions } from "./actions";

/** On a whole screen the arrow keys go through the layers, unless they have work where the keyboard is. */
function presentedMove(event: KeyboardEvent): number {
  const full = document.fullscreenElement;
  if (!full || (event.target !== full && event.target !== document.body)) return 0;
  return { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key] ?? 0;
}

/** The digits choose a layer: of the figure that has the keyboard, else of the one in the middle of the window. */
export function onKeys(actions: Actions): void {
  addEventListener("keydown", (event) => {
    const move = presentedMove(event);
    if (move) {
      event.preventDefault();
      return actions.moveLayer(move);
    }
    const layer = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : null;
    if (layer === null || event.ctrlKey || event.metaKey || event.altKey || writes(event.target))
      return;
    const figure = figureOf(event.target);
    const radio = document.querySelectorAll<HTMLInputElement>(
      `#${figure} input[name="${figure === CROSS ? "cross-layer" : "layer"}"]`,
    )[layer];
    if (!radio) return;
    event.preventDefault();
    if (figure === CROSS) actions.showCrossLayer(layer);
    else actions.showLayer(layer);
  });
}

const BRANCHES = "branches-figure";
const CROSS = "cross-figure";

function figureOf(target: EventTarget | null): string {
  const own = target instanceof Element ? target.closest(`#${BRANCHES}, #${CROSS}`) : null;
  if (own) return own.id;
  const cross = document.getElementById(CROSS)?.getBoundingClientRect();
  const middle = innerHeight / 2;
  return cross && cross.top < middle && cross.bottom > middle ? CROSS : BRANCHES;
}

/** Where a digit is text. */
function writes(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=range])")
  );
}
