import type { Actions } from "./actions";

/** The digits choose a layer: of the figure that has the keyboard, else of the one in the middle of the window. */
export function onDigits(actions: Actions): void {
  addEventListener("keydown", (event) => {
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
